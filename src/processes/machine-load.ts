import { cpus, totalmem } from 'node:os';
import type { ReadableFiles } from '../system/files';
import { ticksPerSecond } from './stat-line';

/** Counters of the whole machine since it started. */
export interface MachineCounters {
  /** CPU time of all logical CPUs, in seconds, without idle time, I/O wait and time stolen by the hypervisor. */
  readonly busyCpuSeconds: number;
  readonly logicalCpus: number;
  /** Null if unknown. */
  readonly memoryTotalBytes: number | null;
  /** The kind of CPU time (`user`, `system`, …) that decreased since the last reading; absent if none did. */
  readonly ranBack?: string;
  /** Set if not even idle time has increased since the last reading, so the file must be an old copy. */
  readonly isOld?: boolean;
}

/** Reads the machine's counters; null if they cannot be read now. */
export type ReadMachineCounters = () => Promise<MachineCounters | null>;

/** Parses `/proc/stat`; null if its first line is missing or cut short. `user` already contains guests' time. */
export function parseProcStat(text: string): { readonly busyCpuSeconds: number; readonly logicalCpus: number } | null {
  return statOf(busyTicks(lineOf(text) ?? ''), text);
}

function statOf(ticks: readonly number[] | null, text: string): ReturnType<typeof parseProcStat> {
  const logicalCpus = text.match(/^cpu\d+ /gm)?.length ?? 0;
  return ticks === null || logicalCpus === 0
    ? null
    : { busyCpuSeconds: ticks.reduce((sum, each) => sum + each, 0) / ticksPerSecond, logicalCpus };
}

/** The line of all CPUs together; null if there is none. */
function lineOf(text: string): string | null {
  return /^cpu .*$/m.exec(text)?.[0] ?? null;
}

const busyKinds = ['user', 'nice', 'system', 'irq', 'softirq'] as const;

/** The ticks of each kind of busy time. */
function busyTicks(line: string): readonly number[] | null {
  const total = /^cpu +(\d.*)$/.exec(line)?.[1]?.split(' ').map(Number);
  const [user, nice, system, , , irq, softirq] = total ?? [];
  if (user === undefined || nice === undefined || system === undefined || irq === undefined || softirq === undefined)
    return null;
  return [user, nice, system, irq, softirq];
}

/** A decrease of a tick or two is a correction by the kernel and is ignored. */
const correctedTicks = 2;

/** The kind of time that decreased; null if none did. The sum may still have increased, but is not valid. */
function findRanBack(before: readonly number[], now: readonly number[]): string | null {
  const index = now.findIndex((ticks, each) => ticks < (before[each] ?? 0) - correctedTicks);
  return busyKinds[index] ?? null;
}

/** MemTotal of `/proc/meminfo` in bytes; null if missing. */
function parseMemTotal(text: string): number | null {
  const kibibytes = /^MemTotal:\s*(\d+) kB/m.exec(text)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}

/** With more CPUs, the kernel may take milliseconds to produce `/proc/stat`, so it is read on the thread pool. */
const quickCpus = 64;

/** The counters of the machine whose `/proc` is mounted at `root`. */
export function linuxMachineCounters(
  files: Pick<ReadableFiles, 'readText' | 'hold'>,
  root = '/proc',
): ReadMachineCounters {
  let memoryTotalBytes: number | null = null;
  let isQuick = false;
  let before: readonly number[] | null = null;
  let lineBefore: string | null = null;
  const held = files.hold(`${root}/stat`);
  return async () => {
    try {
      const text = isQuick ? held.textNow() : await files.readText(`${root}/stat`);
      const line = lineOf(text);
      const ticks = busyTicks(line ?? '');
      const stat = statOf(ticks, text);
      const ranBack = before === null || ticks === null ? null : findRanBack(before, ticks);
      before = ticks ?? before;
      const isOld = line !== null && line === lineBefore;
      lineBefore = line;
      memoryTotalBytes ??= await files.readText(`${root}/meminfo`).then(parseMemTotal, () => null);
      isQuick = stat !== null && stat.logicalCpus <= quickCpus;
      return stat === null
        ? null
        : { ...stat, memoryTotalBytes, ...(ranBack === null ? {} : { ranBack }), ...(isOld ? { isOld } : {}) };
    } catch {
      return null;
    }
  };
}

/** The counters that Node provides, for systems without `/proc`. */
export function nodeMachineCounters(): ReadMachineCounters {
  return () => {
    const all = cpus();
    const busyMilliseconds = all.reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
    return Promise.resolve(
      all.length === 0
        ? null
        : { busyCpuSeconds: busyMilliseconds / 1000, logicalCpus: all.length, memoryTotalBytes: totalmem() },
    );
  };
}
