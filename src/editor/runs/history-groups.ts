import { startOfRun } from '../../runs/header';
import { howItEnded } from '../../runs/describe';
import type { RunRecord } from '../../runs/record';
import { dayKey } from '../../present/words';
import { english, type Translate } from '../../present/l10n';

const dayMilliseconds = 86_400_000;

/** The runs below one heading, newest first. */
export interface RecordGroup {
  /** Identifies the group, even if its label changes. */
  readonly key: string;
  readonly label: string;
  readonly records: readonly RunRecord[];
}

/** The runs of each local day, newest day first. */
export function groupByDay(
  records: readonly RunRecord[],
  now: Date,
  language = 'en',
  t: Translate = english,
): readonly RecordGroup[] {
  return grouped(records, ({ id }) => {
    const start = startOfRun(id);
    return start === null
      ? { key: 'unknown', label: t('Unknown day') }
      : { key: dayKey(start), label: dayLabel(start, now, language, t) };
  });
}

/** The runs of each program; programs with the newest runs come first. */
export function groupByName(records: readonly RunRecord[]): readonly RecordGroup[] {
  return grouped(records, ({ name }) => ({ key: name, label: name }));
}

function grouped(
  records: readonly RunRecord[],
  headingOf: (record: RunRecord) => Pick<RecordGroup, 'key' | 'label'>,
): readonly RecordGroup[] {
  const groups = new Map<string, { label: string; records: RunRecord[] }>();
  for (const record of [...records].sort((a, b) => (a.id < b.id ? 1 : -1))) {
    const { key, label } = headingOf(record);
    const group = groups.get(key) ?? { label, records: [] };
    group.records.push(record);
    groups.set(key, group);
  }
  return [...groups].map(([key, group]) => ({ key, ...group }));
}

/** A program that ends within this time has hardly begun. */
const momentSeconds = 5;
/** One that fails within this time has not done its work. */
const failedEarlySeconds = 30;
/** Beside a training of ten hours, half a minute is nothing. */
const leastShareOfTime = 0.001;
/** One or two rows are no longer than the row that would hold them. */
const leastFolded = 3;

/**
 * The runs of a group that are worth a row each, and the short ones among the others, which share a row: over in a moment,
 * failed at once, or next to nothing of the group's time. Where all are short, none is folded, nor is the newest run.
 */
export function foldShort(
  records: readonly RunRecord[],
  newest: string | null,
): { readonly shown: readonly RunRecord[]; readonly short: readonly RunRecord[] } {
  const seconds = records.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
  const isShort = (record: RunRecord): boolean => {
    const { id, status, durationSeconds } = record;
    if (status === 'running' || id === newest) return false;
    const isFailure = howItEnded(record)?.isFailure === true;
    return durationSeconds < Math.max(isFailure ? failedEarlySeconds : momentSeconds, seconds * leastShareOfTime);
  };
  const short = records.filter(isShort);
  const shown = records.filter((record) => !short.includes(record));
  const isWorthIt = short.length >= leastFolded && shown.some(({ id }) => id !== newest);
  return isWorthIt ? { shown, short } : { shown: records, short: [] };
}

/** "Today", "Yesterday", "Thu 19 November", "19 November 2025": short, so that the energy beside it is in view in a narrow side bar. */
export function dayLabel(date: Date, now: Date, language = 'en', t: Translate = english): string {
  if (dayKey(date) === dayKey(now)) return t('Today');
  // Noon is on the right day even if the clock changed during the night.
  const noon = new Date(now.getFullYear(), now.getMonth(), now.getDate(), 12);
  if (dayKey(date) === dayKey(new Date(noon.getTime() - dayMilliseconds))) return t('Yesterday');
  const sameYear = date.getFullYear() === now.getFullYear();
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    ...(sameYear ? { weekday: 'short' } : { year: 'numeric' }),
    day: 'numeric',
    month: 'long',
  })
    .format(date)
    .replace(',', '');
}
