import type { CodeCell } from '../../python/notebook';
import type { Finding } from '../engine/findings';
import { Linter } from '../engine/linter';
import { settingsFor, type LintConfig, type LintSettings } from '../engine/settings';
import { kindOf, withSlashes } from '../files/files';
import { cutShort, lintSource } from '../files/lint-files';
import { withoutImages } from '../files/notebook-images';
import { storedPlaces } from '../files/notebook-places';
import { lintConfigured } from '../files/configured';
import { allRules } from '../rules';
import { sentScripts } from '../libraries/cloud-jobs';
import { LateParser, MissingGrammar } from './late-parser';
import { codeOf, copyMark } from './copies';
import { isTest } from '../engine/test-paths';
import type { FileOutcome, OutcomeDetail } from './outcome';

/** Runs the rules over the texts of files. */
export class TextLinter {
  private readonly parser: LateParser;
  private readonly linter: Linter;
  private readonly settings = new WeakMap<LintConfig, Map<boolean, LintSettings>>();

  /** @param productFolder the folder of the built product */
  constructor(productFolder: string) {
    this.parser = new LateParser(productFolder);
    this.linter = new Linter(this.parser, allRules);
  }

  /** @param path the absolute path of the text */
  async lint(text: string, path: string, config: LintConfig): Promise<FileOutcome | MissingGrammar> {
    const settings = this.settingsOf(config, withSlashes(path));
    const kind = kindOf(path);
    if (kind === 'configuration') {
      const { isKnown, findings, problem } = await lintConfigured(text, settings);
      const sends = sentScripts(text);
      const detail = detailOf(findings, text, null);
      return { problem, cutShort: null, linted: isKnown, settles: [], sends, ...detail, copy: null };
    }
    const result = await this.parser.supply(() => lintSource(this.linter, text, kind, settings));
    if (result instanceof MissingGrammar) return result;
    const { analysis, problem, cells } = result;
    const findings = analysis?.findings ?? [];
    const linted = analysis !== null && (problem === null || findings.length > 0);
    const whole = kind === 'notebook' ? withoutImages(text) : text;
    return {
      problem,
      cutShort: analysis === null ? null : (cutShort(analysis)[0] ?? null),
      linted,
      settles: settledBy(whole, settings),
      sends: sentScripts(whole),
      ...detailOf(findings, text, cells),
    };
  }

  dispose(): Promise<void> {
    return this.parser.dispose();
  }

  /** Most files of a project have the same settings. */
  private settingsOf(config: LintConfig, path: string): LintSettings {
    if (config.perFileIgnores.length > 0) return settingsFor(allRules, config, path);
    let byTest = this.settings.get(config);
    if (byTest === undefined) {
      byTest = new Map<boolean, LintSettings>();
      this.settings.set(config, byTest);
    }
    const test = isTest(path, config.root);
    const found = byTest.get(test) ?? settingsFor(allRules, config, path);
    byTest.set(test, found);
    return found;
  }
}

const settledBy = (text: string, settings: LintSettings): readonly string[] =>
  settings.rules.filter((rule) => rule.settledBy?.test(text) === true).map(({ id }) => id);

function detailOf(
  findings: readonly Finding[],
  text: string,
  cells: readonly CodeCell[] | null,
): OutcomeDetail & Pick<FileOutcome, 'once' | 'copy'> {
  if (findings.length === 0) return { findings, lines: [], stored: [], once: [], copy: null };
  const lineAt = cells === null ? linesOfText(text) : linesOfCells(cells);
  return {
    findings,
    lines: findings.map(lineAt),
    stored: cells === null ? [] : storedPlaces(text, findings),
    once: findings.flatMap(({ once, severity }) => (once === null ? [] : [[once, severity] as const])),
    copy: copyMark(findings, codeOf(text, cells)),
  };
}

type LineAt = (finding: Finding) => string | null;

function linesOfText(text: string): LineAt {
  const lines = text.split(/\r\n|\r|\n/);
  return ({ start }) => lines[start.row] ?? null;
}

function linesOfCells(cells: readonly CodeCell[]): LineAt {
  const sources = new Map(cells.map(({ index, source }) => [index, source.split(/\r\n|\r|\n/)]));
  return ({ cell, start }) => sources.get(cell ?? -1)?.[start.row] ?? null;
}
