import { formatShare, toDigits } from '../../present/words';
import { metricDirection } from './metric-direction';
import type { ProgressUnit } from '../progress/epoch-event';
import { currentFit, monitored, type EpochMark, type RunProgress } from '../progress/run-progress';
import { english, type Translate } from '../../present/l10n';
import { unitName } from '../progress/epoch-event';

/** The watched metric after an epoch, and what the training had used by then. */
interface BoughtPoint {
  readonly epoch: number;
  /** Since the start of the run. */
  readonly seconds: number;
  /** Since the start of this training, Wh in the scope of the run. */
  readonly wattHours: number;
  readonly value: number;
}

/** The end of a training in which its metric hardly got better. */
interface Tail {
  /** Its part of the energy of the training, 0 to 1. */
  readonly share: number;
  readonly wattHours: number;
  /** Seconds since the start of the run at which it began. */
  readonly fromSeconds: number;
  /** The best value before it and at its end. */
  readonly before: number;
  readonly after: number;
}

/** What the energy of the last training of a run bought: its metric against its energy. */
export interface EnergyBought {
  readonly metric: string;
  readonly unit: ProgressUnit;
  readonly isBetterLower: boolean;
  readonly points: readonly BoughtPoint[];
  readonly best: BoughtPoint;
  /** The longest end that improved the metric by less than 1 %; at least a tenth of the energy, else null. */
  readonly tail: Tail | null;
  /** What the last tenth of the energy changed, where there is no such end. */
  readonly lastTenth: Omit<Tail, 'share'> | null;
}

/** What each unit of work used, from one mark to the next. */
interface UnitEnergy {
  readonly epoch: number;
  /** Wh in the scope of the run for one unit. */
  readonly wattHours: number;
  readonly seconds: number;
}

/** An end that improves less than this, as a part of the value, has bought hardly anything. */
const hardly = 0.01;
const leastShare = 0.1;
/** A line needs this many points to say something. */
const leastPoints = 4;

/** Null if the output shows too few values of a metric whose direction is known, or their energy is unknown. */
export function whatEnergyBought(progress: RunProgress): EnergyBought | null {
  const fit = currentFit(progress);
  const metric = progress.best?.metric ?? monitored(fit.flatMap(({ metrics }) => Object.keys(metrics)));
  const direction = metric === null ? null : metricDirection(metric);
  const start = startOf(progress);
  if (metric === null || direction === null || start === null || progress.last.unit === 'step') return null;
  const points = fit.flatMap(({ epoch, seconds, wattHours, metrics }): BoughtPoint[] => {
    const value = metrics[metric];
    return value === undefined || wattHours === null ? [] : [{ epoch, seconds, value, wattHours: wattHours - start }];
  });
  const isBetterLower = direction === 'lower';
  const bests = runningBests(points, isBetterLower);
  const [best, last] = [bests.at(-1), points.at(-1)];
  if (points.length < leastPoints || best === undefined || last === undefined || last.wattHours <= 0) return null;
  const tail = tailFrom(
    bests.findIndex(({ value }) => isHardly(value, best.value)),
    points,
    bests,
  );
  const beforeTenth = points.filter(({ wattHours }) => wattHours <= last.wattHours * (1 - leastShare)).length - 1;
  const tenth = tailFrom(beforeTenth, points, bests);
  const isLong = tail !== null && tail.share >= leastShare;
  return {
    metric,
    unit: progress.last.unit,
    isBetterLower,
    points,
    best,
    tail: isLong ? tail : null,
    lastTenth: isLong ? null : tenth,
  };
}

/**
 * "The last 41 % of the energy (1.3 Wh) improved val_loss by 0.6 %, from 0.4123 to 0.4098."
 * @param energy writes watt-hours of the run
 */
export function boughtText(
  bought: EnergyBought,
  energy: (wattHours: number) => string,
  t: Translate = english,
): string | null {
  const { metric, unit, points, best, tail, lastTenth } = bought;
  if (tail !== null)
    return t(
      'The last {0} of the energy ({1}) {2}',
      formatShare(tail.share),
      energy(tail.wattHours),
      changeText(metric, tail, t),
    );
  if (lastTenth === null) return null;
  const isLast = best === points.at(-1);
  const last = t('the last {0} {1}', energy(lastTenth.wattHours), changeText(metric, lastTenth, t));
  return isLast
    ? t('{0} was still getting better at the end: {1}', metric, last)
    : t('{0} was best after {1} {2}: {3}', metric, unitName(unit, 1, t), toDigits(best.epoch, 4), last);
}

function changeText(metric: string, { before, after }: Pick<Tail, 'before' | 'after'>, t: Translate): string {
  const [from, to] = [toDigits(before, 4), toDigits(after, 4)];
  if (before === after) return t('did not improve {0}, which was {1} by then.', metric, to);
  return before === 0
    ? t('improved {0}, from {1} to {2}.', metric, from, to)
    : t(
        'improved {0} by {1}, from {2} to {3}.',
        metric,
        formatShare(Math.abs(after - before) / Math.abs(before)),
        from,
        to,
      );
}

/** Marks of one training whose numbers of units grow; a mark may stand for several units. */
export function energyPerUnit(progress: RunProgress): readonly UnitEnergy[] {
  const fit = currentFit(progress);
  const start = startOf(progress);
  if (start === null || progress.last.unit === 'step') return [];
  const begun: Pick<EpochMark, 'epoch' | 'seconds' | 'wattHours'> = {
    epoch: 0,
    seconds: startSeconds(progress),
    wattHours: start,
  };
  return fit.flatMap((mark, index): UnitEnergy[] => {
    const before = index === 0 ? begun : fit[index - 1];
    if (before === undefined || before.wattHours === null || mark.wattHours === null) return [];
    const count = mark.epoch - before.epoch;
    if (count <= 0) return [];
    return [
      {
        epoch: mark.epoch,
        wattHours: (mark.wattHours - before.wattHours) / count,
        seconds: (mark.seconds - before.seconds) / count,
      },
    ];
  });
}

/** What the run had used when this training began: at the end of the one before it; null if unknown. */
function startOf({ marks, last }: RunProgress): number | null {
  const before = marks.filter(({ fit }) => fit < last.fit).at(-1);
  return before === undefined ? 0 : before.wattHours;
}

function startSeconds({ marks, last }: RunProgress): number {
  return marks.filter(({ fit }) => fit < last.fit).at(-1)?.seconds ?? 0;
}

/** For each point the best one until then. */
function runningBests(points: readonly BoughtPoint[], isBetterLower: boolean): readonly BoughtPoint[] {
  const bests: BoughtPoint[] = [];
  for (const point of points) {
    const before = bests.at(-1);
    const isBetter = before === undefined || (isBetterLower ? point.value < before.value : point.value > before.value);
    bests.push(isBetter ? point : before);
  }
  return bests;
}

const isHardly = (before: number, after: number): boolean =>
  before === after || Math.abs(after - before) < hardly * Math.abs(before);

function tailFrom(index: number, points: readonly BoughtPoint[], bests: readonly BoughtPoint[]): Tail | null {
  const [from, last, before, after] = [points[index], points.at(-1), bests[index], bests.at(-1)];
  if (from === undefined || last === undefined || before === undefined || after === undefined) return null;
  const wattHours = last.wattHours - from.wattHours;
  return {
    share: wattHours / last.wattHours,
    wattHours,
    fromSeconds: from.seconds,
    before: before.value,
    after: after.value,
  };
}
