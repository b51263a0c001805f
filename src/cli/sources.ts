import { Command } from 'commander';
import { sourcesText } from '../runs/power-sources';
import type { Io } from './io';
import { openMachine, powerRootOptions, type PowerRootOptions } from './power';

interface SourcesOptions extends PowerRootOptions {
  readonly json?: boolean;
}

/** `green-ml sources`: the power sources of this machine, and those that are missing, why, and how to enable them. */
export function sourcesCommand(io: Io): Command {
  const command = new Command('sources')
    .description('list the power sources of this machine, those that are missing, and how to enable them')
    .option('--json', 'print JSON');
  for (const option of powerRootOptions()) command.addOption(option);
  return command.action(async (options: SourcesOptions) => {
    const power = await openMachine(io, options);
    await power.prove();
    const { availability, notes } = power;
    power.dispose();
    for (const note of notes) io.stderr.write(`green-ml: ${note}\n`);
    io.stdout.write(
      options.json === true
        ? `${JSON.stringify({ version: 1, sources: availability }, null, 2)}\n`
        : sourcesText(availability),
    );
  });
}
