import { createHash } from 'node:crypto';
import { readNotebook } from '../../python/notebook';
import type { PythonParser, SyntaxTree } from '../../python/parser';
import type { Clock } from '../../system/clock';
import { readProblem } from '../../system/files';
import { isSameState, type FileState } from '../../system/file-state';
import type { SourceFiles } from '../../system/source-files';
import type { Finding } from '../engine/findings';
import { Linter, longestText } from '../engine/linter';
import { isTest, settingsFor, type LintConfig, type LintSettings } from '../engine/settings';
import { decodeSource } from '../files/decode';
import { kindOf, withSlashes, type SourceKind } from '../files/files';
import { lintSource } from '../files/lint-files';
import { storedPlaces } from '../files/notebook-places';
import { lintSweepFile } from '../files/sweep-file';
import { allRules } from '../rules';
import { contextOf } from './context';
import { noText } from './no-text';
import { isSettled } from './settled-state';
import { failedOutcome, pack, type FileOutcome, type OutcomeDetail, type PackedOutcome } from './outcome';

/** One file to lint, with its configuration. */
export interface LintJob {
  /** Absolute. */
  readonly path: string;
  readonly config: LintConfig;
}

/** What became of a job. */
export interface SettledJob {
  /** Identifies all that the result depends on; null if the file could not be read, so that it is tried again. */
  readonly key: string | null;
  /** The state of the file while it was read; null if it may have changed since without a trace. */
  readonly state: FileState | null;
  /** Null if the result is known by its key. */
  readonly outcome: PackedOutcome | null;
  /** What `factsOf` found in its text, as JSON; null if that was not wanted or is known. */
  readonly facts: string | null;
}

/** Finds in a text what others want to know of it, as JSON. */
export type FactsOf = (path: string, text: string) => string;

/** Results of earlier calls: whether the facts of each are known too, by its key. */
export type KnownResults = ReadonlyMap<string, boolean>;

export interface FileLinterOptions {
  readonly files: Pick<SourceFiles, 'readBytes' | 'stateNow'>;
  /** The folder of the built product. */
  readonly productFolder: string;
  readonly clock: Pick<Clock, 'wallMilliseconds'>;
  readonly known: KnownResults;
  /** Null if nobody wants facts. */
  readonly factsOf: FactsOf | null;
}

const projectRules: ReadonlySet<string> = new Set(
  allRules.filter(({ settledBy }) => settledBy !== null).map(({ id }) => id),
);

/** Lints files one after another. The parser is loaded only if something may be found. */
export class FileLinter {
  private readonly parser: LateParser;
  private readonly linter: Linter;
  private readonly settings = new WeakMap<LintConfig, Map<boolean, LintSettings>>();

  constructor(private readonly options: FileLinterOptions) {
    this.parser = new LateParser(options.productFolder);
    this.linter = new Linter(this.parser, allRules);
  }

  async lint({ path, config }: LintJob): Promise<SettledJob> {
    const { files, clock, known, factsOf } = this.options;
    let bytes: Uint8Array;
    const before = files.stateNow(path);
    const began = clock.wallMilliseconds();
    try {
      bytes = await files.readBytes(path);
    } catch (error) {
      return { key: null, state: null, outcome: pack(failedOutcome(readProblem(error))), facts: noText };
    }
    const after = files.stateNow(path);
    const state =
      before !== null && after !== null && isSameState(before, after) && isSettled(before, began) ? before : null;
    const key = resultKey(bytes, path, config);
    const hasFacts = known.get(key);
    if (hasFacts === true || (hasFacts === false && factsOf === null))
      return { key, state, outcome: null, facts: null };
    const decoded = decodeSource(bytes);
    const facts = factsOf === null ? null : 'problem' in decoded ? noText : factsOf(withSlashes(path), decoded.text);
    if (hasFacts !== undefined) return { key, state, outcome: null, facts };
    const outcome =
      'problem' in decoded ? failedOutcome(decoded.problem) : await this.lintText(decoded.text, path, config);
    return { key, state, outcome: pack(outcome), facts };
  }

  /** @param path the absolute path of the bytes */
  async lintBytes(bytes: Uint8Array, path: string, config: LintConfig): Promise<FileOutcome> {
    const decoded = decodeSource(bytes);
    return 'problem' in decoded ? failedOutcome(decoded.problem) : this.lintText(decoded.text, path, config);
  }

