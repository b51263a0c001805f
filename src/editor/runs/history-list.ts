import type { RunRecord } from '../../runs/record';
import { runsOfProject } from '../../runs/project-runs';
import type { RunReader } from '../../runs/journal/run-reader';
import { startOfRun } from '../../runs/header';
import { dayKey } from '../../present/words';
import type { Clock } from '../../system/clock';

/** As many as people look at. Those before them are read when somebody asks. */
const enough = 200;
/** Most projects have enough runs among these. */
const readFirst = 500;
/** With an index, thousands of runs are read in this time; without one, a few hundred. */
const quickSeconds = 0.5;
/** How often older rows are added while they are read. */
const secondsBetweenRows = 2;

/** The runs that the history shows. */
export interface ListedRuns {
  /** Oldest first. */
  readonly records: readonly RunRecord[];
  /** One sentence for each record that cannot be read. */
  readonly problems: readonly string[];
  /** How many recorded runs are older than these and are read when somebody asks. */
  readonly older: number;
  /** How many are older and wanted, but not read yet. */
  readonly unread: number;
  /** How many of those that were read belong to other folders. */
  readonly elsewhere: number;
}

/** Where the runs are read, and who looks at them. */
export interface ListSource {
  readonly reader: Pick<RunReader, 'ids' | 'read'>;
  readonly clock: Pick<Clock, 'monotonicSeconds'>;
  readonly isVisible: () => boolean;
  /** Whether a run was started in this window. */
  readonly isOfWindow: (id: string) => boolean;
  /** Told after each reading, for the texts around the list. */
  readonly onRead: (listed: ListedRuns) => void;
}

/** Which runs are wanted: those of these folders, null for all; and older ones too. */
interface WantedRuns {
  readonly folders: readonly string[] | null;
  readonly all: boolean;
}

/**
 * Reads the runs for the history: the newest whole days that hold enough of them, so that it opens as quickly with 10,000
 * runs as with ten. Where it takes more to find enough, the newest come first, and those before them part by part.
 */
export class HistoryList {
  /** The oldest run that was read so far. */
  private oldest: string | null = null;
  private runsInPart = readFirst;
  private part: Promise<void> | null = null;

  constructor(
    private readonly source: ListSource,
    private readonly wanted: () => WantedRuns,
  ) {}

  /**
   * The newest wanted runs and those that `readOn` has read; where none of them is wanted, it reads on until one is.
   *
   * @throws Node's `ErrnoException` if the folder of the records exists but cannot be read
   */
  async first(): Promise<ListedRuns> {
    for (;;) {
      const listed = await this.list();
      this.source.onRead(listed);
      if (listed.records.length > 0 || listed.unread === 0 || !this.source.isVisible()) return listed;
      await this.readBack();
    }
  }

  /**
   * Reads the wanted runs before those that were read, as long as somebody looks.
   *
   * @param onRows called now and then when there are more to show; not at the end
   * @throws Node's `ErrnoException` if the folder of the records exists but cannot be read
   */
  async readOn(onRows: () => void): Promise<void> {
    const { clock, isVisible, onRead } = this.source;
    let shownAt = clock.monotonicSeconds();
    while (isVisible()) {
      await this.readBack();
      const listed = await this.list();
      onRead(listed);
      if (listed.unread === 0) return;
      if (clock.monotonicSeconds() - shownAt < secondsBetweenRows) continue;
      onRows();
      shownAt = clock.monotonicSeconds();
    }
  }

  private async list(): Promise<ListedRuns> {
    const { folders, all } = this.wanted();
    const ids = await this.source.reader.ids();
    const from = this.firstRead(ids);
    const { records: read, problems } = await this.source.reader.read(ids.slice(from));
    const records = folders === null ? read : this.runsOf(folders, read);
    const isWanting = all || records.length < enough;
    return {
      records,
      problems,
      older: isWanting ? 0 : from,
      unread: isWanting ? from : 0,
      elsewhere: read.length - records.length,
    };
  }

  /** A run without a folder, such as the example, is looked for where it was started. */
  private runsOf(folders: readonly string[], read: readonly RunRecord[]): readonly RunRecord[] {
    const ofProject = new Set(runsOfProject(read, ...folders));
    return read.filter(
      (record) => ofProject.has(record) || (record.folder === null && this.source.isOfWindow(record.id)),
    );
  }

  /** Reads some of the runs before those that were read. Who asks meanwhile waits for the same. */
  private readBack(): Promise<void> {
    this.part ??= this.readPart().finally(() => {
      this.part = null;
    });
    return this.part;
  }

  private async readPart(): Promise<void> {
    const { reader, clock } = this.source;
    const ids = await reader.ids();
    const to = this.firstRead(ids);
    const from = dayBefore(ids, to - this.runsInPart);
    const began = clock.monotonicSeconds();
    await reader.read(ids.slice(from, to));
    this.oldest = ids[from] ?? null;
    if (clock.monotonicSeconds() - began < quickSeconds) this.runsInPart *= 2;
  }

  /** Where in these ids the runs begin that are read. */
  private firstRead(ids: readonly string[]): number {
    const newest = dayBefore(ids, ids.length - readFirst);
    const { oldest } = this;
    return oldest === null ? newest : Math.min(newest, ids.filter((id) => id < oldest).length);
  }
}

/** The first run of the day that holds the run at this place, so that the totals of days are whole. */
function dayBefore(ids: readonly string[], place: number): number {
  const dayAt = (index: number): string => dayOf(ids[index] ?? '');
  let from = Math.max(0, place);
  while (from > 0 && dayAt(from - 1) === dayAt(from)) from -= 1;
  return from;
}

function dayOf(id: string): string {
  const start = startOfRun(id);
  return start === null ? '' : dayKey(start);
}
