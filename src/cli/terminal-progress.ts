import { formatDuration, formatEnergy, toDigits } from '../present/words';
import type { ExpectedRest } from '../runs/forecast/rest';
import { RunInsight, type InsightSubject } from '../runs/insight';
import { resultsInWords } from '../runs/describe';
import type { RecordedProgress, RunRecord } from '../runs/record';
import type { ScriptTotals } from '../runs/training/script-totals';

/** The training progress in the output of a command in the terminal. */
export class TerminalProgress {
  private readonly insight: RunInsight;

  /** @param readTotals reads the amount of work from the run's script; called once, and only if the output does not show it */
  constructor(run: InsightSubject, readTotals?: (run: RunRecord) => Promise<ScriptTotals>) {
    this.insight = new RunInsight(run, [], undefined, readTotals);
  }

  readOutput(text: string, atMilliseconds: number): void {
    this.insight.readOutput(text, atMilliseconds);
  }

  /** The output has ended. */
  endOutput(atMilliseconds: number): void {
    this.insight.endOutput(atMilliseconds);
  }

  /** Sentences to print once, for example if training stopped improving. */
  notices(atMilliseconds: number): readonly string[] {
    return this.insight.check(atMilliseconds).map(({ text }) => text);
  }

  /** " · 7 of 20 epochs done · ~41 Wh at the end, 3 min left", for the live line; empty while unknown. */
  liveText(): string {
    const progress = this.insight.progressText();
    if (progress === null) return '';
    const expected = this.insight.forecast();
    if (expected === null) return ` · ${progress}`;
    const { tooEarly, wattHours, secondsLeft } = expected;
    const shown = ({ value, high }: ExpectedRest): number => (tooEarly ? (high ?? value) : value);
    const energy = wattHours === null ? '' : `~${formatEnergy(shown(wattHours))} at the end, `;
    return ` · ${progress} · ${tooEarly ? 'likely at most ' : ''}${energy}${formatDuration(shown(secondsLeft))} left`;
  }
}

/** "; read from its output: 20 of 20 epochs, best val_loss 0.31 at 14, test_accuracy 0.98"; empty if nothing was read. */
export function outputInWords(record: Pick<RunRecord, 'progress' | 'results'>): string {
  const parts = [record.progress === undefined ? null : progressInWords(record.progress), resultsInWords(record)];
  const read = parts.filter((part) => part !== null);
  return read.length === 0 ? '' : `; read from its output: ${read.join(', ')}`;
}

function progressInWords(progress: RecordedProgress): string {
  const done = Math.floor(progress.done);
  const count = progress.of === null ? `${done}` : `${done} of ${progress.of}`;
  const fits = progress.fits > 1 ? ` in the last of ${progress.fits} trainings` : '';
  const best =
    progress.best === null
      ? ''
      : `, best ${progress.best.metric} ${toDigits(progress.best.value, 4)} at ${Math.floor(progress.best.epoch)}`;
  return `${count} ${progress.unit}${count === '1' ? '' : 's'}${fits}${best}`;
}
