import { Option } from 'commander';
import { loadPlaceGuesser } from '../carbon/guess';
import { loadPlaceFinder } from '../carbon/location';
import { mostGramsPerKWh, mostPue } from '../carbon/limits';
import type { Place } from '../carbon/place';
import { choosePlace, localTimeZone, type ChosenPlace } from '../runs/place';
import { CommandError } from './io';
import { fromTo } from './number-option';

export interface PlaceOptions {
  readonly location?: string;
  readonly intensity?: number;
  readonly pue?: number;
}

/** The options by which a person says where the electricity comes from. */
export function intensityOptions(): Option[] {
  return [
    new Option('--location <place>', 'a grid zone such as DE, or provider:region such as aws:eu-north-1'),
    new Option('--intensity <g>', 'carbon intensity in g CO2e per kWh').argParser(fromTo(0, mostGramsPerKWh)),
    new Option('--pue <n>', 'power usage effectiveness of the building').argParser(fromTo(1, mostPue)),
  ];
}

/**
 * The place by the options, else a guess from the time zone, which its notes call a guess.
 *
 * @throws CommandError where the location is not known
 */
export async function resolvePlace({ location, intensity, pue }: PlaceOptions): Promise<ChosenPlace> {
  const choice = { location: location ?? null, gramsPerKWh: intensity ?? null, pue: pue ?? null };
  const { place, problem } = await choosePlace(choice, 'person', localTimeZone());
  if (problem !== null) throw new CommandError(problem);
  return place;
}

/**
 * The grid, country or cloud region that a person named, else the guess from the time zone.
 *
 * @throws CommandError where the location is not known
 */
export async function findPlace(location: string | undefined): Promise<Place> {
  if (location === undefined) return (await loadPlaceGuesser()).guess(localTimeZone());
  const answer = (await loadPlaceFinder()).find(location, 'person');
  if (answer.kind === 'unknown') throw new CommandError(answer.message);
  return answer.place;
}
