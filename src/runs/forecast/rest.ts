import { weigh, type Lap, type WeighedLap } from './laps';
import { studentT95 } from './student';

/** A figure at the end of a fit. `low` and `high` are null while it is rough. */
export interface ExpectedRest {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** From this number on, laps show how much they vary. */
const lapsForRange = 3;
/** More laps than this are combined. */
const mostPaces = 60;

/** The next forecast may be wrong by this many times the largest error of earlier forecasts of this run. */
const errorMargin = 2;
/**
 * How much a steady load may still change, as a logarithm, per square root of the remaining time in multiples of the
 * elapsed time; at most `mostHidden`. A quiet machine can only get busier, so the limit is wider above than below.
 */
const hiddenBelow = 0.13;
const hiddenAbove = 0.24;
const mostHidden = 0.5;
/** No range is wider than this on either side, as a logarithm: ×2.7. */
const widest = 1;
/** Another forecast is plausible if its errors were at most this many times those of the best one. */
const plausible = 1.5;

/** Predicts the pace of the next `horizon` laps from the first `count` laps. */
type PaceMethod = (paces: Paces, count: number, horizon: number) => number;

/** The forecasts, each with the advantage, as a logarithm, that it needs over the one above it. */
const methods: readonly { readonly method: PaceMethod; readonly handicap: number; readonly least: number }[] = [
  { method: (paces, count) => paces.mean(0, count), handicap: 0, least: 1 },
  { method: (paces, count) => paces.mean(paces.fitStart(count), count), handicap: 0.02, least: 1 },
  { method: (paces, count) => paces.mean(count - Math.ceil(count / 3), count), handicap: 0.02, least: 1 },
  { method: smoothed, handicap: 0.02, least: 1 },
  { method: line, handicap: 0.04, least: 6 },
];
const lineMethod = 4;

/**
 * The cost of `remaining` more units, from the finished laps, with a range from the third lap on.
 *
 * Several simple forecasts (mean of all, of this fit, of the last third, a smoothed pace, a line) are tried at earlier
 * points of the same run; the one with the smallest errors is used. The range comes from the largest of those errors,
 * the spread of single laps, the other forecasts that did about as well, and an allowance for a first change of load.
 * It is not a confidence interval: what else the machine will do is unknown. How often it was right is measured on
 * drifting loads (`test/runs/forecast-coverage.test.ts`, docs/forecast.md).
 *
 * @param done units done in the present fit; from the last lap if absent
 * @returns null without a lap
 */
export function expectedRemaining(laps: readonly Lap[], remaining: number, done?: number): ExpectedRest | null {
  const usable = laps.filter(({ units, cost }) => units > 0 && cost >= 0 && Number.isFinite(cost / units));
  const last = usable.at(-1);
  if (last === undefined) return null;
  const weighed = weigh(usable, remaining, done ?? last.end ?? usable.reduce((sum, { units }) => sum + units, 0));
  const paces = new Paces(weighed.laps);
  const { count } = paces;
  const mean = paces.mean(0, count);
  if (usable.length < lapsForRange || count < 2 || !(mean > 0))
    return { value: weighed.left * mean, low: null, high: null };
  const horizon = (weighed.left * count) / paces.weight;
  const tried = methods.map(({ method, handicap, least }, index) => ({
    index,
    pace: method(paces, count, horizon),
    usable: count >= least,
    handicap,
    ...errorsOf(paces, method, horizon),
  }));
  const best = tried.reduce((a, b) => (b.usable && score(b, count) < score(a, count) ? b : a));
  const alike = tried
    .filter((each) => each.usable && each.usual <= plausible * best.usual + 0.01)
    .map(({ pace }) => pace);
  const value = weighed.left * best.pace;
  const ahead = horizon / count;
  const noise = Math.min(
    1,
    studentT95(count - 1) * paces.spread() * Math.sqrt(1 / Math.max(horizon, 1e-9) + 1 / count),
  );
  const shown = errorMargin * best.largest * Math.sqrt(1 + ahead) * (1 + 1 / count);
  const reach = (hidden: number): number =>
    Math.min(widest, Math.hypot(noise, Math.max(shown, Math.min(mostHidden, hidden * Math.sqrt(0.5 + ahead)))));
  // The unusual lap may never come again, or repeat.
  const below = Math.min(value, weighed.left * Math.min(...alike)) * Math.exp(-reach(hiddenBelow));
  // Work that is not getting faster will not become much faster than it ever was.
  const fastest = weighed.left * paces.fastest() * Math.exp(-hiddenBelow * Math.sqrt(0.5 + ahead));
  const falling = paces.fallsYet() || (best.index === lineMethod && best.pace < mean);
  return {
    value,
    low: falling ? below : Math.max(below, Math.min(value, fastest)),
    high: Math.max(value, weighed.leftAtMost * (Math.max(...alike) || mean)) * Math.exp(reach(hiddenAbove)),
  };
}

/** The paces of laps of about equal length, with their sums. */
class Paces {
  readonly values: readonly number[];
  private readonly fits: readonly number[];
  private readonly costs: number[] = [0];
  private readonly weights: number[] = [0];

