import { weigh, type Lap, type WeighedLap } from './forecast-laps';
import { studentT95 } from './forecast-student';

/** A figure at the end of a fit. `low` and `high` are null as long as it is rough. */
export interface ExpectedRest {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** From this number on, laps tell how much they vary. */
const lapsForRange = 3;
/** More laps than this are put together. */
const mostPaces = 60;

/** The largest error of earlier forecasts of this run, times this, is what the next one may be wrong by. */
const errorGoesOn = 2;
/**
 * What a load that was steady so far may still change, as a logarithm, per square root of the time to come in multiples
 * of the time done; at most `mostHidden`. A machine that was quiet can only get busier: more above than below.
 */
const hiddenBelow = 0.13;
const hiddenAbove = 0.24;
const mostHidden = 0.5;
/** No range is wider than this on either side, as a logarithm: ×2.7. */
const widest = 1;
/** Another way to forecast is plausible as long as its errors were at most so many times those of the best. */
const plausible = 1.5;

/** What the laps so far say of the pace of the next `horizon` laps after the first `count` of them. */
type PaceMethod = (paces: Paces, count: number, horizon: number) => number;

/** What each way must be better by, as a logarithm, to be taken before the one above it. */
const ways: readonly { readonly way: PaceMethod; readonly handicap: number; readonly least: number }[] = [
  { way: (paces, count) => paces.mean(0, count), handicap: 0, least: 1 },
  { way: (paces, count) => paces.mean(paces.fitStart(count), count), handicap: 0.02, least: 1 },
  { way: (paces, count) => paces.mean(count - Math.ceil(count / 3), count), handicap: 0.02, least: 1 },
  { way: smoothed, handicap: 0.02, least: 1 },
  { way: line, handicap: 0.04, least: 6 },
];
const lineWay = 4;

/**
 * What `remaining` more units will take, from the laps done, and from the third on a range.
 *
 * Several simple forecasts (mean of all, of this fit, of the last third, a smoothed pace, a line) are tried at earlier
 * points of the same run; the one with the smallest errors there is taken. The range comes from the largest of those
errors, the spread of single laps, the other forecasts that did about as well, and an allowance for a load that
 * changes for the first time. It is no confidence interval: nobody knows what else the machine will do. How often it
 * held is measured on drifting loads (`test/runs/forecast-coverage.test.ts`, docs/forecast.md).
 *
 * @param done units done in the fit that goes on; by the last lap where absent
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
  const tried = ways.map(({ way, handicap, least }, index) => ({
    index,
    pace: way(paces, count, horizon),
    usable: count >= least,
    handicap,
    ...errorsOf(paces, way, horizon),
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
  const shown = errorGoesOn * best.largest * Math.sqrt(1 + ahead) * (1 + 1 / count);
  const reach = (hidden: number): number =>
    Math.min(widest, Math.hypot(noise, Math.max(shown, Math.min(mostHidden, hidden * Math.sqrt(0.5 + ahead)))));
  // What is left may be without the odd lap, or with it again and again.
  const below = Math.min(value, weighed.left * Math.min(...alike)) * Math.exp(-reach(hiddenBelow));
  // Work that gets no faster cannot get much faster than it ever was.
  const fastest = weighed.left * paces.fastest() * Math.exp(-hiddenBelow * Math.sqrt(0.5 + ahead));
  const falling = paces.fallsYet() || (best.index === lineWay && best.pace < mean);
  return {
    value,
    low: falling ? below : Math.max(below, Math.min(value, fastest)),
    high: Math.max(value, weighed.leftAtMost * (Math.max(...alike) || mean)) * Math.exp(reach(hiddenAbove)),
  };
}

/** The paces of laps, of about equal length, with their sums. */
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

  /** Where the fit began that goes on after `count` laps. */
  fitStart(count: number): number {
    let start = count - 1;
    while (start > 0 && this.fits[start - 1] === this.fits[count - 1]) start -= 1;
    return Math.max(0, start);
  }

  /** How much single laps vary, as a logarithm: by the difference of neighbours, so that a drift does not count. */
  spread(): number {
    const steps = this.values.slice(1).map((pace, index) => Math.log(pace / (this.values[index] ?? pace)));
    return Math.sqrt(steps.reduce((sum, step) => sum + step ** 2, 0) / Math.max(1, steps.length) / 2);
  }

  /** The pace of the fastest eighth in a row. */
  fastest(): number {
    const length = this.eighth();
    let fastest = Infinity;
    for (let start = 0; start + length <= this.count; start++)
      fastest = Math.min(fastest, this.mean(start, start + length));
    return fastest;
  }

  /** Whether the last eighth is the fastest. */
  fallsYet(): boolean {
    return this.mean(this.count - this.eighth(), this.count) <= this.fastest();
  }

  private eighth(): number {
    return Math.max(1, this.count >> 3);
  }
}

/** Puts many laps together to stretches of about the same length, none over the end of a fit; the oldest are left out. */
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
  /** The mean error, and the largest of those over a stretch that is long enough, both as logarithms. */
  readonly usual: number;
  readonly largest: number;
}

/** How wrong a way would have been at earlier points of this run. */
function errorsOf(paces: Paces, way: PaceMethod, horizon: number): Errors {
  const { count } = paces;
  const spread = paces.spread();
  let [sum, weights, largest] = [0, 0, 0];
  for (let cut = Math.max(1, count >> 2); cut < count; cut++) {
    const end = Math.min(count, Math.round(cut + Math.max(1, horizon)));
    const [came, told] = [paces.mean(cut, end), way(paces, cut, end - cut)];
    const error = came > 0 && told > 0 ? Math.abs(Math.log(came / told)) : widest;
    const weight = Math.sqrt(end - cut);
    sum += weight * error ** 2;
    weights += weight;
    // What single laps vary by is no drift.
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

/** A line through the laps of this fit, carried on; within a third and three times the pace of its last third. */
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
