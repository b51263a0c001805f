import { readFileSync } from 'node:fs';
import { parseStat } from './linux';

/** Nobody nests processes deeper; a damaged table must not be followed for ever. */
const mostSteps = 64;

/** The pids of the processes above this one, the nearest first; the parent alone where the platform has no `/proc`. */
export function ownLineage(): readonly number[] {
  const lineage: number[] = [];
  for (let pid = process.ppid; pid > 1 && lineage.length < mostSteps && !lineage.includes(pid); pid = parentOf(pid))
    lineage.push(pid);
  return lineage;
}

function parentOf(pid: number): number {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'), 1)?.parentPid ?? 0;
  } catch {
    return 0;
  }
}
