import { countedEnergy } from '../describe';
import type { RunRecord } from '../record';

/** A run, and the part of it that no other run of the same list also counts. */
export interface CountedRun {
  readonly record: RunRecord;
  /** The part of its energy and emissions that it adds to a sum, 0 to 1. */
  readonly energyShare: number;
  /** The part of its time that it adds to a sum, 0 to 1: time inside a containing run counts there. */
  readonly timeShare: number;
}

interface CountingOptions {
  /** Milliseconds since the epoch; earlier time does not count. All time counts if absent. */
  readonly since?: number | null;
  /** `own`: the scope of each run. `machine`: the whole machine during each run, which overlapping runs share. */
  readonly scope?: 'own' | 'machine';
}

/**
 * The only way to add up runs, so that a sum over the journal is never more than the machines used:
 *
 * - A run inside another one (a measured command that itself measures) belongs to that one while that is in progress.
 *   What it does after the other's end counts on its own.
 * - Runs that count the whole machine share the time in which they overlap equally, and their figure includes what
 *   other runs of that machine did in that time.
 * - A run of unknown energy takes nothing from others.
 *
 * If only part of a run counts, it is the part by time.
 */
export function countedOnce(
  records: readonly RunRecord[],
  { since = null, scope = 'own' }: CountingOptions = {},
): readonly CountedRun[] {
  const windows = windowsOf(records, scope);
  const energySeconds = new Float64Array(records.length);
  const timeSeconds = new Float64Array(records.length);
  const active = new Set<RunSpan>();
  const begins = sortedBy(windows, ({ from }) => from);
  const ends = sortedBy(windows, ({ to }) => to);
  const next = (): number => Math.min(begins.at(-1)?.from ?? Infinity, ends.at(-1)?.to ?? Infinity);
  for (let at = next(); at < Infinity; ) {
    for (; ends.at(-1)?.to === at; ends.pop()) active.delete(ends.at(-1) as RunSpan);
    for (; begins.at(-1)?.from === at; begins.pop()) active.add(begins.at(-1) as RunSpan);
    const until = next();
    const length = until - Math.max(at, since ?? -Infinity);
    if (length > 0 && active.size > 0) credit(active, length, energySeconds, timeSeconds);
    at = until;
  }
  return windows.map(({ record, from, to }, index) => ({
    record,
    energyShare: Math.min(1, (energySeconds[index] ?? 0) / (to - from)),
    timeShare: Math.min(1, (timeSeconds[index] ?? 0) / (to - from)),
  }));
}

/** The sum of known energy, in watt-hours, counted once; null if nothing is known. */
export function wattHoursOnce(records: readonly RunRecord[], options: CountingOptions = {}): number | null {
  let sum: number | null = null;
  for (const { record, energyShare } of countedOnce(records, options)) {
    const { total } = options.scope === 'machine' ? record.machineWh : countedEnergy(record);
    if (total !== null) sum = (sum ?? 0) + total * energyShare;
  }
  return sum;
}

/** Adds parents that only the outer run knows, because it found the inner run's recorder. */
export function withParents(records: readonly RunRecord[]): readonly RunRecord[] {
  const { lines, byId } = familyOf(records);
  if (lines.size === 0) return records;
  return records.map((record) => {
    const line = lines.get(byId.get(record.id) ?? -1);
    if (line === undefined) return record;
    const known = new Set(record.ancestors);
    const more = line.map((index) => records[index]?.id ?? '').filter((id) => !known.has(id));
    const ancestors = [...record.ancestors, ...more];
    return more.length === 0 ? record : { ...record, parent: ancestors[0] ?? null, ancestors };
  });
}

/** The time of one run. */
interface RunSpan {
  readonly index: number;
  readonly record: RunRecord;
  /** Milliseconds since the epoch; `to` is later than `from`. */
  readonly from: number;
  readonly to: number;
  readonly machine: string;
  readonly wholeMachine: boolean;
  /** Whether it has a figure, which can include those of other runs. */
  readonly known: boolean;
  readonly ancestors: ReadonlySet<number>;
}

function windowsOf(records: readonly RunRecord[], scope: 'own' | 'machine'): readonly RunSpan[] {
  const { lines } = familyOf(records);
  const ids = new Set(records.flatMap(({ hardware }) => hardware?.id ?? []));
  // Records without a computer are from the journal's own computer, if it has only one.
  const unnamed = ids.size === 1 ? [...ids].join('') : '';
  return records.map((record, index) => {
    const from = Date.parse(record.startedAt);
    const ofMachine = scope === 'machine' || record.scope === 'machine';
    const cluster = clusterOf(record);
    return {
      index,
      record,
      from,
      to: Math.max(from + 1, Date.parse(record.endedAt)),
      machine: cluster ?? record.hardware?.id ?? unnamed,
      // Workloads that two runs select are all counted by both.
      wholeMachine: ofMachine || cluster !== null,
      known: (ofMachine ? record.machineWh : record.energyWh).total !== null,
      ancestors: ancestorsOf(lines.get(index)),
    };
  });
}

