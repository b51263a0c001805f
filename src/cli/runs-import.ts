import { Command, InvalidArgumentError, Option } from 'commander';
import { clusterOptions } from './cluster-options';
import type { Io } from './io';
import { parseWrittenTime } from '../place/written-time';
import { intensityOptions } from './place';
import type { ImportOptions } from './import-run';

/** `green-ml runs import`: a run that is over, from what Prometheus has kept of it. */
export function importCommand(io: Io): Command {
  const command = new Command('import').description('record a run of a cluster that is over, from Prometheus');
  for (const option of [
    ...clusterOptions(),
    new Option('--from <time>', 'when it began: 2026-11-30T08:00:00Z, or seconds since 1970').argParser(timeOption),
    new Option('--to <time>', 'when it ended').argParser(timeOption),
    new Option('--name <text>', 'name of the run (default: what is selected)'),
    ...intensityOptions(),
    new Option('--json', 'print the whole record as JSON'),
  ])
    command.addOption(option);
  return command.action(async (options: ImportOptions) => {
    const { importRun } = await import('./import-run');
    await importRun(io, options);
  });
}

/** Milliseconds since the epoch. */
function timeOption(text: string): number {
  const written = text.trim();
  const milliseconds = /^\d{1,12}(?:\.\d{1,9})?$/.test(written) ? Number(written) * 1000 : parseWrittenTime(written);
  // From 1980 to 2100: other figures are milliseconds, or no time.
  if (!(milliseconds >= 3.2e11 && milliseconds <= 4.1e12))
    throw new InvalidArgumentError('Write a time such as 2026-11-30T08:00:00Z, or seconds since 1970.');
  return Math.round(milliseconds);
}
