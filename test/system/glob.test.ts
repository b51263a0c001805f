import assert from 'node:assert/strict';
import fc from 'fast-check';
import picomatch from 'picomatch';
import { globMatcher, wildcardMatcher } from '../../src/system/glob';

/** Pieces of patterns, with few letters so that matches are common. */
const piece = fc.constantFrom('a', 'b', '.', '*', '?', 'a*', '*b', '[ab]', '[a-c]', '{a,b}', '{a*,b?}', '\\*', '-');
const segment = fc.oneof(
  { weight: 1, arbitrary: fc.constant('**') },
  {
    weight: 4,
    arbitrary: fc
      .array(piece, { minLength: 1, maxLength: 4 })
      .map((pieces) => pieces.join(''))
      .filter((name) => !/^\.+$|\*\*/.test(name)),
  },
);
const pattern = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'));
const path = fc
  .array(
    fc
      .string({ unit: fc.constantFrom('a', 'b', 'c', '.', '*', '-'), minLength: 1, maxLength: 4 })
      .filter((name) => !/^\.+$/.test(name)),
    { minLength: 1, maxLength: 4 },
  )
  .map((names) => names.join('/'));

describe('system/glob', () => {
  it('matches as people expect', () => {
    const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
      ['*.py', ['a.py', '.py', '.hidden.py'], ['a/b.py', 'a.pyc']],
      ['**/*.py', ['a.py', 'a/b.py', 'a/b/c.py'], ['a.txt']],
      ['notebooks/**', ['notebooks/a', 'notebooks/a/b.py'], ['notebooks', 'a/notebooks', 'notebooks2/a']],
      ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb', 'b']],
      ['**', ['a', 'a/b'], []],
      ['a**b', ['ab', 'axxb'], ['a/b']],
      ['tes?', ['test', 'tes😀'], ['tes', 'tes/']],
      ['[!a]b', ['bb', ']b'], ['ab', '/b']],
      ['[]a]', [']', 'a'], ['b']],
      ['[a', ['[a'], ['a']],
      ['{src,test}/**/*.{py,ipynb}', ['src/a.py', 'test/x/y.ipynb'], ['docs/a.py', 'src/a.md']],
      ['a{b,{c,d}e,}', ['a', 'ab', 'ace', 'ade'], ['ae', 'ac']],
      ['{a}', ['{a}'], ['a']],
      ['{a,b', ['{a,b'], ['a']],
      ['{**/a,b}.py', ['x/y/a.py', 'a.py', 'b.py'], ['x/b.py']],
      ['\\*', ['*'], ['a']],
      ['!*.py', ['a.md', 'a/b.py'], ['a.py']],
      ['', [''], ['a']],
      ['./src/*.py', ['src/a.py'], ['a.py']],
    ];
    for (const [glob, yes, no] of cases) {
      for (const text of yes) assert.equal(globMatcher(glob)(text), true, `${glob} matches ${text}`);
      for (const text of no) assert.equal(globMatcher(glob)(text), false, `${glob} does not match ${text}`);
    }
  });

  it('agrees with picomatch', () => {
    fc.assert(
      fc.property(pattern, path, (glob, text) => {
        // For picomatch, a folder sometimes matches a pattern for its content.
        fc.pre(!glob.endsWith('/**') || !picomatch(glob.slice(0, -3), { dot: true })(text));
        assert.equal(globMatcher(glob)(text), picomatch(glob, { dot: true })(text), `${glob} on ${text}`);
      }),
      { numRuns: 3000 },
    );
  });

  it('is fast for patterns that hang a backtracking matcher', function () {
    const name = 'a'.repeat(4000);
    const patterns = [
      '**/*a*a*a*a*a*a*a*a*a*a*a*a*a*b',
      `${'*a'.repeat(400)}b`,
      `${'{a,*}'.repeat(150)}b`,
      `${'**/'.repeat(300)}b`,
      `${'{'.repeat(300)}*${',a}'.repeat(300)}b`,
      `${'[a-'.repeat(300)}b`,
    ];
    // The limit only ends a hang: backtracking would take longer than the age of the Earth.
    this.timeout(60_000);
    for (const glob of patterns) {
      assert.equal(globMatcher(glob)(name), false, glob);
      assert.equal(globMatcher(glob)('a/'.repeat(2000)), false, glob);
    }
  });

  it('accepts any pattern and any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from('ab/*?[]{},!\\^-.(|)')) }),
        fc.string(),
        (glob, text) => void globMatcher(glob)(text),
      ),
      { numRuns: 2000 },
    );
  });

  it('matches names with stars as a regular expression would', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'B', 'b', '.'), maxLength: 8 });
    const wildcard = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 6 });
    fc.assert(
      fc.property(wildcard, text, (glob, name) => {
        const expected = new RegExp(`^${glob.replace(/[.]/g, '\\.').replace(/\*/g, '.*')}$`, 'i').test(name);
        assert.equal(wildcardMatcher(glob)(name), expected, `${glob} on ${name}`);
      }),
      { numRuns: 3000 },
    );
    assert.equal(wildcardMatcher('*a*a*a*a*a*a*a*a*b')('a'.repeat(20_000)), false);
  });
});
