/** The section between two marks. */
export interface Lap {
  /** How many epochs, rounds or steps it contains; above 0, not always whole. */
  readonly units: number;
  /** Their cost: seconds or watt-hours. */
  readonly cost: number;
  /** The number of its last epoch; its position among the laps if absent. */
  readonly end?: number;
  /** Which training of the run it belongs to; the same for all if absent. */
  readonly fit?: number;
}

/**
 * A lap measured in ordinary units: an epoch with a validation that takes 2.5 times as long as an ordinary epoch has
 * a weight of 2.5, so that `cost / weight` is the machine's pace.
 */
export interface WeighedLap {
  readonly fit: number;
  readonly cost: number;
  readonly weight: number;
}

interface Weighed {
  readonly laps: readonly WeighedLap[];
  /** The remaining work, in ordinary units. */
  readonly left: number;
  /** The same if an unusual lap that was seen once repeats at the same distance; equal to `left` if there was none. */
  readonly leftAtMost: number;
}

/** The first lap of a fit (compiling, filling caches) is left out if it cost this many times more than the others. */
const slowFirst = 1.3;
/** A lap above this multiple of its neighbours' median is a long one. */
const long = 1.15;
/** How many laps on each side count as neighbours. */
const neighbours = 3;
/** A single lap is unusual if its excess is this many times that of any other. */
const timesOthers = 3;
/** Recurring work (validation, checkpoint) recurs within this many laps. */
const longestPeriod = 30;
/** With more laps than this, every section contains the recurring work. */
const mostForRhythm = 120;
/** The share of laps that may be long for another reason (a busy moment of the machine). */
const otherLongLaps = 0.15;

/**
 * Weighs laps so that recurring work (a validation every fifth epoch, a checkpoint) is expected: both in the
 * remaining work and in how much laps vary.
 *
 * @param remaining units left after `done`
 * @param done units done in the present fit
 */
export function weigh(laps: readonly Lap[], remaining: number, done: number): Weighed {
  const { kept, slow } = withoutSlowFirst(laps);
  const [first] = kept;
  const size = first?.units ?? 1;
  // The next fit starts as slowly as earlier ones did.
  const beginning = done === 0 ? slow * Math.min(size, remaining) : 0;
  const numbered = kept.every(({ units }) => Math.abs(units - size) < 1e-9 * size);
  const ends = kept.map(({ end }, index) => Math.round((end ?? index + 1) / size));
  const ratios =
    numbered && kept.length <= mostForRhythm ? ratiosToNeighbours(kept.map(({ cost, units }) => cost / units)) : [];
  const plain = (): Weighed => ({
    laps: kept.map(({ fit, cost, units }) => ({ fit: fit ?? 1, cost, weight: units })),
    left: remaining + beginning,
    leftAtMost: remaining + beginning,
  });
  if (ratios.length < 3) return plain();
  const rhythm = rhythmOf(ratios, ends);
  const odd = rhythm === null ? loneLong(ratios) : null;
  if (rhythm === null && odd === null) return plain();
  const weighed = kept.map(({ fit = 1, cost, units }, index) => {
    // An unusual lap is reduced to the usual limit.
    if (index === odd) return { fit, cost: (cost * long) / (ratios[index] ?? long), weight: units };
    return { fit, cost, weight: rhythm !== null && isIn(rhythm, ends[index] ?? 0) ? units * rhythm.ratio : units };
  });
  const period = odd === null ? 0 : (ends[odd] ?? 0);
  const coming = rhythm ?? (odd === null || period < 2 ? null : { period, phase: 0, ratio: ratios[odd] ?? 1 });
  const from = Math.round(done / size);
  const extra =
    coming === null ? 0 : size * (coming.ratio - 1) * countIn(coming, from, from + Math.round(remaining / size));
  const left = remaining + beginning;
  return { laps: weighed, left: rhythm === null ? left : left + extra, leftAtMost: left + extra };
}

/** Removes the slow first laps of fits; `slow` is the excess of such a lap, in ordinary laps. */
function withoutSlowFirst(laps: readonly Lap[]): { readonly kept: readonly Lap[]; readonly slow: number } {
  const isFirst = (index: number): boolean => index === 0 || laps[index]?.fit !== laps[index - 1]?.fit;
  const others = laps.filter((_, index) => !isFirst(index)).map(({ cost, units }) => cost / units);
  if (others.length === 0) return { kept: laps, slow: 0 };
  const usual = median(others);
  const excess = laps.filter((_, index) => isFirst(index)).map(({ cost, units }) => cost / units / usual);
  const slowOnes = excess.filter((each) => each > slowFirst);
  return {
    kept: laps.filter(({ cost, units }, index) => !isFirst(index) || cost / units <= slowFirst * usual),
    slow: slowOnes.length === 0 || usual <= 0 ? 0 : slowOnes.reduce((sum, each) => sum + each - 1, 0) / excess.length,
  };
}

interface Rhythm {
  readonly period: number;
  readonly phase: number;
  /** The length of a long lap in ordinary laps. */
  readonly ratio: number;
}

function isIn({ period, phase }: Rhythm, end: number): boolean {
  return end % period === phase;
}

/** How many of the laps `from + 1` to `to` are long. */
function countIn({ period, phase }: Rhythm, from: number, to: number): number {
  const upTo = (end: number): number => Math.floor((end - phase) / period);
  return upTo(to) - upTo(from);
}

/** The shortest period in which laps are long, seen at least twice. */
function rhythmOf(ratios: readonly number[], ends: readonly number[]): Rhythm | null {
  const longOnes = ratios.flatMap((ratio, index) => (ratio > long ? [ends[index] ?? 0] : []));
  const longest = Math.min(longestPeriod, Math.floor(ratios.length / 2));
  for (let period = 2; period <= longest; period++) {
    // If there is a rhythm, most long laps have the same position in it.
    const places = new Map<number, number>();
    for (const end of longOnes) places.set(end % period, (places.get(end % period) ?? 0) + 1);
    const [phase, count] = [...places].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0]);
    if (count < 2 || longOnes.length - count > otherLongLaps * ratios.length) continue;
    const those = ratios.filter((_, index) => (ends[index] ?? 0) % period === phase);
    if (those.length === count) return { period, phase, ratio: median(those) };
  }
  return null;
}

/** The only lap that is much longer than all others; null if there is none. */
function loneLong(ratios: readonly number[]): number | null {
  const [longest = 1, second = 1] = [...ratios].sort((a, b) => b - a);
  return longest > slowFirst && longest - 1 > timesOthers * (second - 1) ? ratios.indexOf(longest) : null;
}

function ratiosToNeighbours(rates: readonly number[]): readonly number[] {
  return rates.map((rate, index) => {
    const near = [
      ...rates.slice(Math.max(0, index - neighbours), index),
      ...rates.slice(index + 1, index + 1 + neighbours),
    ];
    const usual = median(near);
    return usual > 0 ? rate / usual : 1;
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? upper)) / 2;
}
