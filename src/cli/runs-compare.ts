import { Command } from 'commander';
import { comparisonText, compareRuns } from '../runs/compare';
import type { Io } from './io';
import { findRun, readJournal, requireJournal } from './run-records';

/** `green-ml runs compare`: two runs side by side. */
export function compareCommand(io: Io): Command {
  return new Command('compare')
    .description('compare two runs: energy, time, power, metric')
    .argument('<first>', 'the id of a run, its first characters if they are unique, or "last"')
    .argument('<second>', 'the id of another run')
    .option('--json', 'print JSON')
    .action(async (first: string, second: string, { json }: { json?: boolean }) => {
      const [a, b] = [await findRun(io, first), await findRun(io, second)];
      // Problems of other runs do not matter here; these two were read.
      const { runs } = await readJournal(requireJournal(io), (journal) => journal.list());
      const comparison = compareRuns(a.record, b.record, runs);
      io.stdout.write(
        json === true ? `${JSON.stringify({ version: 1, ...comparison }, null, 2)}\n` : comparisonText(comparison),
      );
    });
}
