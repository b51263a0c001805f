import { randomBytes } from 'node:crypto';
import type { Band, Component, Method } from '../power/source';
import type { Origin } from './origin';
import type { RecordedIntensity, RunKind, Scope } from './record';

/** What is known of a run when it starts; the first line of its journal file. */
export interface RunHeader {
  readonly id: string;
  readonly name: string;
  readonly kind: RunKind;
  readonly command: readonly string[] | null;
  /** Absolute folder that the run belongs to; it stays on this machine. */
  readonly folder: string | null;
  /** Wall-clock start, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly scope: Scope;
  readonly intensity: RecordedIntensity | null;
  readonly pue: number;
  /** Between which the PUE lies; absent where it is exact, and in records of earlier versions. */
  readonly pueLimits?: Limits;
  /** Who set the PUE; null where it is the place's own. Absent in records of earlier versions. */
  readonly pueFrom?: Origin | null;
  readonly sources: readonly RecordedSource[];
  readonly missing: readonly MissingComponent[];
  readonly notes: readonly string[];
  /**
   * Who writes the record: tells a run that goes on from one whose recorder was killed. The processes above it prove
   * that the run is a part of another one.
   */
  readonly recorder: { readonly pid: number; readonly version: string; readonly lineage?: readonly number[] };
  /** What it ran on; absent where nobody looked, and in records of earlier versions. */
  readonly hardware?: Hardware;
  /** The recorded runs that this one is a part of, the nearest first; absent where it stands alone. */
  readonly ancestors?: readonly string[];
  /** Runs whose recorder was among this run's processes, as it turned out at the end. */
  readonly children?: readonly string[];
}

/** The computer of a run, as a paper names it. The graphics cards are among the sources. */
export interface Hardware {
  /** Tells computers apart without naming one: the hash of the host name; null where there is no name. */
  readonly id: string | null;
  /** The processor's model; null where the system does not say. */
  readonly cpu: string | null;
  /** Logical processors. */
  readonly cpuCount: number | null;
  readonly memoryGigabytes: number | null;
}

export interface Limits {
  readonly low: number;
  readonly high: number;
}

export interface RecordedSource {
  readonly component: Component;
  readonly method: Method;
  readonly name: string;
  readonly label: string;
  readonly band: Band;
  /** GPU: it does not say whose work it does, so all of it above idle is shared by the runs that may use it. */
  readonly shared?: boolean;
}

export interface MissingComponent {
  readonly component: Component;
  readonly reason: string;
}

/** What became known of a run after its start. */
export type HeaderUpdate = Partial<
  Pick<
    RunHeader,
    | 'name'
    | 'kind'
    | 'command'
    | 'scope'
    | 'intensity'
    | 'pue'
    | 'pueLimits'
    | 'pueFrom'
    | 'notes'
    | 'sources'
    | 'missing'
    | 'ancestors'
    | 'children'
  >
>;

/** How a run ended. */
export interface RunEnd {
  /** Wall-clock end, milliseconds since the epoch. */
  readonly at: number;
  /** 128 + signal number for a killed command; null if nobody can tell. */
  readonly exitCode: number | null;
  /** CPU time that the meter itself used during the run. */
  readonly meterCpuSeconds: number;
}

/** An id that sorts by time and is safe as a file name: `20261121T063000Z-9f3a1c`. */
export function newRunId(startedAt: number): string {
  const stamp = new Date(startedAt).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${stamp}-${randomBytes(3).toString('hex')}`;
}

/** When the run of this id started; null for a file name that is none of ours. */
export function startOfRun(id: string): Date | null {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-/.exec(id);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}
