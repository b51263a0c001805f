import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attribute } from '../../src/power/attribution';
import type { IdleLevels } from '../../src/power/idle';
import { FileNeighbours, type Neighbours } from '../../src/power/neighbours';
import { MachineSampler } from '../../src/power/sampler';
import type { Component, PowerSource, ReadContext, SourceDescription, SourceReading } from '../../src/power/source';
import type { ProcessEntry, ProcessTable } from '../../src/processes/table';
import { TreeTracker } from '../../src/processes/tree-tracker';
import { FakeClock } from '../support/fake-clock';

/** One machine that several meters look at, each with its own eyes: its counters, its processes, its GPU. */
class SharedMachine {
  readonly clock = new FakeClock();
  readonly cpu = new Map<number, number>();
  readonly joules: Record<Component, number> = { cpu: 0, gpu: 0, memory: 0, system: 0 };
  /** Who computes on the GPU; null where its driver does not tell. */
  gpuUsers: ReadonlyMap<number, number> | null = null;
  readonly announced = new Map<number, number>();

  get busy(): number {
    return [...this.cpu.values()].reduce((sum, each) => sum + each, 0);
  }

  private processes(): ProcessTable {
    const entry = (pid: number): ProcessEntry => ({
      pid,
      parentPid: 1,
      startTime: pid,
      cpuSeconds: this.cpu.get(pid) ?? 0,
      reapedCpuSeconds: 0,
      residentBytes: 1e9,
      zombie: false,
      group: pid,
      name: 'python3',
    });
    return {
      snapshot: () => Promise.resolve({ processes: new Map([...this.cpu.keys()].map((pid) => [pid, entry(pid)])) }),
      commandLine: () => Promise.resolve(null),
    };
  }

  private neighbours(meter: number): Neighbours {
    return {
      announce: (runs) => void this.announced.set(meter, runs),
      runs: () => [...this.announced].reduce((sum, [other, runs]) => (other === meter ? sum : sum + runs), 0),
    };
  }

  /** The meter of one window or terminal, which measures these runs; resolves to what it gives each of them. */
  async meter(
    meter: number,
    pids: readonly number[],
  ): Promise<{ readonly shares: () => Record<'cpu' | 'gpu', number>; readonly close: () => Promise<void> }> {
    const sources = (['cpu', 'gpu'] as const).map((component) => new SharedCounter(this, component));
    const sampler = new MachineSampler({
      clock: this.clock,
      sources,
      counters: () => Promise.resolve({ busyCpuSeconds: this.busy, logicalCpus: 8, memoryTotalBytes: 16e9 }),
      processes: this.processes(),
      uptimeSeconds: () => null,
      ownCpuSeconds: () => 0,
      neighbours: this.neighbours(meter),
    });
    const sums = { cpu: 0, gpu: 0 };
    for (const pid of pids) {
      const tree = new TreeTracker();
      await sampler.subscribe({
        tree,
        intervalMilliseconds: 1000,
        onSample: (sample, usage) => {
          const { run } = attribute({ sample, usage, idle: noIdle, absent: new Set() });
          sums.cpu += run.cpu ?? 0;
          sums.gpu += run.gpu ?? 0;
        },
      });
      tree.addRoot(pid, { countFrom: 'now' });
    }
    return {
      shares: () => sums,
      close: async () => {
        await sampler.sampleNow();
        sampler.dispose();
      },
    };
  }
}

class SharedCounter implements PowerSource {
  readonly descriptions: readonly [SourceDescription];
  private last = 0;

  constructor(
    private readonly machine: SharedMachine,
    private readonly component: 'cpu' | 'gpu',
  ) {
    this.descriptions = [
      { component, method: 'counter', name: component, label: component, band: { low: 1, high: 1 } },
    ];
  }

  read({ seconds }: ReadContext): Promise<readonly SourceReading[]> {
    const joules = this.machine.joules[this.component] - this.last;
    this.last = this.machine.joules[this.component];
    if (seconds === 0) return Promise.resolve([]);
    const outcome = { kind: 'energy', joules, low: joules, high: joules, idleJoules: null } as const;
    return Promise.resolve([
      { source: this.descriptions[0], outcome, users: this.component === 'gpu' ? this.machine.gpuUsers : null },
    ]);
  }

  pause(): void {
    this.last = this.machine.joules[this.component];
  }

  dispose(): void {
    this.pause();
  }
}

/** Nothing is idle, so that all is shared and nothing hides an error. */
const noIdle: IdleLevels = new Map(
  ['cpu', 'gpu'].map((name) => [name, { watts: 0, low: 0, high: 0, basis: 'baseline' }]),
);

interface Tick {
  /** CPU time of each process in a tenth of a second. */
  readonly work: readonly number[];
  /** Joules in that tenth, whatever the work: a processor is not equally thirsty at all times. */
  readonly cpuJoules: number;
  readonly gpuJoules: number;
}

