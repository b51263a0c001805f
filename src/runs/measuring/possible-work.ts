import type { TreeUsage } from '../../processes/tree';

/** Less CPU time than this is not worth a note. */
const notedCpuSeconds = 0.2;

/** Processes that may belong to the run, without proof: they are noted in the record once they have used some CPU time. */
export class PossibleWork {
  /** Null after the note was given. */
  private cpuSeconds: number | null = 0;

  /** One sentence for the record, once; null otherwise. */
  take(usage: TreeUsage | null): string | null {
    const { possible } = usage ?? {};
    if (possible === undefined || this.cpuSeconds === null) return null;
    this.cpuSeconds += possible.cpuSeconds;
    if (this.cpuSeconds < notedCpuSeconds) return null;
    this.cpuSeconds = null;
    const names = possible.processes.map(({ pid, name }) => `${name} (${pid})`).join(', ');
    return `A detached process may belong to this run: ${names}. Its energy is only included in the upper limit.`;
  }
}
