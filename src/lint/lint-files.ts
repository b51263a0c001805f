import { readNotebook } from '../python/notebook';
import type { SourceKind } from './files';
import { LONGEST_TEXT, type Analysis, type Linter } from './linter';
import type { LintSettings } from './settings';

/** The outcome for one file: what was found, or why nothing could be looked for. */
export interface FileResult {
  readonly analysis: Analysis | null;
  /** A sentence, if the file was not understood, or not in all its parts. */
  readonly problem: string | null;
}

/** Lints one file's text as Python or as a notebook. */
export function lintSource(linter: Linter, text: string, kind: Exclude<SourceKind, 'sweep'>, settings: LintSettings): FileResult {
  return kind === 'notebook' ? lintNotebook(linter, text, settings) : lintModule(linter, text, settings);
}

function lintModule(linter: Linter, text: string, settings: LintSettings): FileResult {
  if (text.length > LONGEST_TEXT) return { analysis: null, problem: tooLong(text.length) };
  // Python takes a lone carriage return for the end of a line.
  const analysis = linter.lintText(text.replace(/\r(?!\n)/g, '\n'), settings);
  const { syntaxError } = analysis;
  if (analysis.outOfTime) return { analysis: null, problem: TOO_INVOLVED };
  return {
    analysis,
    problem: syntaxError === null ? null : `It is not valid Python at line ${syntaxError.row + 1}; what stands around that was linted.`,
  };
}

function lintNotebook(linter: Linter, text: string, settings: LintSettings): FileResult {
  const cells = readNotebook(text);
  if (typeof cells === 'string') return { analysis: null, problem: cells };
  const length = cells.reduce((sum, { source }) => sum + source.length, 0);
  if (length > LONGEST_TEXT) return { analysis: null, problem: tooLong(length) };
  const analysis = linter.lintCells(cells, settings);
  return analysis.outOfTime ? { analysis: null, problem: TOO_INVOLVED } : { analysis, problem: null };
}

const TOO_INVOLVED = 'It is too deeply nested or too involved to lint in reasonable time.';

const tooLong = (length: number): string =>
  `It holds ${(length / 1e6).toFixed(1)} million characters of code; files up to ${LONGEST_TEXT / 1e6} million are linted.`;
