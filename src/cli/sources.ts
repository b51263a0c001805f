import { Command } from 'commander';
import type { Availability } from '../power/source';
import { componentNames, methodNames } from '../runs/describe';
import { linesOfText } from '../present/plain-text';
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

function sourcesText(sources: readonly Availability[]): string {
  const found = sources.filter(({ available }) => available);
  const lacking = sources.filter(({ available }) => !available);
  const lines: string[] = [];
  if (found.length > 0) lines.push('In use:', ...found.flatMap(sourceLines));
  if (lacking.length > 0) lines.push('', 'Not in use:', ...lacking.flatMap(sourceLines));
  return `${linesOfText(lines).trimStart()}\n`;
}

function sourceLines({ component, name, method, reason, enable }: Availability): string[] {
  const lines = [`  ${componentNames[component]}: ${name}, ${methodNames[method]}`];
  if (reason !== null) lines.push(`    ${reason}`);
  if (enable !== null) lines.push('    To enable it:', ...enable.split('\n').map((line) => `      ${line}`));
  return lines;
}
