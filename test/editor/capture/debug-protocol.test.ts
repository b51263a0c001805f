import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  asksToEnd,
  commandIn,
  fitsProgram,
  hasEnded,
  processHints,
  processIdIn,
} from '../../../src/editor/capture/debug-protocol';

describe('editor/capture/debug-protocol', () => {
  const nothing = { pid: null, attached: false, shellPid: null, exitCode: null };

  it('reads the process event of debugpy', () => {
    const message = {
      seq: 9,
      type: 'event',
      event: 'process',
      body: { name: 'train.py', systemProcessId: 4711, isLocalProcess: true, startMethod: 'launch' },
    };
    assert.deepEqual(processIdIn(message), { ...nothing, pid: 4711 });
    assert.deepEqual(processIdIn({ ...message, body: { ...message.body, startMethod: 'attach' } }), {
      ...nothing,
      pid: 4711,
      attached: true,
    });
  });

  it('ignores a process of another machine', () => {
    assert.deepEqual(
      processIdIn({ type: 'event', event: 'process', body: { systemProcessId: 4711, isLocalProcess: false } }),
      nothing,
    );
  });

  it('reads what CodeLLDB prints, the shell of a terminal, and the exit code', () => {
    assert.deepEqual(
      processIdIn({
        type: 'event',
        event: 'output',
        body: { category: 'console', output: "Launched process 812 from '/a/b'\n" },
      }),
      { ...nothing, pid: 812 },
    );
    assert.deepEqual(processIdIn({ type: 'response', command: 'runInTerminal', body: { shellProcessId: 77 } }), {
      ...nothing,
      shellPid: 77,
    });
    assert.deepEqual(processIdIn({ type: 'event', event: 'exited', body: { exitCode: 3 } }), {
      ...nothing,
      exitCode: 3,
    });
  });

  it('ignores numbers that the program itself prints', () => {
    assert.deepEqual(
      processIdIn({ type: 'event', event: 'output', body: { category: 'stdout', output: 'Launched process 812\n' } }),
      nothing,
    );
  });

  it('recognises configurations whose program may run elsewhere', () => {
    for (const extra of [
      { connect: { host: 'gpu', port: 5678 } },
      { connect: { port: 5678 } },
      { listen: { port: 1 } },
      { host: 'x', port: 1 },
      { port: 9229 },
      { pathMappings: [] },
      { pipeTransport: {} },
      { remoteRoot: '/app' },
      { miDebuggerServerAddress: 'x:1' },
    ]) {
      assert.equal(processHints({ request: 'attach', ...extra }).mayBeElsewhere, true, JSON.stringify(extra));
    }
    assert.equal(processHints({ request: 'attach', processId: 4711 }).mayBeElsewhere, false);
    assert.equal(processHints({ request: 'attach', processId: '4711' }).chosenPid, 4711);
    assert.equal(processHints({ request: 'launch', program: '/a/train.py', pathMappings: [] }).mayBeElsewhere, false);
    assert.equal(processHints({ request: 'launch', program: '/a/train.py' }).chosenPid, null);
  });

  it('recognises a program by its arguments', () => {
    const launch = processHints({ request: 'launch', program: '/a/train.py' });
    assert.equal(fitsProgram(['python3', '/a/train.py', '--x'], launch), true);
    assert.equal(fitsProgram(['python3', 'train.py'], launch), true);
    assert.equal(fitsProgram(['postgres', '-D', '/var/train.python'], launch), false);
    assert.equal(fitsProgram(null, launch), null);
    const join = processHints({ request: 'attach', connect: { host: 'localhost', port: 5678 } });
    assert.equal(fitsProgram(['python3', '-m', 'debugpy', '--listen', '0.0.0.0:5678', 'x.py'], join), true);
    assert.equal(fitsProgram(['python3', '-m', 'debugpy', '--listen', '5679', 'x.py'], join), false);
    assert.equal(fitsProgram(['python3', 'server.py', '--port', '5678'], join), false);
    assert.equal(fitsProgram(['/sbin/init'], join), false);
  });

  it('accepts anything that an adapter sends', () => {
    fc.assert(
      fc.property(
        fc.record({
          type: fc.constantFrom('event', 'response', 1),
          event: fc.constantFrom('process', 'exited', 'output', null),
          body: fc.anything(),
        }),
        (message) => {
          const { pid } = processIdIn(message);
          assert.ok(pid === null || (Number.isInteger(pid) && pid > 0));
        },
      ),
    );
  });
});

describe('what a debug configuration and its messages say about a run', () => {
  it('is the program with its arguments', () => {
    assert.deepEqual(commandIn({ program: '/p/train.py', args: ['--lr', '0.1'] }), ['/p/train.py', '--lr', '0.1']);
    assert.deepEqual(commandIn({ module: 'train', args: '--lr 0.1' }), ['-m', 'train', '--lr', '0.1']);
    assert.deepEqual(commandIn({ program: 'train.py', args: 7 }), ['train.py']);
    assert.equal(commandIn({ request: 'attach' }), null);
  });

  it('is that a person asks to end it, or that it has ended', () => {
    assert.ok(asksToEnd({ type: 'request', command: 'terminate' }));
    assert.ok(asksToEnd({ type: 'request', command: 'disconnect' }));
    assert.ok(!asksToEnd({ type: 'response', command: 'disconnect' }));
    assert.ok(hasEnded({ type: 'event', event: 'terminated' }));
    assert.ok(hasEnded({ type: 'event', event: 'exited' }));
    assert.ok(!hasEnded({ type: 'event', event: 'stopped' }));
  });
});
