import assert from 'node:assert/strict';
import type { MachineSample } from '../../../src/power/sample';
import type { TreeUsage } from '../../../src/processes/tree';
import { DaemonWork, daemonNote, othersIn } from '../../../src/runs/measuring/daemon-work';

const usage = (cpuSeconds: number, processes = 1): TreeUsage => ({
  cpuSeconds,
  residentBytes: 0,
  processes,
  pids: [7],
});

function sampleOf(seconds: number, busyCpuSeconds: number, usages: readonly TreeUsage[]): MachineSample {
  return {
    at: 0,
    seconds,
    readings: [],
    load: { busyCpuSeconds, logicalCpus: 8, utilisation: 0, memoryTotalBytes: null },
    gap: null,
    usages,
  };
}

/** Whether a run is taken for a client; cores of others and of the run itself in each second. */
function judge(
  others: readonly number[],
  {
    own = 0.01,
    before = null,
    after = 0,
  }: { readonly own?: number; readonly before?: number | null; readonly after?: number | null } = {},
): boolean {
  const work = new DaemonWork(before);
  for (const cores of others) {
    const run = usage(own);
    work.take(sampleOf(1, cores + own, [run]), run);
  }
  return work.isClient(after === null ? null : { seconds: 0.3, cpuSeconds: 0.3 * after });
}

/** A generator of numbers from 0 to 1 that gives the same each time (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('runs/daemon-work', () => {
  it('knows a client whose service works as long as it waits', () => {
    assert.equal(judge([1, 1, 1]), true);
    assert.equal(judge([1, 1, 1], { before: 0.1, after: 0.05 }), true);
    assert.equal(judge([0.4, 3, 0.2, 3, 2]), true, 'a service may work in bursts');
  });

  it('is silent of a command that sleeps beside the work of others', () => {
    assert.equal(judge([1, 1, 1], { after: 1 }), false, 'they go on');
    assert.equal(judge([1, 1, 1], { before: 1, after: 0 }), false, 'they worked before');
    assert.equal(judge([0, 0, 3, 3, 3, 3, 3], { after: 0 }), false, 'they began later');
    assert.equal(judge([3, 3, 3, 0, 0, 0, 0], { after: 0 }), false, 'they ended before');
    assert.equal(judge([0.05, 0.05, 0.05]), false, 'the machine rests');
    assert.equal(judge([1, 1, 1], { after: null }), false, 'nobody knows');
  });

  it('is silent of a command that works itself, however much others do', () => {
    assert.equal(judge([1, 1, 1], { own: 0.2 }), false);
    assert.equal(judge([4, 4, 4], { own: 1 }), false);
  });

  it('leaves out what other measured runs did, and the time in which the run had no process', () => {
    const other: TreeUsage = { ...usage(2), pids: [9] };
    assert.deepEqual(othersIn(sampleOf(1, 2.5, [usage(0.25), other])), { seconds: 1, cpuSeconds: 0.25 });
    assert.deepEqual(othersIn(sampleOf(1, 2.5, [usage(2), { ...usage(2), pids: [7, 8] }])), {
      seconds: 1,
      cpuSeconds: 0.5,
    });
    assert.equal(othersIn({ ...sampleOf(1, 2, []), load: null }), null);
    const work = new DaemonWork(null);
    for (let second = 0; second < 5; second++) work.take(sampleOf(1, 1.5, []), usage(0, 0));
    assert.equal(work.mayBeClient(), false, 'a debugger starts');
  });

  it('says the energies of both', () => {
    const scope = { cpu: 0, gpu: 0, memory: 0, low: 0, high: 0 };
    const note = daemonNote({ run: { ...scope, total: 1.4 }, machine: { ...scope, total: 152, idle: 1 } });
    assert.match(note ?? '', /^This run used 0\.389 mWh of the 42\.2 mWh of the machine\. .*--scope machine/);
    assert.equal(daemonNote({ run: { ...scope, total: null }, machine: { ...scope, total: 152, idle: 1 } }), null);
  });

  it('errs as seldom as it says: of sleepers one in a hundred, three where nobody looked before; of clients four', () => {
    const random = randomFrom(42);
    const between = (least: number, most: number): number => least * (most / least) ** random();
    let [wrong, wrongBlind, found] = [0, 0, 0];
    const trials = 4000;
    for (let trial = 0; trial < trials; trial++) {
      const length = between(2.05, 60);
      const [bursts, pauses, cores] = [between(1, 60), between(2, 120), between(0.3, 8)];
      // Others work now and then: from -200 s on, so that the state at the start is any.
      const changes: { from: number; until: number }[] = [];
      for (let at = -200; at < length + 1; ) {
        at += -Math.log(1 - random()) * pauses;
        const until = at - Math.log(1 - random()) * bursts;
        changes.push({ from: at, until });
        at = until;
      }
      const othersBetween = (from: number, to: number): number =>
        changes.reduce(
          (sum, each) => sum + cores * Math.max(0, Math.min(to, each.until) - Math.max(from, each.from)),
          0,
        );
      const play = (othersOf: (from: number, to: number) => number, before: number | null): boolean => {
        const work = new DaemonWork(before);
        for (let from = 0; from < length; from += 1) {
          const to = Math.min(length, from + 1);
          const run = usage(0.002);
          work.take(sampleOf(to - from, othersOf(from, to) + 0.002, [run]), run);
        }
        return work.isClient({ seconds: 0.3, cpuSeconds: othersOf(length + 0.1, length + 0.4) });
      };
      if (play(othersBetween, othersBetween(-1, 0))) wrong += 1;
      if (play(othersBetween, null)) wrongBlind += 1;
      const level = between(0.3, 8);
      const noise = 0.1 * random();
      const began = Math.min(1.2, length / 4) * random();
      const service = (from: number, to: number): number =>
        level * Math.max(0, Math.min(to, length - 0.01) - Math.max(from, began)) + noise * (to - from);
      if (play(service, noise)) found += 1;
    }
    assert.ok(wrong <= 0.01 * trials, `${wrong} sleepers with a look before`);
    assert.ok(wrongBlind <= 0.04 * trials, `${wrongBlind} sleepers without one`);
    assert.ok(found >= 0.95 * trials, `${found} clients`);
  });
});
