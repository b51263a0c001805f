import { Option } from 'commander';
import type { Place } from '../place/place';
import { originRemark } from '../runs/origin';
import { choosePlace, findChosen, type ChosenPlace, type PlaceChoice } from '../runs/place';
import { localTimeZone } from '../system/time-zone';
import { combinePlaces, type PlaceLayer } from '../runs/settings/layers';
import { exactly } from '../units/estimate';
import { CommandError } from './io';
import { atLeast, most } from './number-option';
import type { SharedSettings } from './settings';

export interface PlaceOptions {
  readonly location?: string;
  readonly intensity?: number;
  readonly pue?: number;
}

/** The options for the origin of the electricity. */
export function intensityOptions(): Option[] {
  return [
    new Option('--location <place>', 'grid zone such as DE, or provider:region such as aws:eu-north-1'),
    new Option('--intensity <g>', 'carbon intensity in g CO₂e per kWh').argParser(atLeast(0, most.gramsPerKWh)),
    new Option('--pue <n>', 'power usage effectiveness of the data centre').argParser(atLeast(1, most.pue)),
  ];
}

/** What the options say about the origin of the electricity. */
export function placeOfOptions({ location, intensity, pue }: PlaceOptions): PlaceLayer {
  return { location: location ?? null, gramsPerKWh: intensity ?? null, pue: pue ?? null, from: { by: 'person' } };
}

/** The location from the options and the settings; an option takes precedence. */
export function placeChoice(options: PlaceOptions, { layers }: Pick<SharedSettings, 'layers'>): PlaceChoice {
  return combinePlaces([placeOfOptions(options), ...layers]);
}

/**
 * The location from the options, else from the settings, else a guess from the time zone, else the world. The notes say
 * which one, and what in the settings cannot be used.
 *
 * @throws CommandError if the location in the options is not known
 */
export async function resolvePlace(options: PlaceOptions, settings: SharedSettings): Promise<ChosenPlace> {
  const { place, problem } = await choosePlace(placeChoice(options, settings), localTimeZone());
  if (problem !== null) throw new CommandError(problem);
  return { ...place, notes: [...settings.problems, ...place.notes] };
}

/**
 * The given grid, country or cloud region with the given PUE, else the guess from the time zone.
 *
 * @throws CommandError if the location is not known
 */
export async function findPlace({ location, pue }: PlaceChoice): Promise<Place> {
  const { place, problem } = await findChosen(location, localTimeZone());
  if (problem !== null) throw new CommandError(problem);
  const remark = originRemark(location?.from);
  const named =
    remark === null
      ? place
      : { ...place, notes: [`The location ${location?.value ?? ''} is ${remark}.`, ...place.notes] };
  if (pue === null) return named;
  return {
    ...named,
    pue: { ...exactly(pue.value), published: false, source: originRemark(pue.from) ?? 'given by you', note: null },
  };
}
