import uPlot from 'uplot';
import { formatEnergy, formatPower } from '../../present/words';
import type { LiveBudget, LiveMark, LivePart } from './protocol';
import { clockText, spread, timeSteps, type Columns } from './shape';

/** The content of both charts. */
export interface ChartContent {
  readonly columns: Columns;
  readonly parts: readonly LivePart[];
  readonly showMachine: boolean;
  readonly marks: readonly LiveMark[];
  readonly budget: LiveBudget | null;
}

const fontPixels = 11;
const powerHeight = 156;
const energyHeight = 96;
/** Width of the left axis in CSS pixels: the same for both charts, so that their times are aligned. */
const axisWidth = 52;
/** The least distance between the labels of two marks, in CSS pixels. */
const markGap = 18;

/** Two charts with the same time axis: power, stacked by part, and the energy used so far with its budget. */
export class Charts {
  private power: uPlot;
  private energy: uPlot;
  private content: ChartContent;
  private palette: Palette;

  constructor(
    private readonly powerHost: HTMLElement,
    private readonly energyHost: HTMLElement,
    content: ChartContent,
    palette: Palette,
    private readonly onCursor: (end: number | null) => void,
  ) {
    this.content = content;
    this.palette = palette;
    [this.power, this.energy] = this.build();
    new ResizeObserver(() => this.resize()).observe(powerHost);
  }

  show(content: ChartContent): void {
    const before = this.content;
    this.content = content;
    const sameSeries = before.parts.join() === content.parts.join() && before.showMachine === content.showMachine;
    if (sameSeries) {
      this.power.setData(this.powerData());
      this.energy.setData(this.energyData());
    } else this.rebuild();
  }

  /** Redraws with other colours. */
  recolour(palette: Palette): void {
    this.palette = palette;
    this.rebuild();
  }

  /** Puts the cursor on the interval that ends at `end`, as the mouse would. */
  point(end: number): void {
    this.power.setCursor({ left: this.power.valToPos(end, 'x'), top: this.power.over.clientHeight / 2 });
  }

  private rebuild(): void {
    this.power.destroy();
    this.energy.destroy();
    [this.power, this.energy] = this.build();
  }

  private build(): [uPlot, uPlot] {
    return [
      new uPlot(this.powerOptions(), this.powerData(), this.powerHost),
      new uPlot(this.energyOptions(), this.energyData(), this.energyHost),
    ];
  }

  private resize(): void {
    const width = this.powerHost.clientWidth;
    if (width === 0 || width === this.power.width) return;
    this.power.setSize({ width, height: powerHeight });
    this.energy.setSize({ width, height: energyHeight });
  }

  /** The highest stack comes first, because each band is drawn from its series down to the next. */
  private powerData(): uPlot.AlignedData {
    const { ends, stacks, machine } = this.content.columns;
    return [ends, ...[...stacks].reverse(), ...(this.content.showMachine ? [machine] : [])];
  }

  private energyData(): uPlot.AlignedData {
    return [this.content.columns.ends, this.content.columns.wattHours];
  }

  private powerOptions(): uPlot.Options {
    const { parts, showMachine } = this.content;
    const fromTop = [...parts].reverse();
    const series: uPlot.Series[] = fromTop.map((part) => ({
      stroke: () => this.palette.parts[part],
      fill: (chart) => fillOf(chart.ctx, part, this.palette.parts[part]),
      width: 1.5,
      points: { show: false },
    }));
    if (showMachine)
      series.push({ stroke: () => this.palette.machine, width: 1, dash: [4, 3], points: { show: false } });
    const bands = fromTop.slice(0, -1).map(
      (part, index): uPlot.Band => ({
        series: [index + 1, index + 2],
        fill: (chart) => fillOf(chart.ctx, part, this.palette.parts[part]),
      }),
    );
    return {
      ...this.common(powerHeight, formatPower, false),
      series: [{}, ...series],
      bands,
      hooks: {
        drawAxes: [(chart) => this.drawMarks(chart)],
        setCursor: [({ cursor }) => this.onCursor(this.content.columns.ends[cursor.idx ?? -1] ?? null)],
      },
    };
  }

  private energyOptions(): uPlot.Options {
    const common = this.common(energyHeight, formatEnergy, true);
    return {
      ...common,
      scales: {
        ...common.scales,
        y: {
          range: (_chart, _min, max) => [
            0,
            Math.max(max, (this.content.budget?.wattHours ?? 0) * 1.15, Number.MIN_VALUE) * 1.05,
          ],
        },
      },
      series: [{}, { stroke: () => this.palette.text, width: 1.5, points: { show: false } }],
      hooks: { draw: [(chart) => this.drawBudget(chart)] },
    };
  }

