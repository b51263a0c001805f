import type { Finding } from '../../src/lint/findings';
import { Linter, type Analysis } from '../../src/lint/linter';
import { RULES } from '../../src/lint/rules';
import { DEFAULT_CONFIG, settingsFor, type LintConfig } from '../../src/lint/settings';
import { loadParser } from '../python/support';

/** What a test chooses; the rest is as by default. */
export interface Choice extends Partial<LintConfig> {
  readonly path?: string;
}

export async function analyse(text: string, { path = 'train.py', ...config }: Choice = {}): Promise<Analysis> {
  return new Linter(await loadParser(), RULES).lintText(text, settingsFor(RULES, { ...DEFAULT_CONFIG, ...config }, path));
}

export async function lint(text: string, choice: Choice = {}): Promise<readonly Finding[]> {
  return (await analyse(text, choice)).findings;
}

/** The findings of one rule, switched on if it is off by default. */
export async function lintWith(rule: string, text: string, choice: Choice = {}): Promise<readonly Finding[]> {
  return lint(text, { select: [rule], ...choice });
}

/** Lints code cells, whose indices are their places in the list. */
export async function lintCells(sources: readonly string[], choice: Choice = {}): Promise<readonly Finding[]> {
  const { path = 'notebook.ipynb', ...config } = choice;
  const linter = new Linter(await loadParser(), RULES);
  const cells = sources.map((source, index) => ({ index, source }));
  return linter.lintCells(cells, settingsFor(RULES, { ...DEFAULT_CONFIG, ...config }, path)).findings;
}

/** The text after a finding's fix. */
export function fixed(text: string, finding: Finding, index = 0): string {
  const lines = text.split('\n');
  const offset = ({ row, column }: { row: number; column: number }): number =>
    lines.slice(0, row).reduce((sum, line) => sum + line.length + 1, 0) + column;
  const edits = [...(finding.fixes[index]?.edits ?? [])].sort((a, b) => offset(b.start) - offset(a.start));
  return edits.reduce((result, edit) => result.slice(0, offset(edit.start)) + edit.text + result.slice(offset(edit.end)), text);
}
