import { Command, Option } from 'commander';
import { allSeverities } from '../lint/engine/rule';
import { systemSourceFiles, type SourceFiles } from '../system/source-files';
import type { Io } from './io';
import { insideOption } from './lint/inside';
import { formats, jobCount, type LintOptions } from './lint/options';

/** `green-ml lint`: finds waste in Python files and notebooks. */
export function lintCommand(io: Io, exit: (code: number) => void, files: SourceFiles = systemSourceFiles): Command {
  return new Command('lint')
    .description('Find waste in machine-learning code: Python files and notebooks.')
    .argument('[paths...]', 'files and folders; "-" reads standard input', ['.'])
    .addOption(new Option('--format <format>', 'how to print what was found').choices(formats).default('text'))
    .option('--select <ids>', 'run only these rules: ids or practices such as P16, separated by commas')
    .option('--ignore <ids>', 'skip these rules')
    .addOption(
      new Option('--min-severity <severity>', 'hide findings below this severity')
        .choices(allSeverities)
        .default('hint'),
    )
    .option(
      '--config <file>',
      'configuration file (default: the nearest pyproject.toml with [tool.green-ml], else green-ml.toml)',
    )
    .option('--fix', 'apply safe fixes', false)
    .option('--diff', 'print what --fix would change as a unified diff, without changing files', false)
    .option('--exit-zero', 'exit with 0 even if there are findings', false)
    .option('--statistics', 'count the findings of each rule', false)
    .option('--no-cache', 'lint every file again (default: results of unchanged files are cached in your cache folder)')
    .option('--jobs <n>', 'files to lint in parallel (default: up to one per core)', jobCount)
    .option('--stdin-filename <path>', 'the path to assume for standard input')
    .addOption(insideOption())
    .option('--no-color', 'print without colours')
    .addHelpText('after', '\nExit codes: 0 clean, 1 findings, 2 nothing could be linted, or the arguments are wrong.')
    .action(async (paths: string[], options: LintOptions, command: Command) => {
      const colour = options.color && command.parent?.opts()['color'] !== false && !io.env['NO_COLOR'];
      const { lintPaths } = await import('./lint');
      exit(await lintPaths(paths, io, files, options, colour));
    });
}
