import assert from 'node:assert/strict';
import { TreeTracker } from '../../src/processes/tree-tracker';
import { parseWindowsProcess, splitCommandLine, WindowsProcessTable } from '../../src/processes/windows';
import { FakeClock, settle } from '../support/fake-clock';
import { FakePrograms } from '../support/fake-programs';

const second = 10_000_000;

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly start?: number;
  readonly cpuSeconds?: number;
  readonly name?: string;
}

/** PowerShell on a machine with processes from the test. */
class FakeShell {
  readonly programs = new FakePrograms();
  readonly clock = new FakeClock();
  readonly table = new WindowsProcessTable(this.programs, this.clock);
  rows: readonly Row[] = [];
  answers = true;

  constructor() {
    this.programs.installed.add('powershell.exe');
    this.programs.onSend = (program) => {
      if (!this.answers) return;
      for (const { pid, parent, start = 1000 + pid, cpuSeconds = 0, name = 'python.exe' } of this.rows) {
        program.line(`${pid} ${parent} ${start} ${Math.round(cpuSeconds * second)} 20971520 ${name}`);
      }
      program.line('.');
    };
  }
}

describe('processes/windows', () => {
  it('gives a run its CPU time with one PowerShell, asked once per snapshot', async () => {
    const shell = new FakeShell();
    const tracker = new TreeTracker();
    const look = async (rows: readonly Row[]): Promise<number> => {
      shell.rows = rows;
      tracker.watched();
      return tracker.update(await shell.table.snapshot()).cpuSeconds;
    };
    await look([{ pid: 4, parent: 0, name: 'System' }]);
    tracker.addRoot(50);
    assert.equal(
      await look([
        { pid: 4, parent: 0, cpuSeconds: 8 },
        { pid: 50, parent: 4, cpuSeconds: 2 },
        { pid: 51, parent: 50, cpuSeconds: 1.5 },
      ]),
      3.5,
    );
    assert.equal(
      await look([
        { pid: 4, parent: 0, cpuSeconds: 9 },
        { pid: 50, parent: 4, cpuSeconds: 2 },
        { pid: 51, parent: 50, cpuSeconds: 3.5 },
      ]),
      2,
    );
    assert.equal(shell.programs.started.length, 1);
    assert.deepEqual(shell.table.helpers, [shell.programs.started[0]!.pid]);
    shell.table.pause();
    assert.equal(shell.programs.started[0]!.stopped, true);
    assert.deepEqual(shell.table.helpers, []);
  });

  it('starts PowerShell once, before the first snapshot', async () => {
    const shell = new FakeShell();
    shell.table.prepare();
    shell.table.prepare();
    assert.equal(shell.programs.started.length, 1);
    assert.deepEqual(shell.programs.started[0]!.sent, []);
    shell.rows = [{ pid: 50, parent: 4 }];
    assert.equal((await shell.table.snapshot()).processes.size, 1);
    assert.equal(shell.programs.started.length, 1);
  });

  it('distinguishes a parent from a later process with its pid', async () => {
    const shell = new FakeShell();
    shell.rows = [
      { pid: 50, parent: 4, start: 9000 },
      { pid: 51, parent: 50, start: 5000 },
      { pid: 52, parent: 50, start: 9500 },
    ];
    const { processes } = await shell.table.snapshot();
    assert.deepEqual([processes.get(51)?.parentPid, processes.get(52)?.parentPid], [0, 50]);
  });

  it('reads a line, and ignores one that was cut short', () => {
    assert.deepEqual(parseWindowsProcess('42 7 134000000000000000 25000000 4096 My Tool.exe'), {
      pid: 42,
      parentPid: 7,
      startTime: 134000000000000000,
      cpuSeconds: 2.5,
      reapedCpuSeconds: 0,
      residentBytes: 4096,
      zombie: false,
      group: 0,
      name: 'My Tool',
    });
    assert.equal(parseWindowsProcess('42 7 1340000'), null);
    assert.equal(parseWindowsProcess('Add-Type : cannot be used'), null);
  });

  it('gives up on a PowerShell that hangs or ends, says so, and tries again later', async () => {
    const shell = new FakeShell();
    shell.rows = [{ pid: 50, parent: 4 }];
    await shell.table.snapshot();
    shell.answers = false;
    const hanging = assert.rejects(shell.table.snapshot(), /did not answer in time/);
    await shell.clock.advance(4);
    await hanging;
    assert.equal(shell.programs.started[0]!.stopped, true);
    await assert.rejects(shell.table.snapshot(), /it failed before/);
    shell.answers = true;
    await shell.clock.advance(31);
    assert.equal((await shell.table.snapshot()).processes.size, 1);
    assert.equal(shell.clock.pending, 0);
    const asked = assert.rejects(new WindowsProcessTable(new FakePrograms(), new FakeClock()).snapshot(), /ENOENT/);
    await settle();
    await asked;
  });

  it('reads all command lines at once, with their quotation marks', async () => {
    const shell = new FakeShell();
    shell.programs.answers.set('powershell.exe', {
      stdout: '50 "C:\\Program Files\\Python\\python.exe" -m ipykernel_launcher -f "C:\\a b\\kernel-1.json"\r\n',
      problem: null,
    });
    assert.deepEqual(await shell.table.commandLine(50), [
      'C:\\Program Files\\Python\\python.exe',
      '-m',
      'ipykernel_launcher',
      '-f',
      'C:\\a b\\kernel-1.json',
    ]);
    assert.equal(await shell.table.commandLine(51), null);
    assert.equal(shell.programs.ran.length, 1);
    assert.deepEqual(splitCommandLine('a "b c" d="e f"'), ['a', 'b c', 'd=e f']);
  });
});
