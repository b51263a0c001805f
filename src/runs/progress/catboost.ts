import type { FrameworkReader, OwnBest, ProgressUpdate } from './epoch-event';
import { addMetric, parseNumber } from './metric-text';

const unitSeconds: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6 };

/**
 * CatBoost: "10:⇥learn: 0.53⇥test: 0.57⇥best: 0.57 (10)⇥total: 64ms⇥remaining: 168ms". Rounds count from 0. It does
 * not print the total, but its remaining time is total / done × left, so the number follows from the two times: within
 * the 1 % to which they are rounded, and exactly at the end.
 */
export class CatBoostReader implements FrameworkReader {
  read(line: string): readonly ProgressUpdate[] | null {
    const match = /^(\d{1,7}):\t/.exec(line);
    if (match === null || !line.includes('\ttotal: ')) return null;
    const done = Number(match[1]) + 1;
    const metrics: Record<string, number> = {};
    let total: number | null = null;
    let remaining: number | null = null;
    let best: Omit<OwnBest, 'metric'> | null = null;
    for (const field of line.slice(match[0].length).trimEnd().split('\t')) {
      const colon = field.indexOf(': ');
      if (colon < 1) return null;
      const name = field.slice(0, colon);
      const text = field.slice(colon + 2);
      if (name === 'total') total = seconds(text);
      else if (name === 'remaining') remaining = seconds(text);
      else if (name === 'best') best = bestOf(text);
      else addMetric(metrics, name, text.split(' ')[0] ?? '');
    }
    const of = total === null || remaining === null || total <= 0 ? null : Math.round(done * (1 + remaining / total));
    // It belongs to the last set, which is called "test", or "test1" and so on.
    const metric = Object.keys(metrics)
      .filter((name) => name.startsWith('test'))
      .at(-1);
    return [
      {
        unit: 'round',
        epoch: done,
        of,
        metrics,
        ...(best === null || metric === undefined ? {} : { best: { metric, ...best } }),
      },
    ];
  }
}

/** "0.597 (170)": an earlier value with its round, counted from 0. */
function bestOf(text: string): Omit<OwnBest, 'metric'> | null {
  const match = /^(\S{1,40}) \((\d{1,7})\)$/.exec(text);
  const value = parseNumber(match?.[1] ?? '');
  return value === null ? null : { value, epoch: Number(match?.[2]) + 1 };
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
