import type { Estimate } from '../../units/estimate';
import { html, type Html } from '../html';

const height = 12;

/** A value as a bar with a line over its range, to put beside the figure. `most` is the value of a full bar. */
export function rangeBar({ value, low, high }: Estimate, most: number, kind: 'best' | 'here' | null): Html {
  const x = (of: number): string => (most > 0 ? Math.min(100, (of / most) * 100) : 0).toFixed(1);
  const middle = height / 2;
  const line = (x1: number, x2: number, y1: number, y2: number): Html =>
    html`<line x1="${x(x1)}" x2="${x(x2)}" y1="${y1}" y2="${y2}"/>`;
  const range =
    low < high && html`${line(low, high, middle, middle)}${[low, high].map((end) => line(end, end, 2, height - 2))}`;
  return html`<svg class="range${kind !== null && ` ${kind}`}" viewBox="0 0 100 ${height}" preserveAspectRatio="none" aria-hidden="true"><rect class="all" y="1" width="100" height="${height - 2}"/><rect class="part" y="1" width="${x(value)}" height="${height - 2}"/>${range}</svg>`;
}
