import { parseWrittenTime } from '../../place/written-time';
import { english, type Translate } from '../../present/l10n';

const hour = 3_600_000;

const millisecondsPer: Readonly<Record<string, number>> = { m: 60_000, h: hour, d: 24 * hour };

/** More than a month ahead, advice from the usual day of a month is of no use. */
const mostMilliseconds = 31 * 24 * hour;

type Deadline =
  /** Milliseconds since the Unix epoch. */
  | { readonly kind: 'time'; readonly time: number }
  /** `message` is one sentence for people. */
  | { readonly kind: 'unknown'; readonly message: string };

/**
 * The latest finish of a job: `24h`, `90m`, `2d`, or an ISO 8601 time, which is local unless it has an offset. Without a
 * text: 24 h from now, or a day more than the job takes if that is later.
 */
export function deadlineOf(text: string | null, hours: number, now: number, t: Translate = english): Deadline {
  const time = text === null ? now + (hours < 24 ? 24 : hours + 24) * hour : timeOf(text, now);
  if (!Number.isFinite(time))
    return unknown(t('write the deadline as a time from now, such as 24h, 90m or 2d, or as 2026-11-22T08:00.'));
  if (time < now) return unknown(t('the deadline has already passed; choose a later one.'));
  if (time - now > mostMilliseconds)
    return unknown(t('the deadline is more than 31 days ahead; choose an earlier one.'));
  if (now + hours * hour > time)
    return unknown(t('a job of {0} h cannot finish by the deadline; choose a later one.', hours));
  return { kind: 'time', time };
}

function timeOf(text: string, now: number): number {
  const match = /^(\d+(?:\.\d+)?)\s*([mhd])$/i.exec(text.trim());
  if (match !== null) return now + Number(match[1]) * (millisecondsPer[(match[2] ?? '').toLowerCase()] ?? Number.NaN);
  return /^\d{4}-\d\d-\d\dT/.test(text.trim()) ? parseWrittenTime(text.trim()) : Number.NaN;
}

function unknown(message: string): Deadline {
  return { kind: 'unknown', message };
}
