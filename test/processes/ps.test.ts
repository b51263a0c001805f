import assert from 'node:assert/strict';
import { parseCpuTime, parsePsLine, PsProcessTable } from '../../src/processes/ps';
import { TreeTracker } from '../../src/processes/tree-tracker';
import { systemClock } from '../../src/system/clock';
import { systemPrograms } from '../../src/system/spawn';
import { FakeClock } from '../support/fake-clock';
import { FakePrograms } from '../support/fake-programs';
import { skip } from '../support/skip';

const started = 'Sat Nov 21 14:21:13 2026';
const line = (pid: number, parent: number, time: string, name = 'python3.12'): string =>
  `${String(pid).padStart(5)} ${parent}   77  20480   ${time} S+   ${started} ${name}`;

describe('processes/ps', () => {
  it('reads a line, even if the name contains spaces', () => {
    assert.deepEqual(parsePsLine(line(42, 7, '1:02.50', 'Code Helper (Plugin)')), {
      pid: 42,
      parentPid: 7,
      startTime: Date.parse(started),
      cpuSeconds: 62.5,
      reapedCpuSeconds: 0,
      residentBytes: 20480 * 1024,
      zombie: false,
      group: 77,
      name: 'Code Helper (Plugin)',
    });
    const zombie = parsePsLine(` 9 1 9 512 0:00.01 Z ${started} (sh)`);
    assert.deepEqual([zombie?.zombie, zombie?.residentBytes], [true, 0]);
  });

  it('ignores lines that were cut short', () => {
    for (const text of ['', '  PID  PPID', line(42, 7, '1:02.50').slice(0, 30), line(42, 7, 'now')])
      assert.equal(parsePsLine(text), null, text);
  });

  it('reads CPU times of any length', () => {
    assert.deepEqual(['0:00.03', '123:45.67', '01:02:03', '2-03:04:05', '-'].map(parseCpuTime), [
      0.03,
      7425.67,
      3723,
      183845,
      null,
    ]);
  });

  it('gives a run its CPU time from snapshot to snapshot', async () => {
    const programs = new FakePrograms();
    const table = new PsProcessTable(programs, new FakeClock());
    const tracker = new TreeTracker();
    const observe = async (lines: readonly string[]): Promise<number> => {
      programs.answers.set('ps', { stdout: `${lines.join('\n')}\n`, problem: null });
      tracker.watched();
      return tracker.update(await table.snapshot()).cpuSeconds;
    };
    await observe([line(1, 0, '9:00.00', 'launchd')]);
    tracker.addRoot(50);
    assert.equal(
      await observe([line(1, 0, '9:00.00', 'launchd'), line(50, 1, '0:02.00'), line(51, 50, '0:01.50')]),
      3.5,
    );
    assert.equal(await observe([line(1, 0, '9:30.00', 'launchd'), line(50, 1, '0:02.00'), line(51, 50, '0:03.50')]), 2);
  });

  it('fails instead of returning an empty list if ps fails', async () => {
    await assert.rejects(new PsProcessTable(new FakePrograms(), new FakeClock()).snapshot(), /ENOENT/);
  });

  it('reads all command lines at once', async () => {
    const programs = new FakePrograms();
    const clock = new FakeClock();
    programs.answers.set('ps', { stdout: '   50 python3 train.py --epochs 3\n   51 /bin/sh -c ls\n', problem: null });
    const table = new PsProcessTable(programs, clock);
    assert.deepEqual(await table.commandLine(50), ['python3', 'train.py', '--epochs', '3']);
    assert.equal(await table.commandLine(52), null);
    assert.equal(programs.ran.length, 1);
  });

  it('understands the ps of this machine', async function () {
    if (process.platform === 'win32') skip(this, 'there is no ps on Windows');
    const { problem } = await systemPrograms.run('ps', ['-p', String(process.pid)], 5000);
    if (problem !== null) skip(this, 'ps is not installed here');
    const table = new PsProcessTable(systemPrograms, systemClock);
    const { processes } = await table.snapshot();
    assert.equal(processes.get(process.pid)?.parentPid, process.ppid);
    assert.ok((processes.get(process.pid)?.residentBytes ?? 0) > 1e7);
    assert.match((await table.commandLine(process.pid))?.[0] ?? '', /node|electron|code/i);
  });
});
