import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { KeptStandings, standings, standingsIn } from '../../src/python/standings';
import { changeBetween } from '../../src/python/text-change';
import { editsOf, seeded } from '../support/random-edits';

const training = readFileSync('examples/train.py', 'utf8');
const texts: Readonly<Record<string, string>> = {
  'a training': training,
  'many pieces': training.repeat(8),
  'words beyond ASCII': 'größe = "😀"  # 😀a\ndef f(é, a1):\n    return {"😀": é, **größe}, a1\n'.repeat(200),
  'one long word': `x = ${'a'.repeat(9000)} + a\n`.repeat(3),
  nothing: '',
};

describe('the words of a text that is edited', () => {
  for (const [title, original] of Object.entries(texts)) {
    it(`stand where a search finds them, after random edits of ${title}`, () => {
      const random = seeded(original.length + 1);
      let before = original;
      const kept = new KeptStandings(original);
      for (const text of editsOf(original, 300, random)) {
        kept.update(text, changeBetween(before, text));
        const words = new Set(text.match(/[\w\x80-\uffff]+/g) ?? []);
        const asked = [...words].filter(() => random() < 0.2);
        for (const word of ['a', 'x', 'nowhere', ...asked])
          assert.deepEqual(kept.of(word), [...standings(word, text)], `${word} in ${text}`);
        before = text;
      }
    });
  }
});

describe('the words of a text that stays as it is', () => {
  it('have none without a letter, which a parser puts where a name is missing', () => {
    assert.deepEqual([...standings('', 'a = b')], []);
    assert.deepEqual([...standingsIn('a = b')('')], []);
  });

  for (const [title, text] of Object.entries(texts)) {
    it(`stand where a search finds them, however many are asked for, in ${title}`, () => {
      const find = standingsIn(text);
      const words = [...new Set(text.match(/[\w\x80-\uffff]+/g) ?? []), 'nowhere'];
      for (const word of [...words, ...words, ...Array.from({ length: 50 }, () => 'a'), ...words])
        assert.deepEqual([...find(word)], [...standings(word, text)], word);
    });
  }

  it('are read once: many names cost no search of the whole text each', () => {
    let searches = 0;
    const counted = Object.assign(Object(training) as string, {
      indexOf: (word: string, from?: number) => (searches++, training.indexOf(word, from)),
    });
    const find = standingsIn(counted);
    for (let name = 0; name < 1000; name++) assert.deepEqual([...find(`name_${name}`)], []);
    assert.ok(searches < 100, `${searches} searches`);
  });
});
