import type { Estimate } from '../../units/estimate';
import type { RegionCandidate, RegionQuestion } from './region-advice';

/** What a job saves in another region than the one in use, with the limits between which that is expected. */
interface RegionSaving {
  /** Of the emissions per kilowatt-hour. */
  readonly percent: Estimate;
  /** Of the whole job, less what moving the data emits; null if its energy is unknown. */
  readonly grams: Estimate | null;
}

/**
 * Null if no region is in use. The limits come from those of both regions: the least is saved if the region in use is as
 * clean as it has been and the other one as dirty as it has been, and the other way round.
 */
export function regionSaving(
  candidate: RegionCandidate,
  { from, kilowattHours, embodiedKilograms }: RegionQuestion,
): RegionSaving | null {
  if (from === null) return null;
  const here = from.gramsPerITKWh;
  const percent = {
    value: percentLess(candidate.gramsPerITKWh, here.value),
    low: percentLess(candidate.gramsPerITKWhHigh, here.low),
    high: percentLess(candidate.gramsPerITKWhLow, here.high),
  };
  if (kilowattHours === null || candidate.kgForJob === null) return { percent, grams: null };
  const difference = here.value - candidate.gramsPerITKWh;
  const value =
    kilowattHours * here.value + (embodiedKilograms ?? 0) * gramsPerKilogram - candidate.kgForJob * gramsPerKilogram;
  const off = (other: number): number => value + kilowattHours * (other - difference);
  return {
    percent,
    grams: {
      value,
      low: off(here.low - candidate.gramsPerITKWhHigh),
      high: off(here.high - candidate.gramsPerITKWhLow),
    },
  };
}

/** Whether a region is cleaner than the one in use in any year of the figures. */
export function isClearSaving({ percent }: RegionSaving): boolean {
  return percent.low > 0;
}

const gramsPerKilogram = 1000;

function percentLess(there: number, here: number): number {
  return here === 0 ? 0 : (1 - there / here) * 100;
}
