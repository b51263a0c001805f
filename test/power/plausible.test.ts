import assert from 'node:assert/strict';
import fc from 'fast-check';
import { attribute, type Attribution } from '../../src/power/attribution';
import type { IdleLevels } from '../../src/power/idle';
import { parseGpuLine } from '../../src/power/nvidia-smi';
import {
  implausibleWatts,
  judgeAgainstRuns,
  judgeLoad,
  judgeReading,
  type LoadReading,
} from '../../src/power/plausible';
import { PowerIntegral } from '../../src/power/power-integral';
import { linuxMachineCounters, type MachineCounters } from '../../src/processes/machine-load';
import { TreeTracker } from '../../src/processes/tree-tracker';
import type { ProcessEntry } from '../../src/processes/table';
import type { RunInterval } from '../../src/runs/interval';
import { addInterval, emptyTotals, meanWatts, type RunTotals } from '../../src/runs/totals';
import { FakeFiles } from '../support/fake-files';
import { FakeMachine } from '../support/fake-machine';

const counters = (busyCpuSeconds: number, changes: Partial<MachineCounters> = {}): MachineCounters => ({
  busyCpuSeconds,
  logicalCpus: 8,
  memoryTotalBytes: 16e9,
  ...changes,
});
const look = (at: number, read: MachineCounters | null, took = 0): LoadReading => ({
  counters: read,
  from: at - took,
  until: at,
});
const problemOf = (used: number, seconds = 1, changes: Partial<MachineCounters> = {}): string | null =>
  judgeLoad(look(0, counters(1000)), look(seconds, counters(1000 + used, changes))).problem;

/** What all runs got, and the truth, of a machine whose counters a test bends. */
class BentMachine {
  readonly machine = new FakeMachine();
  readonly totals: RunTotals[];
  readonly intervals: RunInterval[][];
  private readonly cpu: number[];

  constructor(
    private readonly runs: number,
    private readonly idleWatts: number,
  ) {
    this.totals = Array.from({ length: runs }, () => emptyTotals);
    this.intervals = Array.from({ length: runs }, () => []);
    this.cpu = Array.from({ length: runs }, () => 0);
    this.machine.counters = counters(5000);
    this.see();
  }

  async begin(): Promise<void> {
    const idle: IdleLevels = new Map([
      ['fake', { watts: this.idleWatts, low: this.idleWatts, high: this.idleWatts, basis: 'baseline' }],
    ]);
    for (let run = 0; run < this.runs; run++) {
      const tree = new TreeTracker();
      await this.machine.sampler.subscribe({
        tree,
        intervalMilliseconds: 1000,
        onSample: (sample, usage) => {
          const told: Attribution = attribute({ sample, usage, idle, absent: new Set(['gpu']) });
          const { run: share, machine, gaps, unknownSeconds } = told;
          const interval: RunInterval = {
            at: sample.at,
            seconds: sample.seconds,
            run: share,
            machine,
            processes: 1,
            gaps,
            ...(unknownSeconds === undefined ? {} : { unknownSeconds }),
          };
          this.intervals[run]!.push(interval);
          this.totals[run] = addInterval(this.totals[run]!, interval);
        },
      });
      tree.addRoot(100 + run, { countFrom: 'now' });
    }
    await this.machine.sampler.sampleNow();
  }

  /** One second in which the runs and strangers work, and the counters say what they are bent to. */
  async second(
    work: readonly number[],
    others: number,
    bend: (counters: MachineCounters, truly: number) => MachineCounters,
    watts: number,
  ): Promise<void> {
    work.forEach((seconds, run) => (this.cpu[run] = this.cpu[run]! + seconds));
    this.see();
    const truly = work.reduce((sum, each) => sum + each, 0) + others;
    const before = this.machine.counters!;
    const { ranBack, ...plain } = before;
    this.machine.counters = bend({ ...plain, busyCpuSeconds: before.busyCpuSeconds + truly }, truly);
    this.machine.source.watts = watts;
    await this.machine.clock.advance(1);
  }

