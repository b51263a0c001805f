import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { lensesOf } from '../../src/editor/lint/lenses';
import type { Finding } from '../../src/lint/engine/findings';

const finding = (row: number, more: Partial<Finding> = {}): Finding => {
  const mark = { start: { row, column: 0 }, end: { row, column: 4 } };
  return {
    rule: 'grid-search',
    practice: 16,
    severity: 'warning',
    message: '',
    headline: '361 fits',
    wayOut: '101 with random search',
    cell: null,
    ...mark,
    mark,
    estimate: null,
    once: null,
    fixes: [],
    silencing: null,
    ...more,
  };
};

describe('the lenses of findings', () => {
  const titles = async (findings: readonly Finding[], lastRun: string | null): Promise<readonly string[]> => {
    const document = await vscode.workspace.openTextDocument({ language: 'python', content: '\n'.repeat(10) });
    return lensesOf(document, findings, lastRun).map(({ command }) => command?.title ?? '');
  };

  it('say the last run of the file once', async () => {
    assert.deepEqual(await titles([finding(0, { headline: null }), finding(2), finding(5)], '~3.2 Wh'), [
      '361 fits → 101 with random search · last run ~3.2 Wh',
      '361 fits → 101 with random search',
    ]);
  });

  it('have the first fix beside them', async () => {
    const fixes = ['Use A', 'Use B'].map((title) => ({ title, safe: false, edits: [] }));
    assert.deepEqual(await titles([finding(2, { fixes, wayOut: null })], null), ['361 fits', 'Use A']);
  });
});
