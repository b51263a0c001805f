/**
 * Software Carbon Intensity, ISO/IEC 21031: (E × I + M) / R, grams of CO2-equivalent per functional unit.
 * https://sci.greensoftware.foundation
 */
export interface SoftwareCarbonIntensity {
  readonly value: number;
  /** `gCO2e/inference` */
  readonly unit: string;
}

/** Functional units in the words of SCI for AI (Green Software Foundation, 2025-11), and how people write them. */
const unitNames: readonly (readonly [written: RegExp, name: string])[] = [
  [/^tokens?$/i, 'token'],
  [/^training[ -]tokens?$/i, 'training token'],
  [/^images?$/i, 'image'],
  [/^inferences?$/i, 'inference'],
  [/^workflows?$/i, 'workflow'],
  [/^parameters?$/i, 'parameter'],
  [/^flops?$/i, 'FLOP'],
];

/** "Tokens" is token, "flops" is FLOP; a custom unit stays as it is. */
export function functionalUnitName(written: string): string {
  return unitNames.find(([pattern]) => pattern.test(written.trim()))?.[1] ?? written.trim();
}

/** Units for making a model: the score then counts the whole training, including all intermediate runs. */
export function isTrainingUnit(name: string): boolean {
  return ['training token', 'parameter', 'FLOP'].includes(name) || /^(?:training|model)s?$/i.test(name);
}

/**
 * M, the share of the hardware's embodied emissions that falls to this use, in grams:
 * TE × (time reserved / lifespan) × (resources reserved / total resources).
 *
 * @param totalKilograms embodied emissions of the hardware (TE), kg CO2e
 * @param share resources reserved / total resources, 0 to 1
 */
export function embodiedGrams(
  totalKilograms: number,
  hoursReserved: number,
  lifespanHours: number,
  share: number,
): number {
  return totalKilograms * 1000 * (hoursReserved / lifespanHours) * share;
}

/**
 * @param operationalGrams E × I
 * @param embodied M in grams
 * @param units R, how many functional units the emissions were for
 */
export function softwareCarbonIntensity(
  operationalGrams: number,
  embodied: number,
  units: number,
  unit: string,
): SoftwareCarbonIntensity {
  return { value: (operationalGrams + embodied) / units, unit: `gCO2e/${functionalUnitName(unit)}` };
}
