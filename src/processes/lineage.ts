import { systemFiles, type ReadableFiles } from '../system/files';
import { parseStat } from './linux';

/** Nobody nests processes deeper; a damaged table must not be followed for ever. */
const mostSteps = 64;

/** The pids of the processes above this one, the nearest first; the parent alone where the platform has no `/proc`. */
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
