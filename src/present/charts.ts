import { html, type Html, type HtmlValue } from './html';
import { formatDuration } from './words';

/**
 * Charts for reports, as HTML without scripts. Shapes stretch with the page and text keeps its size, so that a chart is as
 * readable on a phone as on a wide screen or on paper. Classes let the page's style sheet choose the colours.
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

/** A bar with its figure beside it. */
export interface NamedBar extends ChartBar {
  readonly figure: string;
  /** What belongs to the figure: its range, its share. */
  readonly detail: string;
}

/** Values of an axis in words, all in one unit. */
type AxisFormat = (values: readonly number[]) => readonly string[];

/** Columns that have a label: as many as fit on a wide page, and on a phone. */
const wideLabels = 10;
const narrowLabels = 5;

/** Values over time as stacked columns with their limits. Columns without a value keep their place. */
export function columnChart(title: string, bars: readonly ChartBar[], format: AxisFormat): Html {
  const ticks = niceTicks(Math.max(...bars.map(({ total }) => total?.high ?? 0)));
  const top = ticks.at(-1) ?? 1;
  const wide = Math.ceil(bars.length / wideLabels);
  // Labels of the narrow page are among those of the wide one.
  const narrow = wide * Math.ceil(bars.length / wide / narrowLabels);
  const columns = bars.map(({ label, words, parts, total }, index) => {
    const height = lengthOf(parts);
    // Counted from the end: the newest column always has its label.
    const back = bars.length - 1 - index;
    const kind = back % narrow === 0 ? 'tick' : 'tick minor';
    const stack = html`<span class="stack" style="height:${percent((total?.value ?? 0) / top)}">${drawn(parts).map(
      ({ kind: part, value }) => html`<span class="${part}" style="flex:${digits(value / height)}"></span>`,
    )}</span>`;
    const limits = hasLimits(total)
      ? html`<span class="limits" style="bottom:${percent(total.low / top)};height:${percent((total.high - total.low) / top)}"></span>`
      : null;
    return html`<span class="column" title="${words}">${total !== null && stack}${limits}${back % wide === 0 && html`<span class="${kind}">${label}</span>`}</span>`;
  });
  return plot('columns', `${title}. ${bars.map(({ words }) => words).join('; ')}`, ticks, format, columns);
}

/** Values by name, one a line: the name, a bar with its limits, and the figure. */
export function barChart(title: string, bars: readonly NamedBar[]): Html {
  const top = Math.max(
    ...bars.map(({ parts, total }) => Math.max(total?.high ?? 0, lengthOf(parts))),
    Number.MIN_VALUE,
  );
  const rows = bars.map(({ label, words, parts, total, figure, detail }) => {
    const length = lengthOf(parts);
    const fills = drawn(parts).map(
      ({ kind, value }) => html`<span class="${kind}" style="flex:${digits(value / length)}"></span>`,
    );
    const limits = hasLimits(total)
      ? html`<span class="limits" style="left:${percent(total.low / top)};width:${percent((total.high - total.low) / top)}"></span>`
      : null;
    return html`<li><span class="name">${label}</span><span class="track" role="img" aria-label="${words}" title="${words}"><span class="stack" style="width:${percent(length / top)}">${fills}</span>${limits}</span><span class="figure"><strong>${figure}</strong> <span class="quiet">${detail}</span></span></li>`;
  });
  return html`<ol class="bars" aria-label="${title}">${rows}</ol>`;
}

/** One value over an interval, in seconds since the start; null if unknown. */
interface ChartStep {
  readonly from: number;
  readonly to: number;
  readonly value: number | null;
}

/** A value over time as a stepped area, empty where the value is unknown. */
export function areaChart(title: string, steps: readonly ChartStep[], format: AxisFormat): Html {
  const seconds = Math.max(1, steps.at(-1)?.to ?? 1);
  const ticks = niceTicks(Math.max(0, ...steps.map(({ value }) => value ?? 0)));
  const top = ticks.at(-1) ?? 1;
  const x = (at: number): string => digits((Math.max(0, at) / seconds) * 1000);
  const y = (value: number): string => digits(100 - (value / top) * 100);
  const area = steps
    .map(({ from, to, value }) => (value === null ? '' : `M${x(from)} 100V${y(value)}H${x(to)}V100Z`))
    .join('');
  const times = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      html`<span class="${share === 0.25 || share === 0.75 ? 'tick minor' : 'tick'}" style="left:${percent(share)}">${share === 0 ? '0' : formatDuration(share * seconds)}</span>`,
  );
  return plot('area', title, ticks, format, [
    html`<svg viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true"><path d="${area}" class="power"/></svg>`,
    times,
  ]);
}

/** One value at a moment. */
interface ChartDot {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly value: number;
  readonly words: string;
}

/** Values at moments as dots, from the first to the last, with a label at each end. */
export function dotChart(
  title: string,
  dots: readonly ChartDot[],
  ends: readonly [first: string, last: string],
  format: AxisFormat,
): Html {
  const ticks = niceTicks(Math.max(0, ...dots.map(({ value }) => value)), 2);
  const top = ticks.at(-1) ?? 1;
  const [from, to] = [dots[0]?.at ?? 0, dots.at(-1)?.at ?? 0];
  const placed = dots.map(
    ({ at, value, words }) =>
      html`<span class="dot" title="${words}" style="left:${percent(to > from ? (at - from) / (to - from) : 0.5)};bottom:${percent(value / top)}"></span>`,
  );
  const labels = ends.map((label, index) => html`<span class="tick ${index === 0 ? 'first' : 'last'}">${label}</span>`);
  return plot('dots', title, ticks, format, [placed, labels]);
}

/** The frame of a chart: lines at round values, with their labels, around what is drawn. */
function plot(kind: string, description: string, ticks: readonly number[], format: AxisFormat, body: HtmlValue): Html {
  const top = ticks.at(-1) ?? 1;
  const labels = format(ticks);
  const grid = ticks.map(
    (tick, index) =>
      html`<span class="grid" style="bottom:${percent(tick / top)}"><span>${labels[index] ?? ''}</span></span>`,
  );
  return html`<div class="plot ${kind}" role="img" aria-label="${description}"><div>${grid}${body}</div></div>`;
}

function hasLimits(total: ChartBar['total']): total is NonNullable<ChartBar['total']> {
  return total !== null && total.low !== total.high;
}

function lengthOf(parts: ChartBar['parts']): number {
  return drawn(parts).reduce((sum, { value }) => sum + value, 0);
}

function drawn(parts: ChartBar['parts']): ChartBar['parts'] {
  return parts.filter(({ value }) => value > 0);
}

const digits = (value: number): string => String(Number(value.toFixed(4)));
const percent = (share: number): string => `${digits(share * 100)}%`;

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