  private see(): void {
    const entry = (run: number): ProcessEntry => ({
      pid: 100 + run,
      parentPid: 1,
      startTime: run,
      cpuSeconds: this.cpu[run]!,
      reapedCpuSeconds: 0,
      residentBytes: 0,
      zombie: false,
      group: 100 + run,
      name: 'python3',
    });
    this.machine.snapshot = { processes: new Map(this.cpu.map((_cpu, run) => [100 + run, entry(run)])) };
  }
}

describe('power/plausible: the load of the machine', () => {
  it('believes what can be', () => {
    assert.equal(problemOf(4), null);
    assert.equal(problemOf(0), null);
    assert.equal(problemOf(8.1), null, 'ticks and clocks never agree to the last digit');
    assert.equal(problemOf(-0.02), null, 'the kernel corrects its accounts by a tick or two');
  });

  it('does not believe times that run back, or grow by more than the CPUs can do', () => {
    assert.match(problemOf(-600) ?? '', /decreased/);
    assert.match(problemOf(-0.5) ?? '', /decreased/);
    assert.match(problemOf(8.5) ?? '', /faster than its CPUs allow/);
    assert.match(problemOf(200) ?? '', /faster than its CPUs allow/);
    assert.match(problemOf(NaN) ?? '', /not numbers/);
  });

  it('does not believe a sum of which one part ran back, although it rises', async () => {
    const files = new FakeFiles();
    const read = linuxMachineCounters(files);
    const stat = (user: number, system: number): void =>
      files.set('/proc/stat', `cpu  ${user} 0 ${system} 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0 0 0\n`);
    stat(100_000, 5000);
    const before = await read();
    stat(90_000, 15_050);
    const bent = await read();
    assert.equal(bent?.ranBack, 'user');
    assert.match(judgeLoad(look(0, before), look(1, bent)).problem ?? '', /"user" CPU time/);
    stat(90_020, 15_060);
    assert.equal((await read())?.ranBack, undefined, 'from there it goes on');
  });

  it('knows an old copy by idle time that stands still, and spreads what follows over all the time that it stood', async () => {
    const files = new FakeFiles();
    const read = linuxMachineCounters(files);
    const stat = (user: number, idle: number): void =>
      files.set('/proc/stat', `cpu  ${user} 0 0 ${idle} 0 0 0 0 0 0\n${'cpu0 0 0 0 0 0 0 0 0 0 0\n'.repeat(8)}`);
    stat(1000, 5000);
    const first = await read();
    stat(1000, 5800);
    const resting = await read();
    assert.deepEqual(judgeLoad(look(0, first), look(1, resting)).load?.busyCpuSeconds, 0, 'a machine at rest');
    const old = await read();
    assert.equal(judgeLoad(look(1, resting), look(2, old)).problem, 'the CPU times of the machine did not change');
    assert.equal(judgeLoad(look(1, resting), look(1.02, old)).problem, null, 'two looks at once');
    // Four of eight CPUs worked for all of five seconds: more than eight could do in the last.
    stat(3000, 7800);
    const late = judgeLoad(look(1, resting), look(6, await read()), 1);
    assert.deepEqual([late.problem, late.load?.busyCpuSeconds, late.load?.utilisation], [null, 4, 0.5]);
  });

  it('knows that a look takes time on a busy machine', () => {
    const before = look(0, counters(1000), 0.1);
    assert.equal(judgeLoad(before, look(1, counters(1008.7))).problem, null);
    assert.notEqual(judgeLoad(look(0, counters(1000)), look(1, counters(1008.7))).problem, null);
  });

  it('holds the machine against what its processes used', () => {
    const judge = (busy: number, ofRuns: number): string | null =>
      judgeAgainstRuns(
        judgeLoad(look(0, counters(1000)), look(1, counters(1000 + busy))),
        look(1, counters(1000 + busy)),
        { cpuSeconds: ofRuns, processes: 2, at: 1 },
      ).problem;
    assert.equal(judge(2, 2.05), null);
    assert.equal(judge(0, 0.02), null, 'a tick or two');
    assert.match(judge(0, 1) ?? '', /did not change/);
    assert.match(judge(0.5, 3) ?? '', /far more/);
  });
});

