import { startOfDay } from './budget';
import { runsOfProject } from './project-runs';
import type { RunRecord } from './record';

/** Other windows or terminals may start or end runs, so records are read again after this time. */
const freshMilliseconds = 30_000;
/** A run with a later start than this was recorded while the clock was wrong, so its day is unknown. */
const clockToleranceMilliseconds = 60_000;

/**
 * Watches what other runs use, for budgets of a day and of a project. Reads in the background; until the first
 * answer there are none.
 */
export class OtherRunsWatch {
  private records: readonly RunRecord[] = [];
  private readAt = -Infinity;
  private reading: Promise<void> | null = null;

  /**
   * @param own the id of the run itself, which is left out; null before it has one
   * @param folder the project: runs in it or below it count; null if unknown
   * @param read all recorded runs
   */
  constructor(
    private readonly own: () => string | null,
    private readonly folder: string | null,
    private readonly read: () => Promise<readonly RunRecord[]>,
    private readonly failed: (error: unknown) => void,
  ) {}

  of(period: 'day' | 'project', now: number): readonly RunRecord[] {
    if (now - this.readAt > freshMilliseconds) void this.refresh(now);
    const others = this.records.filter(({ id }) => id !== this.own());
    if (period === 'day') {
      const hasBegun = ({ startedAt }: RunRecord): boolean => Date.parse(startedAt) <= now + clockToleranceMilliseconds;
      const isOfToday = ({ endedAt, status }: RunRecord): boolean =>
        status === 'running' || Date.parse(endedAt) >= startOfDay(now);
      return others.filter((run) => hasBegun(run) && isOfToday(run));
    }
    const { folder } = this;
    return folder === null ? [] : runsOfProject(others, folder);
  }

  /** Reads the records; resolves when they are there. */
  refresh(now: number): Promise<void> {
    this.readAt = now;
    this.reading ??= this.read()
      .then((records) => void (this.records = records))
      .catch(this.failed)
      .finally(() => void (this.reading = null));
    return this.reading;
  }
}
