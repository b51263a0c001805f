import assert from 'node:assert/strict';
import { textReader } from '../../src/cli/output-tap';

describe('cli/output-tap', () => {
  let now = 0;
  let text = '';
  let reader: ReturnType<typeof textReader>;
  const read = (bytes: string): void => reader.read(Buffer.from(bytes));
  const much = `${'x'.repeat(99)}\n`.repeat(1000);

  beforeEach(() => {
    [now, text] = [0, ''];
    reader = textReader((more) => void (text += more), { monotonicSeconds: () => now });
  });

  it('skips a part of what is printed faster than a training prints', () => {
    for (let index = 0; index < 100; index++) read(much);
    reader.end();
    assert.ok(text.length < 600_000, String(text.length));
  });

  it('reads the end of what it skips, in whole lines: there a program prints its result', () => {
    for (let index = 0; index < 100; index++) read(much);
    read('accur');
    read('acy: 0.7\n');
    reader.end();
    assert.match(text, /\naccuracy: 0\.7\n$/);
    assert.deepEqual(
      text.split('\n').filter((line) => !/^(?:x{99}|accuracy: 0\.7|)$/.test(line)),
      [],
    );
  });

  it('reads that end before what comes in the next second', () => {
    for (let index = 0; index < 10; index++) read(much);
    read('Epoch 1\n');
    now = 2;
    read('Epoch 2\n');
    reader.end();
    assert.match(text, /\nEpoch 1\nEpoch 2\n$/);
  });

  it('takes no part of a line for a line', () => {
    const limit = 512 * 1024;
    read(`${'x'.repeat(limit - 20)}\naccuracy: 0.9`);
    read('31 of 1\nloss: 1\n');
    reader.end();
    assert.ok(text.endsWith('\nloss: 1\n'), text.slice(-60));
    assert.ok(!text.includes('31 of 1'));
  });

  it('knows a whole line where skipping begins', () => {
    read(`${'x'.repeat(512 * 1024 - 5)}\n`);
    read('accuracy: 0.7\n');
    reader.end();
    assert.match(text, /\naccuracy: 0\.7\n$/);
  });

  it('does not cut a character', () => {
    for (let index = 0; index < 100; index++) reader.read(Buffer.from(`${'é'.repeat(50)}\n`.repeat(1000)));
    reader.end();
    assert.ok(!text.includes('\ufffd'));
  });
});
