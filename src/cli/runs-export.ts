import { Command, Option } from 'commander';
import { version } from '../../package.json';
import { exportCodeCarbon, exportJson } from '../runs/export-codecarbon';
import { thisMachine } from '../runs/this-machine';
import type { Io } from './io';
import { allRuns, deliver } from './run-records';

interface ExportOptions {
  readonly format: 'codecarbon' | 'json';
  readonly output?: string;
}

/** `green-ml runs export`: recorded runs for other tools. */
export function exportCommand(io: Io): Command {
  return new Command('export')
    .description("export the recorded runs as CodeCarbon's CSV or as JSON")
    .addOption(
      new Option('--format <format>', 'format of the file').choices(['codecarbon', 'json']).makeOptionMandatory(),
    )
    .option('--output <file>', 'write to a file instead of standard output')
    .action(async ({ format, output }: ExportOptions) => {
      const runs = await allRuns(io);
      await deliver(
        io,
        format === 'json' ? exportJson(runs) : await exportCodeCarbon(runs, thisMachine(), version),
        output,
      );
    });
}
