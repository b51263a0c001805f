import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { closedRun, greenMl } from './meter-support';
import { waitFor, workspaceFolder } from './support';

const burn = 'import time\nend = time.monotonic() + 3.5\nwhile time.monotonic() < end: pass\nraise SystemExit(3)\n';

describe('the meter in terminals and tasks', function () {
  this.timeout(90_000);

  before(() => writeFile(join(workspaceFolder().uri.fsPath, 'burn_shell.py'), burn));
  beforeEach(async () => rm((await greenMl()).journal.folder, { recursive: true, force: true }));

  it('measures a training command in a terminal, and no other command', async () => {
    const { journal } = await greenMl();
    const terminal = vscode.window.createTerminal({ cwd: workspaceFolder().uri });
    try {
      const shell = await waitFor('shell integration', () => terminal.shellIntegration);
      const ended = (line: string) =>
        new Promise<void>((resolve) => {
          const execution = shell.executeCommand(line);
          const listener = vscode.window.onDidEndTerminalShellExecution((event) => {
            if (event.execution !== execution) return;
            listener.dispose();
            resolve();
          });
        });
      await ended('echo python3');
      await ended('X=1 python3 burn_shell.py');
      const { record } = await closedRun(journal);
      assert.equal(record.kind, 'terminal');
      assert.equal(record.name, 'burn_shell.py');
      assert.equal(record.exitCode, 3);
      assert.equal(record.scope, 'run');
      assert.deepEqual(record.command, ['X=1 python3 burn_shell.py']);
      assert.ok((record.energyWh.cpu ?? 0) > 0);
    } finally {
      terminal.dispose();
    }
  });

  it('measures a task whose program is in the setting', async () => {
    const { journal } = await greenMl();
    const task = (name: string, command: string, args: string[]) =>
      new vscode.Task(
        { type: 'process' },
        workspaceFolder(),
        name,
        'test',
        new vscode.ProcessExecution(command, args, { cwd: workspaceFolder().uri.fsPath }),
      );
    const run = async (each: vscode.Task) => {
      const execution = await vscode.tasks.executeTask(each);
      await new Promise<void>((resolve) => {
        const listener = vscode.tasks.onDidEndTask((event) => {
          if (event.execution !== execution) return;
          listener.dispose();
          resolve();
        });
      });
    };
    await run(task('wait', 'sleep', ['0.1']));
    await run(task('train', 'python3', ['burn_shell.py']));
    const { record } = await closedRun(journal);
    assert.equal(record.kind, 'task');
    assert.equal(record.name, 'burn_shell.py');
    assert.equal(record.exitCode, 3);
    assert.ok((record.energyWh.cpu ?? 0) > 0);
  });
});

describe('the meter in shell tasks', function () {
  this.timeout(180_000);

  before(() => writeFile(join(workspaceFolder().uri.fsPath, 'burn_shell.py'), burn));
  beforeEach(async () => rm((await greenMl()).journal.folder, { recursive: true, force: true }));

  const options = { cwd: workspaceFolder().uri.fsPath };
  const shellTask = (name: string, line: string): vscode.Task =>
    new vscode.Task(
      { type: 'shell', task: name },
      workspaceFolder(),
      name,
      'test',
      new vscode.ShellExecution(line, options),
    );
  const processTask = (name: string, args: readonly string[]): vscode.Task =>
    new vscode.Task(
      { type: 'process', task: name },
      workspaceFolder(),
      name,
      'test',
      new vscode.ProcessExecution('python3', [...args], options),
    );

  async function run(task: vscode.Task): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      const listener = vscode.tasks.onDidEndTask(({ execution }) => {
        if (execution.task.name !== task.name) return;
        listener.dispose();
        resolve();
      });
    });
    await vscode.tasks.executeTask(task);
    await ended;
  }

  it('records one run for each task, of every kind and in every order', async () => {
    const { journal } = await greenMl();
    for (const task of [
      shellTask('t1', 'python3 burn_shell.py'),
      shellTask('t2', 'python3 burn_shell.py --second'),
      processTask('t3', ['burn_shell.py', '--third']),
    ])
      await run(task);
    const runs = await waitFor('three ended runs', async () => {
      const { runs: all } = await journal.list();
      return all.length >= 3 && all.every(({ status }) => status === 'completed') && all;
    });
    assert.deepEqual(
      runs.map(({ kind, exitCode }) => [kind, exitCode]),
      [
        ['task', 3],
        ['task', 3],
        ['task', 3],
      ],
    );
    const commands = runs.map(({ command }) => command?.join(' ') ?? '');
    for (const part of ['--second', '--third'])
      assert.equal(commands.filter((command) => command.includes(part)).length, 1, commands.join('; '));
    for (const { energyWh, name } of runs) assert.ok((energyWh.cpu ?? 0) > 0, name);
  });
});
