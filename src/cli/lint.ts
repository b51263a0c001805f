import { basename, dirname, join, resolve, sep } from 'node:path';
import { isWithin } from '../system/paths';
import { decodeSource } from '../lint/files/decode';
import { FileFinder, kindOf, withSlashes, type LintFile } from '../lint/files/files';
import { toJson, type LintErrorJson } from '../lint/engine/findings';
import type { LintConfig } from '../lint/engine/settings';
import type { FileLinter, LintJob } from '../lint/scan/file-linter';
import { pack, unpack, type PackedOutcome } from '../lint/scan/outcome';
import { scan, type ScanFile } from '../lint/scan/scan';
import type { SourceFiles } from '../system/source-files';
import { inLine } from '../present/plain-text';
import { CommandError, requirePath, type Io } from './io';
import { writeWhole } from './terminal';
import { Configs } from './lint/configs';
import type { Fixer, FixedFile } from './lint/fixer';
import { leadsInside } from './lint/inside';
import { idList, isAtLeast, orCommandError, withOptions, type LintOptions } from './lint/options';
import { printOutcome, type FileReport, type LintOutcome } from './lint/reports';
import { coloured, plain, type Paint } from './lint/text-report';
import { unifiedDiff } from './lint/unified-diff';
import { scanOptions } from './lint/scan-options';
import { ProjectFindings } from './lint/whole-project';
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
  private select: readonly string[] | null = null;
  private ignore: readonly string[] | null = null;
  private readonly configs: Configs;
  /** Each configuration, with the options of the command line on top. */
  private readonly chosen = new Map<LintConfig, Map<string, LintConfig>>();
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
    this.configs = new Configs(files);
  }

  async run(paths: readonly string[]): Promise<number> {
    const began = this.io.clock.monotonicSeconds();
    this.select = await idList(this.options.select, '--select');
    this.ignore = await idList(this.options.ignore, '--ignore');
    for (const path of paths) requirePath(path);
    const named = this.options.config;
    if (named !== undefined) requirePath(named);
    const fixed = named === undefined ? null : await orCommandError(this.configs.at(resolve(this.io.cwd, named)));
    const mayFollow = leadsInside(this.options.inside, this.files);
    const found = await new FileFinder(this.files, this.io.cwd, undefined, mayFollow).find(
      paths.filter((path) => path !== '-'),
    );
    this.errors.push(...found.errors);
    if (paths.includes('-') && this.options.fix && !this.options.diff) {
      if (paths.length > 1)
        throw new CommandError(
          '--fix prints standard input fixed, so no files can be named beside "-"; fix them in a call of their own.',
        );
      return this.fixStdin(fixed);
    }
    if (paths.includes('-') && this.options.diff)
      throw new CommandError('--diff needs files; for standard input, --fix prints the fixed text.');
    for (const file of found.files) this.found.set(file.path, file);
    const jobs: ScanFile[] = [];
    for (const { path, under } of found.files) jobs.push({ path, under, config: await this.configOf(path, fixed) });
    const outcomes = await this.lintAll(jobs, paths.includes('-') ? fixed : undefined);
    const shown = [...found.files.map((file) => file.shown), this.stdinName];
    for (const [index, { problem, linted }] of outcomes.entries()) {
      if (problem !== null) this.errors.push({ path: shown[index] ?? this.stdinName, message: problem });
      if (linted) this.linted++;
    }
    const nameOf = (file: number): string => shown[file] ?? this.stdinName;
    const rootOf = (file: number): string => jobs[file]?.config.root ?? '';
    const project = await ProjectFindings.of(outcomes, this.io, rootOf, (file) => basename(nameOf(file)));
    const { format } = this.options;
    // Programs that read JSON get every file; people, and what shows them findings, need each notebook once.
    if (format !== 'json') project.leaveOutSameNotebooks(outcomes, (file) => kindOf(nameOf(file)) === 'notebook');
    // What reads SARIF follows each finding of each file from one version to the next.
    if (format === 'text' || format === 'github') project.leaveOutNearCopies(outcomes);
    const copied = [...project.copied].map(([file, copies]) => ({ path: nameOf(file), copies: copies.map(nameOf) }));
    const seconds = this.io.clock.monotonicSeconds() - began;
    const root = format === 'sarif' ? await this.root() : this.io.cwd;
    const reports = (): Iterable<FileReport> => this.reportsOn(outcomes, shown, project);
    const { errors, linted: files } = this;
    const findings = await this.print({ reports, errors, files, copied, seconds, root });
    if (findings > 0) return this.options.exitZero ? 0 : 1;
    return this.linted === 0 && this.errors.length > 0 ? 2 : 0;
  }

  /** @param stdin the configuration for standard input: null for the nearest one, undefined if it is not read */
  private async lintAll(
    jobs: readonly ScanFile[],
    stdin: LintConfig | null | undefined,
  ): Promise<readonly PackedOutcome[]> {
    const { files, options } = this;
    const results = await scan(jobs, await scanOptions(this.io, files, { ...options, factsOf: null }));
    const outcomes = results.map(({ outcome }) => outcome);
    const isFixing = options.fix || options.diff;
    if (stdin === undefined && !isFixing) return outcomes;
    const linter = await this.linter();
    try {
      return isFixing ? await this.fixAll(jobs, outcomes, linter) : [...outcomes, await this.lintStdin(linter, stdin)];
    } finally {
      await linter.dispose();
    }
  }

  /** A linter of bytes, without a cache. */
  private async linter(): Promise<FileLinter> {
    const { FileLinter: Made } = await import('../lint/scan/file-linter');
    const { clock, productFolder } = this.io;
    return new Made({ files: this.files, productFolder, clock, known: null, factsOf: null });
  }

  /** Applies the safe fixes, or prints them. Returns the findings that are left, or all findings if nothing was changed. */
  private async fixAll(
    jobs: readonly LintJob[],
    outcomes: readonly PackedOutcome[],
    linter: FileLinter,
  ): Promise<readonly PackedOutcome[]> {
    const { diff, minSeverity } = this.options;
    const { Fixer: Made } = await import('./lint/fixer');
    const fixer = new Made(linter, minSeverity);
    const left: PackedOutcome[] = [];
    for (const [index, outcome] of outcomes.entries()) {
      const job = jobs[index];
      const fixed = job === undefined || !fixer.mayFix(unpack(outcome)) ? null : await this.fixFile(job, fixer);
      if (fixed !== null) {
        this.fixed.files++;
        this.fixed.findings += fixed.fixes;
      }
      left.push(fixed === null || diff ? outcome : pack(fixed.outcome));
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

  /** Prints standard input with all safe fixes, as formatters do. */
  private async fixStdin(fixed: LintConfig | null): Promise<number> {
    const path = resolve(this.io.cwd, this.stdinName);
    const [before, linter] = [await this.readStdin(), await this.linter()];
    try {
      const { Fixer: Made } = await import('./lint/fixer');
      const job = { path, config: await this.configOf(path, fixed) };
      const changed = await new Made(linter, this.options.minSeverity).fix(before, job);
      const left = changed?.outcome ?? (await linter.lintBytes(before, path, job.config));
      writeWhole(this.io.stdout, textOf(changed?.after ?? before));
      if (left.problem !== null) throw new CommandError(`${this.stdinName} cannot be fixed. ${left.problem}`);
      this.io.stderr.write(fixedText({ files: 1, findings: changed?.fixes ?? 0 }, false));
      const isClean = !left.findings.some(({ severity }) => isAtLeast(severity, this.options.minSeverity));
      return isClean || this.options.exitZero ? 0 : 1;
    } finally {
      await linter.dispose();
    }
  }

  private async readStdin(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.io.stdin) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  }

  private async lintStdin(linter: FileLinter, fixed: LintConfig | null | undefined): Promise<PackedOutcome> {
    const path = resolve(this.io.cwd, this.stdinName);
    return pack(await linter.lintBytes(await this.readStdin(), path, await this.configOf(path, fixed ?? null)));
  }

  private get stdinName(): string {
    return this.options.stdinFilename ?? 'stdin.py';
  }

  private async configOf(path: string, fixed: LintConfig | null): Promise<LintConfig> {
    const folder = dirname(path);
    const config = await orCommandError(
      fixed === null ? this.configs.nearest(folder) : this.configs.withRequirements(fixed, folder),
    );
    const root = config.root === '' ? this.folderOf(path) : config.root;
    const byRoot = this.chosen.get(config) ?? new Map<string, LintConfig>();
    this.chosen.set(config, byRoot);
    const chosen = byRoot.get(root) ?? { ...withOptions(config, this.select, this.ignore), root };
    byRoot.set(root, chosen);
    return chosen;
  }

  /** The folder that counts as the project of a file outside a repository. */
  private folderOf(path: string): string {
    const { cwd } = this.io;
    return withSlashes(isWithin(path, cwd) ? cwd : (this.found.get(path)?.under ?? ''));
  }

  /** The findings of each file, read one file after another, because there may be very many. */
  private *reportsOn(
    outcomes: readonly PackedOutcome[],
    shown: readonly string[],
    project: ProjectFindings,
  ): Iterable<FileReport> {
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.findings === 0) continue;
      const path = shown[index] ?? this.stdinName;
      const { findings, lines, stored } = unpack(outcome);
      const mayReport = project.filterFor(index);
      yield findings.flatMap((finding, at) =>
        mayReport(finding) && isAtLeast(finding.severity, this.options.minSeverity)
          ? [{ finding: toJson(finding, path), line: lines[at] ?? null, stored: stored[at] ?? null }]
          : [],
      );
    }
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

  /** Returns the number of findings. */
  private async print(outcome: LintOutcome): Promise<number> {
    const { io, options, paint, errors } = this;
    if (options.fix || options.diff) io.stderr.write(fixedText(this.fixed, options.diff));
    // Standard output then holds only the diff, so that it can be applied.
    if (options.diff) {
      for (const { path, message } of errors) io.stderr.write(`${inLine(`${path}: ${message}`)}\n`);
      let findings = 0;
      for (const { length } of outcome.reports()) findings += length;
      return findings;
    }
    return printOutcome(outcome, {
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
