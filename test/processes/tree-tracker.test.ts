import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TreeUsage } from '../../src/processes/tree';
import { TreeTracker } from '../../src/processes/tree-tracker';
import { ProcessWorld } from '../support/process-world';

const root = 50;
const reaper = 51;

function observe(tracker: TreeTracker, world: ProcessWorld): TreeUsage {
  tracker.watched();
  return tracker.update(world.snapshot());
}

/** A world, and a tracker with one snapshot from before the root started. */
function begin(): { world: ProcessWorld; tracker: TreeTracker } {
  const world = new ProcessWorld(root, reaper);
  const tracker = new TreeTracker({ reaper });
  observe(tracker, world);
  world.startRoot();
  tracker.addRoot(root);
  return { world, tracker };
}

type Step =
  | { readonly do: 'fork' | 'exit' | 'reap' | 'ignoreChildren'; readonly who: number }
  | { readonly do: 'work'; readonly who: number; readonly seconds: number }
  | { readonly do: 'look' };

const who = fc.nat(30);
const calmSteps: fc.Arbitrary<Step>[] = [
  fc.record({ do: fc.constant('fork' as const), who }),
  fc.record({ do: fc.constant('work' as const), who, seconds: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ do: fc.constant('reap' as const), who }),
  fc.record({ do: fc.constant('look' as const) }),
];
const wildSteps: fc.Arbitrary<Step>[] = [
  ...calmSteps,
  fc.record({ do: fc.constant('exit' as const), who }),
  fc.record({ do: fc.constant('ignoreChildren' as const), who }),
];

/** Plays the steps and takes two more snapshots at the end. */
function play(world: ProcessWorld, tracker: TreeTracker, steps: readonly Step[]): void {
  let counted = 0;
  const count = (): void => {
    const { cpuSeconds } = observe(tracker, world);
    assert.ok(cpuSeconds >= 0, `a tick counted ${cpuSeconds}`);
    counted += cpuSeconds;
    assert.ok(counted <= world.trueCpuSeconds, `counted ${counted} of ${world.trueCpuSeconds}`);
  };
  for (const step of steps) {
    if (step.do === 'look') {
      count();
      continue;
    }
    const pid = world.pids[step.who % world.pids.length]!;
    if (step.do === 'work') world.work(pid, step.seconds);
    else if (step.do === 'fork' && pid !== reaper) world.fork(pid);
    else if (step.do === 'reap') world.reap(pid);
    else if (step.do === 'ignoreChildren') world.ignoreChildren(pid);
    else world.exit(pid);
  }
  count();
  count();
}