  /** Only the lower chart shows the times. */
  private common(
    height: number,
    format: (value: number) => string,
    showTimes: boolean,
  ): Pick<uPlot.Options, 'width' | 'height' | 'padding' | 'legend' | 'cursor' | 'scales' | 'axes'> {
    const axis = {
      stroke: () => this.palette.text,
      font: `${fontPixels}px ${fontFamily()}`,
      grid: { stroke: () => this.palette.grid, width: 1 },
      ticks: { show: false },
    };
    return {
      width: Math.max(1, this.powerHost.clientWidth),
      height,
      padding: [12, 8, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: 'green-ml' }, drag: { x: false, y: false }, points: { show: false } },
      scales: { x: { time: false }, y: { range: (_chart, _min, max) => [0, Math.max(max, 0.1) * 1.1] } },
      axes: [
        {
          ...axis,
          incrs: timeSteps,
          space: 56,
          size: showTimes ? 22 : 4,
          gap: 4,
          values: (_chart, values) => (showTimes ? values.map(clockText) : []),
        },
        { ...axis, space: 28, size: axisWidth, gap: 4, values: (_chart, values) => values.map(format) },
      ],
    };
  }

  /** Draws a line and a label where an epoch ended. Labels are left out if there is no room for them. */
  private drawMarks(chart: uPlot): void {
    const { ctx, bbox } = chart;
    const marks = this.content.marks.map(({ at, label }) => ({ x: chart.valToPos(at, 'x', true), label }));
    const inside = marks.filter(({ x }) => x >= bbox.left && x <= bbox.left + bbox.width);
    ctx.save();
    ctx.strokeStyle = this.palette.mark;
    ctx.fillStyle = this.palette.text;
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

  private drawBudget(chart: uPlot): void {
    const { budget } = this.content;
    if (budget === null) return;
    const { ctx, bbox } = chart;
    const y = Math.round(chart.valToPos(budget.wattHours, 'y', true)) + 0.5;
    ctx.save();
    ctx.strokeStyle = this.palette.budget;
    ctx.fillStyle = this.palette.text;
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
}

function fontFamily(): string {
  return getComputedStyle(document.body).fontFamily;
}

/** The font for drawing on the canvas, which counts device pixels. */
function canvasFont(): string {
  return `${fontPixels * devicePixelRatio}px ${fontFamily()}`;
}

/** Colours of the editor's theme as they are now; canvas knows no CSS variables. */
export interface Palette {
  readonly parts: Readonly<Record<LivePart, string>>;
  readonly machine: string;
  readonly text: string;
  readonly grid: string;
  readonly mark: string;
  readonly budget: string;
}

/** The theme's own names for chart colours, with a fallback for themes that leave them out. */
const partColours: Readonly<Record<LivePart, readonly [variable: string, fallback: string]>> = {
  cpu: ['--vscode-charts-blue', '#3794ff'],
  memory: ['--vscode-charts-purple', '#b180d7'],
  gpu: ['--vscode-charts-green', '#89d185'],
  other: ['--vscode-charts-orange', '#d18616'],
};

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (...[variable, fallback]: readonly [string, string]): string =>
    style.getPropertyValue(variable).trim() || fallback;
  const text = colour('--vscode-foreground', '#808080');
  return {
    parts: {
      cpu: colour(...partColours.cpu),
      memory: colour(...partColours.memory),
      gpu: colour(...partColours.gpu),
      other: colour(...partColours.other),
    },
    machine: colour('--vscode-descriptionForeground', text),
    text: colour('--vscode-descriptionForeground', text),
    grid: 'rgba(128, 128, 128, 0.25)',
    mark: colour('--vscode-charts-yellow', '#cca700'),
    budget: colour('--vscode-charts-red', '#f14c4c'),
  };
}

/** Distances in CSS pixels. The hatch of each part tells it from the others without its colour. */
const tile = 6;

/**
 * A fill for a part in its colour: plain for the CPU, lines for memory, dots for the GPU, crossed lines for the rest.
 * The same function paints the legend, so that the two always agree.
 */
export function fillOf(context: CanvasRenderingContext2D, part: LivePart, colour: string): CanvasPattern | string {
  const ratio = devicePixelRatio;
  const size = Math.round(tile * ratio);
  const canvas = document.createElement('canvas');
  canvas.width = size;
  canvas.height = size;
  const pen = canvas.getContext('2d');
  if (pen === null) return colour;
  pen.fillStyle = colour;
  pen.strokeStyle = colour;
  pen.lineWidth = ratio;
  pen.globalAlpha = part === 'cpu' ? 0.35 : 0.2;
  pen.fillRect(0, 0, size, size);
  pen.globalAlpha = 0.75;
  pen.beginPath();
  if (part === 'memory' || part === 'other')
    for (const shift of [-size, 0, size]) line(pen, shift, size, shift + size, 0);
  if (part === 'other') for (const shift of [-size, 0, size]) line(pen, shift, 0, shift + size, size);
  pen.stroke();
  if (part === 'gpu') {
    pen.arc(size / 2, size / 2, ratio * 1.1, 0, 2 * Math.PI);
    pen.fill();
  }
  return context.createPattern(canvas, 'repeat') ?? colour;
}

function line(pen: CanvasRenderingContext2D, fromX: number, fromY: number, toX: number, toY: number): void {
  pen.moveTo(fromX, fromY);
  pen.lineTo(toX, toY);
}
