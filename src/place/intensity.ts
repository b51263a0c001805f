import * as v from 'valibot';
import { between, noted, type Shaped } from '../system/shapes';
import { multiplyEstimates, type Estimate } from '../units/estimate';
import { mostGramsPerKWh } from './limits';
import { english, type Translate } from '../present/l10n';

const grams = between(0, mostGramsPerKWh);
const inGramsPerKWh = { unit: 'g/kWh' };

/**
 * Carbon intensity of electricity, in grams of CO2-equivalent per kWh, always with its year, basis and source. Figures
 * with different bases are never compared: `lifecycle` counts building plants and mining fuel, `operational` does not.
 */
export const intensityShape = v.object({
  gramsPerKWh: noted(grams, 'the yearly average, or the mean over the run from a live service', inGramsPerKWh),
  low: noted(
    grams,
    'the lowest yearly average of the last two years, as in `regions`. This is a range of past figures, not a limit: the average of the next year lay within it for 3 of 10 zones',
    inGramsPerKWh,
  ),
  high: noted(grams, 'the highest yearly average of the last two years', inGramsPerKWh),
  zone: noted(
    v.nullable(v.string()),
    "the zone of the grid; `null` for the world's average and for a figure without a place",
  ),
  region: v.exactOptional(noted(v.string(), 'the cloud region that you set, `aws:us-east-1`; absent if you set none')),
  year: noted(v.nullable(v.number()), 'the year of the figure'),
  source: noted(v.string(), 'who published it'),
  basis: noted(
    v.picklist(['lifecycle', 'operational', 'given']),
    '`lifecycle` counts building plants and mining fuel, `operational` does not; `given` is your own figure',
  ),
  chosenBy: noted(
    v.picklist(['person', 'setting', 'environment', 'project file', 'user file', 'machine file', 'guess', 'none']),
    "`person` (an option), `setting` (of VS Code), `environment` (a variable), `project file`, `user file` or `machine file` (see [settings](settings.md)), `guess` (from the time zone), or `none`: the place is not known, and the figure is the world's average",
  ),
  file: v.exactOptional(
    noted(
      v.string(),
      "with `chosenBy` `… file`: the path of that file. A project file is seen from the run's `folder`, such as `../pyproject.toml`",
    ),
  ),
});

export type CarbonIntensity = Shaped<typeof intensityShape>;

/** Whether the place of a figure was named by someone, guessed from the time zone, or is unknown. */
type PlaceKnowledge = 'named' | 'guessed' | 'unknown';

/** Every sentence about the place of a figure must use this, so that they agree. */
export function placeKnowledge({ chosenBy, zone }: Pick<CarbonIntensity, 'chosenBy' | 'zone'>): PlaceKnowledge {
  if (chosenBy === 'none') return 'unknown';
  // Older records call the world's average a guess too.
  return chosenBy === 'guess' ? (zone === null ? 'unknown' : 'guessed') : 'named';
}

/** A remark to show after the name of the place; null if the user named it with an option or a setting. */
export function placeRemark(
  intensity: Pick<CarbonIntensity, 'chosenBy' | 'zone' | 'file'>,
  t: Translate = english,
): string | null {
  if (intensity.chosenBy === 'project file') return t('set in {0}', intensity.file ?? t('a file of the project'));
  if (intensity.file !== undefined) return t('set in {0}', intensity.file);
  if (intensity.chosenBy === 'environment') return t('set in the environment');
  const remarks = {
    named: null,
    guessed: t('guessed from the time zone'),
    unknown: t('place unknown, world average'),
  };
  return remarks[placeKnowledge(intensity)];
}

/** A figure from the user, which counts as exact. `zone` is the place that it is for, if the user named one. */
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

/** No grid emits more (g/kWh): a larger value has a wrong unit or is a mistake. */
const mostOfAnyGrid = 3000;

/** Whether a grid can have this carbon intensity. */
export function isPlausible(gramsPerKWh: number): boolean {
  return gramsPerKWh >= 0 && gramsPerKWh <= mostOfAnyGrid;
}

/**
 * Emissions of an amount of energy in grams of CO2-equivalent: kWh × PUE × intensity. The limits are multiplied too.
 *
 * @param kilowattHours energy that the computers used, without the building's overhead
 * @param pue power usage effectiveness, 1 or more
 * @param gramsPerKWh carbon intensity
 */
export function emissionsGrams(kilowattHours: Estimate, pue: Estimate, gramsPerKWh: Estimate): Estimate {
  return multiplyEstimates(multiplyEstimates(kilowattHours, pue), gramsPerKWh);
}
