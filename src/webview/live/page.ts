import { element, onThemeChange, setText } from '../dom';
import type { EditorLink } from '../editor-link';
import { Charts, fillOf, readPalette, type ChartContent, type Palette } from './charts';
import type { RunOption, LivePart, LivePoint, LiveProtocol, LiveRun } from './protocol';
import { columnsOf } from './shape';
import { drawnParts, moment, power, summary, table } from './words';

/** The live view: a run's figures and charts, and the charts in words and as a table. */
export class LivePage {
  private readonly chooser = element('select', { 'aria-label': 'Run' });
  private readonly title = element('h2');
  private readonly state = element('span', { class: 'state' });
  private readonly headline = element('p', { class: 'headline' });
  private readonly figure = element('div', {
    class: 'chart',
    role: 'slider',
    tabindex: '0',
    'aria-label': 'Moment in the power chart',
    'aria-valuemin': '0',
  });
  private readonly powerHost = element('div', { 'aria-hidden': 'true' });
  private readonly energyHost = element('div', { 'aria-hidden': 'true' });
  private readonly legend = element('ul', { class: 'legend', 'aria-label': 'Power by part' });
  private readonly machineBox = element('input', { type: 'checkbox', id: 'machine' });
  private readonly machineLabel = element('label', { for: 'machine' });
  private readonly readout = element('p', { class: 'readout' });
  private readonly figures = element('dl');
  private readonly notes = element('ul', { class: 'notes', 'aria-label': 'Notes' });
  private readonly table = element('table');
  private readonly tableBox = element('details', {}, element('summary', {}, 'The chart as a table'), this.table);
  private readonly details = element('button', { type: 'button' }, 'All Details');
  private readonly stop = element('button', { type: 'button', class: 'secondary' });
  private readonly run: HTMLElement;
  private readonly nothing: HTMLElement;

  private charts: Charts | null = null;
  private palette: Palette = readPalette();
  private current: { readonly run: LiveRun; readonly points: readonly LivePoint[] } | null = null;
  private cursor: number | null = null;
  private legendKey = '';

  constructor(
    root: HTMLElement,
    private readonly editor: EditorLink<LiveProtocol>,
  ) {
    const { showMachine, tableOpen } = editor.recall();
    this.machineBox.checked = showMachine;
    this.tableBox.open = tableOpen;
    this.figure.append(this.powerHost, this.energyHost);
    this.run = element(
      'main',
      { hidden: '' },
      this.chooser,
      element('header', {}, this.title, this.state),
      this.headline,
      this.figure,
      this.readout,
      this.legend,
      element('p', { class: 'machine' }, this.machineBox, this.machineLabel),
      this.figures,
      this.notes,
      this.tableBox,
      element('p', { class: 'actions' }, this.details, this.stop),
    );
    this.nothing = element(
      'main',
      { hidden: '', class: 'nothing' },
      element(
        'p',
        {},
        'Nothing has been measured yet. Start a training script with F5, as a task, in a terminal or as a notebook cell: its power shows here.',
      ),
    );
    root.append(this.run, this.nothing);
    this.listen();
  }

  showNothing(): void {
    this.current = null;
    this.run.hidden = true;
    this.nothing.hidden = false;
  }

  show(run: LiveRun, choices: readonly RunOption[], points: readonly LivePoint[]): void {
    if (this.current?.run.id !== run.id) this.cursor = null;
    this.current = { run, points };
    this.nothing.hidden = true;
    this.run.hidden = false;
    this.showChoices(choices, run.id);
    setText(this.title, run.name);
    setText(this.state, run.state);
    this.state.classList.toggle('running', run.running);
    this.showHeadline(run);
    this.showLegend(run, drawnParts(run, points));
    this.showCharts(run, points);
    this.showCursor();
    this.showFigures(run);
    this.stop.hidden = run.stop === null;
    setText(this.stop, run.stop === 'measuring' ? 'Stop Measuring' : 'Stop Run');
    if (this.tableBox.open) this.showTable();
  }

  private listen(): void {
    const post = (type: 'choose' | 'details' | 'stop', id: string | undefined): void => {
      if (id !== undefined) this.editor.post({ type, id });
    };
    this.chooser.addEventListener('change', () => post('choose', this.chooser.value));
    this.details.addEventListener('click', () => post('details', this.current?.run.id));
    this.stop.addEventListener('click', () => post('stop', this.current?.run.id));
    this.machineBox.addEventListener('change', () => {
      this.editor.remember({ showMachine: this.machineBox.checked });
      if (this.current !== null) this.showCharts(this.current.run, this.current.points);
    });
    this.tableBox.addEventListener('toggle', () => {
      this.editor.remember({ tableOpen: this.tableBox.open });
      if (this.tableBox.open) this.showTable();
    });
    this.figure.addEventListener('keydown', (event) => this.moveCursor(event));
    onThemeChange(() => {
      this.palette = readPalette();
      this.legendKey = '';
      this.charts?.recolour(this.palette);
      if (this.current !== null) this.showLegend(this.current.run, drawnParts(this.current.run, this.current.points));
    });
  }

  /** Keeps each figure and its unit on one line. Screen readers read words instead of symbols. */
  private showHeadline({ headline, inWords }: LiveRun): void {
    if (this.headline.title === inWords) return;
    this.headline.title = inWords;
    const figures = headline
      .split(' · ')
      .flatMap((figure, index, all) => [
        index === 0 ? '' : ' ',
        element('span', {}, index === all.length - 1 ? figure : `${figure} ·`),
      ]);
    this.headline.replaceChildren(
      element('span', { 'aria-hidden': 'true' }, ...figures),
      element('span', { class: 'heard' }, inWords),
    );
  }

