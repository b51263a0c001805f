import type { ProgressEntry } from '../journal/journal-shapes';
import type { EpochEvent } from './epoch-event';
import { addEvent, type RunProgress, type Usage } from './run-progress';

/** All marks of a training are written up to this number, then every second, every fourth and so on. */
const writtenWhole = 500;
/** Events within one interval of the meter; beyond it, every second is left out. */
const pendingKept = 256;

/**
 * Combines the progress in a run's output with what the run had used. Energy is known at the ends of the meter's
 * intervals: an event waits for the end of its interval, and gets its share by time.
 */
export class ProgressTracker {
  private current: RunProgress | null = null;
  private pending: EpochEvent[] = [];
  private before: Usage = { at: Number.NEGATIVE_INFINITY, seconds: 0, wattHours: null };
  private marksSeen = 0;
  private fit = 0;

  get progress(): RunProgress | null {
    return this.current;
  }

  add(events: readonly EpochEvent[]): void {
    this.pending.push(...events);
    if (this.pending.length > pendingKept) this.pending = this.pending.filter((_, index) => index % 2 === 1);
  }

  /** Takes the end of an interval; returns what to write to the journal. */
  measure(usage: Usage): readonly ProgressEntry[] {
    const due = this.pending.filter(({ at }) => at <= usage.at);
    this.pending = this.pending.filter(({ at }) => at > usage.at);
    const entries = due.flatMap((event) => this.place(event, usage));
    this.before = usage;
    return entries;
  }

  /** Takes the end of the run: no event waits any longer. */
  finish(usage: Usage): readonly ProgressEntry[] {
    const rest = this.pending;
    this.pending = [];
    const entries = rest.flatMap((event) => this.place(event, usage));
    const { current } = this;
    if (current === null || entries.at(-1)?.mark === current.last) return entries;
    return [...entries, { mark: current.last, best: current.best }];
  }

  private place(event: EpochEvent, usage: Usage): readonly ProgressEntry[] {
    this.current = addEvent(this.current, event, between(this.before, usage, event.at));
    const { last, best } = this.current;
    if (last.fit !== this.fit) {
      this.fit = last.fit;
      this.marksSeen = 0;
    }
    this.marksSeen += 1;
    const stride = this.marksSeen <= writtenWhole ? 1 : 2 ** Math.ceil(Math.log2(this.marksSeen / writtenWhole));
    return this.marksSeen % stride === 0 ? [{ mark: last, best }] : [];
  }
}

/** What was used at a moment between two others, with constant power between them. */
function between(before: Usage, after: Usage, at: number): Usage {
  const span = after.at - before.at;
  const share = Number.isFinite(span) && span > 0 ? Math.min(1, Math.max(0, (at - before.at) / span)) : 1;
  return {
    at,
    seconds: before.seconds + (after.seconds - before.seconds) * share,
    wattHours:
      after.wattHours === null ? null : (before.wattHours ?? 0) + (after.wattHours - (before.wattHours ?? 0)) * share,
  };
}
