import type { ProcessEntry, ProcessTable } from '../../src/processes/table';
import type { Power } from '../../src/power/machine';
import { MachineSampler } from '../../src/power/sampler';
import type { PowerSource, SourceReading } from '../../src/power/source';
import type { Journal } from '../../src/runs/journal/journal';
import { Meter } from '../../src/runs/measuring/meter';
import { FakeClock } from './fake-clock';

/** A process that works evenly from its start to its end, in seconds since the start of the simulation. */
export interface TimedProcess {
  readonly pid: number;
  readonly parent?: number;
  readonly from: number;
  readonly until: number;
  /** How many cores it keeps busy. */
  readonly cores: number;
}

/** Joules per second of CPU time. An idle machine uses `idleWatts`. */
export const joulesPerCpuSecond = 10;
export const idleWatts = 5;
export const cpus = 8;

/** A machine whose processes follow a script, so that the energy of each is known exactly. */
export class TimedWorld {
  readonly clock = new FakeClock();
  private readonly began = this.clock.monotonicSeconds();
  /** The current users of the GPU; null if the driver does not report them, undefined if there is no GPU. */
  gpuUsers: (() => ReadonlyMap<number, number> | null) | undefined;
  readonly gpuWatts = 100;
  readonly sampler: MachineSampler;
  readonly meter: Meter;

  constructor(
    readonly processes: TimedProcess[],
    journal: Journal | null = null,
  ) {
    const table: ProcessTable = {
      snapshot: () => Promise.resolve({ processes: new Map(this.alive().map((each) => [each.pid, this.entry(each)])) }),
      commandLine: () => Promise.resolve(null),
      ageSeconds: ({ startTime }, { uptimeSeconds }) => (uptimeSeconds ?? 0) - startTime,
    };
    this.sampler = new MachineSampler({
      clock: this.clock,
      sources: [this.source('cpu'), this.source('gpu')],
      counters: () => Promise.resolve({ busyCpuSeconds: this.busy(), logicalCpus: cpus, memoryTotalBytes: 16e9 }),
      processes: table,
      uptimeSeconds: () => this.now,
      ownCpuSeconds: () => 0,
    });
    const idle = { watts: idleWatts, low: idleWatts, high: idleWatts, basis: 'baseline' } as const;
    const power = {
      sampler: this.sampler,
      sources: [],
      missing: [],
      notes: [],
      absent: new Set(['gpu']),
      idleLevels: () =>
        new Map([
          ['cpu', idle],
          ['gpu', { ...idle, watts: 0, low: 0, high: 0 }],
        ]),
    } as unknown as Power;
    this.meter = new Meter({
      power,
      journal,
      clock: this.clock,
      intervalMilliseconds: 1000,
      version: '0',
      onProblem: (sentence) => {
        throw new Error(sentence);
      },
    });
  }

  get now(): number {
    return this.clock.monotonicSeconds() - this.began;
  }

  async goTo(moment: number): Promise<void> {
    if (moment > this.now) await this.clock.advance(moment - this.now);
  }

  /** CPU seconds that a process has used until now. */
  used({ from, until, cores }: TimedProcess, now = this.now): number {
    return cores * Math.max(0, Math.min(now, until) - from);
  }

  /** Joules above idle that the machine has used until now. */
  machineJoules(): number {
    return this.busy() * joulesPerCpuSecond;
  }

  private busy(): number {
    return this.processes.reduce((sum, each) => sum + this.used(each), 0);
  }

  private alive(): readonly TimedProcess[] {
    return this.processes.filter(({ from, until }) => from <= this.now + 1e-9 && this.now < until - 1e-9);
  }

  private entry(process: TimedProcess): ProcessEntry {
    const waited = this.processes
      .filter(({ parent, until }) => parent === process.pid && until <= this.now)
      .reduce((sum, each) => sum + this.used(each), 0);
    return {
      pid: process.pid,
      parentPid: process.parent ?? 1,
      startTime: process.from,
      cpuSeconds: this.used(process),
      reapedCpuSeconds: waited,
      residentBytes: 1e9,
      zombie: false,
      group: 0,
      name: 'python3',
    };
  }

  private source(component: 'cpu' | 'gpu'): PowerSource {
    const description = {
      component,
      method: 'counter',
      name: component,
      label: component,
      band: { low: 1, high: 1 },
    } as const;
    let before = 0;
    return {
      descriptions: [description],
      read: ({ seconds }) => {
        if (component === 'gpu' && this.gpuUsers === undefined) return Promise.resolve([]);
        const total =
          component === 'cpu' ? this.busy() * joulesPerCpuSecond + idleWatts * this.now : this.gpuWatts * this.now;
        const joules = total - before;
        before = total;
        const reading: SourceReading = {
          source: description,
          outcome: { kind: 'energy', joules, low: joules, high: joules, idleJoules: null },
          users: this.gpuUsers?.() ?? null,
        };
        return Promise.resolve(seconds === 0 ? [] : [reading]);
      },
      pause: () => undefined,
      dispose: () => undefined,
    };
  }
}
