import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { isWithin } from '../system/paths';
import { decodeSource } from '../lint/files/decode';
import { FileFinder, type LintFile } from '../lint/files/files';
import { toJson, type LintErrorJson } from '../lint/engine/findings';
import { allRules } from '../lint/rules';
import type { LintConfig } from '../lint/engine/settings';
import { systemSourceFiles, type SourceFiles } from '../system/source-files';
import { inLine } from '../present/plain-text';
import { CommandError, requirePath, type Io } from './io';
import { writeWhole } from './terminal';
import type { LintCache } from './lint/cache';
import { CacheFile } from './lint/cache-file';
import { Configs } from './lint/configs';
import { Crew } from './lint/crew';
import { CachingLinter, type FileOutcome, type LintJob } from './lint/file-linter';
import { Fixer, type FixedFile } from './lint/fixer';
import { idList, isAtLeast, orCommandError, withOptions, type LintOptions } from './lint/options';
import { printOutcome, type FileReport, type LintOutcome } from './lint/reports';
import { coloured, plain, type Paint } from './lint/text-report';
import { unifiedDiff } from './lint/unified-diff';
import { withProjectFindings } from './lint/whole-project';
import { counted } from '../present/words';

/** Lints files and folders, and prints what was found; gives the exit code. */
export const lintPaths = (
  paths: readonly string[],
  io: Io,
  files: SourceFiles,
  options: LintOptions,
  colour: boolean,
): Promise<number> => new LintRun(io, files, options, colour ? coloured : plain).run(paths);

/** One call of the command. */
class LintRun {
  private readonly select: readonly string[] | null;
  private readonly ignore: readonly string[] | null;
  private readonly configs: Configs;
  /** Each configuration, with the options of the command line on top. */
  private readonly chosen = new Map<LintConfig, LintConfig>();
  private readonly errors: LintErrorJson[] = [];
  private readonly found = new Map<string, LintFile>();
  private readonly fixed = { files: 0, findings: 0 };
  private linted = 0;

  constructor(
    private readonly io: Io,
    private readonly files: SourceFiles,
    private readonly options: LintOptions,
    private readonly paint: Paint,
  ) {
    this.select = idList(options.select, '--select', allRules);
    this.ignore = idList(options.ignore, '--ignore', allRules);
    this.configs = new Configs(files, allRules);
  }

  async run(paths: readonly string[]): Promise<number> {
    const began = this.io.clock.monotonicSeconds();
    for (const path of paths) requirePath(path);
    const named = this.options.config;
    if (named !== undefined) requirePath(named);
    const fixed = named === undefined ? null : await orCommandError(this.configs.at(resolve(this.io.cwd, named)));
    const found = await new FileFinder(this.files, this.io.cwd).find(paths.filter((path) => path !== '-'));
    this.errors.push(...found.errors);
    if (paths.includes('-') && (this.options.fix || this.options.diff)) {
      throw new CommandError('--fix and --diff need files and cannot change standard input. Name the files.');
    }
    for (const file of found.files) this.found.set(file.path, file);
    const jobs: LintJob[] = [];
    for (const { path } of found.files) jobs.push({ path, config: await this.configOf(path, fixed) });
    const engine = this.options.cache ? await this.engine() : null;
    const place = engine === null ? null : CacheFile.of(this.io.cwd, this.io.env);
    const cache = place === null ? null : await place.read();
    const outcomes = await this.lintAll(jobs, cache, engine ?? '', paths.includes('-') ? fixed : undefined);
    if (cache !== null) {
      for (const { key, findings, problem, linted, settles } of outcomes) {
        if (key !== null) cache.keep(key, { findings, problem, linted, settles });
      }
      await place?.write(cache);
    }
    const shown = [...found.files.map((file) => file.shown), this.stdinName];
    const all = await withProjectFindings(outcomes, this.io);
    const results = all.map((outcome, index) => this.reportOn(outcome, shown[index] ?? this.stdinName));
    const root = this.options.format === 'sarif' ? await this.root() : this.io.cwd;
    await this.print(results, this.io.clock.monotonicSeconds() - began, root);
    const findings = results.some((result) => result.length > 0);
    if (findings) return this.options.exitZero ? 0 : 1;
    return this.linted === 0 && this.errors.length > 0 ? 2 : 0;
  }

  /** @param stdin the configuration for standard input: null for the nearest one, undefined if it is not read */
  private async lintAll(
    jobs: readonly LintJob[],
    cache: LintCache | null,
    engine: string,
    stdin: LintConfig | null | undefined,
  ): Promise<readonly FileOutcome[]> {
    const { clock, productFolder, cwd, env } = this.io;
    const linter: CachingLinter = new CachingLinter({ files: this.files, productFolder, cache, engine });
    const crew: Crew = new Crew(jobs, linter, {
      threads: this.files === systemSourceFiles ? (this.options.jobs ?? availableParallelism()) : 1,
      atOnce: this.options.jobs !== undefined,
      clock,
      start: { productFolder, engine, cache: cache === null ? null : { cwd, env: definedOnly(env) } },
    });
    try {
      const outcomes = await crew.run();
      if (this.options.fix || this.options.diff) return await this.fixAll(jobs, outcomes, linter);
      return stdin === undefined ? outcomes : [...outcomes, await this.lintStandardInput(linter, stdin)];
    } finally {
      await linter.dispose();
    }
  }

