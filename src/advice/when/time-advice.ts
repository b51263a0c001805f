import type { IntensityForecast, TimeWindow } from '../../grid/curve';
import { millisecondsPerHour } from '../../grid/profile';
import { english, type Translate } from '../../present/l10n';

type Advice = 'wait' | 'start now' | 'no usable signal';

export interface TimeQuestion {
  /** The earliest start, usually now; milliseconds since the Unix epoch. */
  readonly now: number;
  readonly hours: number;
  /** The latest finish, milliseconds since the Unix epoch. */
  readonly deadline: number;
  /** Energy of the job, needed for grams; null if unknown. */
  readonly kilowattHours: number | null;
  /** Waiting is not worth it if it saves fewer grams; null for no limit. */
  readonly minimumGrams: number | null;
}

export interface TimeAdvice {
  readonly advice: Advice;
  readonly now: TimeWindow | null;
  /** The cleanest window; null if there are no figures by the hour. */
  readonly best: (TimeWindow & { readonly savingPercent: number; readonly savedGrams: number | null }) | null;
  readonly notes: readonly string[];
}

const millisecondsPerMinute = 60_000;
/** A smaller saving, as a share, is within the error of a forecast. */
const leastSaving = 0.05;
/** In back-tests of 19 zones, waiting saved jobs of a day or more 0 to 0.7 % on average. */
const longJobHours = 24;

/** Finds the start with the lowest emissions for a job that must end by a deadline. */
export function adviseStart(
  forecast: IntensityForecast | null,
  question: TimeQuestion,
  t: Translate = english,
): TimeAdvice {
  const { now, hours, deadline } = question;
  const length = hours * millisecondsPerHour;
  // Clocks and schedulers speak of whole minutes.
  const latest = Math.max(now, Math.floor((deadline - length) / millisecondsPerMinute) * millisecondsPerMinute);
  const best = forecast === null ? null : forecast.curve.best(now, Math.min(latest + length, deadline), length);
  if (forecast === null || best === null) return { advice: 'no usable signal', now: null, best: null, notes: [] };
  const start: TimeWindow = { start: now, end: now + length, gramsPerKWh: forecast.curve.mean(now, now + length) };
  const saving = start.gramsPerKWh === 0 ? 0 : 1 - best.gramsPerKWh / start.gramsPerKWh;
  const savedGrams =
    question.kilowattHours === null ? null : question.kilowattHours * (start.gramsPerKWh - best.gramsPerKWh);
  const long = hours >= longJobHours;
  const worthwhile =
    saving >= leastSaving &&
    (question.minimumGrams === null || (savedGrams !== null && savedGrams > question.minimumGrams));
  const notes = [...forecast.notes];
  if (long)
    notes.push(
      t(
        'For a job of a day or more, waiting saves almost nothing. A cleaner region, a power cap, or pausing at checkpoints in dirty hours does.',
      ),
    );
  if (forecast.curve.end < deadline)
    notes.push(t('The forecast ends before the deadline; only its hours were compared.'));
  return {
    advice: worthwhile && !long ? 'wait' : 'start now',
    now: start,
    best: { ...best, savingPercent: saving * 100, savedGrams },
    notes,
  };
}
