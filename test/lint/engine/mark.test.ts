import assert from 'node:assert/strict';
import type { TextPoint } from '../../../src/python/notebook';
import { markOf } from '../../../src/lint/engine/mark';
import { documentedRules } from '../../../src/lint/rules/documented';
import { loadParser } from '../../python/support';
import { lint, lintCells, lintWith } from '../support';

const between = (text: string, { start, end }: { readonly start: TextPoint; readonly end: TextPoint }): string => {
  assert.equal(start.row, end.row, 'a mark is within one line');
  return text.split('\n')[start.row]?.slice(start.column, end.column) ?? '';
};

describe('the mark of a finding', () => {
  const names: readonly (readonly [code: string, type: string, marked: string])[] = [
    ['GridSearchCV(model,\n  grid)', 'call', 'GridSearchCV'],
    ['optuna.samplers.GridSampler(space)', 'call', 'optuna.samplers.GridSampler'],
    ['make(\n  a,\n).to(device).fit(x)', 'call', 'fit'],
    ['(a\n  .b\n  .fit(x))', 'call', 'fit'],
    ['@step\ndef train(a,\n  b):\n  pass', 'decorated_definition', 'train'],
    ['class Net(\n  Module\n):\n  pass', 'class_definition', 'Net'],
    ['f(grid={\n  "a": 1,\n})', 'keyword_argument', 'grid'],
    ['f(cv=5)', 'keyword_argument', 'cv=5'],
    ['model = {\n  "a": 1,\n}', 'assignment', 'model'],
    ['x = [\r\n  1,\r\n]', 'list', '['],
    ['while True: # for ever\n  pass', 'while_statement', 'while True: # for ever'],
  ];
  for (const [code, type, marked] of names) {
    it(`is "${marked}" of ${JSON.stringify(code)}`, async () => {
      const tree = (await loadParser()).parse(code);
      const [node] = tree.root.descendantsOfType([type]);
      assert.ok(node);
      assert.equal(between(code, markOf(node)), marked);
      tree.dispose();
    });
  }

  it("is a loop's header, or its first line", async () => {
    const code = 'for a in product([1, 2], [3, 4]):\n  pass\nfor b in product(\n  [1, 2]\n):\n  pass\n';
    const tree = (await loadParser()).parse(code);
    const loops = tree.root.descendantsOfType(['for_statement']);
    assert.deepEqual(
      loops.map((loop) => between(code, markOf(loop, loop.childForFieldName('right') ?? loop))),
      ['for a in product([1, 2], [3, 4])', 'for b in product('],
    );
    tree.dispose();
  });

  it('is within one line for every example of every rule, however the code is broken into lines', async () => {
    for (const rule of documentedRules)
      for (const { code } of rule.nonCompliant)
        for (const text of [code, code.replace(/\(/g, '(\n').replace(/, /g, ',\n        ')])
          for (const { mark, start, end } of await lint(text, { select: ['all'] })) {
            assert.ok(between(text, mark).trim() !== '', `${rule.id}: ${text}`);
            assert.ok(mark.start.row >= start.row && mark.end.row <= end.row, `${rule.id}: ${text}`);
          }
  });

  it('is the region of a call', async () => {
    const code = 'import boto3\nboto3.client(\n    "sagemaker",\n    region_name="us-east-1",\n)\n';
    const [finding] = await lintWith('high-carbon-region', code);
    assert.equal(finding && between(code, finding.mark), '"us-east-1"');
  });

  it("is within the finding's cell", async () => {
    const cells = [
      'from sklearn.model_selection import GridSearchCV',
      'GridSearchCV(\n  m, {"C": range(72)}\n).fit(x)',
    ];
    const [finding] = await lintCells(cells);
    assert.equal(finding?.cell, 1);
    assert.equal(between(cells[1] ?? '', finding.mark), 'GridSearchCV');
  });
});
