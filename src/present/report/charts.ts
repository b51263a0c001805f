import { formatDuration, formatEnergy, formatPower } from '../words';
import { escapeHtml } from '../markup';
import type { PowerPoint } from '../../runs/power-series';
import type { Scope } from '../../runs/record';
import type { GroupEnergy } from '../../runs/summary';
import { shortLabels } from './short-labels';
import { niceTicks } from './ticks';

/** Charts as SVG without scripts; colours are the page's, and every mark has a title that a pointer shows. */

/** One bar. */
export interface Bar {
  readonly label: string;
  readonly energy: GroupEnergy;
}

const width = 720;
const parts = ['cpu', 'memory', 'gpu', 'rest'] as const;
type Part = (typeof parts)[number];

export const partNames: Readonly<Record<Part, string>> = {
  cpu: 'CPU',
  memory: 'Memory',
  gpu: 'GPU',
  rest: 'Rest of the machine',
};

/** The parts that any of the bars has, for the legend. */
export function partsIn(energies: readonly GroupEnergy[]): readonly Part[] {
  return parts.filter((part) => energies.some((energy) => (energy[part] ?? 0) > 0));
}

const n = (value: number): string => String(Number(value.toFixed(2)));

function svg(id: string, height: number, title: string, description: string, body: string): string {
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-text"><title id="${id}-title">${escapeHtml(title)}</title><desc id="${id}-text">${escapeHtml(description)}</desc>${body}</svg>`;
}

function text(x: number, y: number, anchor: 'start' | 'middle' | 'end', content: string, kind = ''): string {
  return `<text x="${n(x)}" y="${n(y)}" text-anchor="${anchor}"${kind === '' ? '' : ` class="${kind}"`}>${escapeHtml(content)}</text>`;
}

function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" class="${kind}"/>`;
}

const plot = { left: 70, right: 12, top: 12, bottom: 34 };

/** Energy of each day as stacked columns, in order of time. */
export function columnChart(id: string, title: string, bars: readonly Bar[]): string {
  const height = 260;
  const most = Math.max(...bars.map(({ energy }) => energy.total?.value ?? 0));
  const ticks = niceTicks(most);
  const top = ticks.at(-1) ?? 1;
  const y = (wattHours: number): number => height - plot.bottom - (wattHours / top) * (height - plot.top - plot.bottom);
  const step = (width - plot.left - plot.right) / bars.length;
  const columnWidth = Math.min(48, step * 0.7);
  // About 70 pixels a label; the last one is always told.
  const every = Math.ceil(bars.length / Math.floor((width - plot.left - plot.right) / 76));
  const columns = bars.map(({ label, energy }, index) => {
    const middle = plot.left + step * (index + 0.5);
    let below = 0;
    const stack = parts.map((part) => {
      const value = energy[part] ?? 0;
      if (value <= 0) return '';
      const rectangle = `<rect x="${n(middle - columnWidth / 2)}" y="${n(y(below + value))}" width="${n(columnWidth)}" height="${n(y(below) - y(below + value))}" class="${part}"/>`;
      below += value;
      return rectangle;
    });
    const named =
      (bars.length - 1 - index) % every === 0 ? text(middle, height - plot.bottom + 18, 'middle', label) : '';
    return `<g><title>${escapeHtml(barText({ label, energy }))}</title>${stack.join('')}${named}</g>`;
  });
  return svg(
    id,
    height,
    title,
    bars.map(barText).join('; '),
    [...ticks.map((tick) => gridLine(y(tick), formatEnergy(tick))), ...columns].join(''),
  );
}

