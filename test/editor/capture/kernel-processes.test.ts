import assert from 'node:assert/strict';
import {
  KernelProcesses,
  likelyKernel,
  workingKernel,
  type Kernel,
} from '../../../src/editor/capture/kernel-processes';
import type { ProcessEntry, ProcessTable } from '../../../src/processes/table';

interface FakeProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly cpuSeconds?: number;
  readonly command: readonly string[] | null;
}

function tableOf(processes: readonly FakeProcess[]): ProcessTable {
  const entries = processes.map(
    ({ pid, parentPid, cpuSeconds = 0 }): ProcessEntry => ({
      pid,
      parentPid,
      startTime: pid * 10,
      cpuSeconds,
      reapedCpuSeconds: 0,
      residentBytes: 0,
      zombie: false,
      group: 0,
      name: 'python3',
    }),
  );
  return {
    snapshot: () => Promise.resolve({ processes: new Map(entries.map((entry) => [entry.pid, entry])) }),
    commandLine: (pid) => Promise.resolve(processes.find((each) => each.pid === pid)?.command ?? null),
  };
}

const host = 50;
const kernel = (pid: number, cpuSeconds: number, ours = false): Kernel => ({
  pid,
  identity: `${pid}:${pid * 10}`,
  cpuSeconds,
  ours,
});

describe('kernels among the processes', () => {
  it('are recognised by their connection file, in every notation', async () => {
    const found = await new KernelProcesses(
      tableOf([
        { pid: host, parentPid: 1, command: ['node', 'extensionHost'] },
        { pid: 60, parentPid: host, command: ['python', '-m', 'ipykernel_launcher', '--f=/run/kernel-v3a1.json'] },
        { pid: 70, parentPid: 1, command: ['R', '--args', '/home/me/.local/share/jupyter/runtime/kernel-9.json'] },
        { pid: 80, parentPid: 1, command: ['python', 'train.py', '--config', 'my-kernel.json'] },
        { pid: 90, parentPid: 1, command: null },
      ]),
      host,
    ).find();
    assert.deepEqual(found, [kernel(60, 0, true), kernel(70, 0, false)]);
  });

  it('include their children and forks', async () => {
    const command = ['python', '-m', 'ipykernel_launcher', '-f', '/run/kernel-1.json'];
    const found = await new KernelProcesses(
      tableOf([
        { pid: 60, parentPid: 1, cpuSeconds: 2, command },
        { pid: 61, parentPid: 60, cpuSeconds: 3, command },
        { pid: 62, parentPid: 61, cpuSeconds: 4, command: ['sh'] },
      ]),
      host,
    ).find();
    assert.deepEqual(found, [kernel(60, 9)]);
  });
});

describe('the kernel of a notebook', () => {
  it('is at first the last one, the only one, or the only one of this window', () => {
    const [a, b, ours] = [kernel(60, 0), kernel(61, 0), kernel(62, 0, true)];
    assert.equal(likelyKernel([a, b], b.identity), b);
    assert.equal(likelyKernel([a], null), a);
    assert.equal(likelyKernel([a, b, ours], null), ours);
    assert.equal(likelyKernel([a, b], null), null);
    assert.equal(likelyKernel([], null), null);
    assert.equal(likelyKernel([a, b], '60:999'), null);
  });

  it('is the one that worked; others that worked as well are counted', () => {
    const before = [kernel(60, 5), kernel(61, 5)];
    assert.deepEqual(workingKernel(before, [kernel(60, 5.01), kernel(61, 6)], null), {
      kernel: kernel(61, 6),
      rivals: 0,
    });
    assert.deepEqual(workingKernel(before, [kernel(60, 5.5), kernel(61, 6)], null), {
      kernel: kernel(61, 6),
      rivals: 1,
    });
    assert.deepEqual(workingKernel(before, [kernel(60, 5.5), kernel(61, 6)], '60:600'), {
      kernel: kernel(60, 5.5),
      rivals: 0,
    });
  });

  it('is unknown until one has worked; all CPU time of a new one counts', () => {
    assert.equal(workingKernel([kernel(60, 5)], [kernel(60, 5.02)], null), null);
    assert.deepEqual(workingKernel([], [kernel(60, 0.4)], null), { kernel: kernel(60, 0.4), rivals: 0 });
  });
});
