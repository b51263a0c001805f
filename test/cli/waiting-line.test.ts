import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { WaitingLine } from '../../src/cli/waiting-line';
import { FakeClock } from '../support/fake-clock';

const terminal = { TERM: 'xterm' };

function setUp(isTTY: boolean, env: NodeJS.ProcessEnv) {
  const stderr = Object.assign(new PassThrough(), { isTTY });
  const clock = new FakeClock();
  return { clock, line: new WaitingLine({ stderr, env, clock }), written: () => String(stderr.read() ?? '') };
}

describe('the line while a command takes long', () => {
  it('is shown after a second, replaced, and cleared', async () => {
    const { clock, line, written } = setUp(true, terminal);
    line.show('Reading runs: 100 of 9,000');
    assert.equal(written(), '');
    await clock.advance(1.5);
    line.show('Reading runs: 800 of 9,000');
    line.show('Reading runs: 900 of 9,000');
    assert.equal(written(), '\r\x1b[2KReading runs: 800 of 9,000\r\x1b[2KReading runs: 900 of 9,000');
    line.dispose();
    line.dispose();
    assert.equal(written(), '\r\x1b[2K');
  });

  it('is never in a file, in the log of a CI job, or after a quick command', async () => {
    for (const { clock, line, written } of [setUp(false, terminal), setUp(true, { ...terminal, CI: 'true' })]) {
      await clock.advance(5);
      line.show('Reading runs');
      line.dispose();
      assert.equal(written(), '');
    }
    const { line, written } = setUp(true, terminal);
    line.dispose();
    assert.equal(written(), '');
  });
});
