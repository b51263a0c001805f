import type { Now, ProcessEntry, ProcessTable } from './table';

/** A process to choose from a list. */
export interface ProcessCandidate {
  readonly pid: number;
  /** Arguments, the program first. */
  readonly commandLine: readonly string[];
  /** CPU time divided by the time between the two reads: 1 is one core. */
  readonly cores: number;
  readonly residentBytes: number;
  /** Name of its program in the system's list. */
  readonly name: string;
  /** What started it; null if that has ended, or is the first process of the machine. */
  readonly parent: { readonly commandLine: readonly string[]; readonly name: string } | null;
  /** How long it has run; null if unknown. */
  readonly ageSeconds: number | null;
}

/**
 * The processes that a user may want to measure, busiest first: those whose command line `isOwn` accepts.
 * @param pause resolves after the time between two reads, in seconds
 */
export async function findCandidates(
  table: ProcessTable,
  isOwn: (pid: number) => Promise<boolean>,
  pause: () => Promise<number>,
  now: () => Now,
): Promise<readonly ProcessCandidate[]> {
  const listed = await table.snapshot(new Set());
  const pids = new Set(listed.processes.keys());
  const before = await table.snapshot(pids);
  const seconds = await pause();
  const after = await table.snapshot(pids);
  const candidates: ProcessCandidate[] = [];
  for (const entry of after.processes.values()) {
    const earlier = before.processes.get(entry.pid);
    if (entry.zombie || earlier?.startTime !== entry.startTime || !(await isOwn(entry.pid))) continue;
    const commandLine = await table.commandLine(entry.pid);
    if (commandLine === null || commandLine.length === 0) continue;
    candidates.push({
      pid: entry.pid,
      commandLine,
      cores: coresBetween(earlier, entry, seconds),
      residentBytes: entry.residentBytes,
      name: entry.name,
      parent: await parentOf(entry, after.processes, table),
      ageSeconds: table.ageSeconds?.(entry, now()) ?? null,
    });
  }
  return candidates.sort((a, b) => b.cores - a.cores || b.residentBytes - a.residentBytes);
}

/** The first process adopts what has lost its parent. */
const firstPid = 1;

async function parentOf(
  { parentPid }: ProcessEntry,
  processes: ReadonlyMap<number, ProcessEntry>,
  table: ProcessTable,
): Promise<ProcessCandidate['parent']> {
  const parent = parentPid === firstPid ? undefined : processes.get(parentPid);
  return parent === undefined ? null : { commandLine: (await table.commandLine(parentPid)) ?? [], name: parent.name };
}

function coresBetween(before: ProcessEntry, after: ProcessEntry, seconds: number): number {
  return seconds > 0 ? Math.max(0, after.cpuSeconds - before.cpuSeconds) / seconds : 0;
}
