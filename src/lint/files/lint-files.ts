import { readNotebook, type CodeCell } from '../../python/notebook';
import { strangeText } from '../../system/strange-text';
import type { SourceKind } from './files';
import { longestText, type Analysis, type Linter } from '../engine/linter';
import type { LintSettings } from '../engine/settings';
import { toDecimals } from '../../present/words';

/** The result for one file: its findings, or why it could not be linted. */
export interface FileResult {
  readonly analysis: Analysis | null;
  /** A sentence, if the file or a part of it could not be parsed. */
  readonly problem: string | null;
  /** The code cells of a notebook; null for other files and for a notebook that cannot be read. */
  readonly cells: readonly CodeCell[] | null;
}

/** Lints one file's text as Python or as a notebook. */
export function lintSource(
  linter: Linter,
  text: string,
  kind: Exclude<SourceKind, 'configuration'>,
  settings: LintSettings,
): FileResult {
  return kind === 'notebook' ? lintNotebook(linter, text, settings) : lintModule(linter, text, settings);
}

function lintModule(linter: Linter, text: string, settings: LintSettings): FileResult {
  if (text.length > longestText) return { analysis: null, problem: tooLong(text.length), cells: null };
  // For Python, a lone carriage return ends a line.
  const analysis = linter.lintText(text.replace(/\r(?!\n)/g, '\n'), settings);
  const { syntaxError } = analysis;
  const problems = [
    ...(syntaxError === null
      ? []
      : [
          strangeText(text) ??
            `Line ${syntaxError.row + 1} could not be parsed as Python; the rest of the file was linted.`,
        ]),
    ...cutShort(analysis),
  ];
  return { analysis, problem: problems.length === 0 ? null : problems.join(' '), cells: null };
}

function lintNotebook(linter: Linter, text: string, settings: LintSettings): FileResult {
  const cells = readNotebook(text);
  if (typeof cells === 'string') return { analysis: null, problem: cells, cells: null };
  const length = cells.reduce((sum, { source }) => sum + source.length, 0);
  if (length > longestText) return { analysis: null, problem: tooLong(length), cells };
  const analysis = linter.lintCells(cells, settings);
  const [problem = null] = cutShort(analysis);
  return { analysis, problem, cells };
}

/** The message about rules that were stopped before the end of a text. */
export function cutShort({ cutShort: rules }: Analysis): readonly string[] {
  if (rules.length === 0) return [];
  return [
    `It is too long or too involved for ${rules.join(', ')}: what ${rules.length === 1 ? 'this rule' : 'these rules'} found before the limit is reported, and there may be more.`,
  ];
}

export const tooLong = (length: number): string =>
  `It holds ${toDecimals(length / 1e6, 1)} million characters of code; files up to ${longestText / 1e6} million are linted.`;