/** What a run on a cluster selects is a machine of its own; two runs that select the same share it. */
function clusterOf({ cluster }: RunRecord): string | null {
  return cluster === undefined ? null : `cluster ${JSON.stringify(cluster.sources)}`;
}

const noAncestors: ReadonlySet<number> = new Set();

function ancestorsOf(line: readonly number[] | undefined): ReadonlySet<number> {
  return line === undefined ? noAncestors : new Set(line);
}

/** The runs whose time is known, the earliest last. */
function sortedBy(windows: readonly RunSpan[], key: (window: RunSpan) => number): RunSpan[] {
  return windows.filter(({ from, to }) => Number.isFinite(from + to)).sort((a, b) => key(b) - key(a));
}

function credit(active: ReadonlySet<RunSpan>, length: number, energy: Float64Array, time: Float64Array): void {
  const add = (sums: Float64Array, { index }: RunSpan, amount: number): void =>
    void (sums[index] = (sums[index] ?? 0) + amount);
  if (active.size === 1) {
    // Most runs are alone most of the time.
    for (const window of active) {
      add(time, window, length);
      if (window.known || !window.wholeMachine) add(energy, window, length);
    }
    return;
  }
  const inside = (window: RunSpan, covers: (other: RunSpan) => boolean): boolean =>
    window.ancestors.size > 0 && [...active].some((other) => window.ancestors.has(other.index) && covers(other));
  const whole = new Map<string, RunSpan[]>();
  for (const window of active) {
    if (!inside(window, () => true)) add(time, window, length);
    if (!window.wholeMachine || !window.known) continue;
    if (inside(window, (other) => other.wholeMachine && other.known && other.machine === window.machine)) continue;
    whole.set(window.machine, [...(whole.get(window.machine) ?? []), window]);
  }
  for (const sharing of whole.values()) for (const window of sharing) add(energy, window, length / sharing.length);
  for (const window of active) {
    if (window.wholeMachine || whole.has(window.machine)) continue;
    if (inside(window, (other) => other.known && other.machine === window.machine)) continue;
    add(energy, window, length);
  }
}

/** For each run inside others, the indices of those others, nearest first. */
function familyOf(records: readonly RunRecord[]): {
  readonly lines: ReadonlyMap<number, readonly number[]>;
  readonly byId: ReadonlyMap<string, number>;
} {
  // Most journals have no run inside another one.
  if (records.every(({ ancestors, children }) => ancestors.length + children.length === 0))
    return { lines: new Map(), byId: new Map() };
  const byId = new Map(records.map(({ id }, index) => [id, index]));
  const outer = new Map<number, Set<number>>();
  const link = (inner: number | undefined, id: string): void => {
    const found = byId.get(id);
    if (inner === undefined || found === undefined || inner === found) return;
    outer.set(inner, (outer.get(inner) ?? new Set()).add(found));
  };
  for (const [index, { id, ancestors, children }] of records.entries()) {
    for (const ancestor of ancestors) link(index, ancestor);
    for (const child of children) link(byId.get(child), id);
  }
  const lines = new Map<number, readonly number[]>();
  for (const inner of outer.keys()) lines.set(inner, lineOf(inner, outer));
  return { lines, byId };
}

/** All runs that contain one, nearest first. If damaged records claim to be inside each other, the earlier is the outer one. */
function lineOf(inner: number, outer: ReadonlyMap<number, ReadonlySet<number>>): readonly number[] {
  const found = new Set<number>();
  const waiting = [...(outer.get(inner) ?? [])];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (found.has(next) || next === inner) continue;
    found.add(next);
    waiting.push(...(outer.get(next) ?? []));
  }
  return [...found].filter((each) => each < inner || !isAround(inner, each, outer));
}

/** Whether `candidate` contains `from`, directly or indirectly. */
function isAround(candidate: number, from: number, outer: ReadonlyMap<number, ReadonlySet<number>>): boolean {
  const seen = new Set<number>([from]);
  for (const each of seen) for (const next of outer.get(each) ?? []) seen.add(next);
  return seen.has(candidate);
}
