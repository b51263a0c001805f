import uPlot from 'uplot';
import { formatEnergy, toDigits } from '../../present/words';
import { afterNextFrame, element, fillWhenOpen, setText } from '../dom';
import { fontFamily, fontPixels, onPaletteChange, readPalette, type Palette } from '../live/palette';
import type { BoughtChart } from './protocol';
import { t } from '../l10n';

const chartHeight = 200;
const axisWidth = 60;

/** The watched metric against the energy, with the sentence that matters, the best value and the end that bought hardly anything. */
export class BoughtFigure {
  readonly section: HTMLElement;
  private readonly sentence = element('p', { class: 'news' });
  private readonly host = element('div', { class: 'metric', 'aria-hidden': 'true' });
  private readonly table = element('table');
  private readonly tableBox = element('details', {}, element('summary', {}, t('The chart as a table')), this.table);
  private chart: uPlot | null = null;
  private shown: BoughtChart | null = null;
  private palette: Palette = readPalette();

  constructor() {
    this.section = element(
      'section',
      { 'aria-labelledby': 'bought', hidden: '' },
      element('h2', { id: 'bought' }, t('What the energy bought')),
      this.sentence,
      this.host,
      this.tableBox,
    );
    new ResizeObserver(() => this.resize()).observe(this.host);
    onPaletteChange((palette) => {
      this.palette = palette;
      this.draw();
    });
  }

  show(bought: BoughtChart | null): void {
    this.shown = bought;
    this.section.hidden = bought === null;
    if (bought === null) return;
    setText(this.sentence, bought.sentence ?? t('{0} against the energy of the training.', bought.metric));
    // It is mostly below what is first in view.
    afterNextFrame(() => this.draw());
    fillWhenOpen(this.tableBox, () =>
      this.table.replaceChildren(
        element('caption', {}, t('Best: {0}', bought.best.words)),
        element('tbody', {}, ...bought.points.map(({ words }) => element('tr', {}, element('td', {}, words)))),
      ),
    );
  }

  private draw(): void {
    if (this.shown === null) return;
    const { points } = this.shown;
    this.chart?.destroy();
    this.chart = new uPlot(
      this.options(this.shown),
      [points.map(({ wattHours }) => wattHours), points.map(({ value }) => value)],
      this.host,
    );
  }

  private resize(): void {
    const width = this.host.clientWidth;
    if (this.chart !== null && width > 0 && width !== this.chart.width)
      this.chart.setSize({ width, height: chartHeight });
  }

  private options(bought: BoughtChart): uPlot.Options {
    const axis = {
      stroke: () => this.palette.text,
      font: `${fontPixels}px ${fontFamily()}`,
      grid: { stroke: () => this.palette.grid, width: 1 },
      ticks: { show: false },
    };
    return {
      width: Math.max(1, this.host.clientWidth),
      height: chartHeight,
      padding: [12, 8, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      scales: { x: { time: false } },
      series: [{}, { stroke: () => this.palette.parts.cpu, width: 1.5, points: { show: true, size: 4 } }],
      axes: [
        { ...axis, space: 70, values: (_chart, values) => values.map(formatEnergy) },
        { ...axis, size: axisWidth, values: (_chart, values) => values.map((value) => toDigits(value, 4)) },
      ],
      hooks: {
        drawClear: [(chart) => this.drawTail(chart, bought)],
        draw: [(chart) => this.drawBest(chart, bought)],
      },
    };
  }

  private drawTail(chart: uPlot, { tailFrom }: BoughtChart): void {
    if (tailFrom === null) return;
    const { ctx, bbox } = chart;
    const left = Math.max(bbox.left, chart.valToPos(tailFrom, 'x', true));
    ctx.save();
    ctx.globalAlpha = 0.18;
    ctx.fillStyle = this.palette.mark;
    ctx.fillRect(left, bbox.top, bbox.left + bbox.width - left, bbox.height);
    ctx.restore();
  }

  private drawBest(chart: uPlot, { best }: BoughtChart): void {
    const { ctx } = chart;
    ctx.save();
    ctx.strokeStyle = this.palette.parts.gpu;
    ctx.lineWidth = 2 * devicePixelRatio;
    ctx.beginPath();
    ctx.arc(
      chart.valToPos(best.wattHours, 'x', true),
      chart.valToPos(best.value, 'y', true),
      5 * devicePixelRatio,
      0,
      2 * Math.PI,
    );
    ctx.stroke();
    ctx.restore();
  }
}
