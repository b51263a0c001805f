import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { parseListening } from '../../src/processes/listening';
import type { StoredRun } from '../../src/runs/journal/journal';
import { skip } from '../support/skip';
import { closedRun, greenMl } from './meter-support';
import { SessionWatch, waitFor, workspaceFolder } from './support';

/** A namespace of process numbers of its own, as a container has. */
const namespace = ['unshare', '--map-root-user', '--pid', '--fork', '--mount-proc', '--kill-child'] as const;

const burn = 'import time\nend = time.monotonic() + 4\nwhile time.monotonic() < end: pass\n';

describe('sessions that attach to a running program', function () {
  this.timeout(120_000);
  let watch: SessionWatch;
  let program: ChildProcess | null = null;

  beforeEach(async () => {
    watch = new SessionWatch();
    await rm((await greenMl()).journal.folder, { recursive: true, force: true });
    await writeFile(join(workspaceFolder().uri.fsPath, 'joined.py'), burn);
  });
  afterEach(() => {
    watch.dispose();
    program?.kill('SIGKILL');
    program = null;
  });

  /** Starts the program under debugpy, which waits for a session. */
  async function listening(before: readonly string[]): Promise<number> {
    const port = await freePort();
    const python = process.env['GREEN_ML_PYTHON'] ?? 'python3';
    const [command, ...args] = [
      ...before,
      python,
      '-Xfrozen_modules=off',
      '-m',
      'debugpy',
      '--listen',
      `127.0.0.1:${port}`,
      '--wait-for-client',
      'joined.py',
    ];
    program = spawn(command, args, { cwd: workspaceFolder().uri.fsPath, stdio: 'ignore' });
    return port;
  }

  async function attach(port: number): Promise<StoredRun> {
    const { journal } = await greenMl();
    const configuration = { type: 'debugpy', request: 'attach', name: 'joined', connect: { host: '127.0.0.1', port } };
    // A connection to try it would be taken for the session.
    await waitFor('the program to listen', async () =>
      parseListening(await readFile('/proc/net/tcp', 'utf8')).some((socket) => socket.port === port),
    );
    assert.ok(await vscode.debug.startDebugging(workspaceFolder(), configuration));
    await watch.ended();
    return closedRun(journal);
  }

  it('do not mistake a process of this machine for one in a container', async function () {
    if (spawnSync(namespace[0], [...namespace.slice(1), 'true']).status !== 0)
      skip(this, 'this machine allows no process namespaces');
    const { record } = await attach(await listening(namespace));
    assert.equal(record.scope, 'machine');
    assert.equal(record.processes.peak, 0, "no process here is the run's");
    assert.equal(record.energyWh.total, null);
    assert.match(
      record.notes.join(' '),
      /reports process \d+, which .*the program may run in a container or on another machine/,
    );
  });

  it('find the local process with the debugger and its port', async () => {
    const { record } = await attach(await listening([]));
    assert.equal(record.scope, 'run', record.notes.join(' '));
    assert.ok((record.energyWh.total ?? 0) > 0);
    assert.ok(record.processes.peak >= 1 && record.processes.peak < 10);
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
