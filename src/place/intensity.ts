import { multiplyEstimates, type Estimate } from '../units/estimate';

/**
 * What one kilowatt-hour emits, in grams of CO2-equivalent, always with its year, basis and source. Figures of
 * different bases are never compared: `lifecycle` counts building plants and mining fuel, `operational` does not.
 */
export interface CarbonIntensity {
  readonly gramsPerKWh: number;
  readonly low: number;
  readonly high: number;
  /** Null when the person gave a figure and no place. */
  readonly zone: string | null;
  /** The cloud region that the person named, `aws:us-east-1`; absent where they named none. */
  readonly region?: string;
  readonly year: number | null;
  readonly source: string;
  readonly basis: 'lifecycle' | 'operational' | 'given';
  /** How the place became known: `guess` is the time zone's, shown as a guess; with `none` it is not known, and the figure is the world's average. */
  readonly chosenBy: 'person' | 'setting' | 'project file' | 'guess' | 'none';
  /** With `project file`, which one: its path as seen from the run's folder, with '/'. */
  readonly file?: string;
}

/** Whether somebody named the place of a figure, the time zone suggested it, or nobody knows it. */
export type PlaceKnowledge = 'named' | 'guessed' | 'unknown';

/** Every sentence about the place of a figure goes by this. */
export function placeKnowledge({ chosenBy, zone }: Pick<CarbonIntensity, 'chosenBy' | 'zone'>): PlaceKnowledge {
  if (chosenBy === 'none') return 'unknown';
  // Older records call the world's average a guess, too.
  return chosenBy === 'guess' ? (zone === null ? 'unknown' : 'guessed') : 'named';
}

/** What a reader should know of the place, behind its name; null where a person or a setting of theirs named it. */
export function placeRemark(intensity: Pick<CarbonIntensity, 'chosenBy' | 'zone' | 'file'>): string | null {
  if (intensity.chosenBy === 'project file') return `set in ${intensity.file ?? 'a file of the project'}`;
  const remarks = {
    named: null,
    guessed: 'guessed from the time zone',
    unknown: 'place unknown, world average',
  } as const;
  return remarks[placeKnowledge(intensity)];
}

/** A figure that the person gave: taken as exact. `zone` is the place it is for, if they named one. */
export function givenIntensity(gramsPerKWh: number, zone: string | null = null): CarbonIntensity {
  return {
    gramsPerKWh,
    low: gramsPerKWh,
    high: gramsPerKWh,
    zone,
    year: null,
    source: 'given by you',
    basis: 'given',
    chosenBy: 'person',
  };
}

export function intensityEstimate({ gramsPerKWh, low, high }: CarbonIntensity): Estimate {
  return { value: gramsPerKWh, low, high };
}

/** Beyond this no grid is: such a value is an error of unit, or of whoever gave it. */
const mostGramsPerKWh = 3000;

/** Whether a grid can emit so many grams a kilowatt-hour. */
export function isPlausible(gramsPerKWh: number): boolean {
  return gramsPerKWh >= 0 && gramsPerKWh <= mostGramsPerKWh;
}

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
