import { energyWithin, massWithin } from '../present/quantities';
import { formatDuration, plural, toDecimals } from '../present/words';
import type { PeriodBudget } from './budget/budget';
import { countedEnergy } from './describe';
import { forecast, restOf, isStillValid, type RunForecast, type Rest } from './forecast/forecast';
import type { ExpectedRest } from './forecast/rest';
import { plateauOf, PlateauWatch, plateauText } from './training/plateau';
import { ProgressReader } from './progress/progress-reader';
import { unitName, type EpochEvent } from './progress/epoch-event';
import { budgetText, RunBudgets, type BudgetState, type OtherRuns } from './budget/run-budgets';
import { type EpochMark, type RunProgress, type Usage } from './progress/run-progress';
import type { RunRecord } from './record';
import type { ScriptTotals } from './training/script-totals';
import { english, type Translate } from '../present/l10n';

/** Something that the user may want to act on, reported once. `text` is a sentence for display. */
export interface Notice {
  readonly kind: 'plateau' | 'budget near' | 'budget reached' | 'idle server';
  readonly text: string;
  /** For a budget that is used up: others had used it before this run did anything. */
  readonly usedByOthers?: boolean;
}

/** The part of an active run that its insight needs. */
export interface InsightSubject {
  record(): RunRecord;
  readonly progress: RunProgress | null;
  addProgress(events: readonly EpochEvent[]): void;
  /** Takes the results that its output shows so far, by name. */
  setResults(results: Readonly<Record<string, number>>): void;
}

/** What a run shows besides its energy: the progress of its training, a forecast, and whether it still improves. */
export class RunInsight {
  private readonly reader = new ProgressReader();
  private readonly plateau = new PlateauWatch();
  /** The amount of work according to the script; null until it is read. */
  private totals: ScriptTotals | null = null;
  private rest: Rest | null = null;
  private results: Readonly<Record<string, number>> = this.reader.results;
  readonly budgets: RunBudgets;

  /**
   * @param budgets the budgets of the run
   * @param others the other runs with the same budgets
   * @param readTotals reads the amount of work from the run's script; called once, and only if the output does not
   *   show it
   */
  constructor(
    private readonly run: InsightSubject,
    budgets: readonly PeriodBudget[] = [],
    others: OtherRuns = () => [],
    private readonly readTotals: (run: RunRecord) => Promise<ScriptTotals> = async () => Promise.resolve({}),
    private readonly t: Translate = english,
  ) {
    this.budgets = new RunBudgets(budgets, others);
  }

  /** Reads a piece of the run's output. */
  readOutput(text: string, atMilliseconds: number): void {
    this.take(this.reader.feed(text, atMilliseconds));
  }

  /** Reads what is left when the output has ended: a last line without an end, the figures of the last epoch. */
  endOutput(atMilliseconds: number): void {
    this.take(this.reader.end(atMilliseconds));
  }

  private take(events: readonly EpochEvent[]): void {
    if (events.length > 0) this.run.addProgress(events);
    const { results } = this.reader;
    if (results === this.results) return;
    this.results = results;
    this.run.setResults(results);
  }

  /** The progress of the run, with the total from its script if the output does not show it. */
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
    // If the run goes beyond the number, the script meant something else.
    if (of === undefined || of < last.epoch) return { progress, byScript: false };
    return { progress: { ...progress, last: { ...last, of } }, byScript: true };
  }

  /** New notices since the last call; call it after each sample. */
  check(atMilliseconds: number): Notice[] {
    const { progress } = this.run;
    if (progress === null && this.budgets.isEmpty) return [];
    const record = this.run.record();
    const notices: Notice[] = [];
    const plateau = progress === null ? null : this.plateau.check(progress, usageOf(record, atMilliseconds));
    if (plateau !== null) notices.push({ kind: 'plateau', text: `${record.name}: ${plateauText(plateau, this.t)}` });
    for (const notice of this.budgets.check(record, atMilliseconds)) {
      notices.push({
        kind: notice.level === 'near' ? 'budget near' : 'budget reached',
        text: budgetText(record.name, notice, this.t),
        usedByOthers: notice.usedByOthers,
      });
    }
    return notices;
  }

  /** The budget with the largest used part; null if there is none or the figure is unknown. */
  tightestBudget(atMilliseconds: number): BudgetState | null {
    return this.budgets.tightest(this.run.record(), atMilliseconds);
  }

  /** The finished epochs, in order. */
  marks(): readonly EpochMark[] {
    return this.run.progress?.marks ?? [];
  }

  /** "7 of 20 epochs done", with the number of the fit from the second on; null while the output shows no progress. */
  progressText(): string | null {
    const known = this.known();
    if (known === null) return null;
    const { unit, epoch, of, fit } = known.progress.last;
    const done = Math.floor(epoch);
    const total = of === null ? null : Number(toDecimals(of, 2));
    const { t } = this;
    const text =
      total === null
        ? t('{0} {1} done', done, unitName(unit, done, t))
        : t('{0} of {1} {2} done', done, total, unitName(unit, total, t));
    return fit > 1 ? t('{0}, fit {1}', text, fit) : text;
  }

  /** Whether its metric has not improved for a while. */
  isFlat(atMilliseconds: number): boolean {
    const { progress } = this.run;
    return progress !== null && plateauOf(progress, usageOf(this.run.record(), atMilliseconds)) !== null;
  }

  /** "epoch 7/20", or "epoch 7" if the total is unknown; null while the output shows no progress. */
  progressMark(): string | null {
    const known = this.known();
    if (known === null) return null;
    const { unit, epoch, of } = known.progress.last;
    return `${unitName(unit, 1, this.t)} ${Math.floor(epoch)}${of === null ? '' : `/${toDecimals(of, 2)}`}`;
  }

  forecast(): RunForecast | null {
    const known = this.known();
    if (known === null) return null;
    // Called every second: all laps are evaluated again only if there are enough new ones.
    if (this.rest === null || !isStillValid(this.rest, known.progress)) this.rest = restOf(known.progress);
    const expected = forecast(this.run.record(), known.progress, this.rest);
    return expected === null ? null : { ...expected, byScript: known.byScript };
  }
}

