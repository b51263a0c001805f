import type { Catalogue } from './where/catalogue';
import type { Forecaster } from '../grid/forecast';
import { millisecondsPerHour } from '../grid/profile';
import { adviseRegions, type RegionCandidate, type RegionQuestion } from './where/region-advice';
import { adviseStart, type TimeQuestion } from './when/time-advice';

/** A region together with the cleanest start in it. Times are milliseconds since the epoch. */
export interface JointCandidate {
  readonly candidate: RegionCandidate;
  readonly start: number;
  readonly end: number;
  /** At that start, from the zone's usual day; the year's average where its hours are not known. */
  readonly gramsPerITKWh: number;
  /** Whether the zone's hours are known. */
  readonly timed: boolean;
  /** Against starting now in the region in use; null if none is named. */
  readonly savingPercent: number | null;
}

/**
 * Regions and starts ranked together. Only usual days are compared, never a forecast of one zone with the usual day of
 * another: they may count different things.
 */
export function adviseJointly(
  catalogue: Catalogue,
  forecaster: Forecaster,
  question: RegionQuestion,
  time: TimeQuestion,
): readonly JointCandidate[] {
  const { candidates } = adviseRegions(catalogue, question);
  const here = question.from;
  const base = here === null ? null : startNow(forecaster, here.zone, here.intensity.value, time) * here.overhead.value;
  return candidates
    .map((candidate): JointCandidate => {
      const { forecast } = forecaster.offline(candidate.zone, time.now, time.deadline);
      const { advice, best, now } = adviseStart(forecast, time);
      // A wait that is not worth it is not proposed here either.
      const window = advice === 'wait' ? best : now;
      const gramsPerITKWh = (window?.gramsPerKWh ?? candidate.intensity) * candidate.pue;
      return {
        candidate,
        start: window?.start ?? time.now,
        end: window?.end ?? time.now + time.hours * millisecondsPerHour,
        gramsPerITKWh,
        timed: window !== null,
        savingPercent: base === null ? null : (1 - gramsPerITKWh / base) * 100,
      };
    })
    .sort(
      (a, b) => a.gramsPerITKWh - b.gramsPerITKWh || candidates.indexOf(a.candidate) - candidates.indexOf(b.candidate),
    );
}

function startNow(forecaster: Forecaster, zone: string, yearly: number, { now, hours }: TimeQuestion): number {
  const end = now + hours * millisecondsPerHour;
  return forecaster.usual(zone, now, end)?.mean(now, end) ?? yearly;
}
