import type { ProcessSnapshot, ProcessTable } from './table';

/** A process and its descendants. */
export function treeOf(pid: number, { processes }: ProcessSnapshot): Set<number> {
  const tree = new Set([pid]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const entry of processes.values()) {
      if (tree.has(entry.pid) || !tree.has(entry.parentPid)) continue;
      tree.add(entry.pid);
      grown = true;
    }
  }
  return tree;
}

/** CPU seconds of a process and its descendants since they started, including those that ended and were waited for. */
export function cpuOf(pid: number, snapshot: ProcessSnapshot): number {
  let seconds = 0;
  for (const member of treeOf(pid, snapshot)) {
    const entry = snapshot.processes.get(member);
    if (entry !== undefined) seconds += entry.cpuSeconds + entry.reapedCpuSeconds;
  }
  return seconds;
}

/** `cpuOf` from a new snapshot; null if there is no such process. */
export async function readCpuOf(pid: number, table: ProcessTable): Promise<number | null> {
  const tree = treeOf(pid, await table.snapshot(new Set()));
  const fresh = await table.snapshot(tree);
  return fresh.processes.has(pid) ? cpuOf(pid, fresh) : null;
}
