import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Frame } from 'playwright-core';

/** Of WCAG 2.2, levels A and AA. */
const rules = {
  all: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  /** Those whose outcome depends on the colours of a theme. */
  colours: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
  /** Of what VS Code itself draws from our text: its colours, and the title and language of its document, are its own. */
  structure: {
    type: 'rule',
    values: ['link-name', 'list', 'listitem', 'image-alt'],
  },
} as const;

/** What axe-core finds wrong in a document, one line each; empty if nothing. */
export async function accessibilityProblems(
  frame: Frame,
  which: keyof typeof rules = 'all',
): Promise<readonly string[]> {
  const axe = await readFile(createRequire(join(process.cwd(), 'package.json')).resolve('axe-core/axe.min.js'), 'utf8');
  // Evaluated by the browser's debugger, which the content security policy of a webview does not bind.
  if (!(await frame.evaluate<boolean>('"axe" in window'))) await frame.evaluate(axe);
  const results = await frame.evaluate<AxeResults>(
    `axe.run(document, { resultTypes: ['violations'], runOnly: ${JSON.stringify(rules[which])} })`,
  );
  return results.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `${id}: ${help} at ${target.join(' ')}. ${failureSummary}`),
  );
}
