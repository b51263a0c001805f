import * as v from 'valibot';
import { english, localisable, type Translate } from '../../present/l10n';
import type { Clock } from '../../system/clock';
import type { HttpClient } from '../../system/http';
import { finiteNumber, notJson, orNull, parseJson, read, type Shape, type Shaped } from '../../system/shapes';
import { isPlausible } from '../../place/intensity';
import { Curve, type Segment, type IntensityForecast } from '../curve';
import type { Coordinates } from '../../place/geography';
import { millisecondsPerHour } from '../profile';

/** What a live service needs to know about a place. */
export interface LivePlace {
  readonly zone: string;
  /** The coordinates of the cloud region; null if only the zone is known. */
  readonly coordinates: Coordinates | null;
  /** The provider's name for the cloud region; null if only the zone is known. */
  readonly region: string | null;
}

export type LiveAnswer<T> =
  | { readonly kind: 'answer'; readonly value: T }
  /** `reason` completes "the service …": "refused the key". */
  | { readonly kind: 'failed'; readonly reason: string };

/** A service with forecasts for some zones. */
export interface LiveService {
  /** For people: "UK Carbon Intensity". */
  readonly name: string;
  suits(place: LivePlace): boolean;
  /** Intensity from `from` until at most `until`, in milliseconds since the Unix epoch. */
  forecast(place: LivePlace, from: number, until: number): Promise<LiveAnswer<IntensityForecast>>;
}

/** Something that a service needs from the user: a key, a name, an address. */
export interface ServiceInput {
  /** For people: "Token of Electricity Maps". */
  readonly label: string;
  /** The environment variable that sets it for the command line. */
  readonly variable: string;
  /** Where the editor stores it: its secret storage, or a setting. */
  readonly kept:
    | { readonly in: 'secrets'; readonly key: string; readonly isPassword: boolean }
    | { readonly in: 'settings'; readonly key: string };
}

/** What a service is given when it is opened. */
export interface ServiceTools {
  /** Stores answers for a while. */
  readonly cached: HttpClient;
  /** For answers that must not be stored, such as a login. */
  readonly http: HttpClient;
  readonly clock: Pick<Clock, 'wallMilliseconds'>;
  /** The offline profile of a zone between two times; null if there is none. */
  readonly usual: (zone: string, from: number, until: number) => Promise<Curve | null>;
  /** The language of reasons and notes. */
  readonly t: Translate;
}

/** A service and the inputs that turn it on. */
export interface ServiceSetup {
  readonly name: string;
  /** The country of a public service, which needs no inputs: "Great Britain". Absent for the others. */
  readonly country?: string;
  /** Empty for a public service. */
  readonly inputs: readonly ServiceInput[];
  /** @param given the values of `inputs`, in the same order */
  readonly open: (given: readonly string[], tools: ServiceTools) => LiveService;
}

const timeoutMilliseconds = 5000;

/** Why there was no answer at all, in the words of `HttpClient`. */
localisable(['cannot be reached', 'did not answer within 5 s', 'answered with too much']);

export function failed(reason: string): { readonly kind: 'failed'; readonly reason: string } {
  return { kind: 'failed', reason };
}

export interface JsonAnswer<T> {
  readonly json: T;
  /** Says so, in one sentence, if this is an older answer from the store; otherwise empty. */
  readonly notes: readonly string[];
}

/** Asks for JSON of a certain shape. Each way in which this can fail becomes a reason for people. */
export async function askJson<S extends Shape>(
  http: HttpClient,
  url: string,
  shape: S,
  t: Translate,
  headers: Readonly<Record<string, string>> = {},
): Promise<LiveAnswer<JsonAnswer<Shaped<S>>>> {
  const result = await http.get({ url, headers, timeoutMilliseconds });
  if (result.kind === 'failed') return failed(t(result.reason));
  const { status, body, ageMilliseconds } = result;
  if (status === 401 || status === 403) return failed(t('refused the key, or its plan does not include this'));
  if (status === 404) return failed(t('does not know this place'));
  if (status === 429) return failed(t('refused because of too many requests'));
  if (status !== 200) return failed(t('answered with an error ({0})', status));
  const value = parseJson(body);
  if (value === notJson) return failed(t('gave an answer that is not JSON'));
  const json = read(shape, value);
  if (json === null) return failed(t('gave an unexpected answer'));
  const hours = Math.round(ageMilliseconds / millisecondsPerHour);
  const notes = hours < 1 ? [] : [t('The service cannot be reached now, so its answer from {0} h ago is used.', hours)];
  return { kind: 'answer', value: { json, notes } };
}

