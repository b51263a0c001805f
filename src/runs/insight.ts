import { formatDuration, formatEnergy, formatMass } from '../units/format';
import { BudgetWatch, budgetUse, formatBudget, type Budget } from './budget';
import { countedEnergy } from './describe';
import { forecast, type Expected, type Forecast } from './forecast';
import { PlateauWatch, plateauText } from './plateau';
import { ProgressReader } from './progress/progress-reader';
import type { EpochEvent } from './progress/epoch-event';
import { unitWord, type EpochMark, type RunProgress, type Usage } from './progress/run-progress';
import type { RunRecord } from './record';

/** Something a person may want to act on; each is told once. `text` is a sentence for people. */
export interface Notice {
  readonly kind: 'plateau' | 'budget near' | 'budget reached';
  readonly text: string;
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
  private readonly watch: BudgetWatch | null;

  /** @param budget the run's limit; null without one */
  constructor(
    private readonly run: InsightSubject,
    readonly budget: Budget | null,
  ) {
    this.watch = budget === null ? null : new BudgetWatch(budget);
  }

  /** Takes a piece of the run's output. */
  hear(text: string, atMilliseconds: number): void {
    const events = this.reader.feed(text, atMilliseconds);
    if (events.length > 0) this.run.addProgress(events);
  }

  /** What is new since the last time; to be asked after each sample. */
  check(atMilliseconds: number): Notice[] {
    const record = this.run.record();
    const { progress } = this.run;
    const notices: Notice[] = [];
    const plateau = progress === null ? null : this.plateau.check(progress, usageOf(record, atMilliseconds));
    if (plateau !== null) notices.push({ kind: 'plateau', text: `${record.name}: ${plateauText(plateau)}` });
    const news = this.watch?.check(record) ?? null;
    if (news === 'near') notices.push({ kind: 'budget near', text: `${record.name} has used 80 % of its budget of ${this.budgetText()}.` });
    if (news === 'reached') notices.push({ kind: 'budget reached', text: `${record.name} has used its budget of ${this.budgetText()}.` });
    return notices;
  }

  /** The used part of the budget, 1 for all of it; null without a budget or while the figure is unknown. */
  budgetUse(): number | null {
    return this.budget === null ? null : budgetUse(this.budget, this.run.record());
  }

  /** The epochs that were done, in order. */
  marks(): readonly EpochMark[] {
    return this.run.progress?.marks ?? [];
  }

  /** "epoch 7 of 20"; null while the output tells nothing. */
  progressText(): string | null {
    const { progress } = this.run;
    if (progress === null) return null;
    const { unit, epoch, of } = progress.last;
    const done = Math.floor(epoch);
    return of === null ? `${done} ${unitWord(unit, done)} done` : `${done} of ${of} ${unitWord(unit, of)} done`;
  }

  forecast(): Forecast | null {
    const { progress } = this.run;
    return progress === null ? null : forecast(this.run.record(), progress);
  }

  private budgetText(): string {
    return this.budget === null ? '' : formatBudget(this.budget);
  }
}

/** "about 41 Wh (38 Wh to 44 Wh), 2.1 g, in 3 min 20 s", with "roughly" before the third epoch. */
export function forecastText({ rough, secondsLeft, wattHours, grams }: Forecast): string {
  const parts = [
    ...(wattHours === null ? [] : [expectedText(wattHours, formatEnergy)]),
    ...(grams === null ? [] : [formatMass(grams.value)]),
    `in ${expectedText(secondsLeft, formatDuration)}`,
  ];
  return `${rough ? 'roughly' : 'about'} ${parts.join(', ')}`;
}

function expectedText({ value, low, high }: Expected, format: (value: number) => string): string {
  return low === null || high === null ? format(value) : `${format(value)} (${format(low)} to ${format(high)})`;
}

function usageOf(record: RunRecord, at: number): Usage {
  return { at, seconds: record.durationSeconds, wattHours: countedEnergy(record).total };
}
