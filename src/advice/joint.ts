import type { Catalogue } from './where/catalogue';
import type { Forecaster } from '../grid/forecast';
import { millisecondsPerHour } from '../grid/profile';
import { adviseRegions, type RegionCandidate, type RegionQuestion } from './where/region-advice';
import { adviseStart, type TimeQuestion } from './when/time-advice';

/** A region with the cleanest start in it. Times are milliseconds since the Unix epoch. */
export interface JointCandidate {
  readonly candidate: RegionCandidate;
  readonly start: number;
  readonly end: number;
  /** At that start, from the zone's usual day; the yearly average if its hours are unknown. */
  readonly gramsPerITKWh: number;
  /** Whether the zone's hours are known. */
  readonly timed: boolean;
  /** Compared with starting now in the region in use; null if none is named. */
  readonly savingPercent: number | null;
}

/**
 * Ranks regions and starts together. It compares usual days only, never a forecast of one zone with the usual day of
 * another, because they may count different things.
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
      // As in the advice for one region, do not propose a wait that saves too little.
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
