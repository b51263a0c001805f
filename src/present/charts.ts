import { html, type Html, type HtmlValue } from './html';
import { shortLabels } from './short-labels';
import { formatDuration } from './words';

/**
 * Charts for reports and pages, as SVG without scripts. Classes let the page's style sheet choose the colours. Every mark
 * has a title, shown on hover, and every chart has a description in words.
 */

/** A bar or column of parts, stacked in this order. */
export interface ChartBar {
  readonly label: string;
  /** The bar in words, with its figures. */
  readonly words: string;
  /** Only values above 0 are drawn. `kind` is the class that sets the colour. */
  readonly parts: readonly { readonly kind: string; readonly value: number }[];
  /** The length of the bar and its limits; null if unknown. */
  readonly total: { readonly value: number; readonly low: number; readonly high: number } | null;
}

/** What every chart needs for its title and figures. */
interface Naming {
  /** Distinguishes the charts of one page. */
  readonly id: string;
  readonly title: string;
  readonly format: (value: number) => string;
}

const width = 720;
const plot = { left: 70, right: 12, top: 12, bottom: 34 };

/** Values over time as stacked columns, in the order of `bars`. */
export function columnChart({ id, title, format }: Naming, bars: readonly ChartBar[]): Html {
  const height = 260;
  const ticks = niceTicks(Math.max(...bars.map(({ total }) => total?.value ?? 0)));
  const top = ticks.at(-1) ?? 1;
  const y = (value: number): number => height - plot.bottom - (value / top) * (height - plot.top - plot.bottom);
  const step = (width - plot.left - plot.right) / bars.length;
  const columnWidth = Math.min(48, step * 0.7);
  // A label needs about 76 units of width. The last column always has its label.
  const every = Math.ceil(bars.length / Math.floor((width - plot.left - plot.right) / 76));
  const columns = bars.map(({ label, words, parts }, index) => {
    const middle = plot.left + step * (index + 0.5);
    const stack = stacked(parts, (from, to, kind) =>
      rectangle(middle - columnWidth / 2, y(to), columnWidth, y(from) - y(to), kind),
    );
    const isNamed = (bars.length - 1 - index) % every === 0;
    return html`<g><title>${words}</title>${stack}${isNamed && text(middle, height - plot.bottom + 18, 'middle', label)}</g>`;
  });
  return figure(id, height, title, wordsOf(bars), [ticks.map((tick) => gridLine(y(tick), format(tick))), columns]);
}

/** Values by name as bars with their limits. */
export function barChart({ id, title, format }: Naming, bars: readonly ChartBar[], unknown: string): Html {
  const rowHeight = 30;
  const left = 190;
  const right = 92;
  const height = plot.top + rowHeight * bars.length + plot.bottom;
  const ticks = niceTicks(Math.max(...bars.map(({ total }) => total?.high ?? 0)));
  const top = ticks.at(-1) ?? 1;
  const x = (value: number): number => left + (value / top) * (width - left - right);
  const grid = ticks.map((tick) => [
    line(x(tick), plot.top, x(tick), height - plot.bottom, 'grid'),
    text(x(tick), height - plot.bottom + 18, 'middle', format(tick)),
  ]);
  const labels = shortLabels(
    bars.map(({ label }) => label),
    26,
  );
  const rows = bars.map(({ label, words, parts, total }, index) => {
    const middle = plot.top + rowHeight * (index + 0.5);
    const stack = stacked(parts, (from, to, kind) => rectangle(x(from), middle - 9, x(to) - x(from), 18, kind));
    const limits = total === null || total.low === total.high ? null : whisker(x(total.low), x(total.high), middle);
    const value = text(width - right + 8, middle + 4, 'start', total === null ? unknown : format(total.value), 'value');
    return html`<g><title>${words}</title>${text(left - 8, middle + 4, 'end', labels[index] ?? label)}${stack}${limits}${value}</g>`;
  });
  return figure(id, height, title, wordsOf(bars), [grid, rows]);
}

