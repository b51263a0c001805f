import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { writeJson } from '../../src/cli/writing';

/** A stream whose reader takes its time; it keeps what it was given at once. */
class SlowReader extends Writable {
  readonly texts: string[] = [];
  mostWaiting = 0;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.mostWaiting = Math.max(this.mostWaiting, this.writableLength);
    this.texts.push(String(chunk));
    void wait(1).then(done);
  }
}

async function written(document: object): Promise<SlowReader> {
  const stream = new SlowReader();
  await writeJson(stream, document);
  await new Promise((done) => stream.end(done));
  return stream;
}

describe('cli/writing', () => {
  it('writes the JSON of a document as JSON.stringify does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (document) => {
        const { texts } = await written(document);
        assert.equal(texts.join(''), `${JSON.stringify(document, null, 2)}\n`);
      }),
    );
    const { texts } = await written({ left: undefined, items: [1, undefined, [], {}], none: [], text: 'a\nb' });
    const same = { items: [1, null, [], {}], none: [], text: 'a\nb' };
    assert.equal(texts.join(''), `${JSON.stringify(same, null, 2)}\n`);
  });

  it('makes the items of a list one by one, and waits for a slow reader', async () => {
    const text = 'x'.repeat(10_000);
    const stream = new SlowReader();
    function* items(): Iterable<string> {
      for (let count = 0; count < 500; count += 1) yield text;
    }
    await writeJson(stream, { items: items() });
    assert.ok(stream.mostWaiting < 200_000, `${stream.mostWaiting} bytes wait for the reader`);
  });
});
