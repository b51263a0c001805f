import { shortened } from '../../present/plain-text';
import { join } from 'node:path';
import { errorCode } from '../../system/files';
import { buildRecord } from '../measuring/build-record';
import { withParents } from '../measuring/counted-once';
import { parseJournal } from '../journal/journal-lines';
import type { RunRecord } from '../record';
import type { TeamFiles } from './journals';

/** A file of a run has at most a few megabytes; a larger one is something else. */
const mostBytes = 50_000_000;
/** Nobody has more runs; what is beyond is said to be left out. */
const mostFiles = 200_000;
/** Longer names only fill the report. */
const longestName = 200;
/** A run without an end whose file was changed so recently is still in progress. */
const freshMilliseconds = 300_000;

/** The runs of one person. */
interface PersonRuns {
  /** Those that have ended, oldest first, without what a report of a team does not need. */
  readonly runs: readonly RunRecord[];
  /** Files that are no runs, or that cannot be read. */
  readonly unread: number;
  /** A sentence if the folder cannot be read or is too large. */
  readonly problem: string | null;
}

/**
 * Reads the runs of one person. Nothing is written, not even the index: it is another person's folder.
 *
 * @param now milliseconds since the epoch
 */
export async function readPersonRuns(folder: string, files: TeamFiles, now: number): Promise<PersonRuns> {
  let names: readonly string[];
  try {
    names = (await files.list(folder)).filter((name) => name.endsWith('.jsonl')).sort();
  } catch (error) {
    return { runs: [], unread: 0, problem: `${folder} cannot be read (${errorCode(error) ?? String(error)}).` };
  }
  const runs: RunRecord[] = [];
  const shared = new Map<string, unknown>();
  let unread = 0;
  for (const name of names.slice(0, mostFiles)) {
    const found = await readRun(join(folder, name), name.slice(0, -'.jsonl'.length), files, now);
    if (found === 'unread') unread += 1;
    else if (found !== 'running') runs.push(slim(found, shared));
  }
  const problem = names.length > mostFiles ? `${folder} has ${names.length} files; the newest are left out.` : null;
  return { runs: withParents(runs), unread, problem };
}

async function readRun(
  path: string,
  id: string,
  files: TeamFiles,
  now: number,
): Promise<RunRecord | 'unread' | 'running'> {
  try {
    const text = await files.readText(path, mostBytes);
    if (text.trim() === '') return 'running';
    const { state } = parseJournal(text);
    if (state === null) return 'unread';
    const age = now - (files.stateNow(path)?.changedAt ?? 0);
    if (state.end === null && (state.header.job !== undefined || age < freshMilliseconds)) return 'running';
    const record = buildRecord(state, state.end === null ? 'interrupted' : 'completed');
    return { ...record, id };
  } catch {
    return 'unread';
  }
}

/** Without command lines, folders, commits and notes; what many runs have in common is kept once. */
function slim(record: RunRecord, shared: Map<string, unknown>): RunRecord {
  const once = <T>(value: T): T => {
    const key = JSON.stringify(value);
    const known = shared.get(key) as T | undefined;
    if (known !== undefined) return known;
    shared.set(key, value);
    return value;
  };
  const { progress, job, ...rest } = record;
  return {
    ...rest,
    name: once(shortened(record.name, longestName)),
    command: null,
    folder: null,
    git: null,
    gaps: [],
    notes: [],
    missing: [],
    sources: once(record.sources),
    intensity: once(record.intensity),
    pueFrom: null,
    hardware: once(record.hardware),
    meter: { cpuSeconds: null, samples: 0 },
  };
}
