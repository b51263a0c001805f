import { EpochBase } from './epoch-base';
import type { FrameworkReader, ProgressUpdate, ProgressUnit } from './epoch-event';
import { addMetric, parseNumber } from './metric-text';
import { metricDirection } from '../training/metric-direction';

/** What the first column counts; spaCy's "E" comes before the column of its steps. */
const counters: Readonly<Record<string, ProgressUnit>> = {
  epoch: 'epoch',
  epochs: 'epoch',
  ep: 'epoch',
  iter: 'iteration',
  iteration: 'iteration',
  step: 'iteration',
  steps: 'iteration',
};
const mostColumns = 40;
/** Rows come right after the header; a table that other lines interrupt for longer is over. */
const mostOtherLines = 200;

interface MetricTable {
  readonly names: readonly string[];
  /** Number of columns; the names of some do not matter. */
  readonly width: number;
  readonly unit: ProgressUnit;
  /** Which column counts. */
  readonly counter: number;
  readonly divider: string;
  otherLines: number;
}

/**
 * Tables of any framework: a header whose first column is the epoch, then a row for each epoch (skorch, Chainer,
 * spaCy, custom loops, with spaces, bars or commas between the columns).
 */
export class TableReader implements FrameworkReader {
  private table: MetricTable | null = null;
  private readonly base = new EpochBase();

  read(line: string): readonly ProgressUpdate[] | null {
    const text = line.trim().replaceAll('│', '|');
    const header = /^\|?\s{0,8}(?:e|ep|epochs?|iter|iteration|steps?)(?=[\s|,])/i.test(text) ? tableOf(text) : null;
    if (header !== null) {
      this.table = header;
      return [];
    }
    const { table } = this;
    if (table === null) return null;
    if (/^[-+|=\s:─┼├┤]+$/.test(text)) return [];
    const cells = cellsOf(text, table.divider, false);
    const count = parseNumber(cells[table.counter] ?? '');
    // The last column may be blank, such as a mark of the best epoch.
    const fits = cells.length === table.width || cells.length === table.width - 1;
    if (!fits || count === null || !Number.isInteger(count) || count < 0) {
      table.otherLines += 1;
      if (table.otherLines > mostOtherLines) this.table = null;
      return null;
    }
    table.otherLines = 0;
    const metrics: Record<string, number> = {};
    for (const [index, name] of table.names.entries())
      if (index > table.counter) addMetric(metrics, name, cells[index] ?? '');
    if (table.unit !== 'epoch') return [{ unit: table.unit, epoch: count, of: null, metrics }];
    return [{ unit: 'epoch', epoch: this.base.read(count, null).index, of: null, metrics }];
  }
}

/** Null unless the line is the header of a table with a known measure. */
function tableOf(text: string): MetricTable | null {
  const divider = text.includes('|') ? '|' : text.includes(',') && !/,\s/.test(text) ? ',' : '';
  const names = cellsOf(text, divider, true).map((name) => name.toLowerCase().replace(/\s+/g, '_'));
  const isSpacy = names[0] === 'e' && names[1] === '#';
  // bayesian-optimization: "|   iter    |  target   |     x     |".
  const isSearch = names[0] === 'iter' && names[1] === 'target';
  const unit = isSearch ? 'trial' : isSpacy ? 'iteration' : counters[names[0] ?? ''];
  if (unit === undefined || names.length < 2 || names.length > mostColumns) return null;
  // A header contains only names.
  if (
    names.some((name) => !/^[a-z#][\w/@.%()#-]{0,60}$/.test(name)) ||
    !(isSearch || names.some((name) => metricDirection(name) !== null))
  )
    return null;
  return {
    names: isSearch ? names.slice(0, 2) : names,
    width: names.length,
    unit,
    counter: isSpacy ? 1 : 0,
    divider,
    otherLines: 0,
  };
}

/** Columns separated by spaces have at least two between names, because names may contain single ones. */
function cellsOf(text: string, divider: string, names: boolean): readonly string[] {
  if (divider === '') return text.split(names && /\s{2}/.test(text) ? /\s{2,}/ : /\s+/);
  const inner = divider === '|' ? text.replace(/^\|/, '').replace(/\|$/, '') : text;
  return inner.split(divider).map((cell) => cell.trim());
}
