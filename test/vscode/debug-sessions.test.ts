import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { eventBodies, outputOf, SessionWatch, workspaceFolder } from './support';

/**
 * The ground under the meter: what real debuggers report in this editor. The pid in the adapter's `process` event is
 * what a run is measured by.
 */
describe('debug sessions in this editor', () => {
  let watch: SessionWatch;

  beforeEach(async () => {
    watch = new SessionWatch();
    const folder = workspaceFolder().uri.fsPath;
    await writeFile(join(folder, 'short.py'), 'import os\nprint("pid", os.getpid(), flush=True)\n');
    await writeFile(join(folder, 'short.js'), 'console.log("pid " + process.pid);\n');
  });
  afterEach(() => watch.dispose());

  for (const console of ['internalConsole', 'integratedTerminal']) {
    for (const noDebug of [false, true]) {
      it(`debugpy reports the process: ${console}, ${noDebug ? 'without' : 'with'} debugging`, async () => {
        const folder = workspaceFolder();
        const program = join(folder.uri.fsPath, 'short.py');
        const configuration = { type: 'debugpy', request: 'launch', name: 'short', program, console };
        assert.ok(await vscode.debug.startDebugging(folder, configuration, { noDebug }));

        const [session] = await watch.ended();
        assert.ok(session);
        const [process, ...others] = eventBodies(session, 'process');
        assert.equal(others.length, 0);
        assert.equal(process?.['isLocalProcess'], true);
        const pid = process['systemProcessId'];
        assert.equal(typeof pid, 'number');
        if (console === 'internalConsole') {
          assert.match(outputOf(session, 'stdout'), new RegExp(`pid ${String(pid)}\\b`));
        }
        assert.equal(eventBodies(session, 'exited')[0]?.['exitCode'], 0);
      });
    }
  }

  it('debugpy opens a child session for a subprocess', async () => {
    const folder = workspaceFolder();
    const program = join(folder.uri.fsPath, 'parent.py');
    const child = 'import subprocess, sys\nsubprocess.run([sys.executable, "short.py"], check=True)\n';
    await writeFile(program, child);
    const configuration = { type: 'debugpy', request: 'launch', name: 'parent', program, console: 'internalConsole' };
    assert.ok(
      await vscode.debug.startDebugging(folder, { ...configuration, subProcess: true, cwd: folder.uri.fsPath }),
    );

    const sessions = await watch.ended();
    assert.equal(sessions.length, 2);
    assert.equal(sessions[1]?.session.parentSession?.id, sessions[0]?.session.id);
  });

  it('node runs to its end, and reports no process', async () => {
    const folder = workspaceFolder();
    const program = join(folder.uri.fsPath, 'short.js');
    assert.ok(await vscode.debug.startDebugging(folder, { type: 'node', request: 'launch', name: 'short', program }));

    const sessions = await watch.ended();
    assert.ok(sessions.some((each) => outputOf(each, 'stdout').includes('pid ')));
    assert.deepEqual(
      sessions.flatMap((each) => eventBodies(each, 'process')),
      [],
    );
  });
});
