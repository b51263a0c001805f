import type { RunHeader } from '../header';
import type { Journal } from '../journal/journal';

/** A build may start very many processes. */
const pidsKept = 50_000;

/**
 * Finds runs that were recorded inside another one, such as a command that measures in a measured terminal or debug
 * session. The proof is a process: the inner run's recorder, or one of its ancestors, belonged to the outer run.
 */
export class InnerRuns {
  private readonly seen = new Set<number>();

  /** Remembers processes of the run. */
  note(pids: readonly number[]): void {
    for (const pid of pids) {
      if (this.seen.has(pid)) continue;
      const [oldest] = this.seen;
      // If the oldest is still alive, it is added again with the next sample.
      if (this.seen.size >= pidsKept && oldest !== undefined) this.seen.delete(oldest);
      this.seen.add(pid);
    }
  }

  /**
   * The ids of the inner runs. Each one that has ended gets its ancestors in its own record. Processes that a
   * recorder of several runs started itself are not proof; those that `green-ml run` started are.
   */
  async find(journal: Journal, outer: RunHeader): Promise<readonly string[]> {
    if (this.seen.size === 0) return [];
    const later = await journal.begunSince(outer.id).catch(() => []);
    const own = outer.recorder.pid;
    const isOurs = (pid: number): boolean => this.seen.has(pid) || (pid === own && outer.kind === 'command');
    const inside = later
      .filter(({ recorder: { pid, lineage = [] } }) => pid !== own && [pid, ...lineage].some(isOurs))
      .map(({ id }) => id);
    const line = [outer.id, ...(outer.ancestors ?? [])];
    // A run whose record cannot be written is still listed among the children.
    await Promise.allSettled(inside.map((id) => journal.adopt(id, line)));
    return inside;
  }
}
