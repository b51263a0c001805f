import type { ProcessEntry, ProcessSnapshot } from './table';

/** What speaks for a process being the one that somebody named. */
export interface ProcessEvidence {
  /** Who is below these is ours: the extension host, a terminal's shell, processes of the run that are known. */
  readonly anchors: readonly number[];
  /** This program, which with its ancestors is never a run. */
  readonly self: number;
  /** It has appeared since the run began. */
  readonly isNew: boolean;
  /** The person named this very number. */
  readonly isChosen: boolean;
  /** Its arguments fit what was started; null where they cannot be read. */
  readonly fits: boolean | null;
}

/**
 * Whether a number that a debugger, a driver or a file calls a process can be taken for one of this run. A container or
 * another machine has numbers of its own, which mean other processes here.
 *
 * @returns why not, to complete "process 17 …"; null if it is proven
 */
export function whyStranger(
  pid: number,
  { processes }: ProcessSnapshot,
  { anchors, self, isNew, isChosen, fits }: ProcessEvidence,
): string | null {
  if (pid <= 1) return 'is the system itself';
  const entry = processes.get(pid);
  if (entry === undefined) return 'does not exist on this machine';
  if (ancestorsOf(self, processes).has(pid)) return 'is a part of the editor';
  const above = ancestorsOf(entry.parentPid, processes);
  if (anchors.some((anchor) => above.has(anchor))) return null;
  if (isChosen && fits !== false) return null;
  if (isNew && fits === true) return null;
  return isNew ? 'is another program on this machine' : 'was running on this machine before, as another program';
}

/** A process and all above it. */
function ancestorsOf(pid: number, processes: ReadonlyMap<number, ProcessEntry>): ReadonlySet<number> {
  const found = new Set<number>();
  for (let at = pid; at > 0 && !found.has(at); at = processes.get(at)?.parentPid ?? 0) found.add(at);
  return found;
}
