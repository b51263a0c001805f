import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { allRules } from '../../src/lint/rules';
import { holds, matchesIn } from '../../src/python/kept-searches';
import { reachOf } from '../../src/python/pattern-reach';
import { editsOf, seeded } from '../support/random-edits';

const training = readFileSync('examples/train.py', 'utf8');
const texts: Readonly<Record<string, string>> = {
  'a training': training,
  'many blank lines': 'from\n\n  a import (\n\n *)\nfit\n \n(x)\n  # noqa\n\nfit (\n)\nclass A(\n  B):\n'.repeat(20),
  nothing: '',
};

/** Patterns that go over lines, look around, or cannot be told; and those of the rules. */
const patterns = [
  /fit\s*\(/,
  /fit(?!\s*\()/,
  /\bfit\b\s+\(?\s*x/,
  /^[ \t]*class[ \t]+\w+[ \t]*\([ \t]*[\w\r\n]/m,
  /import[^\n]*x$/m,
  /(?<!\w)x\b/,
  /(?<=\s)x/,
  /(?:x\s*)+=/,
  /x[\s,]*y/,
  /\n\n/,
  /\S\s+\S\s+\S/,
  /def[^]{0,50}return/,
  /a$/,
  /^f/,
  /x.y/s,
  /=\W/,
  ...allRules.flatMap(({ needs, unless, settledBy }) => [needs, unless, settledBy].filter((each) => each !== null)),
];
const words = ['fit', 'x', 'é', 'import', 'nowhere', '\n', '(x'];
const lists = [
  /#[ \t]*noqa[ \t]*(?=$|#|\r)/gim,
  /^[ \t]*from\s+([\w.]+)\s+import\s*(?:\(\s*)?\*/gm,
  /\b(?:fit|x|return)(?=\s*\()/g,
  /\w+\s+\w+/g,
  /\s+/g,
  /x*/g,
  /[^]{0,30}x/g,
];

describe('the searches of a text that is edited', () => {
  for (const [title, original] of Object.entries(texts)) {
    it(`find what searches of the whole text find, after random edits of ${title}`, () => {
      const random = seeded(original.length + 3);
      for (const text of editsOf(original, 600, random)) {
        // Not every pattern each time: answers come from several edits before.
        for (const pattern of patterns)
          if (random() < 0.7) assert.equal(holds(text, pattern), pattern.test(text), `${pattern.source} in ${text}`);
        for (const word of words) assert.equal(holds(text, word), text.includes(word), word);
        for (const list of lists) {
          const expected = Array.from(text.matchAll(list), ({ index, 0: { length } }) => [index, index + length]);
          const found = matchesIn(text, list).map(({ start, end }) => [start, end]);
          assert.deepEqual(found, expected, `${list.source} in ${text}`);
        }
      }
    });
  }

  it('know how far most patterns of rules reach', () => {
    assert.equal(reachOf(/\bfit\s*\(/), 1);
    assert.equal(reachOf(/^[ \t]*def\b[^\n]*$/m), 0);
    for (const pattern of [/a[^]b/, /a[^b]c/, /a.b/s, /^a/, /a$/, /(?:a\s)+/, /a\W/, /[\s,]+b/, /(?<=\s)a/, /[\t-z]/])
      assert.equal(reachOf(pattern), null, pattern.source);
    assert.ok(patterns.filter((pattern) => reachOf(pattern) !== null).length > patterns.length / 2);
  });

  it('drops an answer that nobody asks for while the text is edited, so that answers do not pile up', () => {
    const pattern = /zebra/;
    let searches = 0;
    pattern.exec = (text) => {
      searches++;
      return RegExp.prototype.exec.call(/zebra/, text);
    };
    holds('a zebra', pattern);
    for (let edit = 0; edit < 50; edit++) holds(`a zebra ${'x'.repeat(edit)}`, `word${edit}`);
    assert.ok(searches < 5, `${searches} searches`);
  });
});
