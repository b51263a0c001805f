import { startOfDay } from '../budget/budget';
import { runsOfProject } from '../project-runs';
import type { RunRecord } from '../record';

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
  /** Those of them that may count for this day or a later one, and for the project; null until somebody asks. */
  private ofDay: { readonly day: number; readonly runs: readonly RunRecord[] } | null = null;
  private ofProject: readonly RunRecord[] | null = null;
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
    return this.chosen(period, now).filter(({ id }) => id !== this.own());
  }

  /** Asked each second: of thousands of runs, those that do not count are left out once for each reading. */
  private chosen(period: 'day' | 'project', now: number): readonly RunRecord[] {
    const { folder } = this;
    if (period === 'project') {
      this.ofProject ??= folder === null ? [] : runsOfProject(this.records, folder);
      return this.ofProject;
    }
    const day = startOfDay(now);
    // A clock that was set back makes it an earlier day.
    if (this.ofDay === null || this.ofDay.day > day)
      this.ofDay = { day, runs: this.records.filter((run) => isOfDay(run, day)) };
    return this.ofDay.runs.filter((run) => hasBegun(run, now) && isOfDay(run, day));
  }

  /** Reads the records; resolves when they are there. */
  refresh(now: number): Promise<void> {
    this.readAt = now;
    this.reading ??= this.read()
      .then((records) => {
        this.records = records;
        this.ofDay = null;
        this.ofProject = null;
      })
      .catch(this.failed)
      .finally(() => void (this.reading = null));
    return this.reading;
  }
}

function hasBegun({ startedAt }: RunRecord, now: number): boolean {
  return Date.parse(startedAt) <= now + clockToleranceMilliseconds;
}

function isOfDay({ endedAt, status }: RunRecord, day: number): boolean {
  return status === 'running' || Date.parse(endedAt) >= day;
}
