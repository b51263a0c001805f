import { loadPlaceGuesser } from '../carbon/guess';
import { givenIntensity, type CarbonIntensity } from '../carbon/intensity';
import { loadPlaceFinder } from '../carbon/location';
import { exactly, type Estimate } from '../units/estimate';

/** Where a run's electricity comes from, as it enters the record. */
export interface Place {
  readonly intensity: CarbonIntensity | null;
  readonly pue: number;
  readonly pueLimits: Estimate;
  /** What the person should know of it, one sentence each. */
  readonly notes: readonly string[];
}

/** A place whose intensity is known. */
export interface ChosenPlace extends Place {
  readonly intensity: CarbonIntensity;
}

/** What a person said of the place; null where they said nothing. */
export interface PlaceChoice {
  /** A grid zone, a country, or provider:region. */
  readonly location: string | null;
  readonly gramsPerKWh: number | null;
  readonly pue: number | null;
}

/**
 * The place by what the person said, else a guess from the time zone, which its notes call a guess. `problem` is a
 * sentence with suggestions when the location is not known; the place is then the guess.
 *
 * @param chosenBy how the person said it, for the record
 * @param timeZone IANA time zone, or null if the system tells none
 */
export async function choosePlace(
  { location, gramsPerKWh, pue }: PlaceChoice,
  chosenBy: 'person' | 'setting',
  timeZone: string | null,
): Promise<{ readonly place: ChosenPlace; readonly problem: string | null }> {
  if (gramsPerKWh !== null && location === null) {
    return {
      place: { intensity: givenIntensity(gramsPerKWh), pue: pue ?? 1, pueLimits: exactly(pue ?? 1), notes: [] },
      problem: null,
    };
  }
  const answer = location === null ? null : (await loadPlaceFinder()).find(location, chosenBy);
  const found = answer?.kind === 'found' ? answer.place : (await loadPlaceGuesser()).guess(timeZone);
  const place: ChosenPlace = {
    intensity: gramsPerKWh === null ? found.intensity : { ...givenIntensity(gramsPerKWh, found.zone), ...(found.intensity.region === undefined ? {} : { region: found.intensity.region }) },
    pue: pue ?? found.pue.value,
    pueLimits: pue === null ? found.pue : exactly(pue),
    notes: pue === null && found.pue.note !== null ? [...found.notes, found.pue.note] : found.notes,
  };
  return { place, problem: answer?.kind === 'unknown' ? answer.message : null };
}

/** The computer's IANA time zone; null if the system tells none. */
export function localTimeZone(): string | null {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return timeZone === '' ? null : timeZone;
}
