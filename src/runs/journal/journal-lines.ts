import { recordedGaps, type RunState } from '../measuring/build-record';
import type { IntervalFill, RunInterval } from '../interval';
import { journalLine, type JournalLine } from './journal-shapes';
import { addEvent } from '../progress/run-progress';
import { addFill, addInterval, emptyTotals, fillInterval, mergeIntervals, settleTotals } from '../totals';

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
    case 'fill':
      return {
        ...state,
        totals: addFill(state.totals, line),
        gaps: line.gaps.length === 0 ? state.gaps : [...state.gaps, ...recordedGaps(line)],
      };
    case 'settled':
      return { ...state, totals: settleTotals(state.totals, line), gaps: recordedGaps(line), lastAt: line.at };
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

/** Everything in one run's file. */
interface ParsedRun {
  readonly state: RunState | null;
  readonly samples: readonly RunInterval[];
  /** The numbers of the lines that cannot be read, from 1. */
  readonly damaged: readonly number[];
}

/**
 * Reads a run's file. Lines of garbage and lines with figures of a wrong type are left out and told in `damaged`; a
 * last line without an end, cut short by a kill or a full disk, is left out without a word, for that is how a recorder
 * ends that could not go on.
 */
export function parseJournal(text: string): ParsedRun {
  let state: RunState | null = null;
  const samples: RunInterval[] = [];
  const damaged: number[] = [];
  const lines = text.split('\n');
  for (const [index, raw] of lines.entries()) {
    if (raw.trim() === '') continue;
    const line = parseLine(raw);
    if (line === null) {
      if (index < lines.length - 1) damaged.push(index + 1);
      continue;
    }
    if (line === 'newer') continue;
    state = applyLine(state, line);
    if (line.type === 'sample') samples.push(line);
    if (line.type === 'fill') fillIn(samples, line);
  }
  return { state, samples, damaged };
}

/** Adds to the sample that holds the interval what became known of it later; samples of long runs are merged. */
function fillIn(samples: RunInterval[], fill: IntervalFill): void {
  const index = samples.findIndex(({ at }) => at >= fill.at);
  const sample = samples[index];
  if (sample !== undefined) samples[index] = fillInterval(sample, fill);
}

/** Null for a line that cannot be read, `newer` for one of a type that a newer version writes. */
function parseLine(raw: string): JournalLine | 'newer' | null {
  try {
    return journalLine(JSON.parse(raw));
  } catch {
    return null;
  }
}

export function formatLine(line: JournalLine): string {
  return `${JSON.stringify(line)}\n`;
}

/**
 * Merges neighbours until at most `limit` samples are left, sums unchanged. All of them then hold equally many of the
 * recorder's samples, except for the last one: a run has one resolution from its start to its end, however often its
 * samples were merged before.
 */
export function thinSamples(samples: readonly RunInterval[], limit: number): readonly RunInterval[] {
  let group = samples.reduce((most, { merged = 1 }) => Math.max(most, merged), 1);
  let thinned = mergedInGroups(samples, group);
  while (thinned.length > limit) {
    group *= 2;
    thinned = mergedInGroups(thinned, group);
  }
  return thinned;
}

/** Neighbours together hold `group` of the recorder's samples, if their own numbers allow it. */
function mergedInGroups(samples: readonly RunInterval[], group: number): readonly RunInterval[] {
  const groups: RunInterval[] = [];
  for (const sample of samples) {
    const last = groups.at(-1);
    if (last === undefined || (last.merged ?? 1) >= group) groups.push(sample);
    else groups[groups.length - 1] = mergeIntervals(last, sample);
  }
  return groups;
}