/** The label of a forecast: "At the end of this fit". A progress bar may be any part of the work. */
export function forecastLabel({ unit }: RunForecast, t: Translate = english): string {
  return t(unit === 'step' ? 'At the end of this progress bar' : 'At the end of this fit');
}

/** Details of a forecast: what it includes and what it does not. */
export function forecastDetail(
  { unit, of, rough, earlierFits, byScript }: RunForecast,
  t: Translate = english,
): string {
  const count = toDecimals(of, 2);
  const end = unit === 'step' ? t('step {0} of the bar', count) : `${unitName(unit, 1, t)} ${count}`;
  const source = byScript ? t('{0} (the number is from the script; early stopping may end it earlier)', end) : end;
  const before =
    earlierFits === 0
      ? source
      : t(plural(earlierFits, '{0}, after {1} earlier fit', '{0}, after {1} earlier fits'), source, earlierFits);
  const included = t('{0}; anything after that is not included', before);
  return rough ? t('{0}; a range follows after the third {1}', included, unitName(unit, 1, t)) : included;
}

/**
 * "about 41 Wh (likely 38 Wh to 44 Wh), 2.1 g, 3 min 20 s left", with "roughly" before the third epoch, and "too early to
 * tell; likely at most 44 Wh, 2.9 g, 6 min left" while the epochs vary too much.
 */
export function forecastText(
  { rough, tooEarly, secondsLeft, wattHours, grams }: RunForecast,
  t: Translate = english,
): string {
  if (tooEarly) {
    const most = [
      wattHours === null ? null : atMost(wattHours, energyWithin),
      grams === null ? null : atMost(grams, massWithin),
      t('{0} left', expectedTime(secondsLeft.high ?? secondsLeft.value)),
    ].filter((part) => part !== null);
    return t('too early to tell; likely at most {0}', most.join(', '));
  }
  const parts = [
    ...(wattHours === null ? [] : [expectedEnergy(wattHours, t)]),
    ...(grams === null ? [] : [massWithin(grams.value, limitsOf(grams)).value]),
    expectedTimeLeft(secondsLeft, t),
  ];
  return t(rough ? 'roughly {0}' : 'about {0}', parts.join(', '));
}

/** The upper limit, with as many digits as the limits allow. */
function atMost({ value, low, high }: ExpectedRest, within: typeof energyWithin): string {
  return within(high ?? value, { low, high }).value;
}

function expectedEnergy(expected: ExpectedRest, t: Translate): string {
  const { value, range } = energyWithin(expected.value, limitsOf(expected), t);
  return range === null || expected.low === null ? value : t('{0} (likely {1})', value, range);
}

/** One or two epochs give no range, and no more than one digit: the end may as well be half or twice as far. */
function limitsOf({ value, low, high }: ExpectedRest): Pick<ExpectedRest, 'low' | 'high'> {
  return low === null || high === null ? { low: value / 2, high: 2 * value } : { low, high };
}

/** A forecast knows no more than two digits of a time. */
function expectedTime(seconds: number): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(seconds)) - 1);
  return formatDuration(seconds < 100 ? seconds : Math.round(seconds / step) * step);
}

function expectedTimeLeft({ value, low, high }: ExpectedRest, t: Translate): string {
  const left = t('{0} left', expectedTime(value));
  return low === null || high === null
    ? left
    : t('{0} (likely {1})', left, t('{0} to {1}', expectedTime(low), expectedTime(high)));
}

function usageOf(record: RunRecord, at: number): Usage {
  return { at, seconds: record.durationSeconds, wattHours: countedEnergy(record).total };
}
