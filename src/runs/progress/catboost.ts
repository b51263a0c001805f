import type { FrameworkReader, ProgressNews } from './epoch-event';
import { addMetric } from './metric-text';

const unitSeconds: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6 };

/**
 * CatBoost: "10:⇥learn: 0.53⇥test: 0.57⇥best: 0.57 (10)⇥total: 64ms⇥remaining: 168ms". Rounds count from 0. It
 * does not print how many there will be, but its remaining time is total / done × left, so that the number follows
 * from the two times, within the 1 % to which they are rounded, and exactly at the end.
 */
export class CatBoostReader implements FrameworkReader {
  read(line: string): readonly ProgressNews[] | null {
    const match = /^(\d{1,7}):\t/.exec(line);
    if (match === null || !line.includes('\ttotal: ')) return null;
    const done = Number(match[1]) + 1;
    const metrics: Record<string, number> = {};
    let total: number | null = null;
    let remaining: number | null = null;
    for (const field of line.slice(match[0].length).trimEnd().split('\t')) {
      const colon = field.indexOf(': ');
      if (colon < 1) return null;
      const name = field.slice(0, colon);
      const text = field.slice(colon + 2);
      if (name === 'total') total = seconds(text);
      else if (name === 'remaining') remaining = seconds(text);
      // "best" repeats an earlier value, with its round.
      else if (name !== 'best') addMetric(metrics, name, text.split(' ')[0] ?? '');
    }
    const of = total === null || remaining === null || total <= 0 ? null : Math.round(done * (1 + remaining / total));
    return [{ unit: 'round', epoch: done, of, metrics }];
  }
}

/** "1m 3s", "64.7ms", "0us". */
function seconds(text: string): number | null {
  let sum = 0;
  for (const part of text.split(' ')) {
    const match = /^(\d{1,9}(?:\.\d{1,9})?)(d|h|m|s|ms|us)$/.exec(part);
    if (match === null) return null;
    sum += Number(match[1]) * (unitSeconds[match[2] ?? ''] ?? 0);
  }
  return sum;
}
