import type { RunRecord } from '../../runs/record';
import { runsOfProject } from '../../runs/project-runs';
import type { RunReader } from '../../runs/run-reader';
import { startOfRun } from '../../runs/header';
import { dayKey } from '../../present/words';

/** As many as people look at. Those before them are read when somebody asks. */
const enough = 200;
/** Most projects have enough runs among these. */
const readFirst = 500;

/** The runs that the history shows. */
export interface ListedRuns {
  /** Oldest first. */
  readonly records: readonly RunRecord[];
  /** One sentence for each record that cannot be read. */
  readonly problems: readonly string[];
  /** How many recorded runs are older than these and have not been read. */
  readonly older: number;
  /** How many of those that were read belong to other folders. */
  readonly elsewhere: number;
}

/**
 * Reads the runs for the history: the newest whole days that hold enough of them, so that it opens as quickly with 10,000
 * runs as with ten.
 *
 * @param folders the folders whose runs are wanted; null for all runs
 * @param all whether older runs are wanted too
 * @throws Node's `ErrnoException` if the folder of the records exists but cannot be read
 */
export async function listRuns(
  reader: Pick<RunReader, 'ids' | 'read'>,
  folders: readonly string[] | null,
  all: boolean,
): Promise<ListedRuns> {
  const ids = await reader.ids();
  const wanted = (records: readonly RunRecord[]): readonly RunRecord[] =>
    folders === null ? records : runsOfProject(records, ...folders);
  const from = all ? 0 : dayBefore(ids, ids.length - readFirst);
  const first = await reader.read(ids.slice(from));
  const found = wanted(first.records);
  if (from === 0 || found.length >= enough)
    return { ...first, records: found, older: from, elsewhere: first.records.length - found.length };
  const rest = await reader.read(ids.slice(0, from));
  const records = [...wanted(rest.records), ...found];
  return {
    records,
    problems: [...rest.problems, ...first.problems],
    older: 0,
    elsewhere: rest.records.length + first.records.length - records.length,
  };
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
