import type { HeaderUpdate, RunEnd, RunHeader } from './header';
import type { RunInterval } from './interval';
import { recordedGaps, type RunState } from './build-record';
import type { ProgressEntry } from './progress/progress-tracker';
import { addEvent } from './progress/run-progress';
import { addInterval, emptyTotals, mergeIntervals } from './totals';

/**
 * A run's file in the journal: JSON lines, appended while the run goes on. What was written is the truth: a run
 * whose recorder was killed is read from the lines that are there.
 */
export type JournalLine =
  | ({ readonly type: 'start'; readonly version: 1 } & RunHeader)
  | ({ readonly type: 'sample' } & RunInterval)
  | ({ readonly type: 'update' } & HeaderUpdate)
  | ({ readonly type: 'progress' } & ProgressEntry)
  | ({ readonly type: 'end' } & RunEnd);

/** The state of a run after one more line; `state` is null before the first. */
export function applyLine(state: RunState | null, line: JournalLine): RunState | null {
  if (line.type === 'start') {
    const { type, version, ...header } = line;
    return { header, totals: emptyTotals, gaps: [], end: null, lastAt: header.startedAt };
  }
  if (state === null) return null;
  switch (line.type) {
    case 'sample':
      return {
        ...state,
        totals: addInterval(state.totals, line),
        // Most intervals have no gap: keep the array then, so that a long run costs nothing here.
        gaps: line.gaps.length === 0 ? state.gaps : [...state.gaps, ...recordedGaps(line)],
        lastAt: line.at,
      };
    case 'update': {
      const { type, ...update } = line;
      return { ...state, header: { ...state.header, ...update } };
    }
    case 'progress': {
      const progress = addEvent(state.progress ?? null, line.mark, line.mark);
      return { ...state, progress: { ...progress, best: line.best } };
    }
    case 'end': {
      const { type, ...end } = line;
      return { ...state, end, lastAt: end.at };
    }
  }
}

/** Everything in one run's file. `damaged` counts the lines that could not be read. */
export interface ParsedRun {
  readonly state: RunState | null;
  readonly samples: readonly RunInterval[];
  readonly damaged: number;
}

/**
 * Reads a run's file. A last line cut short by a kill and lines of garbage are left out and counted; a line type
 * of a newer version is left out.
 */
export function parseJournal(text: string): ParsedRun {
  let state: RunState | null = null;
  const samples: RunInterval[] = [];
  let damaged = 0;
  for (const raw of text.split('\n')) {
    if (raw.trim() === '') continue;
    const line = parseLine(raw);
    if (line === null) {
      damaged += 1;
      continue;
    }
    state = applyLine(state, line);
    if (line.type === 'sample') samples.push(line);
  }
  return { state, samples, damaged };
}

const lineTypes: readonly string[] = ['start', 'sample', 'update', 'progress', 'end'];

function parseLine(raw: string): JournalLine | null {
  try {
    const value: unknown = JSON.parse(raw);
    if (!isObject(value) || typeof value['type'] !== 'string' || !lineTypes.includes(value['type'])) return null;
    if (value['type'] === 'start' && !isStart(value)) return null;
    if (value['type'] === 'sample' && !isSample(value)) return null;
    if (value['type'] === 'progress' && !isProgress(value)) return null;
    if (value['type'] === 'end' && typeof value['at'] !== 'number') return null;
    return value as unknown as JournalLine;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The members without which a header cannot be used; written by us, so types below them are trusted. */
function isStart(value: Record<string, unknown>): boolean {
  return (
    typeof value['id'] === 'string' &&
    typeof value['name'] === 'string' &&
    typeof value['startedAt'] === 'number' &&
    typeof value['pue'] === 'number' &&
    isObject(value['recorder']) &&
    ['sources', 'missing', 'notes'].every((key) => Array.isArray(value[key]))
  );
}

function isSample(value: Record<string, unknown>): boolean {
  return (
    typeof value['at'] === 'number' &&
    typeof value['seconds'] === 'number' &&
    isObject(value['run']) &&
    isObject(value['machine']) &&
    Array.isArray(value['gaps'])
  );
}

function isProgress({ mark, best }: Record<string, unknown>): boolean {
  return isObject(mark) && typeof mark['epoch'] === 'number' && typeof mark['at'] === 'number' && isObject(mark['metrics']) && (best === null || isObject(best));
}

export function formatLine(line: JournalLine): string {
  return `${JSON.stringify(line)}\n`;
}

/**
 * Merges neighbours until at most `limit` samples are left, sums unchanged, so that the file of a run of days
 * stays small once it has ended.
 */
export function thinSamples(samples: readonly RunInterval[], limit: number): readonly RunInterval[] {
  if (samples.length <= limit) return samples;
  const group = Math.ceil(samples.length / limit);
  const thinned: RunInterval[] = [];
  for (let start = 0; start < samples.length; start += group) {
    thinned.push(samples.slice(start, start + group).reduce(mergeIntervals));
  }
  return thinned;
}
