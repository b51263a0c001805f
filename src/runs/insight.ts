import { formatDuration, formatEnergy, formatMass, plural } from '../present/words';
import type { PeriodBudget } from './budget';
import { countedEnergy } from './describe';
import { forecast, restOf, stillStands, type RunForecast, type Rest } from './forecast';
import type { ExpectedRest } from './forecast-rest';
import { PlateauWatch, plateauText } from './plateau';
import { ProgressReader } from './progress/progress-reader';
import type { EpochEvent } from './progress/epoch-event';
import { budgetText, RunBudgets, type BudgetState, type OtherRuns } from './run-budgets';
import { type EpochMark, type RunProgress, type Usage } from './progress/run-progress';
import type { RunRecord } from './record';
import type { ScriptTotals } from './script-totals';

/** Something a person may want to act on; each is told once. `text` is a sentence for people. */
export interface Notice {
  readonly kind: 'plateau' | 'budget near' | 'budget reached' | 'idle server';
  readonly text: string;
  /** Of a budget that is used: others had used it before this run did anything. */
  readonly usedByOthers?: boolean;
}

/** The part of an active run that its insight needs. */
export interface InsightSubject {
  record(): RunRecord;
  readonly progress: RunProgress | null;
  addProgress(events: readonly EpochEvent[]): void;
}

/** What a run tells beside its energy: how far its training is, where it will end, whether it still gets better. */
export class RunInsight {
  private readonly reader = new ProgressReader();
  private readonly plateau = new PlateauWatch();
  /** What the script says of its length; null as long as nobody has asked. */
  private totals: ScriptTotals | null = null;
  private rest: Rest | null = null;
  readonly budgets: RunBudgets;

  /**
   * @param budgets the limits that the run draws on
   * @param others the runs that draw on the same limits
   * @param readTotals reads in the run's script how much it will do; asked once, and only where its output does not say
   */
  constructor(
    private readonly run: InsightSubject,
    budgets: readonly PeriodBudget[] = [],
    others: OtherRuns = () => [],
    private readonly readTotals: (run: RunRecord) => Promise<ScriptTotals> = async () => Promise.resolve({}),
  ) {
    this.budgets = new RunBudgets(budgets, others);
  }

  /** Takes a piece of the run's output. */
  hear(text: string, atMilliseconds: number): void {
    const events = this.reader.feed(text, atMilliseconds);
    if (events.length > 0) this.run.addProgress(events);
  }

  /** How far the run has come, with the number from its script where the output does not say how many there will be. */
  private known(): { readonly progress: RunProgress; readonly byScript: boolean } | null {
    const { progress } = this.run;
    if (progress === null) return null;
    const { last } = progress;
    if (last.of !== null) return { progress, byScript: false };
    if (this.totals === null) {
      this.totals = {};
      this.readTotals(this.run.record()).then(
        (totals) => (this.totals = totals),
        () => undefined,
      );
    }
    const of = this.totals[last.unit];
    // A run that goes beyond it means another number.
    if (of === undefined || of < last.epoch) return { progress, byScript: false };
    return { progress: { ...progress, last: { ...last, of } }, byScript: true };
  }

  /** What is new since the last time; to be asked after each sample. */
  check(atMilliseconds: number): Notice[] {
    const record = this.run.record();
    const { progress } = this.run;
    const notices: Notice[] = [];
    const plateau = progress === null ? null : this.plateau.check(progress, usageOf(record, atMilliseconds));
    if (plateau !== null) notices.push({ kind: 'plateau', text: `${record.name}: ${plateauText(plateau)}` });
    for (const news of this.budgets.check(record, atMilliseconds)) {
      notices.push({
        kind: news.news === 'near' ? 'budget near' : 'budget reached',
        text: budgetText(record.name, news),
        usedByOthers: news.usedByOthers,
      });
    }
    return notices;
  }

  /** The budget that is used the most; null without one or while the figure is unknown. */
  tightestBudget(atMilliseconds: number): BudgetState | null {
    return this.budgets.tightest(this.run.record(), atMilliseconds);
  }

  /** The epochs that were done, in order. */
  marks(): readonly EpochMark[] {
    return this.run.progress?.marks ?? [];
  }

  /** "7 of 20 epochs done", with the number of the fit from the second on; null while the output tells nothing. */
  progressText(): string | null {
    const known = this.known();
    if (known === null) return null;
    const { unit, epoch, of, fit } = known.progress.last;
    const done = Math.floor(epoch);
    const total = of === null ? null : Number(of.toFixed(2));
    const which = fit > 1 ? `, fit ${fit}` : '';
    return total === null
      ? `${done} ${plural(done, unit)} done${which}`
      : `${done} of ${total} ${plural(total, unit)} done${which}`;
  }

  forecast(): RunForecast | null {
    const known = this.known();
    if (known === null) return null;
    // Asked each second: all laps are looked at again only when a part of them is new.
    if (this.rest === null || !stillStands(this.rest, known.progress)) this.rest = restOf(known.progress);
    const expected = forecast(this.run.record(), known.progress, this.rest);
    return expected === null ? null : { ...expected, byScript: known.byScript };
  }
}

/** What the forecast is of: "At the end of this fit". A progress bar may be any part of the work. */
export function forecastLabel({ unit }: RunForecast): string {
  return unit === 'step' ? 'At the end of this progress bar' : 'At the end of this fit';
}

/** What to know of the forecast: what it counts to, and what it does not hold. */
export function forecastDetail({ unit, of, rough, earlierFits, byScript }: RunForecast): string {
  const count = Number(of.toFixed(2));
  const end = unit === 'step' ? `step ${count} of the bar` : `${unit} ${count}`;
  const before = earlierFits === 0 ? '' : `, after ${earlierFits} earlier ${plural(earlierFits, 'fit')}`;
  const source = byScript ? ' (the number is from the script; early stopping may end it before)' : '';
  return `${end}${source}${before}; what the run does after that is not in it${rough ? `; a range comes with the third ${unit}` : ''}`;
}

/** "about 41 Wh (likely 38 Wh to 44 Wh), 2.1 g, in 3 min 20 s", with "roughly" before the third epoch. */
export function forecastText({ rough, secondsLeft, wattHours, grams }: RunForecast): string {
  const parts = [
    ...(wattHours === null ? [] : [expectedText(wattHours, formatEnergy)]),
    ...(grams === null ? [] : [formatMass(grams.value)]),
    `in ${expectedText(secondsLeft, formatDuration)}`,
  ];
  return `${rough ? 'roughly' : 'about'} ${parts.join(', ')}`;
}

function expectedText({ value, low, high }: ExpectedRest, format: (value: number) => string): string {
  return low === null || high === null ? format(value) : `${format(value)} (likely ${format(low)} to ${format(high)})`;
}

function usageOf(record: RunRecord, at: number): Usage {
  return { at, seconds: record.durationSeconds, wattHours: countedEnergy(record).total };
}
