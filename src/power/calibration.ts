import * as v from 'valibot';
import { amount, type Shaped, type ShapedMembers } from '../system/shapes';
import type { MachineSample } from './sample';
import type { Band } from './source';

/** Power by load, as measured on this machine. */
export interface LoadCurve {
  /** What was measured: the processor by its counter or sensor, or the whole machine by its battery. */
  readonly component: 'cpu' | 'system';
  readonly idleWatts: number;
  readonly fullWatts: number;
  /** The power above idle is that at full load × load ^ bend; 1 is a straight line. */
  readonly bend: number;
  readonly band: Band;
  /** When it was last measured, milliseconds since the epoch. */
  readonly at: number;
}

const binCount = 20;

/** The power of one machine at one load, summed over all seconds at that load. */
const binShape = v.object({
  seconds: amount,
  /** Σ watts × seconds and Σ watts² × seconds. */
  joules: amount,
  squares: amount,
});
type Bin = Shaped<typeof binShape>;

/** Bins from no load to full load in equal steps, and when they were last measured. */
const measuredShape = v.object({ bins: v.pipe(v.array(binShape), v.length(binCount)), at: amount });
type MeasuredBins = Shaped<typeof measuredShape>;

/** The idle power of one source, watts, and when it was last seen. */
const idleShape = v.object({ watts: amount, at: amount });
export type CalibratedIdle = Shaped<typeof idleShape>;

/** What is kept about a machine. */
export const calibrationFields = {
  cpu: v.nullable(measuredShape),
  system: v.nullable(measuredShape),
  /** By the name of the source. */
  idle: v.record(v.string(), idleShape),
};
export type Calibration = ShapedMembers<typeof calibrationFields>;

export const noCalibration: Calibration = { cpu: null, system: null, idle: {} };

const emptyBins: readonly Bin[] = Array.from({ length: binCount }, () => ({ seconds: 0, joules: 0, squares: 0 }));
/** Seconds at one load beyond this add no weight: a machine ages, and its memory may be replaced. */
const mostSeconds = 600;
/** A bin counts from this many seconds on. A curve needs a minimum of seconds in all and a minimum range of loads. */
const leastBinSeconds = 3;
const leastSeconds = 30;
const leastRange = 0.3;
/** A curve is never taken to be more exact than this. */
const leastError = 0.1;
/** On mains power a laptop lets its processor draw more than on battery: assumed factor. */
const mainsFactor = 1.3;

/** Adds one interval in which a counter, a sensor or a battery gave the power at a known load. */
export function learn(calibration: Calibration, sample: MachineSample): Calibration {
  const { load, gap, seconds, readings } = sample;
  if (load === null || gap !== null || seconds < 0.5) return calibration;
  const measured = readings.filter(({ source }) => source.method === 'counter' || source.method === 'sensor');
  const battery = measured.find(({ source }) => source.name === 'battery');
  const component = battery === undefined ? 'cpu' : 'system';
  const own = battery === undefined ? measured.filter(({ source }) => source.component === 'cpu') : [battery];
  // The power of a graphics card does not follow the processor's load.
  if (own.length === 0 || (battery !== undefined && readings.some(({ source }) => source.component === 'gpu')))
    return calibration;
  let joules = 0;
  for (const { outcome } of own) {
    if (outcome.kind !== 'energy') return calibration;
    joules += outcome.joules;
  }
  const watts = joules / seconds;
  if (!(watts > 0)) return calibration;
  const index = Math.min(binCount - 1, Math.floor(load.utilisation * binCount));
  const before = calibration[component]?.bins ?? emptyBins;
  const bins = before.map((bin, each) => (each === index ? add(bin, watts, seconds) : bin));
  return { ...calibration, [component]: { bins, at: sample.at } };
}

function add(bin: Bin, watts: number, seconds: number): Bin {
  const keep = bin.seconds > mostSeconds ? mostSeconds / bin.seconds : 1;
  return {
    seconds: bin.seconds * keep + seconds,
    joules: bin.joules * keep + watts * seconds,
    squares: bin.squares * keep + watts * watts * seconds,
  };
}

/** Bends that are tried, from 0.35 to 1.3: those of public measurements of servers lie between. */
const bends: readonly number[] = Array.from({ length: 20 }, (_, index) => (7 + index) / 20);

/** Power that was measured at a load from 0 to 1. */
interface Point {
  readonly load: number;
  readonly watts: number;
}

type Fit = Pick<LoadCurve, 'idleWatts' | 'fullWatts' | 'bend'>;

/** Watts at a load from 0 to 1. */
export function curveWatts({ idleWatts, fullWatts, bend }: Fit, load: number): number {
  return idleWatts + (fullWatts - idleWatts) * load ** bend;
}

/**
 * The curve through the measurements, with limits from its own errors; null if there are too few. Two loads give a
 * straight line, three or more the bend that suits them best.
 */
export function fitCurve(component: 'cpu' | 'system', measured: MeasuredBins | null): LoadCurve | null {
  if (measured === null) return null;
  const bins = measured.bins.flatMap(({ seconds, joules, squares }, index) => {
    if (seconds < leastBinSeconds) return [];
    const watts = joules / seconds;
    const spread = Math.sqrt(Math.max(0, squares / seconds - watts * watts));
    return [{ load: (index + 0.5) / binCount, seconds, watts, spread }];
  });
  const [first, last] = [bins[0], bins.at(-1)];
  const weight = bins.reduce((sum, { seconds }) => sum + seconds, 0);
  if (first === undefined || last === undefined || weight < leastSeconds || last.load - first.load < leastRange)
    return null;
  const fit = fitPoints(bins);
  if (fit === null) return null;
  const low = Math.min(
    1 - leastError,
    ...bins.map(({ load, watts, spread }) => Math.max(0.1, (watts - 2 * spread) / curveWatts(fit, load))),
  );
  const high = Math.max(
    1 + leastError,
    ...bins.map(({ load, watts, spread }) => (watts + 2 * spread) / curveWatts(fit, load)),
  );
  return {
    component,
    ...fit,
    band: { low, high: component === 'system' ? high * mainsFactor : high },
    at: measured.at,
  };
}

/**
 * The curve with the least relative errors; null if power does not rise with the load.
 * @param tried the bends to choose from
 */
export function fitPoints(points: readonly Point[], tried = points.length < 3 ? [1] : bends): Fit | null {
  const fits = tried.flatMap((bend) => fitBend(points, bend) ?? []);
  const error = (fit: Fit): number =>
    points.reduce((sum, { load, watts }) => sum + (curveWatts(fit, load) / watts - 1) ** 2, 0);
  return fits.reduce<Fit | null>((best, fit) => (best === null || error(fit) < error(best) ? fit : best), null);
}

/** Least squares for one bend. Each load counts the same, because a machine is idle most of the time. */
function fitBend(points: readonly Point[], bend: number): Fit | null {
  const mean = (of: (point: Point) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [at, watts] = [mean(({ load }) => load ** bend), mean((point) => point.watts)];
  const slope =
    mean(({ load, watts: each }) => (load ** bend - at) * (each - watts)) /
    mean(({ load }) => (load ** bend - at) ** 2);
  if (!(slope > 0)) return null;
  const idleWatts = Math.max(0, watts - slope * at);
  return { idleWatts, fullWatts: idleWatts + slope, bend };
}

/** The day of a calibration, for display. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
