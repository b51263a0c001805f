import { systemFiles, type ReadableFiles } from '../system/files';
import { parseStat } from './stat-line';

/** No process is nested deeper; this ends loops in a damaged table. */
const mostSteps = 64;

/** The pids of this process's ancestors, nearest first; only the parent if the platform has no `/proc`. */
export function ownLineage(files: Pick<ReadableFiles, 'readTextNow'> = systemFiles): readonly number[] {
  const lineage: number[] = [];
  for (
    let pid = process.ppid;
    pid > 1 && lineage.length < mostSteps && !lineage.includes(pid);
    pid = parentOf(pid, files)
  )
    lineage.push(pid);
  return lineage;
}

function parentOf(pid: number, files: Pick<ReadableFiles, 'readTextNow'>): number {
  try {
    return parseStat(files.readTextNow(`/proc/${pid}/stat`), 1)?.parentPid ?? 0;
  } catch {
    return 0;
  }
}
