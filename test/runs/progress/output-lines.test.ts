import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OutputLines } from '../../../src/runs/progress/output-lines';

function lines(...chunks: string[]): string[] {
  const output = new OutputLines();
  return [...chunks.flatMap((chunk) => output.feed(chunk)), ...output.end()];
}

describe('runs/progress/output-lines', () => {
  it('ends a line at breaks, returns, backspaces and cursor movements', () => {
    assert.deepEqual(lines('a\nb\r\nc\rd\b\b\be\x1b[Af\x1b[2Kg'), ['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  });

  it('removes colours, titles, links and shell marks, also when they are cut', () => {
    const text =
      '\x1b[1;32mEpoch\x1b[0m \x1b]0;title\x07\x1b]8;;https://a.example\x1b\\1/3\x1b]8;;\x1b\\\x1b(B\x1b[?25l!\n';
    assert.deepEqual(lines(text), ['Epoch 1/3!']);
    assert.deepEqual(lines(...Array.from(text)), ['Epoch 1/3!']);
  });

  it('leaves out a line that is too long, and goes on after it', () => {
    assert.deepEqual(lines('x'.repeat(3000), 'y'.repeat(3000), '\nz\n'), ['z']);
  });

  it('finds its way back after an escape sequence that never ends', () => {
    assert.deepEqual(lines(`\x1b]0;${'x'.repeat(2000)}\nEpoch\n`).at(-1), 'Epoch');
  });

  it('gives the same lines however the text is cut', () => {
    const piece = fc.constantFrom(
      'a',
      'Epoch 1',
      '\n',
      '\r',
      '\b',
      '\x1b[',
      '\x1b',
      '[',
      'A',
      'm',
      ']',
      '\x07',
      '\\',
      '1;3',
      '\u{1F600}',
      '\t',
      '\x7f',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (pieces, size) => {
        const text = pieces.join('');
        const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
          text.slice(index * size, (index + 1) * size),
        );
        assert.deepEqual(lines(...chunks), lines(text));
      }),
    );
  });
});
