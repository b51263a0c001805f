import { formatEnergy } from '../../present/words';
import { element, fillWhenOpen, setText } from '../dom';
import type { UnitChart } from './protocol';
import { t } from '../l10n';

/** More bars than these are drawn as means of neighbours, so that each has a few pixels. */
const mostBars = 120;

/** The energy of each epoch as bars, with the sentence that says the usual one and the range. */
export class UnitFigure {
  readonly section: HTMLElement;
  private readonly title = element('h2', { id: 'units' });
  private readonly sentence = element('p');
  private readonly bars = element('div', { class: 'bars', 'aria-hidden': 'true' });
  private readonly most = element('span', { class: 'most', 'aria-hidden': 'true' });
  private readonly table = element('table');
  private readonly tableBox = element('details', {}, element('summary', {}, t('The bars as a table')), this.table);

  constructor() {
    this.section = element(
      'section',
      { 'aria-labelledby': 'units', hidden: '' },
      this.title,
      this.sentence,
      element('div', { class: 'plot' }, this.most, this.bars),
      this.tableBox,
    );
  }

  show(units: UnitChart | null): void {
    this.section.hidden = units === null;
    if (units === null) return;
    setText(this.title, units.title);
    setText(this.sentence, units.sentence);
    const shown = grouped(units.bars.map(({ wattHours }) => wattHours));
    const most = Math.max(...shown, Number.MIN_VALUE);
    setText(this.most, formatEnergy(most));
    this.bars.replaceChildren(
      ...shown.map((wattHours) => {
        const bar = element('i');
        // A style sheet cannot know the height, and the page allows no style attribute.
        bar.style.height = `${Math.max(1, (100 * wattHours) / most)}%`;
        return bar;
      }),
    );
    fillWhenOpen(this.tableBox, () =>
      this.table.replaceChildren(
        element('tbody', {}, ...units.bars.map(({ words }) => element('tr', {}, element('td', {}, words)))),
      ),
    );
  }
}

function grouped(values: readonly number[]): readonly number[] {
  const size = Math.ceil(values.length / mostBars);
  if (size <= 1) return values;
  const means: number[] = [];
  for (let start = 0; start < values.length; start += size) {
    const part = values.slice(start, start + size);
    means.push(part.reduce((sum, each) => sum + each, 0) / part.length);
  }
  return means;
}