/** One value over an interval, in seconds since the start; null if unknown. */
interface ChartStep {
  readonly from: number;
  readonly to: number;
  readonly value: number | null;
}

/** A value over time as a stepped area, empty where the value is unknown. */
export function areaChart(
  { id, title, format }: Naming,
  steps: readonly ChartStep[],
  description: (seconds: number, most: number) => string,
): Html {
  const height = 240;
  const most = Math.max(0, ...steps.map(({ value }) => value ?? 0));
  const seconds = Math.max(1, steps.at(-1)?.to ?? 1);
  const ticks = niceTicks(most);
  const top = ticks.at(-1) ?? 1;
  const x = (at: number): number => plot.left + (Math.max(0, at) / seconds) * (width - plot.left - plot.right);
  const y = (value: number): number => height - plot.bottom - (value / top) * (height - plot.top - plot.bottom);
  const area = steps
    .map(({ from, to, value }) =>
      value === null ? '' : `M${n(x(from))} ${n(y(0))}V${n(y(value))}H${n(x(to))}V${n(y(0))}Z`,
    )
    .join('');
  const times = [0, 0.25, 0.5, 0.75, 1].map((share) =>
    text(
      x(share * seconds),
      height - plot.bottom + 18,
      share === 0 ? 'start' : share === 1 ? 'end' : 'middle',
      share === 0 ? '0' : formatDuration(share * seconds),
    ),
  );
  return figure(id, height, title, description(seconds, most), [
    ticks.map((tick) => gridLine(y(tick), format(tick))),
    html`<path d="${area}" class="power"/>`,
    times,
  ]);
}

function figure(id: string, height: number, title: string, description: string, body: HtmlValue): Html {
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-text"><title id="${id}-title">${title}</title><desc id="${id}-text">${description}</desc>${body}</svg>`;
}

const n = (value: number): string => String(Number(value.toFixed(2)));

function text(
  x: number,
  y: number,
  anchor: 'start' | 'middle' | 'end',
  content: string,
  kind: string | null = null,
): Html {
  return html`<text x="${n(x)}" y="${n(y)}" text-anchor="${anchor}"${kind !== null && html` class="${kind}"`}>${content}</text>`;
}

function line(x1: number, y1: number, x2: number, y2: number, kind: string): Html {
  return html`<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" class="${kind}"/>`;
}

function rectangle(x: number, y: number, wide: number, tall: number, kind: string): Html {
  return html`<rect x="${n(x)}" y="${n(y)}" width="${n(wide)}" height="${n(tall)}" class="${kind}"/>`;
}

function stacked(parts: ChartBar['parts'], draw: (from: number, to: number, kind: string) => Html): readonly Html[] {
  const drawn: Html[] = [];
  let from = 0;
  for (const { kind, value } of parts) {
    if (value <= 0) continue;
    drawn.push(draw(from, from + value, kind));
    from += value;
  }
  return drawn;
}

function whisker(from: number, to: number, y: number): readonly Html[] {
  return [line(from, y, to, y, 'limit'), line(from, y - 5, from, y + 5, 'limit'), line(to, y - 5, to, y + 5, 'limit')];
}

function gridLine(y: number, label: string): readonly Html[] {
  return [line(plot.left, y, width - plot.right, y, 'grid'), text(plot.left - 8, y + 4, 'end', label)];
}

function wordsOf(bars: readonly ChartBar[]): string {
  return bars.map(({ words }) => words).join('; ');
}

/**
 * About `wanted` round values for an axis from 0 to at least `most`, in steps of 1, 2 or 5 times a power of ten.
 */
export function niceTicks(most: number, wanted = 4): readonly number[] {
  if (!(most > 0) || !Number.isFinite(most)) return [0, 1];
  const rough = most / wanted;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = magnitude * ([1, 2, 5].find((factor) => factor * magnitude >= rough) ?? 10);
  const count = Math.ceil(most / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}
