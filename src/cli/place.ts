import { Option } from 'commander';
import type { Place } from '../place/place';
import { originRemark } from '../runs/origin';
import { choosePlace, findChosen, type ChosenPlace, type PlaceChoice } from '../runs/place';
import { localTimeZone } from '../system/time-zone';
import type { ProjectSettings } from '../runs/project-settings';
import { combinePlaces } from '../runs/settings-layers';
import { exactly } from '../units/estimate';
import { CommandError } from './io';
import { atLeast, most } from './number-option';

export interface PlaceOptions {
  readonly location?: string;
  readonly intensity?: number;
  readonly pue?: number;
}

/** The options by which a person says where the electricity comes from. */
export function intensityOptions(): Option[] {
  return [
    new Option('--location <place>', 'a grid zone such as DE, or provider:region such as aws:eu-north-1'),
    new Option('--intensity <g>', 'carbon intensity in g CO2e per kWh').argParser(atLeast(0, most.gramsPerKWh)),
    new Option('--pue <n>', 'power usage effectiveness of the building').argParser(atLeast(1, most.pue)),
  ];
}

/** What the options and the project's settings file say of the place; an option counts more. */
export function placeChoice({ location, intensity, pue }: PlaceOptions, project: ProjectSettings): PlaceChoice {
  const options = {
    location: location ?? null,
    gramsPerKWh: intensity ?? null,
    pue: pue ?? null,
    from: { by: 'person' },
  } as const;
  return combinePlaces([options, project]);
}

/**
 * The place by the options, else by the project's settings file, else a guess from the time zone, else the world; the
 * notes say which, and what cannot be used of the file.
 *
 * @throws CommandError where the location of the options is not known
 */
export async function resolvePlace(options: PlaceOptions, project: ProjectSettings): Promise<ChosenPlace> {
  const { place, problem } = await choosePlace(placeChoice(options, project), localTimeZone());
  if (problem !== null) throw new CommandError(problem);
  return { ...place, notes: [...project.problems, ...place.notes] };
}

/**
 * The grid, country or cloud region that was named, with the PUE that was set, else the guess from the time zone.
 *
 * @throws CommandError where the location is not known
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