describe('power/plausible: figures of sources', () => {
  it('makes a gap of what no device draws, and of what is no number', () => {
    const judge = (joules: number, component: 'cpu' | 'system' = 'cpu') =>
      judgeReading(
        {
          source: { component, method: 'sensor', name: 'x', label: 'x', band: { low: 1, high: 1 } },
          outcome: { kind: 'energy', joules, low: joules, high: joules, idleJoules: null },
          users: null,
        },
        1,
        false,
      ).outcome.kind;
    assert.equal(judge(300), 'energy');
    assert.equal(judge(5000, 'system'), 'energy');
    for (const bad of [1e9, 5000, -1, NaN, Infinity]) assert.equal(judge(bad), 'gap', String(bad));
  });

  it('refuses the same figures of a card however it is read', () => {
    const verdicts = (watts: number): readonly boolean[] => {
      const band = { low: 1, high: 1 };
      const second = { seconds: 1, late: false, load: null };
      const source = { component: 'gpu', method: 'sensor', name: 'x', label: 'x', band } as const;
      const outcome = { kind: 'energy', joules: watts, low: watts, high: watts, idleJoules: null } as const;
      const integral = new PowerIntegral({ staleSeconds: 5, limitWatts: null, band });
      integral.sample(0, watts);
      integral.read(0, { ...second, seconds: 0 });
      integral.sample(1, watts);
      return [
        judgeReading({ source, outcome, users: null }, 1, false).outcome.kind === 'energy',
        integral.read(1, second)?.kind === 'energy',
        parseGpuLine(`GPU-1, ${watts}, 50`)?.watts === watts,
      ];
    };
    assert.deepEqual(verdicts(implausibleWatts.gpu - 1), [true, true, true]);
    assert.deepEqual(verdicts(implausibleWatts.gpu + 1), [false, false, false]);
  });
});

