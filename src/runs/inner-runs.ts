import type { RunHeader } from './header';
import type { Journal } from './journal';

/** A build starts many processes; a recorder among them lives for a part of a second at least. */
const pidsKept = 50_000;

/**
 * Finds the runs that were recorded inside another one: a command that measures, in a terminal or a debug session that
 * is measured. The proof are processes: the inner run's recorder, or one above it, was among those of the outer run.
 */
export class InnerRuns {
  private readonly seen = new Set<number>();

  /** Notes processes of the run. */
  note(pids: readonly number[]): void {
    for (const pid of pids) {
      if (this.seen.has(pid)) continue;
      const [oldest] = this.seen;
      // One that is still there comes back with the next sample.
      if (this.seen.size >= pidsKept && oldest !== undefined) this.seen.delete(oldest);
      this.seen.add(pid);
    }
  }

  /**
   * The ids of the inner runs; each that has ended gets its ancestors into its own record. What a recorder of runs side
   * by side started itself is no proof, what `green-ml run` started is.
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
    // One that cannot be written stands among the children all the same.
    await Promise.allSettled(inside.map((id) => journal.adopt(id, line)));
    return inside;
  }
}
