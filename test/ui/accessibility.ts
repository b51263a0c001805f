import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Frame } from 'playwright-core';

/**
 * What axe-core finds wrong in a document, one line each; empty if nothing. The rules are those of WCAG 2.2 at levels
 * A and AA.
 */
export async function accessibilityProblems(frame: Frame): Promise<readonly string[]> {
  const axe = await readFile(createRequire(join(process.cwd(), 'package.json')).resolve('axe-core/axe.min.js'), 'utf8');
  // Evaluated by the browser's debugger, which the content security policy of a webview does not bind.
  await frame.evaluate(axe);
  const results = await frame.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`,
  );
  return results.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `${id}: ${help} at ${target.join(' ')}. ${failureSummary}`),
  );
}