describe('power: runs on a machine whose counters bend', () => {
  it('leaves a step back of the CPU times out as a gap of the share, and the mean with it', async () => {
    // 8 CPUs, 4 busy, 110 W of which 10 W are idle: a run on 2 of the 4 gets 50 W.
    const bent = new BentMachine(1, 10);
    await bent.begin();
    for (let second = 0; second < 10; second++) {
      await bent.second(
        [2],
        2,
        (now) => (second === 5 ? { ...now, busyCpuSeconds: now.busyCpuSeconds - 600 } : now),
        110,
      );
    }
    const totals = bent.totals[0]!;
    assert.ok(Math.abs(totals.run.total! - 9 * 50) < 1e-6, `${totals.run.total}`);
    assert.ok(totals.run.high! >= 10 * 50 && totals.run.low! <= 10 * 50);
    assert.ok(Math.abs(meanWatts(totals, 'run')! - 50) < 1e-6);
    const gaps = bent.intervals[0]!.flatMap(({ gaps: each }) => each);
    assert.deepEqual(gaps, [
      {
        component: 'cpu',
        reason: 'the CPU times of the machine decreased',
        seconds: 1,
        atMostJoules: 100,
        scope: 'run',
      },
    ]);
    // The machine's own figure lost nothing.
    assert.ok(Math.abs(totals.machine.total! - 1100) < 1e-6);
    assert.ok(Math.abs(totals.machine.high! - 1100) < 1e-6);
  });

  it('does the same where they stand still while the run works', async () => {
    const bent = new BentMachine(1, 10);
    await bent.begin();
    for (let second = 0; second < 4; second++)
      await bent.second([2], 2, (now, truly) => ({ ...now, busyCpuSeconds: now.busyCpuSeconds - truly }), 110);
    assert.equal(bent.totals[0]!.run.total, null);
    assert.equal(bent.totals[0]!.machine.total, 440);
    assert.equal(bent.intervals[0]!.flatMap(({ gaps }) => gaps).length, 4);
  });

  it('gives a run its share of what flowed since the counters last moved, where they are renewed every five seconds only', async () => {
    const bent = new BentMachine(1, 10);
    await bent.begin();
    let busy = 5000;
    let shown = 5000;
    for (let second = 1; second <= 20; second++) {
      await bent.second(
        [1],
        3,
        (now, truly) => {
          busy += truly;
          if (second % 5 === 0) shown = busy;
          const { isOld, ...others } = now;
          return { ...others, busyCpuSeconds: shown, ...(second % 5 === 0 ? {} : { isOld: true }) };
        },
        110,
      );
    }
    const totals = bent.totals[0]!;
    assert.ok(
      Math.abs(totals.run.total! - 4 * 25) < 1e-6,
      `${totals.run.total}: a quarter of 100 W in the seconds with new counters`,
    );
    assert.ok(totals.run.high! >= 20 * 25);
    assert.ok(Math.abs(meanWatts(totals, 'run')! - 25) < 1e-6);
    assert.equal(bent.intervals[0]!.flatMap(({ gaps }) => gaps).length, 16);
  });

  const bends = {
    none: (now: MachineCounters) => now,
    back: (now: MachineCounters, truly: number) => ({ ...now, busyCpuSeconds: now.busyCpuSeconds - truly - 300 }),
    standing: (now: MachineCounters, truly: number) => ({ ...now, busyCpuSeconds: now.busyCpuSeconds - truly }),
    leap: (now: MachineCounters) => ({ ...now, busyCpuSeconds: now.busyCpuSeconds + 1000 }),
    partBack: (now: MachineCounters) => ({ ...now, ranBack: 'nice' }),
  } as const;

  it('tells of any sequence of bends no more than the truth allows, names each as a gap, and keeps the truth in the band', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.array(
          fc.record({
            work: fc.array(fc.double({ min: 0.3, max: 1.5, noNaN: true }), { minLength: 3, maxLength: 3 }),
            others: fc.double({ min: 0, max: 3, noNaN: true }),
            bend: fc.constantFrom<keyof typeof bends>('none', 'none', 'none', 'back', 'standing', 'leap', 'partBack'),
            watts: fc.double({ min: 10, max: 300, noNaN: true }),
          }),
          { minLength: 1, maxLength: 12 },
        ),
        async (runs, seconds) => {
          const bent = new BentMachine(runs, 10);
          await bent.begin();
          const truth = Array.from({ length: runs }, () => 0);
          let whole = 0;
          for (const { work, others, bend, watts } of seconds) {
            const own = work.slice(0, runs);
            const busy = own.reduce((sum, each) => sum + each, 0) + others;
            own.forEach((cpu, run) => (truth[run] = truth[run]! + ((watts - 10) * cpu) / busy));
            whole += watts;
            await bent.second(own, others, bends[bend], watts);
          }
          const bad = seconds.filter(({ bend }) => bend !== 'none').length;
          let sum = 0;
          for (let run = 0; run < runs; run++) {
            const { run: told } = bent.totals[run]!;
            const gaps = bent.intervals[run]!.flatMap(({ gaps: each }) => each);
            assert.equal(gaps.length, bad);
            assert.ok(gaps.every(({ reason, scope }) => reason !== '' && scope === 'run'));
            sum += told.total ?? 0;
            assert.ok((told.total ?? 0) <= truth[run]! + 1e-6, `told ${told.total} of ${truth[run]}`);
            assert.ok(
              (told.low ?? 0) <= truth[run]! + 1e-6 && (told.high ?? 0) >= truth[run]! - 1e-6,
              `${told.low} ${truth[run]} ${told.high}`,
            );
          }
          assert.ok(sum <= whole - 10 * seconds.length + 1e-6);
        },
      ),
      { numRuns: 100 },
    );
  }).timeout(60_000);
});