describe('processes/tree-tracker', () => {
  it('counts every second of a tree without orphans, however short-lived its processes are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(...calmSteps, fc.record({ do: fc.constant('exit' as const), who })), { maxLength: 120 }),
        (steps) => {
          const { world, tracker } = begin();
          let counted = 0;
          for (const step of steps) {
            if (step.do === 'look') {
              counted += observe(tracker, world).cpuSeconds;
              continue;
            }
            const pid = world.pids[step.who % world.pids.length]!;
            if (step.do === 'work') world.work(pid, step.seconds);
            else if (step.do === 'fork' && pid !== reaper) world.fork(pid);
            else if (step.do === 'reap') world.reap(pid);
            else if (step.do === 'exit' && !hasChildren(world, pid)) world.exit(pid);
          }
          // All end in order, children before parents, and each is waited for.
          for (let pids = endable(world); pids.length > 0; pids = endable(world)) {
            for (const pid of pids) world.exit(pid);
            for (const pid of world.pids) world.reap(pid);
          }
          counted += observe(tracker, world).cpuSeconds;
          assert.equal(counted, world.trueCpuSeconds);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('never counts more than the truth or less than 0, whichever processes are orphaned or not waited for', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(...wildSteps), { maxLength: 150 }), (steps) => {
        const { world, tracker } = begin();
        play(world, tracker, steps);
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps a daemon that was seen before its parent ended', () => {
    const { world, tracker } = begin();
    const daemon = world.fork(root)!;
    observe(tracker, world);
    world.exit(root);
    world.work(daemon, 7);
    assert.deepEqual(observe(tracker, world).pids, [daemon]);
    world.work(daemon, 2);
    assert.equal(observe(tracker, world).cpuSeconds, 2);
  });

  it('adopts new processes with its mark once it has a root, and no others', () => {
    const { world, tracker } = begin();
    tracker.adoptMarked('mine');
    observe(tracker, world);
    world.startForeign(20, 1);
    world.startForeign(21, 1);
    world.work(20, 3);
    world.work(21, 100);
    const marks = new Map([
      [20, 'mine'],
      [21, 'theirs'],
    ]);
    const { processes } = world.snapshot();
    tracker.watched();
    const usage = tracker.update({
      processes: new Map([...processes].map(([pid, entry]) => [pid, { ...entry, mark: marks.get(pid) ?? '' }])),
    });
    assert.deepEqual(usage.pids, [root, 20]);
    assert.equal(usage.cpuSeconds, 3);
  });

  it('finds a new orphan by the process group of the tree', () => {
    const { world, tracker } = begin();
    observe(tracker, world);
    const between = world.fork(root)!;
    const daemon = world.fork(between)!;
    world.exit(between);
    world.reap(root);
    world.work(daemon, 3);
    const usage = observe(tracker, world);
    assert.deepEqual([...usage.pids].sort(), [daemon, root].sort());
    assert.equal(usage.cpuSeconds, 3);
  });

  it('does not mistake a stranger with a reused pid for a member', () => {
    const { world, tracker } = begin();
    const child = world.fork(root)!;
    world.work(child, 4);
    assert.equal(observe(tracker, world).cpuSeconds, 4);
    world.exit(child);
    world.reap(root);
    world.startForeign(child, 1);
    world.work(child, 100);
    const usage = observe(tracker, world);
    assert.equal(usage.cpuSeconds, 0);
    assert.deepEqual(usage.pids, [root]);
  });

  it('does not count what a process and its children used before it was attached', () => {
    const world = new ProcessWorld(root, reaper);
    world.startRoot();
    world.work(root, 100);
    const child = world.fork(root)!;
    world.work(child, 50);
    const tracker = new TreeTracker();
    tracker.addRoot(root, { countFrom: 'now' });
    assert.equal(observe(tracker, world).cpuSeconds, 0);
    world.work(root, 1);
    assert.equal(observe(tracker, world).cpuSeconds, 1);
    world.work(child, 2);
    assert.equal(observe(tracker, world).cpuSeconds, 2);
    world.work(child, 3);
    world.exit(child);
    world.reap(root);
    assert.equal(observe(tracker, world).cpuSeconds, 3);
  });

  it('reads the CPU time of a command that ended between two snapshots from its reaper, without its other children', () => {
    const { world, tracker } = begin();
    const helper = world.fork(reaper)!;
    world.work(helper, 30);
    observe(tracker, world);
    world.work(root, 5);
    world.exit(root);
    world.exit(helper);
    world.work(reaper, 11);
    world.reap(reaper);
    const usage = observe(tracker, world);
    assert.equal(usage.cpuSeconds, 5);
    assert.equal(usage.processes, 0);
  });

  it('counts a child once if its parent was read before it waited, and the child after', () => {
    const { world, tracker } = begin();
    const child = world.fork(root)!;
    world.work(child, 4);
    assert.equal(observe(tracker, world).cpuSeconds, 4);
    const before = world.snapshot().processes.get(root)!;
    world.work(child, 1);
    world.exit(child);
    world.reap(root);
    const torn = new Map(world.snapshot().processes).set(root, before);
    tracker.watched();
    assert.equal(tracker.update({ processes: torn }).cpuSeconds, 0);
    assert.equal(observe(tracker, world).cpuSeconds, 1);
  });

  it('accepts roots that are found later, also below an existing one', () => {
    const { world, tracker } = begin();
    const child = world.fork(root)!;
    world.work(child, 2);
    assert.equal(observe(tracker, world).cpuSeconds, 2);
    tracker.addRoot(child);
    world.work(child, 3);
    assert.equal(observe(tracker, world).cpuSeconds, 3);
  });

  it('counts living processes, and the memory of these and of processes that have just ended', () => {
    const { world, tracker } = begin();
    const child = world.fork(root)!;
    world.setMemory(root, 1000);
    world.setMemory(child, 500);
    assert.deepEqual(observe(tracker, world), {
      cpuSeconds: 0,
      residentBytes: 1500,
      processes: 2,
      pids: [root, child],
    });
    world.exit(child);
    assert.deepEqual(
      observe(tracker, world),
      { cpuSeconds: 0, residentBytes: 1000, processes: 1, pids: [root] },
      'a zombie',
    );
    world.reap(root);
    world.exit(root);
    world.reap(reaper);
    assert.deepEqual(observe(tracker, world), { cpuSeconds: 0, residentBytes: 1000, processes: 0, pids: [] });
    assert.deepEqual(observe(tracker, world), { cpuSeconds: 0, residentBytes: 0, processes: 0, pids: [] });
  });
});

function hasChildren(world: ProcessWorld, pid: number): boolean {
  return [...world.snapshot().processes.values()].some(({ parentPid }) => parentPid === pid);
}

/** Processes without children, except the reaper. */
function endable(world: ProcessWorld): number[] {
  return world.pids.filter((pid) => pid !== reaper && !hasChildren(world, pid));
}
