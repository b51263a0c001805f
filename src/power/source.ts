import type { SeenGpu } from './gpu-presence';
import type { NamedGpu } from './visible-devices';

/** What a source measures. `system` is the whole machine (psys, battery): nothing is added on top of it. */
export const components = ['cpu', 'memory', 'gpu', 'system'] as const;
export type Component = (typeof components)[number];

/** How a figure was obtained, from the surest to the least sure. Shown with every figure. */
export const methods = ['counter', 'sensor', 'calibrated', 'model', 'assumed'] as const;
export type Method = (typeof methods)[number];

/** Factors on a value between which the truth is expected, e.g. 0.95 and 1.05. */
export interface Band {
  readonly low: number;
  readonly high: number;
}

/** How a source is described to people and in records. */
export interface SourceDescription {
  readonly component: Component;
  readonly method: Method;
  /** Stable short name: `intel-rapl:0`, `cpu-model`, a GPU's UUID. */
  readonly name: string;
  /** For display: "Intel RAPL package counter", "AMD EPYC 9354 (280 W TDP), load model". */
  readonly label: string;
  readonly band: Band;
  /** Set for graphics and AI cores of the processor, which are no card of their own. */
  readonly inProcessor?: boolean;
  /** The name of the source that stood for this one until it was found. */
  readonly replaces?: string;
}

/** One row of `green-ml sources`: a source that was found, or why it was not and how to enable it. */
export interface Availability {
  readonly component: Component;
  readonly name: string;
  readonly method: Method;
  readonly available: boolean;
  /** Why it is missing, or a remark about it (a VM, a shared device); null if none. */
  readonly reason: string | null;
  /** What the user can do to enable it: text to copy, never executed. Null if nothing can be done. */
  readonly enable: string | null;
}

/** The row of a source that was found: one that works, or one that has a problem. */
export function availabilityOf(
  { component, name, method, label }: SourceDescription,
  problem: Pick<Availability, 'reason' | 'enable'> | null = null,
): Availability {
  return {
    component,
    name,
    method,
    available: problem === null,
    reason: problem?.reason ?? label,
    enable: problem?.enable ?? null,
  };
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

/** What a source gets to know with each read. */
export interface ReadContext {
  /** Monotonic seconds since the previous read; 0 at the first, which only sets the baseline. */
  readonly seconds: number;
  /** True if the interval cannot be trusted because it contains a stall, a suspend or a clock jump. */
  readonly late: boolean;
  readonly load: MachineLoad | null;
}

/** Energy of one interval; `low` and `high` are joules, not factors. */
export interface EnergyOutcome {
  readonly kind: 'energy';
  readonly joules: number;
  readonly low: number;
  readonly high: number;
  /** The idle part, if the source knows it (models do); null if it must come from a baseline. */
  readonly idleJoules: number | null;
}

/** Energy was used, but how much is unknown for this interval: a reset, a failed read, a stall. */
export interface GapOutcome {
  readonly kind: 'gap';
  readonly reason: string;
  /** The most it could have been, in joules; null if there is no upper limit. Widens `high`, is never added. */
  readonly atMostJoules: number | null;
}

/** The device gives no figure (`[N/A]`, not supported). */
interface UnknownOutcome {
  readonly kind: 'unknown';
  readonly reason: string;
}

export type Outcome = EnergyOutcome | GapOutcome | UnknownOutcome;

/** The memory of a GPU, in use and in all. */
export interface GpuMemory {
  readonly usedBytes: number;
  readonly totalBytes: number;
}

export interface SourceReading {
  readonly source: SourceDescription;
  readonly outcome: Outcome;
  /**
   * GPU only: shares of this device's use by process id (0 to 1, at most 1 in sum). An empty map if only processes
   * of other users use it. Null if the device does not report it; its energy is then counted in full and marked as
   * shared.
   */
  readonly users: ReadonlyMap<number, number> | null;
  /** GPU only: its own utilisation in this interval, 0 to 1; absent or null if the device does not report it. */
  readonly utilisation?: number | null;
  /** GPU only: how much of its memory is in use, by whomever; absent or null if the device does not report it. */
  readonly memory?: GpuMemory | null;
  /** GPU only: how environment variables name it (`CUDA_VISIBLE_DEVICES`); absent if they do not. */
  readonly device?: NamedGpu;
}

/**
 * Something that gives energy or power. Sources are opened by `probe` functions, answer `unknown` or `gap` instead
 * of throwing, and never answer 0 for what they could not read.
 */
export interface PowerSource {
  readonly descriptions: readonly SourceDescription[];
  /** Pids of its running helper programs: their CPU time is part of the cost of the meter. */
  readonly helpers?: readonly number[];
  /** Energy since the previous call, one reading per device. The first call sets the baseline and returns []. */
  read(context: ReadContext): Promise<readonly SourceReading[]>;
  /**
   * Energy calculated from the load, for the same interval. Called after `read`, once the load has been checked
   * against the CPU time of the measured processes. Absent if the source models nothing.
   */
  readModelled?(context: ReadContext): Promise<readonly SourceReading[]>;
  /** No samples are needed for now: helper programs end. The next read has 0 seconds and is a baseline again. */
  pause(): void;
  dispose(): void;
}

/** What a probe found: an open source or none, and a description of each candidate. */
export interface ProbeResult {
  readonly source: PowerSource | null;
  readonly availability: readonly Availability[];
  /** What is missing although others of its kind are measured, such as one of two packages. Absent if nothing is. */
  readonly missing?: readonly { readonly component: Component; readonly reason: string }[];
  /** Counters of parts of the whole machine: they show the parts and are not added to its total. */
  readonly parts?: PowerSource | null;
  /**
   * Whether the figures, or the reasons in `missing`, include a GPU that the machine shows. Absent if they include
   * none; such a GPU is reported as unknown.
   */
  readonly covers?: (gpu: SeenGpu) => boolean;
}
