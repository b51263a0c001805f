import { Command, Option } from 'commander';
import { resolve } from 'node:path';
import { insideOption } from './lint/inside';
import { requirePath, type Io } from './io';
import type { PracticesFormat } from './practices';

interface PracticesOptions {
  readonly format: PracticesFormat;
  readonly json?: boolean;
  readonly check?: boolean;
  readonly cache: boolean;
  readonly inside: readonly string[];
}

/** `green-ml practices`: the 17 practices and a project's checklist with its evidence. */
export function practicesCommand(io: Io, exit: (code: number) => void): Command {
  return new Command('practices')
    .description('show the 17 practices, the checklist of a project and its evidence')
    .argument('[folder]', 'the folder of the project', '.')
    .addOption(
      new Option('--format <format>', 'output format').choices(['text', 'json', 'markdown', 'badge']).default('text'),
    )
    .option('--json', 'same as --format json')
    .option('--check', 'exit with 1 if an item is ticked that the evidence contradicts')
    .option('--no-cache', 'read every file again (default: results of unchanged files are cached, as for lint)')
    .addOption(insideOption())
    .action(async (folder: string, options: PracticesOptions) => {
      requirePath(folder);
      const { print, reportOn } = await import('./practices');
      const report = await reportOn(resolve(io.cwd, folder), io, options);
      io.stdout.write(print(report, options.json === true ? 'json' : options.format));
      const contradicted = report.assessed.some(({ status }) => status === 'contradicted');
      exit(options.check === true && contradicted ? 1 : 0);
    });
}
