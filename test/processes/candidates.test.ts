import assert from 'node:assert/strict';
import { findCandidates } from '../../src/processes/candidates';
import type { ProcessEntry, ProcessTable } from '../../src/processes/table';

function entry(pid: number, changes: Partial<ProcessEntry> = {}): ProcessEntry {
  return {
    pid,
    parentPid: 1,
    startTime: pid,
    cpuSeconds: 0,
    reapedCpuSeconds: 0,
    residentBytes: 0,
    zombie: false,
    group: 0,
    name: 'python3',
    ...changes,
  };
}

/** A table that returns these snapshots in turn. */
function tableOf(...snapshots: readonly (readonly ProcessEntry[])[]): ProcessTable {
  let next = 0;
  return {
    snapshot: () => Promise.resolve({ processes: new Map(snapshots[next++]?.map((each) => [each.pid, each])) }),
    commandLine: (pid) => Promise.resolve(pid === 9 ? null : ['python3', `job${pid}.py`]),
  };
}

const now = { uptimeSeconds: 1000, wallMilliseconds: 0 };

describe('processes to choose from', () => {
  it('are sorted by CPU use, then by size', async () => {
    const before = [entry(2), entry(3, { residentBytes: 10 }), entry(4, { residentBytes: 20 })];
    const after = [entry(2, { cpuSeconds: 0.5 }), entry(3, { residentBytes: 10 }), entry(4, { residentBytes: 20 })];
    const found = await findCandidates(
      tableOf(before, before, after),
      () => Promise.resolve(true),
      () => Promise.resolve(0.5),
      () => now,
    );
    assert.deepEqual(
      found.map(({ pid, cores }) => [pid, cores]),
      [
        [2, 1],
        [4, 0],
        [3, 0],
      ],
    );
  });

  it('name what started them, unless that is the first process', async () => {
    const all = [
      entry(2),
      entry(3, { parentPid: 2 }),
      entry(4, { parentPid: 9 }),
      entry(5, { parentPid: 77 }),
      entry(9),
    ];
    const found = await findCandidates(
      tableOf(all, all, all),
      () => Promise.resolve(true),
      () => Promise.resolve(1),
      () => now,
    );
    assert.deepEqual(
      found.map(({ pid, parent }) => [pid, parent]),
      [
        [2, null],
        [3, { commandLine: ['python3', 'job2.py'], name: 'python3' }],
        [4, { commandLine: [], name: 'python3' }],
        [5, null],
      ],
    );
  });

  it('do not include zombies, kernel threads, processes of others and reused pids', async () => {
    const before = [entry(2), entry(3), entry(4), entry(5), entry(9)];
    const after = [entry(2), entry(3, { zombie: true }), entry(4, { startTime: 99 }), entry(5), entry(9)];
    const found = await findCandidates(
      tableOf(before, before, after),
      (pid) => Promise.resolve(pid !== 5),
      () => Promise.resolve(1),
      () => now,
    );
    assert.deepEqual(
      found.map(({ pid }) => pid),
      [2],
    );
  });
});
