import { startOfRun } from '../../runs/header';
import type { RunRecord } from '../../runs/record';
import { dayKey } from '../../present/words';
import type { RunGroup } from '../contributions/arguments';

const dayMilliseconds = 86_400_000;

/** The runs of each local day, newest day first. Uses only the ids, so that no record has to be read. */
export function groupByDay(ids: readonly string[], now: Date): RunGroup[] {
  const groups = new Map<string, { label: string; ids: string[] }>();
  for (const id of [...ids].sort().reverse()) {
    const start = startOfRun(id);
    const key = start === null ? 'unknown' : dayKey(start);
    const group = groups.get(key) ?? { label: start === null ? 'Unknown day' : dayLabel(start, now), ids: [] };
    group.ids.push(id);
    groups.set(key, group);
  }
  return [...groups].map(([key, group]) => ({ key, ...group }));
}

/** The runs of each name; names with the newest runs come first. */
export function groupByName(records: readonly RunRecord[]): RunGroup[] {
  const groups = new Map<string, string[]>();
  for (const { id, name } of [...records].sort((a, b) => b.id.localeCompare(a.id))) {
    const group = groups.get(name) ?? [];
    group.push(id);
    groups.set(name, group);
  }
  return [...groups].map(([name, ids]) => ({ key: name, label: name, ids }));
}

/** "Today", "Yesterday", "Thursday 19 November", "19 November 2025". */
export function dayLabel(date: Date, now: Date): string {
  if (dayKey(date) === dayKey(now)) return 'Today';
  // Noon is on the right day even if the clock changed during the night.
  const noon = new Date(now.getFullYear(), now.getMonth(), now.getDate(), 12);
  if (dayKey(date) === dayKey(new Date(noon.getTime() - dayMilliseconds))) return 'Yesterday';
  const sameYear = date.getFullYear() === now.getFullYear();
  return new Intl.DateTimeFormat('en-GB', {
    ...(sameYear ? { weekday: 'long' } : { year: 'numeric' }),
    day: 'numeric',
    month: 'long',
  })
    .format(date)
    .replace(',', '');
}
