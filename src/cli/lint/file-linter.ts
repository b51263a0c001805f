import { createHash } from 'node:crypto';
import { decodeSource } from '../../lint/files/decode';
import { kindOf, withSlashes, type SourceKind } from '../../lint/files/files';
import type { Finding } from '../../lint/engine/findings';
import { storedPlaces, type TextRegion } from '../../lint/files/notebook-places';
import { lintSource } from '../../lint/files/lint-files';
import { Linter, longestText } from '../../lint/engine/linter';
import { allSeverities } from '../../lint/engine/rule';
import { allRules } from '../../lint/rules';
import { isTest, settingsFor, type LintConfig, type LintSettings } from '../../lint/engine/settings';
import { lintSweepFile } from '../../lint/files/sweep-file';
import { readNotebook } from '../../python/notebook';
import type { PythonParser, SyntaxTree } from '../../python/parser';
import { readProblem } from '../../system/files';
import type { ProjectFiles } from '../../system/source-files';
import type { LintCache, CachedResult } from './cache';

/** One file to lint, with its configuration. */
export interface LintJob {
  /** Absolute. */
  readonly path: string;
  readonly config: LintConfig;
}

/** The result of linting one file. */
export interface FileOutcome extends CachedResult {
  /** The line that each finding starts on; null if there is none. */
  readonly lines: readonly (string | null)[];
  /** For each finding in a notebook, its place in the file's text; empty for other files. */
  readonly stored: readonly (TextRegion | null)[];
  /** The key in the cache; null if another call should lint it again. */
  readonly key: string | null;
}

export interface FileLinterOptions {
  readonly files: ProjectFiles;
  /** The folder of the built product. */
  readonly productFolder: string;
  readonly cache: LintCache | null;
  /** Identifies the build, because other builds may give other results. */
  readonly engine: string;
}

/** Lints files one after another. The parser is loaded only if a file is not in the cache. */
export class CachingLinter {
  private readonly parser: LateParser;
  private made: Linter | null = null;
  private readonly known = new WeakMap<LintConfig, Map<boolean, KeyedSettings>>();

  constructor(private readonly options: FileLinterOptions) {
    this.parser = new LateParser(options.productFolder);
  }

  async lint({ path, config }: LintJob): Promise<FileOutcome> {
    let bytes: Uint8Array;
    try {
      bytes = await this.options.files.readBytes(path);
    } catch (error) {
      return failed(readProblem(error));
    }
    return this.lintBytes(bytes, path, config);
  }

  /** @param path the absolute path of the bytes */
  async lintBytes(bytes: Uint8Array, path: string, config: LintConfig): Promise<FileOutcome> {
    const { settings, key: settingsKey } = this.settings(config, withSlashes(path));
    const kind = kindOf(path);
    const { cache, engine } = this.options;
    const key = cache === null ? null : keyOf(`${engine}\n${kind}\n${settingsKey}\n`, bytes);
    const remembered = key === null ? null : (cache?.get(key) ?? null);
    if (remembered !== null && remembered.findings.length === 0) return { ...remembered, lines: [], stored: [], key };
    const decoded = decodeSource(bytes);
    if ('problem' in decoded) return failed(decoded.problem);
    const { text } = decoded;
    if (remembered !== null) return { ...remembered, ...placesOf(remembered.findings, text, kind), key };
    if (kind === 'sweep') {
      const { isSweep, findings, problem } = await lintSweepFile(text, settings);
      return { findings, problem, linted: isSweep, settles: [], ...placesOf(findings, text, kind), key };
    }
    if (this.mayFind(text, kind, settings)) await this.parser.open();
    const { analysis, problem } = lintSource(this.linter, text, kind, settings);
    const findings = analysis?.findings ?? [];
    const linted = analysis !== null && (problem === null || findings.length > 0);
    return { findings, problem, linted, settles: settledBy(text, settings), ...placesOf(findings, text, kind), key };
  }

  async dispose(): Promise<void> {
    await this.parser.dispose();
  }

  private get linter(): Linter {
    this.made ??= new Linter(this.parser, allRules);
    return this.made;
  }

  /** False only if the text is linted without a parser. */
  private mayFind(text: string, kind: SourceKind, settings: LintSettings): boolean {
    // What is linted is not this text, but cells of it or its lines with other ends.
    if (kind === 'notebook' || /\r(?!\n)/.test(text)) return true;
    return text.length <= longestText && this.linter.mayFind(text, settings);
  }

  /** Most files of a project have the same settings. */
  private settings(config: LintConfig, path: string): KeyedSettings {
    if (config.perFileIgnores.length > 0) return keyed(settingsFor(allRules, config, path));
    let byTest = this.known.get(config);
    if (byTest === undefined) {
      byTest = new Map<boolean, KeyedSettings>();
      this.known.set(config, byTest);
    }
    const test = isTest(path);
    const found = byTest.get(test) ?? keyed(settingsFor(allRules, config, path));
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

interface KeyedSettings {
  readonly settings: LintSettings;
  /** All settings that a result depends on. */
  readonly key: string;
}

function keyed(settings: LintSettings): KeyedSettings {
  const rules = settings.rules.map((rule) => [
    rule.id,
    ...allSeverities.map((severity) => settings.severityOf(rule, severity)),
    ...Object.keys(rule.thresholds).map((name) => settings.threshold(rule, name)),
  ]);
  return { settings, key: JSON.stringify(rules) };
}

const settledBy = (text: string, settings: LintSettings): readonly string[] =>
  settings.rules.filter((rule) => rule.settledBy?.test(text) === true).map(({ id }) => id);

const keyOf = (prefix: string, bytes: Uint8Array): string =>
  createHash('sha256').update(prefix).update(bytes).digest('base64url').slice(0, 32);

const failed = (problem: string): FileOutcome => ({
  findings: [],
  lines: [],
  stored: [],
  problem,
  linted: false,
  settles: [],
  key: null,
});

function placesOf(findings: readonly Finding[], text: string, kind: SourceKind): Pick<FileOutcome, 'lines' | 'stored'> {
  if (findings.length === 0) return { lines: [], stored: [] };
  const lineAt = kind === 'notebook' ? linesOfCells(text) : linesOfText(text);
  return { lines: findings.map(lineAt), stored: kind === 'notebook' ? storedPlaces(text, findings) : [] };
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
