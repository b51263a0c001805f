import { multiplyEstimates, type Estimate } from '../../units/estimate';
import type { TimeAdvice } from './time-advice';

/** What a job emits now and in the cleanest window, in grams. */
export interface TimeEmissions {
  readonly now: number;
  readonly best: number;
  /** The difference, with its limits. */
  readonly saved: Estimate;
}

/**
 * Emissions of a job of this energy (kWh, overhead of the data centre included). The limits are those of the energy and
 * of the grid's yearly level; how much a single day differs from the usual one is not known.
 *
 * @param level the yearly level of the grid and its limits, as factors of the figures in the advice
 */
export function timeEmissions(
  { now, best }: TimeAdvice,
  kilowattHours: Estimate | null,
  level: Estimate,
): TimeEmissions | null {
  if (now === null || best === null || kilowattHours === null) return null;
  const difference = now.gramsPerKWh - best.gramsPerKWh;
  return {
    now: kilowattHours.value * now.gramsPerKWh,
    best: kilowattHours.value * best.gramsPerKWh,
    saved: multiplyEstimates(
      kilowattHours,
      multiplyEstimates(level, { value: difference, low: difference, high: difference }),
    ),
  };
}