  private showChoices(choices: readonly RunOption[], id: string): void {
    this.chooser.hidden = choices.length < 2;
    const options = [...this.chooser.options];
    const same =
      options.length === choices.length &&
      choices.every((each, index) => options[index]?.value === each.id && options[index].text === each.label);
    if (!same)
      this.chooser.replaceChildren(...choices.map((each) => element('option', { value: each.id }, each.label)));
    if (this.chooser.value !== id) this.chooser.value = id;
  }

  private showCharts(run: LiveRun, points: readonly LivePoint[]): void {
    const parts = drawnParts(run, points);
    const content: ChartContent = {
      columns: columnsOf(points, parts),
      parts,
      showMachine: run.showsMachine && this.machineBox.checked,
      marks: run.marks,
      budget: run.budget,
    };
    this.charts ??= new Charts(this.powerHost, this.energyHost, content, this.palette, (end) => this.hover(end));
    this.charts.show(content);
  }

  private showLegend(run: LiveRun, drawn: readonly LivePart[]): void {
    const key = `${run.id} ${drawn.join()} ${run.parts.map(({ part, how }) => part + how).join()}`;
    if (key !== this.legendKey) {
      this.legendKey = key;
      this.legend.replaceChildren(
        ...run.parts.map(({ part, label, how }) =>
          element(
            'li',
            { title: `${label}: ${how}` },
            this.swatch(part),
            element('span', {}, label),
            element('span', { class: 'value' }),
          ),
        ),
      );
    }
    run.parts.forEach(({ watts, modelled }, index) => {
      const value = this.legend.children[index]?.querySelector<HTMLElement>('.value');
      if (value) setText(value, run.running ? power(watts, modelled) : '');
    });
    this.machineBox.parentElement?.toggleAttribute('hidden', !run.showsMachine);
    setText(this.machineLabel, 'Draw the whole machine (dashed)');
  }

  private swatch(part: LivePart): HTMLCanvasElement {
    const canvas = element('canvas', { 'aria-hidden': 'true', class: 'swatch' });
    canvas.width = Math.round(14 * devicePixelRatio);
    canvas.height = Math.round(14 * devicePixelRatio);
    const pen = canvas.getContext('2d');
    if (pen !== null) {
      pen.fillStyle = fillOf(pen, part, this.palette.parts[part]);
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.strokeStyle = this.palette.parts[part];
      pen.lineWidth = 3 * devicePixelRatio;
      pen.strokeRect(0, 0, canvas.width, canvas.height);
    }
    return canvas;
  }

  private hover(end: number | null): void {
    const index = end === null ? -1 : (this.current?.points.findIndex((point) => point.end >= end) ?? -1);
    this.cursor = index < 0 ? null : index;
    this.showCursor();
  }

  /** Describes the moment at the cursor; without a cursor, the whole chart. */
  private showCursor(): void {
    if (this.current === null) return;
    const { run, points } = this.current;
    const point = this.cursor === null ? undefined : points[this.cursor];
    const words = point === undefined ? summary(run, points) : moment(run, point);
    this.figure.setAttribute('aria-valuemax', String(Math.max(0, points.length - 1)));
    this.figure.setAttribute('aria-valuenow', String(Math.max(0, this.cursor ?? points.length - 1)));
    // While the chart has the focus, screen readers read each change. Update it only if the user moves the cursor, not
    // every second.
    if (document.activeElement !== this.figure || this.cursor !== null)
      this.figure.setAttribute('aria-valuetext', words);
    setText(this.readout, words);
  }

  private moveCursor(event: KeyboardEvent): void {
    if (this.current === null || this.current.points.length === 0) return;
    const last = this.current.points.length - 1;
    const from = this.cursor ?? last;
    const page = Math.max(1, Math.round(last / 10));
    const targets: Readonly<Record<string, number>> = {
      ArrowLeft: from - 1,
      ArrowDown: from - 1,
      ArrowRight: from + 1,
      ArrowUp: from + 1,
      PageDown: from - page,
      PageUp: from + page,
      Home: 0,
      End: last,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.cursor = Math.min(last, Math.max(0, target));
    const end = this.current.points[this.cursor]?.end;
    if (end !== undefined) this.charts?.point(end);
    this.showCursor();
  }

  private showFigures({ figures, notes }: LiveRun): void {
    const rows = figures.flatMap(({ label, value, detail }) => [
      element('dt', {}, label),
      element('dd', {}, value, ...(detail === null ? [] : [element('small', {}, detail)])),
    ]);
    if (this.figures.textContent !== rows.map(({ textContent }) => textContent).join(''))
      this.figures.replaceChildren(...rows);
    const text = notes.join('');
    if (this.notes.textContent !== text) this.notes.replaceChildren(...notes.map((note) => element('li', {}, note)));
    this.notes.hidden = notes.length === 0;
  }

  private showTable(): void {
    if (this.current === null) return;
    const { head, rows } = table(this.current.run, this.current.points);
    this.table.replaceChildren(
      element('thead', {}, element('tr', {}, ...head.map((name) => element('th', { scope: 'col' }, name)))),
      element(
        'tbody',
        {},
        ...rows.map(({ time, cells }) =>
          element('tr', {}, element('th', { scope: 'row' }, time), ...cells.map((cell) => element('td', {}, cell))),
        ),
      ),
    );
  }
}
