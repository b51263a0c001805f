import { Command } from 'commander';
import { comparisonText, compareRuns } from '../runs/compare/compare';
import { pairedChange, type PairedChange, type RunPair } from '../runs/compare/paired-change';
import type { RunRecord } from '../runs/record';
import { linesOfText } from '../present/plain-text';
import { CommandError, type Io } from './io';
import { findRun, readJournal, requireJournal } from './run-records';

/** `green-ml runs compare`: two runs side by side, or several before and after a change. */
export function compareCommand(io: Io): Command {
  return new Command('compare')
    .description('compare two runs: energy, time, power, metric; or several before and after a change')
    .argument(
      '<first>',
      'the id of a run, its first characters if they are unique, or "last"; several ids with commas are runs before a change',
    )
    .argument('<second>', 'the id of another run; several ids with commas are runs after the change, in the same order')
    .option('--json', 'print JSON')
    .action(async (first: string, second: string, { json }: { json?: boolean }) => {
      const pairs = first.includes(',') || second.includes(',') ? await pairsOf(io, first, second) : null;
      if (pairs !== null) {
        const change = pairedChange(pairs, pairs.length === 1 ? await history(io) : []);
        io.stdout.write(json === true ? `${JSON.stringify({ version: 1, ...change }, null, 2)}\n` : changeText(change));
        return;
      }
      const [a, b] = [await findRun(io, first), await findRun(io, second)];
      const comparison = compareRuns(a.record, b.record, await history(io));
      io.stdout.write(
        json === true ? `${JSON.stringify({ version: 1, ...comparison }, null, 2)}\n` : comparisonText(comparison),
      );
    });
}

/** All runs. Problems of others do not matter: those that are compared were read. */
async function history(io: Io): Promise<readonly RunRecord[]> {
  return (await readJournal(requireJournal(io), (journal) => journal.list())).runs;
}

/** @throws CommandError if the lists do not fit together */
async function pairsOf(io: Io, first: string, second: string): Promise<readonly [RunPair, ...RunPair[]]> {
  const [before, after] = [await runsOf(io, first), await runsOf(io, second)];
  if (before.length !== after.length)
    throw new CommandError(
      `there are ${before.length} runs before the change and ${after.length} after it; give as many of both, in pairs that ran one after the other.`,
    );
  const ids = [...before, ...after].map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) < index);
  if (twice !== undefined) throw new CommandError(`the run ${twice} is named twice; name each run once.`);
  const [pair, ...pairs] = before.flatMap((run, index): RunPair[] => {
    const other = after[index];
    return other === undefined ? [] : [[run, other]];
  });
  if (pair === undefined) throw new CommandError('no runs are named; see "green-ml runs list" for all ids.');
  return [pair, ...pairs];
}

async function runsOf(io: Io, list: string): Promise<readonly RunRecord[]> {
  const runs: RunRecord[] = [];
  for (const id of list.split(',')) if (id.trim() !== '') runs.push((await findRun(io, id.trim())).record);
  return runs;
}

function changeText({ text, assumed }: PairedChange): string {
  return `${linesOfText([`${text}.`, ...assumed])}\n`;
}
