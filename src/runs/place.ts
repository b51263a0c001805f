import { loadPlaceGuesser } from '../place/guess';
import { givenIntensity, type CarbonIntensity } from '../place/intensity';
import { loadPlaceFinder } from '../place/location';
import type { Place as GridPlace } from '../place/place';
import { english, type Translate } from '../present/l10n';
import { exactly, type Estimate } from '../units/estimate';
import type { Origin, Sourced } from './origin';

/** Where a run's electricity comes from, for the record. */
export interface RunPlace {
  readonly intensity: CarbonIntensity | null;
  readonly pue: number;
  readonly pueLimits: Estimate;
  /** Who set the PUE; null if it is the location's own. */
  readonly pueFrom: Origin | null;
  /** Notes for the user, one sentence each. */
  readonly notes: readonly string[];
}

/** A location with known intensity. */
export interface ChosenPlace extends RunPlace {
  readonly intensity: CarbonIntensity;
}

/** The given location and who set it; null if nobody did. */
export interface PlaceChoice {
  /** A grid zone, a country, or provider:region. */
  readonly location: Sourced<string> | null;
  readonly gramsPerKWh: Sourced<number> | null;
  readonly pue: Sourced<number> | null;
}

/**
 * The given location, else a guess from the time zone, else the world; the notes say which. If the given location is
 * not known, `problem` is a sentence with suggestions, and the guess is used.
 *
 * @param timeZone IANA time zone, or null if the system has none
 */
export async function choosePlace(
  { location, gramsPerKWh, pue }: PlaceChoice,
  timeZone: string | null,
): Promise<{ readonly place: ChosenPlace; readonly problem: string | null }> {
  const pueFrom = pue?.from ?? null;
  if (gramsPerKWh !== null && location === null) {
    const value = pue?.value ?? 1;
    return {
      place: { intensity: given(gramsPerKWh, null), pue: value, pueLimits: exactly(value), pueFrom, notes: [] },
      problem: null,
    };
  }
  const { place: found, problem } = await findChosen(location, timeZone);
  const place: ChosenPlace = {
    intensity:
      gramsPerKWh === null
        ? found.intensity
        : {
            ...given(gramsPerKWh, found.zone),
            ...(found.intensity.region === undefined ? {} : { region: found.intensity.region }),
          },
    pue: pue?.value ?? found.pue.value,
    pueLimits: pue === null ? found.pue : exactly(pue.value),
    pueFrom,
    notes: pue === null && found.pue.note !== null ? [...found.notes, found.pue.note] : found.notes,
  };
  return { place, problem };
}

/**
 * The given grid, country or cloud region, else the guess from the time zone. If it is not known, `problem` is a
 * sentence with suggestions, and the guess is used.
 */
export async function findChosen(
  location: Sourced<string> | null,
  timeZone: string | null,
  t: Translate = english,
): Promise<{ readonly place: GridPlace; readonly problem: string | null }> {
  const answer = location === null ? null : (await loadPlaceFinder()).find(location.value, location.from.by, t);
  if (location === null || answer?.kind !== 'found') {
    return {
      place: (await loadPlaceGuesser()).guess(timeZone),
      problem: answer?.kind === 'unknown' ? answer.message : null,
    };
  }
  return { place: { ...answer.place, intensity: from(answer.place.intensity, location.from) }, problem: null };
}

function given({ value, from: origin }: Sourced<number>, zone: string | null): CarbonIntensity {
  const intensity = givenIntensity(value, zone);
  const where = 'file' in origin ? origin.file : origin.by === 'environment' ? 'the environment' : null;
  return from(where === null ? intensity : { ...intensity, source: `given in ${where}` }, origin);
}

/** A figure with its origin. */
function from(intensity: CarbonIntensity, origin: Origin): CarbonIntensity {
  return { ...intensity, chosenBy: origin.by, ...('file' in origin ? { file: origin.file } : {}) };
}
