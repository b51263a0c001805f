import type { CarbonIntensity } from '../place/intensity';
import type { Component } from '../power/source';
import type { ProgressUnit } from './progress/epoch-event';
import type { Hardware, MissingComponent, RecordedSource } from './header';
import type { Origin } from './origin';

/** Energy of one scope by component, in watt-hours. Null is unknown; 0 means there is no such device. */
export interface ComponentEnergy {
  readonly total: number | null;
  readonly cpu: number | null;
  readonly gpu: number | null;
  readonly memory: number | null;
}

/** Carbon intensity as it enters a record, always with its year, basis and source. */
export type RecordedIntensity = CarbonIntensity;

export interface RecordedGap {
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
  readonly reason: string;
  /** `system` where the whole interval is lost. */
  readonly component: Component;
  /** `run` where the machine's figure is there and only the run's share is not; absent where both are lost. */
  readonly scope?: 'run';
}

/** How far a training came, read from its output. */
export interface RecordedProgress {
  readonly unit: ProgressUnit;
  /** How many are done, of how many; null where the output does not tell. */
  readonly done: number;
  readonly total: number | null;
  /** The same as `total`, by its earlier name. */
  readonly of: number | null;
  /** How many trainings the run held; the other figures are the last one's. */
  readonly fits: number;
  /** The last ones told, by the framework's names. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The name of the metric that is watched (`val_loss` before all); null as long as none was printed. */
  readonly metric: string | null;
  /** Where it was best, and what had been used by then. */
  readonly best: {
    readonly metric: string;
    readonly value: number;
    readonly epoch: number;
    readonly seconds: number;
    readonly energyWh: number | null;
  } | null;
}

/** What started a run: `launch` is "run without debugging", `command` is `green-ml run`. */
export type RunKind = 'debug' | 'launch' | 'task' | 'terminal' | 'notebook' | 'command' | 'manual';

/** Whose energy counts: the run's share above idle, or the whole machine (on a dedicated one). */
export type Scope = 'run' | 'machine';

/** The public JSON of one run (`green-ml run --json`, `runs show --json`); see reference in docs/json.md. */
export interface RunRecord {
  readonly version: 1;
  readonly id: string;
  readonly name: string;
  readonly kind: RunKind;
  readonly command: readonly string[] | null;
  /** Absolute folder the run belongs to; stays on this machine. */
  readonly folder: string | null;
  readonly status: 'running' | 'completed' | 'interrupted';
  readonly exitCode: number | null;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly durationSeconds: number;
  readonly scope: Scope;
  readonly energyWh: ComponentEnergy & { readonly low: number | null; readonly high: number | null };
  readonly machineWh: ComponentEnergy & {
    readonly low: number | null;
    readonly high: number | null;
    /** The part of `total` that flows at no load. */
    readonly idle: number | null;
  };
  /** Energy of the chosen scope / duration, time in gaps left out of both; null where the energy is. */
  readonly averageWatts: number | null;
  readonly emissionsGrams: { readonly value: number; readonly low: number; readonly high: number } | null;
  readonly intensity: RecordedIntensity | null;
  readonly pue: number;
  /** Between which the PUE lies: equal to it where it is exact. */
  readonly pueLow: number;
  readonly pueHigh: number;
  /** Who set the PUE; null where it is the place's own, or not known as in records of earlier versions. */
  readonly pueFrom?: Origin | null;
  readonly sources: readonly RecordedSource[];
  readonly missing: readonly MissingComponent[];
  readonly gaps: readonly RecordedGap[];
  readonly processes: { readonly peak: number };
  readonly meter: { readonly cpuSeconds: number | null; readonly samples: number };
  /** What a person should know of this record, e.g. that the figure is the machine's because no process was found. */
  readonly notes: readonly string[];
  /** The run that this one is a part of: sums count it there. Null where it stands alone. */
  readonly parent: string | null;
  /** All runs that it is a part of, the nearest first. */
  readonly ancestors: readonly string[];
  /** Runs whose recorder was seen among this run's processes. */
  readonly children: readonly string[];
  /** Null in records of earlier versions. */
  readonly hardware: Hardware | null;
  /** Absent where nobody reads the output (`green-ml run` passes it through) or it tells nothing. */
  readonly progress?: RecordedProgress;
}
