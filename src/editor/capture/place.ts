import { choosePlace, type RunPlace } from '../../runs/place';
import { localTimeZone } from '../../system/time-zone';
import type { MeterSettings } from '../meter-settings';
import { settingName } from '../contributions/links';

/** Where the electricity comes from, by the settings; a location that is not known is told in the notes. */
export async function placeOf({ place: choice }: Pick<MeterSettings, 'place'>): Promise<RunPlace> {
  const { place, problem } = await choosePlace(choice, localTimeZone());
  return problem === null
    ? place
    : { ...place, notes: [`The setting ${settingName('location')} is not used: ${problem}`, ...place.notes] };
}
