import { millisecondsPerHour, type Hour } from '../../grid/profile';
import { dayAndTime, localHour } from '../../place/local-time';
import { html, type Html } from '../html';
import type { Translate } from '../l10n';

/** A window of the chart that stands out, with its figures. */
export interface ChartMark {
  readonly start: number;
  readonly end: number;
  /** The mean over the window. */
  readonly gramsPerKWh: number;
  /** "Start now: 414 g/kWh" */
  readonly words: string;
  readonly kind: 'now' | 'best';
}

interface DayChart {
  readonly hours: readonly Hour[];
  readonly marks: readonly ChartMark[];
  readonly now: number;
  readonly timeZone: string;
  readonly t: Translate;
}

/** Pixels. The width is that of the page, so that text keeps its size: places along it are shares. */
const top = 44;
const plotHeight = 190;
const height = top + plotHeight + 26;
const lineHeight = 18;
/** Units along the curve, which is stretched to the page. */
const wide = 1000;

/** Carbon intensity by the hour as a line, with an axis that shows its shape, and the marked windows. */
export function dayChart({ hours, marks, now, timeZone, t }: DayChart): Html | null {
  const [first] = hours;
  const last = hours.at(-1);
  if (first === undefined || last === undefined) return null;
  const values = hours.map(({ gramsPerKWh }) => gramsPerKWh);
  const axis = axisOf(Math.min(...values), Math.max(...values));
  const span = last.end - first.start;
  const share = (time: number): number => Math.min(1, Math.max(0, (time - first.start) / span));
  const x = (time: number): string => rounded(share(time) * wide);
  const y = (value: number): number => plotHeight - ((value - axis.from) / (axis.to - axis.from)) * plotHeight;
  const percent = (time: number): string => `${rounded(share(time) * 100)}%`;

  const grid = axis.ticks.map(
    (tick) => html`<line class="grid" x1="0" x2="${wide}" y1="${rounded(y(tick))}" y2="${rounded(y(tick))}"/>`,
  );
  const bands = marks.map(
    ({ kind, start, end, gramsPerKWh }) =>
      html`<rect class="band ${kind}" x="${x(start)}" width="${rounded((share(end) - share(start)) * wide)}" y="0" height="${plotHeight}"/><line class="mean ${kind}" x1="${x(start)}" x2="${x(end)}" y1="${rounded(y(gramsPerKWh))}" y2="${rounded(y(gramsPerKWh))}"/>`,
  );
  const curve = hours
    .map(({ start, end, gramsPerKWh }, index) => {
      const level = rounded(y(gramsPerKWh));
      return `${index === 0 ? `M${x(start)} ${level}` : `V${level}`}H${x(end)}`;
    })
    .join('');
  const hits = hours.map(
    ({ start, end, gramsPerKWh }) =>
      html`<rect class="hit" x="${x(start)}" width="${rounded((share(end) - share(start)) * wide)}" y="0" height="${plotHeight}"><title>${dayAndTime(start, now, timeZone, t)}: ${Math.round(gramsPerKWh)} g/kWh</title></rect>`,
  );
  const labels = marks.map(({ start, end, kind, words }, index) => {
    const middle = (share(start) + share(end)) / 2;
    const anchor = middle < 0.35 ? 'start' : middle > 0.65 ? 'end' : 'middle';
    const at = { start, end, middle: (start + end) / 2 }[anchor];
    return html`<text class="mark ${kind}" x="${percent(at)}" y="${(index + 1) * lineHeight - 2}" text-anchor="${anchor}">${words}</text>`;
  });
  const times = timeTicks(hours, timeZone, t).map(
    ({ time, label, isMinor }) =>
      html`<text${isMinor && html` class="minor"`} x="${percent(time)}" y="${top + plotHeight + lineHeight}" text-anchor="${share(time) < 0.04 ? 'start' : share(time) > 0.96 ? 'end' : 'middle'}">${label}</text>`,
  );
  const levels = axis.ticks.map(
    (tick) => html`<text x="100%" y="${rounded(top + y(tick) + 4)}" text-anchor="end">${rounded(tick)}</text>`,
  );
  const begins = axis.from === 0 ? '' : ` ${t('The axis begins at {0}, not at 0.', axis.from)}`;
  const range = t(
    'Carbon intensity by the hour, {0} to {1} g/kWh.',
    Math.round(Math.min(...values)),
    Math.round(Math.max(...values)),
  );
  const description = `${range} ${marks.map(({ words }) => `${words}.`).join(' ')}${begins} ${t('The table below has the figures.')}`;
  return html`<p class="caption">${t('g CO₂e/kWh; times in {0}.', timeZone)}${begins}</p>
<div class="day" role="img" aria-label="${description}"><svg height="${height}">${levels}</svg><svg height="${height}"><svg y="${top}" height="${plotHeight}" viewBox="0 0 ${wide} ${plotHeight}" preserveAspectRatio="none">${grid}${bands}<path d="${curve}"/>${hits}</svg>${labels}${times}</svg></div>`;
}

interface Axis {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
}

/** From 0, unless that would press the shape into the upper half. */
export function axisOf(low: number, high: number): Axis {
  const begin = low > high / 2 ? low : 0;
  const rough = Math.max(high - begin, high / 50, 1) / 3;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = magnitude * ([1, 2, 5].find((factor) => factor * magnitude >= rough) ?? 10);
  const first = Math.floor(begin / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
  return { from: ticks[0] ?? 0, to: ticks.at(-1) ?? 1, ticks };
}

/** Steps between labels, in hours. */
const steps = [1, 2, 3, 6, 12, 24, 48, 96, 192] as const;
const mostLabels = 8;
const hoursPerDay = 24;

interface TimeTick {
  readonly time: number;
  readonly label: string;
  /** Left out where there is little room. */
  readonly isMinor: boolean;
}

function timeTicks(hours: readonly Hour[], timeZone: string, t: Translate): readonly TimeTick[] {
  const span = ((hours.at(-1)?.end ?? 0) - (hours[0]?.start ?? 0)) / millisecondsPerHour;
  const step = steps.find((each) => span / each <= mostLabels) ?? hoursPerDay;
  const whole = hours.flatMap(({ start }, index) => {
    // What begins now is part of an hour: "12:47" would stand too close to "15:00".
    if (index === 0 && start % millisecondsPerHour !== 0) return [];
    const { hour, weekday, clock } = localHour(start, timeZone);
    return hour % Math.min(step, hoursPerDay) === 0 ? [{ start, hour, weekday, clock }] : [];
  });
  const every = Math.max(1, step / hoursPerDay);
  return whole
    .filter((_, index) => index % every === 0)
    .map(({ start, hour, weekday, clock }, index) => ({
      time: start,
      label: hour === 0 ? t(weekday) : clock,
      isMinor: step < hoursPerDay ? hour % (2 * step) !== 0 : index % 2 === 1,
    }));
}

function rounded(value: number): string {
  return String(Number(value.toFixed(1)));
}