  async dispose(): Promise<void> {
    await this.parser.dispose();
  }

  private async lintText(text: string, path: string, config: LintConfig): Promise<FileOutcome> {
    const settings = this.settingsOf(config, withSlashes(path));
    const kind = kindOf(path);
    if (kind === 'sweep') {
      const { isSweep, findings, problem } = await lintSweepFile(text, settings);
      return { problem, linted: isSweep, settles: [], ...detailOf(findings, text, kind) };
    }
    if (this.mayFind(text, kind, settings)) await this.parser.open();
    const { analysis, problem } = lintSource(this.linter, text, kind, settings);
    const findings = analysis?.findings ?? [];
    const linted = analysis !== null && (problem === null || findings.length > 0);
    return { problem, linted, settles: settledBy(text, settings), ...detailOf(findings, text, kind) };
  }

  /** False only if the text is linted without a parser. */
  private mayFind(text: string, kind: SourceKind, settings: LintSettings): boolean {
    // What is linted is not this text, but cells of it or its lines with other ends.
    if (kind === 'notebook' || /\r(?!\n)/.test(text)) return true;
    return text.length <= longestText && this.linter.mayFind(text, settings);
  }

  /** Most files of a project have the same settings. */
  private settingsOf(config: LintConfig, path: string): LintSettings {
    if (config.perFileIgnores.length > 0) return settingsFor(allRules, config, path);
    let byTest = this.settings.get(config);
    if (byTest === undefined) {
      byTest = new Map<boolean, LintSettings>();
      this.settings.set(config, byTest);
    }
    const test = isTest(path);
    const found = byTest.get(test) ?? settingsFor(allRules, config, path);
    byTest.set(test, found);
    return found;
  }
}

/** A parser that is loaded when it is wanted: that takes longer than to read a file without anything to find. */
class LateParser implements Pick<PythonParser, 'parse'> {
  private loading: Promise<PythonParser> | null = null;
  private parser: PythonParser | null = null;

  constructor(private readonly productFolder: string) {}

  async open(): Promise<void> {
    this.loading ??= import('../../python/parser').then(({ PythonParser }) => PythonParser.load(this.productFolder));
    this.parser = await this.loading;
  }

  parse(text: string): SyntaxTree {
    if (this.parser === null) throw new Error('the parser is not open');
    return this.parser.parse(text);
  }

  async dispose(): Promise<void> {
    (await this.loading)?.dispose();
    this.loading = null;
    this.parser = null;
  }
}

/** All that a result depends on, except the build. A copy of a file elsewhere has the same key. */
function resultKey(bytes: Uint8Array, path: string, config: LintConfig): string {
  const slashed = withSlashes(path);
  const place = config.perFileIgnores.length > 0 ? slashed : '';
  return createHash('sha256')
    .update(JSON.stringify([contextOf(config), kindOf(path), isTest(slashed), place]))
    .update(bytes)
    .digest('base64url')
    .slice(0, 32);
}

const settledBy = (text: string, settings: LintSettings): readonly string[] =>
  settings.rules.filter((rule) => rule.settledBy?.test(text) === true).map(({ id }) => id);

function detailOf(
  findings: readonly Finding[],
  text: string,
  kind: SourceKind,
): OutcomeDetail & Pick<FileOutcome, 'projectRules'> {
  if (findings.length === 0) return { findings, lines: [], stored: [], projectRules: [] };
  const lineAt = kind === 'notebook' ? linesOfCells(text) : linesOfText(text);
  return {
    findings,
    lines: findings.map(lineAt),
    stored: kind === 'notebook' ? storedPlaces(text, findings) : [],
    projectRules: [...new Set(findings.map(({ rule }) => rule))].filter((rule) => projectRules.has(rule)),
  };
}

type LineAt = (finding: Finding) => string | null;

function linesOfText(text: string): LineAt {
  const lines = text.split(/\r\n|\r|\n/);
  return ({ start }) => lines[start.row] ?? null;
}

function linesOfCells(text: string): LineAt {
  const cells = readNotebook(text);
  const sources = new Map(
    typeof cells === 'string' ? [] : cells.map(({ index, source }) => [index, source.split(/\r\n|\r|\n/)]),
  );
  return ({ cell, start }) => sources.get(cell ?? -1)?.[start.row] ?? null;
}
