import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { ScanOutbox } from '../../../src/editor/lint/scan-outbox';
import type { ScanMessage } from '../../../src/editor/lint/scan-protocol';
import { FakeClock, settle } from '../../support/fake-clock';

/** The thread's end of a channel, whose other end asks for more only when the test says so. */
class FakePort extends EventEmitter {
  readonly sent: ScanMessage<number>[] = [];

  postMessage(message: ScanMessage<number>): void {
    this.sent.push(message);
  }

  askForMore(): void {
    this.emit('message', 'more');
  }

  /** The numbers of files in each message; null for the last message. */
  get sizes(): readonly (number | null)[] {
    return this.sent.map((message) => ('files' in message ? message.files.length : null));
  }
}

describe('the outbox of a scan', () => {
  let port: FakePort;
  let clock: FakeClock;
  let outbox: ScanOutbox<number>;
  const add = (count: number, findings = 0): void => {
    for (let index = 0; index < count; index++) outbox.add(findings, () => index);
  };

  beforeEach(() => {
    port = new FakePort();
    clock = new FakeClock();
    outbox = new ScanOutbox(port as unknown as ConstructorParameters<typeof ScanOutbox>[0], clock);
  });

  it('sends one message at a time, and makes no file before it is sent', async () => {
    let made = 0;
    for (let index = 0; index < 1000; index++) outbox.add(0, () => ++made);
    assert.deepEqual([port.sizes, made], [[320], 320]);
    const ended = outbox.end();
    await settle();
    assert.deepEqual(port.sizes, [320]);
    for (let asked = 0; asked < 4; asked++) port.askForMore();
    await ended;
    assert.deepEqual(port.sizes, [320, 320, 320, 40, null]);
    assert.deepEqual(
      port.sent.flatMap((message) => ('files' in message ? message.files : [])),
      Array.from({ length: 1000 }, (_, index) => index + 1),
    );
  });

  it('sends few files with many findings at once', async () => {
    add(5, 200);
    assert.deepEqual(port.sizes, [2]);
    port.askForMore();
    assert.deepEqual(port.sizes, [2, 2]);
    const ended = outbox.end();
    port.askForMore();
    port.askForMore();
    await ended;
    assert.deepEqual(port.sizes, [2, 2, 1, null]);
  });

  it('tells of slow files in time', async () => {
    add(3);
    assert.deepEqual(port.sizes, []);
    await clock.advance(1);
    add(1);
    assert.deepEqual(port.sizes, [4]);
  });

  it('ends at once if nothing waits', async () => {
    await outbox.end();
    assert.deepEqual(port.sizes, [null]);
  });
});
