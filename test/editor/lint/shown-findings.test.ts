import assert from 'node:assert/strict';
import { ShownFindings } from '../../../src/editor/lint/shown-findings';
import type { Finding } from '../../../src/lint/engine/findings';

const finding = (row: number, more: Partial<Finding> = {}): Finding => ({
  rule: 'grid-search',
  practice: 16,
  severity: 'warning',
  message: 'This tries 12 candidates.',
  headline: '12 fits',
  wayOut: null,
  estimate: null,
  cell: null,
  start: { row, column: 4 },
  end: { row: row + 1, column: 8 },
  mark: { start: { row, column: 4 }, end: { row, column: 16 } },
  fixes: [],
  once: null,
  silencing: null,
  ...more,
});

const edit = (from: number, to: number, text: string) => ({
  range: { start: { line: from, character: 0 }, end: { line: to, character: 0 } },
  text,
});

describe('findings that are shown', () => {
  let shown: ShownFindings;
  beforeEach(() => {
    shown = new ShownFindings();
    assert.equal(shown.take('a', [finding(5), finding(20)], null), true);
  });
  const again = (): boolean => shown.take('a', [finding(5), finding(20)], null);

  it('are not shown again while they look the same', () => {
    assert.equal(again(), false);
    assert.equal(shown.take('b', [], null), false);
    assert.equal(shown.take('b', [], null), false);
  });

  it('are shown again with another look, place or notice', () => {
    for (const change of [
      { message: 'This tries 13 candidates.' },
      { headline: '13 fits' },
      { severity: 'hint' },
      { rule: 'run-cap' },
      { practice: null },
      { wayOut: '5 fits' },
      { mark: { start: { row: 5, column: 3 }, end: { row: 5, column: 16 } } },
      { mark: { start: { row: 5, column: 4 }, end: { row: 5, column: 17 } } },
      { fixes: [{ title: 'Fix', safe: true, edits: [] }] },
    ] as const) {
      assert.equal(shown.take('a', [finding(5, change), finding(20)], null), true);
      assert.equal(again(), true);
    }
    assert.equal(shown.take('a', [finding(5)], null), true);
    assert.equal(shown.take('a', [], null), true);
    assert.equal(shown.take('a', [], 'It is too long.'), true);
    assert.equal(shown.take('a', [], 'It is too long.'), false);
    assert.equal(shown.take('a', [], null), true);
  });

  it('stay where they are when other lines are edited', () => {
    for (const harmless of [edit(3, 3, 'x'), edit(8, 8, ''), edit(22, 22, 'x\n'), edit(30, 40, '')]) {
      shown.edited('a', [harmless]);
      assert.equal(again(), false);
    }
  });

  it('are shown again after an edit of their lines, or one that moved them and one that moved them back', () => {
    for (const harmful of [
      edit(0, 0, 'x'),
      edit(3, 3, 'x\n'),
      edit(3, 4, ''),
      edit(5, 5, 'x'),
      edit(6, 6, ''),
      edit(21, 22, ''),
      edit(8, 8, '\r\n'),
    ]) {
      shown.edited('a', [edit(30, 30, ''), harmful]);
      shown.edited('a', [edit(30, 30, '')]);
      assert.equal(again(), true);
      assert.equal(again(), false);
    }
  });

  it('move with the text before the next analysis', () => {
    shown.edited('a', [edit(3, 3, 'x\n')]);
    assert.deepEqual(
      shown.of('a').map(({ mark }) => mark.start.row),
      [6, 21],
    );
    assert.equal(shown.take('a', [finding(6), finding(21)], null), true);
  });

  it('are taken away if their text went and nothing is found any more', () => {
    shown.edited('a', [edit(0, 40, '')]);
    assert.deepEqual(shown.of('a'), []);
    assert.equal(shown.take('a', [], null), true);
    shown.edited('a', [edit(0, 0, 'x')]);
    assert.equal(shown.take('a', [], null), false);
  });

  it('are those of the last analysis, with fixes that may have moved', () => {
    const withFix = (column: number): Finding => {
      const [start, end] = [
        { row: 6, column },
        { row: 6, column: column + 2 },
      ];
      return finding(5, { fixes: [{ title: 'Fix', safe: true, edits: [{ cell: null, start, end, text: '' }] }] });
    };
    shown.take('a', [withFix(1), finding(20)], null);
    const fixed = [withFix(2), finding(20)];
    assert.equal(shown.take('a', fixed, null), false);
    assert.equal(shown.of('a'), fixed);
    shown.forget('a');
    assert.deepEqual(shown.of('a'), []);
    assert.equal(again(), true);
  });
});
