import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RULES } from '../../src/lint/rules';
import { analyse, lint, lintCells } from './support';

const HEAD = 'from sklearn.model_selection import GridSearchCV\n';
const SEARCH = 'GridSearchCV(m, {"C": range(20)})\n';
const SAMPLE = RULES.flatMap(({ nonCompliant }) => nonCompliant.map(({ code }) => code)).join('\n');

describe('whatever the text', () => {
  const texts: Readonly<Record<string, string>> = {
    'deep brackets': `${HEAD}x = ${'['.repeat(5000)}GridSearchCV(m, g)${']'.repeat(5000)}\n`,
    'brackets that never close': `${HEAD}${'GridSearchCV('.repeat(5000)}`,
    'deep blocks': HEAD + Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}if x:`).join('\n') + `\n${' '.repeat(300)}GridSearchCV(m, g)`,
    'a long sum': `${HEAD}GridSearchCV(m, ${'g + '.repeat(3000)}g)`,
    'a long chain': `${HEAD}GridSearchCV(m, g)${'.fit(X)'.repeat(3000)}`,
    'a long line': `${HEAD}x = [${'1, '.repeat(200_000)}]\nGridSearchCV(m, {"C": x})`,
    'many assignments': `${HEAD}${'g = {"C": [1]}\n'.repeat(3000)}${'GridSearchCV(m, g)\n'.repeat(300)}`,
    'names that lead in a circle': `${HEAD}a = b\nb = a\nGridSearchCV(a, b, cv=a)`,
    'a huge product': `${HEAD}GridSearchCV(m, {str(i) + j: range(1000) for i in range(40) for j in "abc"})`,
    'a huge comprehension': `${HEAD}GridSearchCV(m, {"C": [i for i in range(10**6) for j in range(10**6)]})`,
  };
  for (const [name, text] of Object.entries(texts)) {
    it(`answers on ${name}`, async function () {
      this.timeout(5000);
      await analyse(text);
    });
  }

  it('reads Python 2, match, new f-strings and type parameters', async () => {
    for (const line of ['print "x" % y', 'exec "x"', 'match a:\n    case [b, *c]: pass', 'f"{x!r:{w}} {"q"}"', 'def f[T](x: T) -> T: ...', 'type A[T] = list[T]']) {
      const { findings } = await analyse(`${HEAD}${line}\n${SEARCH}`);
      assert.deepEqual(findings.map(({ rule }) => rule), ['grid-search'], line);
    }
  });

  it('says where a text stops being Python, and lints what is sound around it', async () => {
    const { findings, syntaxError } = await analyse(`${HEAD}${SEARCH}x = = 3\ny = 1\n`);
    assert.equal(findings.length, 1);
    assert.equal(syntaxError?.row, 2);
  });

  it('does not report a call that is broken itself', async () => {
    const { findings, syntaxError } = await analyse(`${HEAD}GridSearchCV(m, {"C": [1, 2`);
    assert.deepEqual(findings, []);
    assert.ok(syntaxError !== null);
  });

  it('counts columns in UTF-16 units, with tabs as one', async () => {
    const [finding] = await lint(`${HEAD}if x:\n\ty = "😀é"; GridSearchCV(m, g)\n`);
    assert.deepEqual(finding?.start, { row: 2, column: 12 });
    const [crlf] = await lint(`${HEAD.replace('\n', '\r\n')}x = 1\r\n  \r\n${SEARCH}`);
    assert.deepEqual(crlf?.start, { row: 3, column: 0 });
  });

  it('survives truncation anywhere', async function () {
    this.timeout(20_000);
    for (let length = 0; length < SAMPLE.length; length += 97) await analyse(SAMPLE.slice(0, length), { select: ['all'] });
  });

  it('survives any damage', async function () {
    this.timeout(20_000);
    const damage = fc.array(fc.record({ at: fc.nat(SAMPLE.length), remove: fc.nat(30), insert: fc.string({ unit: 'binary', maxLength: 8 }) }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(damage, async (edits) => {
        const text = edits.reduce((whole, { at, remove, insert }) => whole.slice(0, at) + insert + whole.slice(at + remove), SAMPLE);
        await analyse(text, { select: ['all'] });
        await lintCells(text.split('\n\n'), { select: ['all'] });
      }),
      { numRuns: 60 },
    );
  });
});