  /** Applies the safe fixes, or prints them. Returns the findings that are left, or all findings if nothing was changed. */
  private async fixAll(
    jobs: readonly LintJob[],
    outcomes: readonly FileOutcome[],
    linter: CachingLinter,
  ): Promise<readonly FileOutcome[]> {
    const { diff, minSeverity } = this.options;
    const fixer = new Fixer(linter, minSeverity);
    const left: FileOutcome[] = [];
    for (const [index, outcome] of outcomes.entries()) {
      const job = jobs[index];
      const fixed = job === undefined || !fixer.mayFix(outcome) ? null : await this.fixFile(job, fixer);
      if (fixed !== null) {
        this.fixed.files++;
        this.fixed.findings += fixed.fixes;
      }
      left.push(fixed === null || diff ? outcome : fixed.outcome);
    }
    return left;
  }

  private async fixFile(job: LintJob, fixer: Fixer): Promise<FixedFile | null> {
    const { path } = job;
    const found = this.found.get(path);
    const shown = found?.shown ?? path;
    try {
      const fixed = await fixer.fix(await this.files.readBytes(path), job);
      if (fixed === null) return null;
      if (found !== undefined && (await this.leadsOutside(found)))
        throw new Error('it is a link to a file outside the folder; name that file to fix it');
      if (this.options.diff) writeWhole(this.io.stdout, unifiedDiff(textOf(fixed.before), textOf(fixed.after), shown));
      else await this.files.writeBytes(path, fixed.after);
      return fixed;
    } catch (error) {
      this.errors.push({
        path: shown,
        message: `It could not be changed${error instanceof Error ? `: ${error.message}` : ''}.`,
      });
      return null;
    }
  }

  /** True if a file was found as a link to a file outside the folder. A file that a person names may be changed anywhere. */
  private async leadsOutside({ path, under }: LintFile): Promise<boolean> {
    if (under === null) return false;
    const [file, folder] = await Promise.all([this.files.realPath(path), this.files.realPath(under)]);
    return !file.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
  }

  private async lintStandardInput(linter: CachingLinter, fixed: LintConfig | null): Promise<FileOutcome> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.io.stdin) chunks.push(Buffer.from(chunk));
    const path = resolve(this.io.cwd, this.stdinName);
    return linter.lintBytes(Buffer.concat(chunks), path, await this.configOf(path, fixed));
  }

  private get stdinName(): string {
    return this.options.stdinFilename ?? 'stdin.py';
  }

  private async configOf(path: string, fixed: LintConfig | null): Promise<LintConfig> {
    const config = fixed ?? (await orCommandError(this.configs.nearest(dirname(path))));
    const chosen = this.chosen.get(config) ?? withOptions(config, this.select, this.ignore);
    this.chosen.set(config, chosen);
    return chosen;
  }

  /** A hash of the product, because other builds may give other results; null if it cannot be read. */
  private async engine(): Promise<string | null> {
    const code = await this.files.readBytes(join(this.io.productFolder, 'cli.js')).catch(() => null);
    return code === null ? null : createHash('sha256').update(code).digest('hex');
  }

  private reportOn({ findings, lines, stored, problem, linted }: FileOutcome, shown: string): FileReport {
    if (problem !== null) this.errors.push({ path: shown, message: problem });
    if (linted) this.linted++;
    return findings.flatMap((finding, index) =>
      isAtLeast(finding.severity, this.options.minSeverity)
        ? [{ finding: toJson(finding, shown), line: lines[index] ?? null, stored: stored[index] ?? null }]
        : [],
    );
  }

  /** The folder to which readers of SARIF take paths to be relative: that of the repository. */
  private async root(): Promise<string> {
    const { cwd, env } = this.io;
    const workspace = env['GITHUB_WORKSPACE'];
    if (workspace !== undefined && workspace !== '' && isWithin(cwd, workspace)) return workspace;
    // If the command runs outside the repository, the files decide.
    const [first] = this.found.keys();
    return (
      (await this.repositoryAbove(cwd)) ??
      (first === undefined ? null : await this.repositoryAbove(dirname(first))) ??
      cwd
    );
  }

  private async repositoryAbove(start: string): Promise<string | null> {
    for (let folder = start; ; folder = dirname(folder)) {
      const isRoot = await this.files.inspect(join(folder, '.git')).then(
        () => true,
        () => false,
      );
      if (isRoot) return folder;
      if (dirname(folder) === folder) return null;
    }
  }

  private async print(results: readonly FileReport[], seconds: number, root: string): Promise<void> {
    const { io, options, paint, linted: files, errors } = this;
    const outcome: LintOutcome = { results, errors, files, seconds, root };
    if (options.fix || options.diff) io.stderr.write(fixedText(this.fixed, options.diff));
    // Standard output then holds only the diff, so that it can be applied.
    if (options.diff) {
      for (const { path, message } of errors) io.stderr.write(`${inLine(`${path}: ${message}`)}\n`);
      return;
    }
    await printOutcome(outcome, {
      io,
      format: options.format,
      statistics: options.statistics,
      paint: io.stdout.isTTY === true ? paint : plain,
    });
  }
}

function textOf(bytes: Uint8Array): string {
  const decoded = decodeSource(bytes);
  return 'text' in decoded ? decoded.text : '';
}

function fixedText({ files, findings }: { readonly files: number; readonly findings: number }, would: boolean): string {
  if (findings === 0) return 'No safe fixes.\n';
  return `${would ? 'Would fix' : 'Fixed'} ${counted(findings, 'finding')} in ${counted(files, 'file')}.\n`;
}

/** The environment that another thread needs to find the same cache. */
function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    ['XDG_CACHE_HOME', 'LOCALAPPDATA'].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
}
