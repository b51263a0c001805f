import type uPlot from 'uplot';
import { canvasFont, fontPixels, type Palette } from './palette';
import type { LiveBudget, LiveMark } from './protocol';
import { spread } from './shape';

export interface EarlierLine {
  readonly label: string;
  /** Seconds since its start. */
  readonly ends: readonly number[];
  readonly wattHours: readonly (number | null)[];
}

/** A stretch of time behind the charts. */
export interface Shade {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly kind: 'plateau' | 'gap';
}

/** The least distance between the labels of two marks, in CSS pixels. */
const markGap = 18;

/** Draws a line and a label where an epoch ended. Labels are left out if there is no room for them. */
export function drawMarks(chart: uPlot, marks: readonly LiveMark[], palette: Palette): void {
  const { ctx, bbox } = chart;
  const placed = marks.map(({ at, label }) => ({ x: chart.valToPos(at, 'x', true), label }));
  const inside = placed.filter(({ x }) => x >= bbox.left && x <= bbox.left + bbox.width);
  ctx.save();
  ctx.strokeStyle = palette.mark;
  ctx.fillStyle = palette.text;
  ctx.lineWidth = devicePixelRatio;
  ctx.globalAlpha = 0.7;
  ctx.setLineDash([2 * devicePixelRatio, 2 * devicePixelRatio]);
  ctx.beginPath();
  for (const { x } of spread(inside, (mark) => mark.x, 3 * devicePixelRatio)) {
    ctx.moveTo(Math.round(x) + 0.5, bbox.top);
    ctx.lineTo(Math.round(x) + 0.5, bbox.top + bbox.height);
  }
  ctx.stroke();
  ctx.globalAlpha = 1;
  ctx.font = canvasFont();
  ctx.textAlign = 'center';
  for (const { x, label } of spread(inside, (mark) => mark.x, markGap * devicePixelRatio))
    ctx.fillText(label, x, bbox.top - 3 * devicePixelRatio);
  ctx.restore();
}

export function drawShades(chart: uPlot, shades: readonly Shade[], palette: Palette, withLabels: boolean): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.font = canvasFont();
  ctx.textAlign = 'left';
  for (const { from, to, label, kind } of shades) {
    const left = Math.max(bbox.left, chart.valToPos(from, 'x', true));
    const width = Math.min(bbox.left + bbox.width, chart.valToPos(to, 'x', true)) - left;
    if (width <= 0) continue;
    ctx.globalAlpha = kind === 'plateau' ? 0.18 : 0.12;
    ctx.fillStyle = kind === 'plateau' ? palette.mark : palette.text;
    ctx.fillRect(left, bbox.top, width, bbox.height);
    const space = 4 * devicePixelRatio;
    if (!withLabels || ctx.measureText(label).width + 2 * space > width) continue;
    ctx.globalAlpha = 1;
    ctx.fillStyle = palette.text;
    ctx.fillText(label, left + space, bbox.top + (fontPixels + 2) * devicePixelRatio);
  }
  ctx.restore();
}

export function drawEarlier(chart: uPlot, earlier: EarlierLine | null, palette: Palette): void {
  if (earlier === null) return;
  const { ctx } = chart;
  ctx.save();
  ctx.strokeStyle = palette.text;
  ctx.globalAlpha = 0.6;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  let isDown = false;
  earlier.ends.forEach((end, index) => {
    const energy = earlier.wattHours[index] ?? null;
    if (energy === null) {
      isDown = false;
      return;
    }
    const [x, y] = [chart.valToPos(end, 'x', true), chart.valToPos(energy, 'y', true)];
    if (isDown) ctx.lineTo(x, y);
    else ctx.moveTo(x, y);
    isDown = true;
  });
  ctx.stroke();
  ctx.restore();
}

export function drawBudget(chart: uPlot, budget: LiveBudget | null, palette: Palette): void {
  if (budget === null) return;
  const { ctx, bbox } = chart;
  const y = Math.round(chart.valToPos(budget.wattHours, 'y', true)) + 0.5;
  ctx.save();
  ctx.strokeStyle = palette.budget;
  ctx.fillStyle = palette.text;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.font = canvasFont();
  ctx.textAlign = 'left';
  ctx.fillText(budget.label, bbox.left + 4 * devicePixelRatio, y - 4 * devicePixelRatio);
  ctx.restore();
}
