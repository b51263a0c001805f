import assert from 'node:assert/strict';
import fc from 'fast-check';
import { moved, type TextEdit } from '../../../src/editor/lint/moved';
import { LineIndex, type Finding } from '../../../src/lint/engine/findings';

/** A finding whose name is the part of a text from one offset to another. */
function findingAt(text: string, from: number, to: number): Finding {
  const lines = new LineIndex(text);
  const mark = { start: lines.pointAt(from), end: lines.pointAt(to) };
  return {
    rule: 'grid-search',
    practice: 16,
    severity: 'warning',
    message: '',
    headline: null,
    wayOut: null,
    estimate: null,
    cell: null,
    ...mark,
    mark,
    fixes: [],
    once: null,
    silencing: null,
  };
}

function editAt(text: string, from: number, to: number, by: string): TextEdit {
  const lines = new LineIndex(text);
  const point = (offset: number): { line: number; character: number } => {
    const { row, column } = lines.pointAt(offset);
    return { line: row, character: column };
  };
  return { range: { start: point(from), end: point(to) }, text: by };
}

const marked = (text: string, { mark }: Finding): string => {
  const lines = new LineIndex(text);
  return text.slice(lines.offsetAt(mark.start), lines.offsetAt(mark.end));
};

describe('findings in an edited text', () => {
  const text = 'import a\n\nsearch = GridSearchCV(\n    model,\n)\n';
  const [from, to] = [text.indexOf('Grid'), text.indexOf('(')];
  const finding = findingAt(text, from, to);
  const after = (edit: TextEdit): Finding | undefined => moved([finding], [edit])[0];

  it('move down at once when a line is added above them, also in front of their name', () => {
    assert.equal(after(editAt(text, 9, 9, '\n'))?.mark.start.row, 3);
    assert.equal(after(editAt(text, 0, 0, '# a\r\n# b\n'))?.mark.start.row, 4);
    assert.deepEqual(after(editAt(text, from, from, '\n  '))?.mark.start, { row: 3, column: 2 });
  });

  it('move along their line', () => {
    assert.deepEqual(after(editAt(text, from - 2, from - 2, 'abc'))?.mark, {
      start: { row: 2, column: 12 },
      end: { row: 2, column: 24 },
    });
  });

  it('stay where they are when later text is edited, or text is added after their name', () => {
    assert.deepEqual(after(editAt(text, to + 2, to + 4, 'x\n'))?.mark, finding.mark);
    assert.deepEqual(after(editAt(text, to, to, 'x'))?.mark, finding.mark);
  });

  it('are gone when their name is edited', () => {
    assert.equal(after(editAt(text, from + 1, from + 2, '')), undefined);
    assert.equal(after(editAt(text, 0, text.length, '')), undefined);
  });

  it('cover the same words after any edits elsewhere', () => {
    const piece = fc.array(fc.constantFrom('a', ' ', '\n', 'bc'), { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(piece, piece, piece, piece, fc.nat(), fc.nat(), (head, tail, first, second, one, other) => {
        const whole = `${head}NAME${tail}`;
        const start = head.length;
        const before = [one % (start + 1), other % (start + 1)].sort((a, b) => a - b);
        const behind = start + 4 + (one % (tail.length + 1));
        const [a = 0, b = 0] = before;
        const edits = [editAt(whole, a, b, first), editAt(whole, behind, behind, second)];
        const edited = `${whole.slice(0, a)}${first}${whole.slice(b, behind)}${second}${whole.slice(behind)}`;
        const [found] = moved([findingAt(whole, start, start + 4)], edits);
        assert.ok(found);
        assert.equal(marked(edited, found), 'NAME');
      }),
    );
  });
});
