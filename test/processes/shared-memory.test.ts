import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { LinuxProcessTable } from '../../src/processes/linux';
import { TreeMemory, type Holder } from '../../src/processes/shared-memory';
import { TreeTracker } from '../../src/processes/tree-tracker';
import type { TreeUsage } from '../../src/processes/tree';
import { systemFiles } from '../../src/system/files';
import { skip } from '../support/skip';

const megabyte = 2 ** 20;

/** Processes with their resident memory, and their proportional part according to the kernel. */
class Memories {
  readonly held = new Map<number, { resident: number; proportional: number | null; parent: number }>();
  readonly asked: number[] = [];
  readonly memory = new TreeMemory({
    proportionalBytes: (pid) => {
      this.asked.push(pid);
      const bytes = this.held.get(pid)?.proportional ?? null;
      return Promise.resolve(bytes === null ? null : bytes * megabyte);
    },
  });

  put(pid: number, resident: number, proportional: number | null, parent = 1): void {
    this.held.set(pid, { resident, proportional, parent });
  }

  /** All figures here are in megabytes. */
  async at(now: number): Promise<{ value: number; low: number; high: number }> {
    const holders = [...this.held].map(
      ([pid, { resident, parent }]): Holder => ({ pid, parentPid: parent, residentBytes: resident * megabyte }),
    );
    const residentBytes = holders.reduce((sum, each) => sum + each.residentBytes, 0);
    const told = await this.memory.refine(
      { cpuSeconds: 0, residentBytes, processes: holders.length, pids: [] },
      holders,
      now,
    );
    const limits = told.residentLimits ?? { low: told.residentBytes, high: told.residentBytes };
    return {
      value: Math.round(told.residentBytes / megabyte),
      low: Math.round(limits.low / megabyte),
      high: Math.round(limits.high / megabyte),
    };
  }
}

describe('processes/shared-memory', () => {
  it('counts shared memory of forked workers once', async () => {
    const memories = new Memories();
    memories.put(10, 1024, 120);
    for (let pid = 11; pid <= 18; pid++) memories.put(pid, 1020, 115, 10);
    assert.deepEqual(await memories.at(0), { value: 120 + 8 * 115, low: 1040, high: 1040 });
    assert.deepEqual(memories.asked, [10, 11], 'one worker represents all similar ones');
  });

  it('counts memory in full if it is not shared, and measures different kinds of workers separately', async () => {
    const memories = new Memories();
    memories.put(10, 500, 495);
    memories.put(11, 900, 890, 10);
    memories.put(12, 300, 30, 10);
    assert.deepEqual(await memories.at(0), { value: 1415, low: 1415, high: 1415 });
    assert.equal(memories.asked.length, 3);
  });

  it('does not ask if there is nothing to share', async () => {
    const memories = new Memories();
    memories.put(10, 4000, 4000);
    assert.deepEqual(await memories.at(0), { value: 4000, low: 4000, high: 4000 });
    memories.put(11, 20, 5, 10);
    await memories.at(1);
    assert.deepEqual(memories.asked, []);
  });

  it('gives the range from the largest process to the sum if the kernel does not show what is shared', async () => {
    const memories = new Memories();
    memories.put(10, 1024, null);
    for (let pid = 11; pid <= 14; pid++) memories.put(pid, 1000, null, 10);
    assert.deepEqual(await memories.at(0), { value: 5024, low: 1024, high: 5024 });
    const elsewhere = new TreeMemory({});
    const holders = [1, 2].map((pid): Holder => ({ pid, parentPid: 0, residentBytes: 800 * megabyte }));
    const usage: TreeUsage = { cpuSeconds: 0, residentBytes: 1600 * megabyte, processes: 2, pids: [1, 2] };
    assert.deepEqual((await elsewhere.refine(usage, holders, 0)).residentLimits, {
      low: 800 * megabyte,
      high: 1600 * megabyte,
    });
  });

  it('asks rarely, sooner if the tree has changed, and limits the cost', async () => {
    const memories = new Memories();
    memories.put(10, 1024, 500);
    memories.put(11, 1020, 500, 10);
    for (let second = 0; second < 600; second++) await memories.at(second);
    const seconds = memories.asked.length * 17e-3;
    assert.ok(memories.asked.length >= 4 && seconds / 600 < 0.0005, `${memories.asked.length} times`);
    const before = memories.asked.length;
    for (let pid = 12; pid <= 18; pid++) memories.put(pid, 1020, 120, 10);
    const [first, later] = [await memories.at(600.5), await memories.at(603)];
    assert.ok(first.low <= first.value && first.value <= first.high);
    assert.ok(memories.asked.length > before);
    assert.ok(later.high === later.low);
    // It must not ask all the time if workers come and go all the time.
    const busy = memories.asked.length;
    for (let round = 0; round < 200; round++) {
      for (const pid of [...memories.held.keys()].filter((each) => each > 11)) memories.held.delete(pid);
      for (let child = 0; child < 7; child++) memories.put(1000 + 7 * round + child, 1020, 120, 10);
      await memories.at(700 + round);
    }
    assert.ok(memories.asked.length - busy < 40, `${memories.asked.length - busy} times`);
  });

  it('finds what real forks share', async function () {
    if (process.platform !== 'linux') skip(this, 'only Linux shows what processes share');
    const code = `
import os, sys
held = bytearray(200 << 20)
for at in range(0, len(held), 4096): held[at] = 1
children = []
for _ in range(6):
    pid = os.fork()
    if pid == 0:
        sys.stdin.read()
        os._exit(0)
    children.append(pid)
print(os.getpid(), flush=True)
sys.stdin.read()
for pid in children: os.waitpid(pid, 0)`;
    const child = spawn('python3', ['-c', code], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      await new Promise((resolve) => createInterface(child.stdout).once('line', resolve));
      const tree = new TreeTracker();
      tree.addRoot(child.pid ?? 0);
      const table = new LinuxProcessTable(systemFiles);
      const usage = tree.update(await table.snapshot(new Set(tree.watched())));
      assert.equal(usage.processes, 7);
      assert.ok(usage.residentBytes > 7 * 200 * megabyte, 'each process counts the shared pages');
      const { residentBytes } = await new TreeMemory(table).refine(usage, tree.holders(), 0);
      assert.ok(
        residentBytes > 200 * megabyte && residentBytes < 300 * megabyte,
        `${Math.round(residentBytes / megabyte)} MB`,
      );
    } finally {
      child.stdin.end();
    }
  });
});
