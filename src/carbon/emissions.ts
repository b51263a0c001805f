import { multiplyEstimates, type Estimate } from '../units/estimate';

/**
 * Grams of CO2-equivalent of some energy: kWh × PUE × intensity, the limits multiplied likewise.
 *
 * @param kilowattHours energy that the computers drew, without the building's overhead
 * @param pue power usage effectiveness, 1 or more
 * @param gramsPerKWh carbon intensity
 */
export function emissionsGrams(kilowattHours: Estimate, pue: Estimate, gramsPerKWh: Estimate): Estimate {
  return multiplyEstimates(multiplyEstimates(kilowattHours, pue), gramsPerKWh);
}
