import type { ProcessEntry, ProcessSnapshot } from './table';
import { localisable } from '../present/l10n';

/** Evidence that a pid means the expected process. */
export interface ProcessEvidence {
  /** Processes whose descendants are ours: the extension host, a terminal's shell, known processes of the run. */
  readonly anchors: readonly number[];
  /** This program. Neither it nor its ancestors can be a run. */
  readonly self: number;
  /** It appeared after the run started. */
  readonly isNew: boolean;
  /** The user chose this pid. */
  readonly isChosen: boolean;
  /** Its arguments match what was started; null if they cannot be read. */
  readonly fits: boolean | null;
}

const reasons = localisable({
  system: 'is the system itself',
  none: 'does not exist on this machine',
  editor: 'is part of the editor',
  other: 'is another program on this machine',
  older: 'is another program that was already running on this machine',
});

/**
 * Checks whether a pid from a debugger, a driver or a file belongs to this run. Pids of containers and other machines
 * mean other processes here.
 *
 * @returns why not, to complete "process 17 …"; null if it does
 */
export function whyStranger(
  pid: number,
  { processes }: ProcessSnapshot,
  { anchors, self, isNew, isChosen, fits }: ProcessEvidence,
): string | null {
  if (pid <= 1) return reasons.system;
  const entry = processes.get(pid);
  if (entry === undefined) return reasons.none;
  if (ancestorsOf(self, processes).has(pid)) return reasons.editor;
  const above = ancestorsOf(entry.parentPid, processes);
  if (anchors.some((anchor) => above.has(anchor))) return null;
  if (isChosen && fits !== false) return null;
  if (isNew && fits === true) return null;
  return isNew ? reasons.other : reasons.older;
}

/** A process and its ancestors. */
function ancestorsOf(pid: number, processes: ReadonlyMap<number, ProcessEntry>): ReadonlySet<number> {
  const found = new Set<number>();
  for (let at = pid; at > 0 && !found.has(at); at = processes.get(at)?.parentPid ?? 0) found.add(at);
  return found;
}