/** Energy of each program as bars with their limits. */
export function barChart(id: string, title: string, bars: readonly Bar[]): string {
  const rowHeight = 30;
  const left = 190;
  const right = 92;
  const height = plot.top + rowHeight * bars.length + plot.bottom;
  const ticks = niceTicks(Math.max(...bars.map(({ energy }) => energy.total?.high ?? 0)), 4);
  const top = ticks.at(-1) ?? 1;
  const x = (wattHours: number): number => left + (wattHours / top) * (width - left - right);
  const grid = ticks.map(
    (tick) =>
      line(x(tick), plot.top, x(tick), height - plot.bottom, 'grid') +
      text(x(tick), height - plot.bottom + 18, 'middle', formatEnergy(tick)),
  );
  const labels = shortLabels(
    bars.map(({ label }) => label),
    26,
  );
  const rows = bars.map(({ label, energy }, index) => {
    const middle = plot.top + rowHeight * (index + 0.5);
    let before = 0;
    const stack = parts.map((part) => {
      const value = energy[part] ?? 0;
      if (value <= 0) return '';
      const rectangle = `<rect x="${n(x(before))}" y="${n(middle - 9)}" width="${n(x(before + value) - x(before))}" height="18" class="${part}"/>`;
      before += value;
      return rectangle;
    });
    const { total } = energy;
    const limits = total === null || total.low === total.high ? '' : whisker(x(total.low), x(total.high), middle);
    const value = text(width - right + 8, middle + 4, 'start', formatEnergy(total?.value ?? null), 'value');
    return `<g><title>${escapeHtml(barText({ label, energy }))}</title>${text(left - 8, middle + 4, 'end', labels[index] ?? label)}${stack.join('')}${limits}${value}</g>`;
  });
  return svg(id, height, title, bars.map(barText).join('; '), [...grid, ...rows].join(''));
}

function whisker(from: number, to: number, y: number): string {
  return line(from, y, to, y, 'limit') + line(from, y - 5, from, y + 5, 'limit') + line(to, y - 5, to, y + 5, 'limit');
}

/** Power of one run over time as a stepped area; times without a figure stay empty. */
export function powerChart(
  id: string,
  title: string,
  points: readonly PowerPoint[],
  startedAt: number,
  scope: Scope,
): string {
  const height = 240;
  const steps = points.map((point) => ({
    from: (point.at - startedAt) / 1000 - point.seconds,
    to: (point.at - startedAt) / 1000,
    watts: (scope === 'machine' ? point.machine : point.run).total,
  }));
  const most = Math.max(0, ...steps.map(({ watts }) => watts ?? 0));
  const seconds = Math.max(1, steps.at(-1)?.to ?? 1);
  const ticks = niceTicks(most);
  const top = ticks.at(-1) ?? 1;
  const x = (at: number): number => plot.left + (Math.max(0, at) / seconds) * (width - plot.left - plot.right);
  const y = (watts: number): number => height - plot.bottom - (watts / top) * (height - plot.top - plot.bottom);
  const area = steps
    .map(({ from, to, watts }) =>
      watts === null ? '' : `M${n(x(from))} ${n(y(0))}V${n(y(watts))}H${n(x(to))}V${n(y(0))}Z`,
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
  const description = `Power over ${formatDuration(seconds)}, at most ${formatPower(most)}.`;
  return svg(
    id,
    height,
    title,
    description,
    `${ticks.map((tick) => gridLine(y(tick), formatPower(tick))).join('')}<path d="${area}" class="power"/>${times.join('')}`,
  );
}

function gridLine(y: number, label: string): string {
  return line(plot.left, y, width - plot.right, y, 'grid') + text(plot.left - 8, y + 4, 'end', label);
}

function barText({ label, energy }: Bar): string {
  const { total } = energy;
  if (total === null) return `${label}: unknown`;
  const known = partsIn([energy]).map((part) => `${partNames[part]} ${formatEnergy(energy[part])}`);
  const between = total.low === total.high ? '' : `, ${formatEnergy(total.low)} to ${formatEnergy(total.high)}`;
  return `${label}: ${formatEnergy(total.value)}${between}${known.length > 1 ? ` (${known.join(', ')})` : ''}`;
}
