import type { IntensityForecast } from '../curve';
import type { CarbonIntensity } from '../../place/intensity';
import type { LivePlace, LiveService } from './service';

/** How far ahead a service is asked at the start of a run. */
const askedMilliseconds = 24 * 3_600_000;
/** The assumed relative error of forecasts: services publish none. */
const assumedError = 0.1;

/** The carbon intensity of the electricity during one run. */
export interface RunIntensity {
  /** At the start of the run: from a live service, or the yearly average. */
  readonly atStart: CarbonIntensity;
  readonly notes: readonly string[];
  /** The mean over the run, once it has ended; null if the yearly average is used. */
  over(start: number, end: number): { readonly intensity: CarbonIntensity; readonly note: string | null } | null;
}

/**
 * Asks the services that cover the place, one after the other, for the hours of a run that starts now. If none answers,
 * the yearly average is used, with a sentence that says why.
 *
 * @param place null if the grid is unknown
 */
export async function liveRunIntensity(
  services: readonly LiveService[],
  place: LivePlace | null,
  yearly: CarbonIntensity,
  now: number,
): Promise<RunIntensity> {
  const notes: string[] = [];
  const suiting = place === null ? [] : services.filter((service) => service.suits(place));
  for (const service of suiting) {
    if (place === null) break;
    const answer = await service.forecast(place, now, now + askedMilliseconds);
    if (answer.kind === 'answer' && answer.value.curve.covers(now, now)) return live(answer.value, yearly, now, notes);
    notes.push(`${service.name} ${answer.kind === 'failed' ? answer.reason : 'has no figure for this hour'}.`);
  }
  const why =
    suiting.length > 0
      ? notes.join(' ')
      : place === null
        ? 'The grid is unknown, so no live service can be asked.'
        : `None of the live services that are on covers ${place.zone}.`;
  return { atStart: yearly, notes: [`${why} The yearly average is used instead.`], over: () => null };
}

function live(
  { curve, basis, source, notes }: IntensityForecast,
  yearly: CarbonIntensity,
  asked: number,
  failures: readonly string[],
): RunIntensity {
  const between = (start: number, end: number): CarbonIntensity => {
    // The mean of a run without duration is the figure at its start.
    const until = Math.max(end, start + 1);
    const values = curve.segments
      .filter((segment) => segment.until > start && segment.from < until)
      .map(({ gramsPerKWh }) => gramsPerKWh);
    return {
      gramsPerKWh: curve.mean(start, until),
      low: Math.min(...values) * (1 - assumedError),
      high: Math.max(...values) * (1 + assumedError),
      zone: yearly.zone,
      year: new Date(asked).getUTCFullYear(),
      source: `${source}, asked ${new Date(asked).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
      basis,
      chosenBy: yearly.chosenBy,
      ...(yearly.file === undefined ? {} : { file: yearly.file }),
    };
  };
  return {
    atStart: between(asked, Math.min(asked + 1, curve.end)),
    notes: [...failures, ...notes],
    over(start, end) {
      const from = Math.max(start, curve.begin);
      const until = Math.min(end, curve.end);
      if (until <= from) return null;
      const note =
        end > curve.end
          ? `The carbon intensity of this run is known until ${new Date(curve.end).toISOString().slice(0, 16).replace('T', ' ')} UTC; the hours after that are assumed to be like those before.`
          : null;
      return { intensity: between(from, until), note };
    },
  };
}
