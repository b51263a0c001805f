import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Finding } from '../../../src/lint/engine/findings';
import { Copies, copyMark, type CopyMark } from '../../../src/lint/scan/copies';

const at = { row: 0, column: 0 };
const finding = (message: string, once: string | null = null): Finding => ({
  rule: 'grid-search',
  practice: 16,
  severity: 'warning',
  message,
  headline: null,
  wayOut: null,
  cell: null,
  start: at,
  end: at,
  mark: { start: at, end: at },
  estimate: null,
  fixes: [],
  once,
  silencing: null,
});

const program = (lines: number, name = 'value'): string =>
  Array.from({ length: lines }, (_, line) => `${name}_${line} = compute(${line})`).join('\n');

function marked(code: string, findings: readonly Finding[] = [finding('72 fits')]): CopyMark {
  const mark = copyMark(findings, code);
  assert.ok(mark !== null);
  return mark;
}

const isCopy = (one: CopyMark, other: CopyMark): boolean => {
  const copies = new Copies<string>();
  assert.equal(copies.originalOf('one', one), 'one');
  return copies.originalOf('other', other) === 'one';
};

describe('lint/scan/copies', () => {
  it('knows a copy with small changes, wherever they are', () => {
    const lines = program(200).split('\n');
    const changed = lines.flatMap((line, index) =>
      index % 20 === 3 ? [`${line} + 1`, '# a remark', ''] : [`  ${line}  `],
    );
    assert.ok(isCopy(marked(program(200)), marked(changed.join('\n'))));
    assert.ok(isCopy(marked(program(200)), marked(lines.reverse().join('\n'))));
  });

  it('takes other code, and other findings in the same code, for no copy', () => {
    assert.ok(!isCopy(marked(program(200)), marked(program(200, 'other'))));
    // Half of it is the same.
    assert.ok(!isCopy(marked(program(100)), marked(`${program(50)}\n${program(50, 'other')}`)));
    assert.ok(!isCopy(marked(program(200)), marked(program(200), [finding('12 fits')])));
    assert.ok(!isCopy(marked(program(200)), marked(program(200), [finding('72 fits'), finding('72 fits')])));
  });

  it('does not compare short files, nor what a project says once', () => {
    assert.equal(copyMark([finding('72 fits')], program(19)), null);
    assert.equal(copyMark([finding('72 fits')], `x = 1\n`.repeat(500)), null);
    assert.equal(copyMark([], program(200)), null);
    assert.equal(copyMark([finding('no tracker', 'unmeasured')], program(200)), null);
    assert.ok(
      isCopy(marked(program(50)), marked(program(50), [finding('72 fits'), finding('no tracker', 'unmeasured')])),
    );
  });

  it('forgets a file, so that its copy speaks', () => {
    const copies = new Copies<string>();
    const mark = marked(program(40));
    assert.deepEqual(
      ['a', 'b', 'a'].map((file) => copies.originalOf(file, mark)),
      ['a', 'a', 'a'],
    );
    copies.forget('a');
    assert.deepEqual(
      ['b', 'a'].map((file) => copies.originalOf(file, mark)),
      ['b', 'b'],
    );
  });

  it('tells 90 % of common lines from 50 % at any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 3000 }), fc.integer({ min: 0, max: 1000 }), (lines, salt) => {
        const shared = (share: number): string =>
          `${program(Math.round(lines * share), `x${salt}`)}\n${program(lines - Math.round(lines * share), 'own')}`;
        const whole = marked(program(lines, `x${salt}`));
        // Common lines of all lines of both: 0.95 of each is 90 %, 0.66 is 49 %.
        assert.ok(isCopy(whole, marked(shared(0.95))));
        assert.ok(!isCopy(whole, marked(shared(0.66))));
      }),
      { seed: 7, numRuns: 100 },
    );
  });
});
