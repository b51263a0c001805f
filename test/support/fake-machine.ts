import type { MachineCounters } from '../../src/processes/machine-load';
import type { ProcessSnapshot, ProcessTable } from '../../src/processes/table';
import { MachineSampler } from '../../src/power/sampler';
import type { MachineSample } from '../../src/power/sample';
import type { EnergyOutcome, PowerSource, ReadContext, SourceDescription, SourceReading } from '../../src/power/source';
import { FakeClock } from './fake-clock';

/** A source with constant power, which records how it was called. */
export class FakeSource implements PowerSource {
  readonly contexts: ReadContext[] = [];
  pauses = 0;
  helpers: readonly number[] = [];
  watts = 100;
  /** If set, it answers reads instead. */
  answer: ((context: ReadContext) => Promise<readonly SourceReading[]>) | null = null;
  readonly descriptions: readonly SourceDescription[] = [
    { component: 'cpu', method: 'counter', name: 'fake', label: 'fake counter', band: { low: 1, high: 1 } },
  ];

  read(context: ReadContext): Promise<readonly SourceReading[]> {
    this.contexts.push(context);
    if (this.answer !== null) return this.answer(context);
    if (context.seconds === 0) return Promise.resolve([]);
    const joules = this.watts * context.seconds;
    const energy: EnergyOutcome = { kind: 'energy', joules, low: joules, high: joules, idleJoules: null };
    const outcome = context.late ? ({ kind: 'gap', reason: 'late', atMostJoules: joules } as const) : energy;
    return Promise.resolve([{ source: this.descriptions[0]!, outcome, users: null }]);
  }

  pause(): void {
    this.pauses += 1;
  }

  dispose(): void {
    this.pauses += 1;
  }
}

/** A machine whose parts a test controls. */
export class FakeMachine {
  readonly clock = new FakeClock();
  readonly source = new FakeSource();
  counters: MachineCounters | null = { busyCpuSeconds: 0, logicalCpus: 4, memoryTotalBytes: 8e9 };
  snapshot: ProcessSnapshot = { processes: new Map() };
  /** Seconds since its start; null if the platform does not show it. */
  uptime: number | null = null;
  /** CPU time that the meter has used. */
  ownCpuSeconds = 0;
  readonly watchedSets: ReadonlySet<number>[] = [];
  readonly processes: ProcessTable = {
    snapshot: (watched) => {
      this.watchedSets.push(watched);
      return Promise.resolve(this.snapshot);
    },
    commandLine: () => Promise.resolve(null),
  };
  /** Errors that listeners threw. */
  readonly faults: unknown[] = [];
  readonly sampler = new MachineSampler({
    onFault: (error) => void this.faults.push(error),
    clock: this.clock,
    sources: [this.source],
    counters: () => Promise.resolve(this.counters),
    processes: this.processes,
    uptimeSeconds: () => this.uptime,
    ownCpuSeconds: () => this.ownCpuSeconds,
  });

  /** Uses this many seconds of CPU time, over all cores. */
  work(cpuSeconds: number): void {
    if (this.counters !== null) {
      this.counters = { ...this.counters, busyCpuSeconds: this.counters.busyCpuSeconds + cpuSeconds };
    }
  }

  /** Subscribes to the machine without a run. Samples are added to the returned list. */
  async listen(
    intervalMilliseconds = 1000,
  ): Promise<{ readonly samples: MachineSample[]; readonly end: () => void; readonly cost: () => number }> {
    const samples: MachineSample[] = [];
    const subscription = await this.sampler.subscribe({
      tree: null,
      intervalMilliseconds,
      onSample: (sample) => void samples.push(sample),
    });
    return { samples, end: () => subscription.end(), cost: () => subscription.meterCpuSeconds() };
  }
}

/** The sum of the energy in a sample's readings, in joules. */
export function joulesOf({ readings }: MachineSample): number {
  return readings.reduce((sum, { outcome }) => sum + (outcome.kind === 'energy' ? outcome.joules : 0), 0);
}
