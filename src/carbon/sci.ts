/**
 * Software Carbon Intensity, ISO/IEC 21031: (E × I + M) / R, grams of CO2-equivalent per functional unit.
 * https://sci.greensoftware.foundation
 */
export interface SoftwareCarbonIntensity {
  readonly value: number;
  /** `gCO2e/inference` */
  readonly unit: string;
}

/**
 * M, the share of the hardware's embodied emissions that falls to this use, in grams:
 * TE × (time reserved / lifespan) × (resources reserved / total resources).
 *
 * @param totalKilograms embodied emissions of the hardware (TE), kg CO2e
 * @param share resources reserved / total resources, 0 to 1
 */
export function embodiedGrams(totalKilograms: number, hoursReserved: number, lifespanHours: number, share: number): number {
  return totalKilograms * 1000 * (hoursReserved / lifespanHours) * share;
}

/**
 * @param operationalGrams E × I
 * @param embodied M in grams
 * @param units R, how many functional units the emissions were for
 */
export function softwareCarbonIntensity(operationalGrams: number, embodied: number, units: number, unit: string): SoftwareCarbonIntensity {
  return { value: (operationalGrams + embodied) / units, unit: `gCO2e/${unit}` };
}