/** Bursts, so that it matters who looks when; mostly nobody but the runs works, so that nothing hides an error. */
const tick: fc.Arbitrary<Tick> = fc.record({
  work: fc.tuple(...[0, 1, 2, 3].map(() => fc.constantFrom(0, 0, 0, 2)), fc.constantFrom(0, 0, 0, 0, 0, 1)),
  cpuJoules: fc.constantFrom(1, 1, 1, 30),
  gpuJoules: fc.constantFrom(1, 1, 60),
});

describe('power: several meters on one machine', () => {
  for (const [driver, gpuUsers] of [
    [
      'tells who computes on the GPU',
      new Map([
        [100, 0.5],
        [101, 0.2],
        [103, 0.2],
        [999, 0.1],
      ]),
    ],
    ['does not tell who computes on the GPU', null],
  ] as const) {
    it(`never give their runs more than the machine used, where the driver ${driver}`, async () => {
      await fc.assert(
        // Windows open at any tenth of a second, so no two meters began together.
        fc.asyncProperty(
          fc.array(tick, { minLength: 15, maxLength: 45 }),
          fc.array(fc.nat(9), { minLength: 3, maxLength: 3 }),
          async (ticks, offsets) => {
            const machine = new SharedMachine();
            machine.gpuUsers = gpuUsers;
            for (const pid of [100, 101, 102, 103, 500]) machine.cpu.set(pid, 0);
            // Three meters with four runs; process 500 is nobody's.
            const groups = [[100], [101, 102], [103]];
            const meters: Awaited<ReturnType<SharedMachine['meter']>>[] = [];
            const total = { cpu: 0, gpu: 0 };
            const flow = async ({ work, cpuJoules, gpuJoules }: Tick): Promise<void> => {
              [...machine.cpu.keys()].forEach((pid, index) =>
                machine.cpu.set(pid, (machine.cpu.get(pid) ?? 0) + (work[index] ?? 0) / 20),
              );
              machine.joules.cpu += cpuJoules;
              machine.joules.gpu += gpuJoules;
              await machine.clock.advance(0.1);
            };
            // All meters stand before the first whole second, and all runs end at one; in between nothing is in step.
            for (let tenth = 0; tenth < 10; tenth++) {
              for (const [index, group] of groups.entries())
                if (offsets[index] === tenth) meters.push(await machine.meter(index, group));
              await flow({ work: [0, 0, 0, 0, 0], cpuJoules: 0, gpuJoules: 0 });
            }
            for (const each of ticks) {
              total.cpu += each.cpuJoules;
              total.gpu += each.gpuJoules;
              await flow(each);
            }
            await Promise.all(meters.map((meter) => meter.close()));
            const told = { cpu: 0, gpu: 0 };
            for (const meter of meters) {
              told.cpu += meter.shares().cpu;
              told.gpu += meter.shares().gpu;
            }
            assert.ok(told.cpu <= total.cpu + 1e-9, `CPU: ${told.cpu} J of ${total.cpu} J`);
            assert.ok(told.gpu <= total.gpu + 1e-9, `GPU: ${told.gpu} J of ${total.gpu} J`);
          },
        ),
        { numRuns: 50 },
      );
    }).timeout(60_000);
  }

  describe('know of one another', () => {
    let folder: string;
    beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'green-ml-neighbours-'))));
    afterEach(() => rm(folder, { recursive: true, force: true }));

    const files = (): Promise<string[]> => readdir(join(folder, 'meters')).catch(() => []);

    it('by files in their state folder', async () => {
      const alive = new Set([11, 12]);
      const [one, two] = [11, 12].map((pid) => new FileNeighbours(folder, pid, (each) => alive.has(each))) as [
        FileNeighbours,
        FileNeighbours,
      ];
      assert.equal(one.runs(), 0);
      one.announce(2);
      assert.deepEqual([one.runs(), two.runs()], [0, 2]);
      two.announce(1);
      one.announce(1);
      assert.deepEqual([one.runs(), two.runs()], [1, 1]);
      two.announce(0);
      assert.deepEqual(await files(), ['11-1']);
      alive.delete(11);
      assert.equal(two.runs(), 0);
      assert.deepEqual(await files(), []);
    });

    it('and mind no file of somebody else', async () => {
      const neighbours = new FileNeighbours(folder, 11, () => true);
      neighbours.announce(1);
      await writeFile(join(folder, 'meters', 'notes.txt'), '');
      assert.equal(neighbours.runs(), 0);
    });

    it('but make no folder for state, and tell of themselves once there is one', async () => {
      const state = join(folder, 'later');
      const neighbours = new FileNeighbours(state, 11, () => true);
      neighbours.announce(1);
      assert.deepEqual(await readdir(folder), []);
      await mkdir(state);
      neighbours.announce(1);
      assert.deepEqual(await readdir(join(state, 'meters')), ['11-1']);
    });
  });
});
