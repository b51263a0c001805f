import type { NamedGpu } from './visible-devices';

/** What a source measures. `system` is the whole machine (psys, battery): nothing is added on top of it. */
export const components = ['cpu', 'memory', 'gpu', 'system'] as const;
export type Component = (typeof components)[number];

/** How a figure came about, from the surest to the least sure. Shown with every figure. */
export const methods = ['counter', 'sensor', 'calibrated', 'model', 'assumed'] as const;
export type Method = (typeof methods)[number];

/** Factors on a value between which the truth is expected, e.g. 0.95 and 1.05. */
export interface Band {
  readonly low: number;
  readonly high: number;
}

/** What people and records are told of a source. */
export interface SourceDescription {
  readonly component: Component;
  readonly method: Method;
  /** Stable short name: `intel-rapl:0`, `cpu-model`, a GPU's UUID. */
  readonly name: string;
  /** For people: "Intel RAPL package counter", "AMD EPYC 9354 (280 W TDP), load model". */
  readonly label: string;
  readonly band: Band;
}

/** One line of `green-ml sources`: a source that was found, or why it was not and how to enable it. */
export interface Availability {
  readonly component: Component;
  readonly name: string;
  readonly method: Method;
  readonly available: boolean;
  /** Why it is missing, or what is worth knowing about it (a VM, a shared device); null if nothing. */
  readonly reason: string | null;
  /** What the person can do to enable it; text to copy, never run by us. Null where nothing can be done. */
  readonly enable: string | null;
}

/** The machine's load during one interval; null members could not be read. */
export interface MachineLoad {
  /** CPU time, in seconds summed over all logical CPUs, that was not idle, I/O wait or stolen. */
  readonly busyCpuSeconds: number;
  readonly logicalCpus: number;
  /** busy / (logical CPUs × interval), 0 to 1. */
  readonly utilisation: number;
  readonly memoryTotalBytes: number | null;
}

/** What a source is told when it is asked. */
export interface ReadContext {
  /** Monotonic seconds since the previous read; 0 at the first, which only sets the baseline. */
  readonly seconds: number;
  /** True when the interval is not to be trusted: a stall, a suspend or a clock jump lies in it. */
  readonly late: boolean;
  readonly load: MachineLoad | null;
}

/** Energy of one interval; `low` and `high` are joules, not factors. */
export interface EnergyOutcome {
  readonly kind: 'energy';
  readonly joules: number;
  readonly low: number;
  readonly high: number;
  /** The part that flows at no load, if the source knows it (models do); null if a baseline must tell. */
  readonly idleJoules: number | null;
}

/** Energy flowed but cannot be told from this interval: a reset, a failed read, a stall. */
export interface GapOutcome {
  readonly kind: 'gap';
  readonly reason: string;
  /** The most it could have been, in joules; null if there is no bound. Widens `high`, is never added. */
  readonly atMostJoules: number | null;
}

/** The device gives no figure (`[N/A]`, not supported). */
export interface UnknownOutcome {
  readonly kind: 'unknown';
  readonly reason: string;
}

export type Outcome = EnergyOutcome | GapOutcome | UnknownOutcome;

export interface SourceReading {
  readonly source: SourceDescription;
  readonly outcome: Outcome;
  /**
   * GPU only: shares of this device's use by process id (0 to 1, summing to at most 1); an empty map when other
   * people's processes alone use it; null when the device cannot tell, and is then counted whole and marked shared.
   */
  readonly users: ReadonlyMap<number, number> | null;
  /** GPU: its own utilisation in this interval, 0 to 1; absent or null where the device does not say. */
  readonly utilisation?: number | null;
  /** GPU: how the variables of a process name it (`CUDA_VISIBLE_DEVICES`); absent where they do not. */
  readonly device?: NamedGpu;
}

/**
 * A place where joules come from. Sources are opened by `probe` functions, answer `unknown` or `gap` instead of
 * throwing, and never answer 0 for what they could not read.
 */
export interface PowerSource {
  readonly descriptions: readonly SourceDescription[];
  /** Pids of helper programs that run for it now: their CPU time is part of what the meter costs. */
  readonly helpers?: readonly number[];
  /** Energy since the previous call, one reading a device. The first call sets the baseline and returns []. */
  read(context: ReadContext): Promise<readonly SourceReading[]>;
  /**
   * What is calculated from the load, since the same previous call: asked for after `read`, once the load has been held
   * against what the measured processes used. Absent where nothing is.
   */
  readModelled?(context: ReadContext): Promise<readonly SourceReading[]>;
  /** Nobody listens any more: helper programs end. The next read comes with 0 seconds and is a baseline again. */
  pause(): void;
  dispose(): void;
}

/** What a probe found: an open source or none, and what to tell people about each candidate. */
export interface ProbeResult {
  readonly source: PowerSource | null;
  readonly availability: readonly Availability[];
  /** What is left out although others of its kind are measured: one unreadable package of two. Absent if nothing is. */
  readonly missing?: readonly { readonly component: Component; readonly reason: string }[];
  /** Counters of what a source of the whole machine contains: they tell its parts and are not added to it. */
  readonly parts?: PowerSource | null;
}
