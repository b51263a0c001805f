import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodedId, IndexHeads } from '../../../src/runs/journal/index-heads';

describe('runs/index-heads', () => {
  const id = fc.oneof(
    fc.stringMatching(/^[a-c]{1,3}$/),
    fc.constantFrom('20260101T000000Z-0000aa', '20260101T000000Z-0000ab', '20260101T000000Z', 'a b', 'ä', 'a%20b', '-'),
  );

  /** The heads with the text after the id that makes each different. */
  function headsOf(ids: readonly string[]): IndexHeads {
    const heads = new IndexHeads();
    for (const [number, each] of ids.entries()) {
      const bytes = Buffer.from(`before ${encodedId(each)} ${number} after`);
      heads.add(number * 100, bytes, 'before '.length, bytes.length - ' after'.length);
    }
    return heads;
  }

  it('finds the last head of each run, in any order of heads and questions', () => {
    fc.assert(
      fc.property(fc.array(id), fc.boolean(), fc.array(id), (added, isSorted, asked) => {
        const ids = isSorted ? [...new Set(added)].sort() : added;
        const heads = headsOf(ids);
        assert.equal(heads.count, ids.length);
        assert.equal(heads.runs, new Set(ids).size);
        for (const each of [...asked, ...ids, ...asked]) {
          const number = heads.numberOf(each);
          assert.equal(number ?? -1, ids.lastIndexOf(each));
          if (number === null) continue;
          assert.equal(heads.text(number), `${encodedId(each)} ${number}`);
          assert.equal(heads.lineAt(number), number * 100);
        }
      }),
    );
  });

  it('keeps more than a block, and a head that is longer than one', () => {
    const heads = new IndexHeads();
    const texts = Array.from({ length: 100 }, (_, number) => `${1000 + number} ${'x'.repeat(number * 100)}`);
    texts.push(`2000 ${'y'.repeat(400_000)}`, '3000 z');
    for (const text of texts) heads.add(0, Buffer.from(text), 0, text.length);
    assert.deepEqual(
      texts.map((text) => heads.text(heads.numberOf(text.slice(0, 4)) ?? NaN)),
      texts,
    );
  });
});