/** One value of a time series; null if the service has none for that time. */
export interface IntensityPoint {
  readonly time: number;
  readonly gramsPerKWh: number;
}

/**
 * Makes a curve from points in any order, each valid until the next one. The curve ends at a gap of more than three
 * steps. Fails if it does not contain `now`, because there are too few points or they are too old.
 */
export function curveOf(points: readonly IntensityPoint[], now: number, t: Translate = english): LiveAnswer<Curve> {
  const sound = points.filter(({ time, gramsPerKWh }) => Number.isFinite(time) && isPlausible(gramsPerKWh));
  const sorted = [...new Map(sound.map((point) => [point.time, point])).values()].sort((a, b) => a.time - b.time);
  if (sorted.length < 2) return failed(t('has no figures for the coming hours'));
  const steps = sorted
    .slice(1)
    .map(({ time }, index) => time - (sorted[index]?.time ?? time))
    .sort((a, b) => a - b);
  const step = steps[Math.floor(steps.length / 2)] ?? millisecondsPerHour;
  let run: Segment[] = [];
  for (const [index, { time, gramsPerKWh }] of sorted.entries()) {
    const next = sorted[index + 1]?.time ?? Infinity;
    const hole = next - time > 3 * step;
    // A series that starts with the next step is valid from now on.
    const from = run.length === 0 && time > now && time - now <= step ? now : time;
    run.push({ from, until: hole ? time + step : next, gramsPerKWh });
    if (hole) {
      const curve = new Curve(run);
      if (curve.covers(now, now)) return { kind: 'answer', value: curve };
      run = [];
    }
  }
  return failed(t('has figures only for other times'));
}

/** The forecast of a service that counts what power stations emit, not what building them did. */
export function operationalForecast(
  points: readonly IntensityPoint[],
  now: number,
  source: string,
  notes: readonly string[],
  t: Translate,
): LiveAnswer<IntensityForecast> {
  const curve = curveOf(points, now, t);
  return curve.kind === 'failed'
    ? curve
    : { kind: 'answer', value: { curve: curve.value, basis: 'operational', source, notes } };
}

const sameName = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/**
 * Checks that an answer is about the place that we asked for. A plan for one zone always answers for that zone, and a
 * proxy may return something that it stored.
 *
 * @param answered the place that each part of the answer names; null if a part names none
 * @returns why the answer cannot be used; null if no part names another place
 */
export function wrongPlace(
  asked: string,
  answered: readonly (string | null)[],
  t: Translate,
): { readonly kind: 'failed'; readonly reason: string } | null {
  const other = answered.find((each) => each !== null && !sameName(each, asked)) ?? null;
  return other === null ? null : failed(t('was asked for {0} but answered for {1}', asked, other));
}

/** A number in an answer; null if it is anything else. */
export const number = orNull(finiteNumber);

/** A text in an answer; null if it is anything else. */
export const text = orNull(v.string());

/** Milliseconds since the Unix epoch, from ISO 8601. Without an offset it is UTC, as these services mean it. */
function timeOf(written: string | null): number | null {
  if (written === null) return null;
  const time = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(written) ? written : `${written}Z`);
  return Number.isFinite(time) ? time : null;
}

/** The points of the rows that have both a time and a value. */
export function pointsOf<Row>(
  rows: readonly Row[],
  when: (row: Row) => string | null,
  value: (row: Row) => number | null,
): readonly IntensityPoint[] {
  return rows.flatMap((row) => {
    const time = timeOf(when(row));
    const gramsPerKWh = value(row);
    return time === null || gramsPerKWh === null ? [] : [{ time, gramsPerKWh }];
  });
}