  constructor(laps: readonly WeighedLap[]) {
    const joined = together(laps);
    this.fits = joined.map(({ fit }) => fit);
    for (const { cost, weight } of joined) {
      this.costs.push((this.costs.at(-1) ?? 0) + cost);
      this.weights.push((this.weights.at(-1) ?? 0) + weight);
    }
    const least = 1e-6 * this.mean(0, joined.length);
    this.values = joined.map(({ cost, weight }) => Math.max(least, cost / weight));
  }

  get count(): number {
    return this.values.length;
  }

  get weight(): number {
    return this.weights.at(-1) ?? 0;
  }

  /** The mean pace of the laps from the `start`th to before the `end`th. */
  mean(start: number, end: number): number {
    const weight = (this.weights[end] ?? 0) - (this.weights[start] ?? 0);
    return weight > 0 ? ((this.costs[end] ?? 0) - (this.costs[start] ?? 0)) / weight : 0;
  }

  /** Where the fit that is in progress after `count` laps began. */
  fitStart(count: number): number {
    let start = count - 1;
    while (start > 0 && this.fits[start - 1] === this.fits[count - 1]) start -= 1;
    return Math.max(0, start);
  }

  /** How much single laps vary, as a logarithm: from differences of neighbours, so that a drift does not count. */
  spread(): number {
    const steps = this.values.slice(1).map((pace, index) => Math.log(pace / (this.values[index] ?? pace)));
    return Math.sqrt(steps.reduce((sum, step) => sum + step ** 2, 0) / Math.max(1, steps.length) / 2);
  }

  /** The pace of the fastest consecutive eighth. */
  fastest(): number {
    const length = this.eighth();
    let fastest = Infinity;
    for (let start = 0; start + length <= this.count; start++)
      fastest = Math.min(fastest, this.mean(start, start + length));
    return fastest;
  }

  /** Whether the last eighth is the fastest, so the pace is still falling. */
  fallsYet(): boolean {
    return this.mean(this.count - this.eighth(), this.count) <= this.fastest();
  }

  private eighth(): number {
    return Math.max(1, this.count >> 3);
  }
}

/** Combines many laps into sections of about the same length, never across the end of a fit; the oldest are left out. */
function together(laps: readonly WeighedLap[]): readonly WeighedLap[] {
  if (laps.length <= mostPaces) return laps;
  const size = laps.reduce((sum, { weight }) => sum + weight, 0) / mostPaces;
  const joined: WeighedLap[] = [];
  let full = true;
  for (const lap of laps) {
    const before = joined.at(-1);
    if (full || before?.fit !== lap.fit) joined.push(lap);
    else joined[joined.length - 1] = { fit: lap.fit, cost: before.cost + lap.cost, weight: before.weight + lap.weight };
    full = (joined.at(-1)?.weight ?? 0) >= size;
  }
  return joined.slice(-2 * mostPaces);
}

interface Errors {
  /** The mean error, and the largest error over a long enough section, both as logarithms. */
  readonly usual: number;
  readonly largest: number;
}

/** How wrong a forecast would have been at earlier points of this run. */
function errorsOf(paces: Paces, method: PaceMethod, horizon: number): Errors {
  const { count } = paces;
  const spread = paces.spread();
  let [sum, weights, largest] = [0, 0, 0];
  for (let cut = Math.max(1, count >> 2); cut < count; cut++) {
    const end = Math.min(count, Math.round(cut + Math.max(1, horizon)));
    const [actual, predicted] = [paces.mean(cut, end), method(paces, cut, end - cut)];
    const error = actual > 0 && predicted > 0 ? Math.abs(Math.log(actual / predicted)) : widest;
    const weight = Math.sqrt(end - cut);
    sum += weight * error ** 2;
    weights += weight;
    // The variation of single laps is not a drift.
    const drift = Math.sqrt(Math.max(0, error ** 2 - spread ** 2 * (1 / (end - cut) + 1 / cut)));
    if (end - cut >= count / 4 || count < 8) largest = Math.max(largest, drift);
  }
  return { usual: Math.sqrt(sum / weights), largest };
}

function score({ usual, handicap }: Errors & { readonly handicap: number }, count: number): number {
  return usual * (1 + 5 / count) + handicap;
}

function smoothed(paces: Paces, count: number): number {
  const share = 0.45;
  let level = paces.values[0] ?? 0;
  for (let index = 1; index < count; index++) level += share * ((paces.values[index] ?? level) - level);
  return level;
}

/** A line through the laps of this fit, extrapolated; between a third of and three times the pace of its last third. */
function line(paces: Paces, count: number, horizon: number): number {
  const begin = paces.fitStart(count);
  const length = count - begin;
  if (length < 4) return paces.mean(begin, count);
  // The first may still be warming up.
  const from = begin + (length >= 9 ? Math.floor(length / 6) : 0);
  const [n, middle] = [count - from, (from + count - 1) / 2];
  let [mean, along, square] = [0, 0, 0];
  for (let index = from; index < count; index++) {
    const pace = paces.values[index] ?? 0;
    mean += pace / n;
    along += (index - middle) * pace;
    square += (index - middle) ** 2;
  }
  const recent = paces.mean(count - Math.ceil(length / 3), count);
  return Math.min(3 * recent, Math.max(recent / 3, mean + (along / square) * (count - 0.5 + horizon / 2 - middle)));
}
