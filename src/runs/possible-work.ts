import type { TreeUsage } from '../processes/tree';

/** Below this nothing is lost that anybody would miss. */
const notedCpuSeconds = 0.2;

/** Processes that may be the run's, which nobody can prove: they are in the record once they have used some time. */
export class PossibleWork {
  /** Null once it was said. */
  private cpuSeconds: number | null = 0;

  /** One sentence for the record, once; null otherwise. */
  take(usage: TreeUsage | null): string | null {
    const { possible } = usage ?? {};
    if (possible === undefined || this.cpuSeconds === null) return null;
    this.cpuSeconds += possible.cpuSeconds;
    if (this.cpuSeconds < notedCpuSeconds) return null;
    this.cpuSeconds = null;
    const names = possible.processes.map(({ pid, name }) => `${name} (${pid})`).join(', ');
    return `A process that this run may have started works detached from it: ${names}. What it uses is in the upper limit only.`;
  }
}
