import { withEdits } from '../../src/lint/fixes/apply-fixes';
import type { Finding } from '../../src/lint/engine/findings';
import { Linter, type Analysis } from '../../src/lint/engine/linter';
import { allRules } from '../../src/lint/rules';
import { defaultConfig, settingsFor, type LintConfig } from '../../src/lint/engine/settings';
import { readNotebook } from '../../src/python/notebook';
import { loadParser } from '../python/support';

/** What a test chooses; the rest is as by default. */
export interface Choice extends Partial<LintConfig> {
  readonly path?: string;
}

export async function analyse(text: string, { path = 'train.py', ...config }: Choice = {}): Promise<Analysis> {
  return new Linter(await loadParser(), allRules).lintText(
    text,
    settingsFor(allRules, { ...defaultConfig, ...config }, path),
  );
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
  const linter = new Linter(await loadParser(), allRules);
  const cells = sources.map((source, index) => ({ index, source }));
  return linter.lintCells(cells, settingsFor(allRules, { ...defaultConfig, ...config }, path)).findings;
}

/** The text after a finding's fix. */
export const fixed = (text: string, finding: Finding, index = 0): string =>
  withEdits(text, finding.fixes[index]?.edits ?? []);

/** The findings in the file of a notebook: each of its code cells with what it printed, and its metadata. */
export async function lintRecorded(
  cells: readonly (readonly [source: string, printed: string, metadata?: unknown])[],
  config: Partial<LintConfig> = {},
): Promise<readonly Finding[]> {
  const lines = (text: string): readonly string[] => text.split(/(?<=\n)/);
  const read = readNotebook(
    JSON.stringify({
      cells: cells.map(([source, printed, metadata = {}]) => ({
        metadata,
        cell_type: 'code',
        source: lines(source),
        outputs: printed === '' ? [] : [{ output_type: 'stream', name: 'stdout', text: lines(printed) }],
      })),
    }),
  );
  if (typeof read === 'string') throw new Error(read);
  const settings = settingsFor(allRules, { ...defaultConfig, ...config }, 'a.ipynb');
  return new Linter(await loadParser(), allRules).lintCells(read, settings).findings;
}
