import { Command, Option } from 'commander';
import { dirname, resolve } from 'node:path';
import { toJson, type LintErrorJson } from '../lint/findings';
import { Linter } from '../lint/linter';
import { SEVERITIES } from '../lint/rule';
import { RULES } from '../lint/rules';
import { settingsFor, type LintConfig } from '../lint/settings';
import { readNotebook } from '../python/notebook';
import { PythonParser } from '../python/parser';
import { systemSourceFiles, type SourceFiles } from '../system/source-files';
import type { Io } from './io';
import { Configs } from './lint/configs';
import { decodeSource } from './lint/decode';
import { FileFinder, readProblem, withSlashes, type LintFile } from './lint/files';
import { lintSource, type FileResult } from './lint/lint-files';
import { FORMATS, idList, isAtLeast, orCommandError, withOptions, type LintOptions } from './lint/options';
import { printOutcome, type FileReport, type LintOutcome } from './lint/reports';
import { coloured, plain, type Paint } from './lint/text-report';

/** `green-ml lint`: finds waste in Python files and notebooks. */
export function lintCommand(io: Io, exit: (code: number) => void, files: SourceFiles = systemSourceFiles): Command {
  return new Command('lint')
    .description('Find waste in machine-learning code: Python files and notebooks.')
    .argument('[paths...]', 'files and folders; "-" reads standard input', ['.'])
    .addOption(new Option('--format <format>', 'how to print what was found').choices(FORMATS).default('text'))
    .option('--select <ids>', 'only these rules: ids or practices such as P16, separated by commas')
    .option('--ignore <ids>', 'not these rules')
    .addOption(new Option('--min-severity <severity>', 'leave out what is less than this').choices(SEVERITIES).default('hint'))
    .option('--config <file>', 'configuration file (default: the nearest pyproject.toml with [tool.green-ml], else green-ml.toml)')
    .option('--exit-zero', 'exit with 0 even if there are findings', false)
    .option('--statistics', 'count the findings of each rule', false)
    .option('--stdin-filename <path>', 'the path that standard input stands for')
    .option('--no-color', 'print without colours')
    .addHelpText('after', '\nExit codes: 0 clean, 1 findings, 2 nothing could be linted or the call was wrong.')
    .action(async (paths: string[], options: LintOptions, command: Command) => {
      const colour = options.color && command.parent?.opts()['color'] !== false && !io.env['NO_COLOR'];
      exit(await new LintRun(io, files, options, colour ? coloured : plain).run(paths));
    });
}

/** One call of the command. */
class LintRun {
  private readonly select: readonly string[] | null;
  private readonly ignore: readonly string[] | null;
  private readonly configs: Configs;
  private readonly errors: LintErrorJson[] = [];
  private linted = 0;

  constructor(
    private readonly io: Io,
    private readonly files: SourceFiles,
    private readonly options: LintOptions,
    private readonly paint: Paint,
  ) {
    this.select = idList(options.select, '--select', RULES);
    this.ignore = idList(options.ignore, '--ignore', RULES);
    this.configs = new Configs(files, RULES);
  }

  async run(paths: readonly string[]): Promise<number> {
    const began = this.io.clock.monotonicSeconds();
    const config = this.options.config;
    const fixed = config === undefined ? null : await orCommandError(this.configs.at(resolve(this.io.cwd, config)));
    const found = await new FileFinder(this.files, this.io.cwd).find(paths.filter((path) => path !== '-'));
    this.errors.push(...found.errors);
    const parser = await PythonParser.load(this.io.productFolder);
    const linter = new Linter(parser, RULES);
    const results: FileReport[] = [];
    for (const file of found.files) {
      const config = fixed ?? (await orCommandError(this.configs.nearest(dirname(file.path))));
      results.push(await this.lintFile(linter, file, config));
    }
    if (paths.includes('-')) results.push(await this.lintStandardInput(linter, fixed));
    parser.dispose();
    this.print(results, this.io.clock.monotonicSeconds() - began);
    const findings = results.some((result) => result.findings.length > 0);
    if (findings) return this.options.exitZero ? 0 : 1;
    return this.linted === 0 && this.errors.length > 0 ? 2 : 0;
  }

  private async lintFile(linter: Linter, file: LintFile, config: LintConfig): Promise<FileReport> {
    let bytes: Uint8Array;
    try {
      bytes = await this.files.readBytes(file.path);
    } catch (error) {
      this.errors.push({ path: file.shown, message: readProblem(error) });
      return NOTHING;
    }
    return this.lintBytes(linter, bytes, file, config);
  }

  private async lintStandardInput(linter: Linter, fixed: LintConfig | null): Promise<FileReport> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.io.stdin) chunks.push(Buffer.from(chunk));
    const shown = this.options.stdinFilename ?? 'stdin.py';
    const path = resolve(this.io.cwd, shown);
    const config = fixed ?? (await orCommandError(this.configs.nearest(dirname(path))));
    return this.lintBytes(linter, Buffer.concat(chunks), { shown, path }, config);
  }

  private lintBytes(linter: Linter, bytes: Uint8Array, { shown, path }: LintFile, config: LintConfig): FileReport {
    const decoded = decodeSource(bytes);
    if ('problem' in decoded) {
      this.errors.push({ path: shown, message: decoded.problem });
      return NOTHING;
    }
    const { text } = decoded;
    const isNotebook = path.endsWith('.ipynb');
    const settings = settingsFor(RULES, withOptions(config, this.select, this.ignore), withSlashes(path));
    const { analysis, problem }: FileResult = lintSource(linter, text, isNotebook, settings);
    if (problem !== null) this.errors.push({ path: shown, message: problem });
    if (analysis !== null && (problem === null || analysis.findings.length > 0)) this.linted++;
    const findings = (analysis?.findings ?? [])
      .filter(({ severity }) => isAtLeast(severity, this.options.minSeverity))
      .map((finding) => toJson(finding, shown));
    return { findings, lineOf: isNotebook ? linesOfNotebook(text) : linesOfText(text) };
  }

  private print(results: readonly FileReport[], seconds: number): void {
    const { io, options, paint, linted: files, errors } = this;
    const outcome: LintOutcome = { results, errors, files, seconds };
    printOutcome(outcome, { io, format: options.format, statistics: options.statistics, paint: io.stdout.isTTY === true ? paint : plain });
  }
}

const NOTHING: FileReport = { findings: [], lineOf: () => null };

function linesOfText(text: string): FileReport['lineOf'] {
  let lines: readonly string[] | null = null;
  return ({ line }) => {
    lines ??= text.split(/\r\n|\r|\n/);
    return lines[line - 1] ?? null;
  };
}

function linesOfNotebook(text: string): FileReport['lineOf'] {
  let sources: ReadonlyMap<number, readonly string[]> | null = null;
  return ({ cell, line }) => {
    if (sources === null) {
      const cells = readNotebook(text);
      sources = new Map(typeof cells === 'string' ? [] : cells.map(({ index, source }) => [index, source.split(/\r\n|\r|\n/)]));
    }
    return sources.get(cell ?? -1)?.[line - 1] ?? null;
  };
}
