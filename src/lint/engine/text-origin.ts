import type { MarimoPart } from '../../python/marimo';
import { inCell, type CodeCell, type TextPoint } from '../../python/notebook';
import type { LocatedEdit } from './findings';

/** Where a position of a module is in what was linted. */
interface Origin {
  /** Null outside notebooks of Jupyter, whose positions are within a cell. */
  readonly cell: number | null;
  readonly point: TextPoint;
}

/** Where the positions of a text come from: a notebook's cells are joined before they are linted. */
export interface TextOrigin {
  locate(point: TextPoint): Origin;
  /** The cell that a row is in; null if there are no cells. */
  readonly cellOf: ((row: number) => number) | null;
  /** A replacement where it is to be made; null if it is not within one cell, or cannot be written there. */
  place(start: TextPoint, end: TextPoint, text: string): LocatedEdit | null;
  /** What the cell that a row is in printed when it last ran; null if that is not kept. */
  readonly printedBy: (row: number) => string | null;
  /** How many seconds the cell that a row is in took when it last ran; null if that is not recorded. */
  readonly tookBy: (row: number) => number | null;
  /** True for rows that certainly never ran to their end when their cell last ran: it failed at them, or before. */
  readonly hasFailed: (startRow: number, endRow: number, isInFunction: boolean) => boolean;
  /** True for the cells of a notebook of Jupyter, but not for the files that they write. */
  readonly isNotebook: boolean;
  /** True if all of it was read: a cell that is left out may hold what the rest relies on. */
  readonly isWhole: boolean;
}

/** A text that is linted as it is. */
export const plainOrigin: TextOrigin = {
  locate: (point) => ({ cell: null, point }),
  cellOf: null,
  printedBy: () => null,
  tookBy: () => null,
  hasFailed: () => false,
  isNotebook: false,
  place: (start, end, text) => ({ cell: null, start, end, text }),
  isWhole: true,
};

const trains = /\.(?:fit\w{0,20}|train|search|optimize)\s{0,9}\(/;
/** With the name of what is trained. */
const trainsNamed = /(\w{1,60})\.(?:fit\w{0,20}|train|search|optimize)\s{0,9}\(/;

/** True if rows give a name its value, or make something that a row above gives to what has the name: `Trainer(args=settings)`. */
function isGiven(name: string, above: readonly string[], report: readonly string[]): boolean {
  const gives = (row: string, given: string): boolean =>
    /^\s{0,3}=(?!=)/.test(row.trimStart().slice(given.length)) && row.trimStart().startsWith(given);
  if (report.some((row) => gives(row, name))) return true;
  const made = /^\s{0,99}(\w{1,60})\s{0,3}=(?!=)/.exec(report[0] ?? '')?.[1];
  const given = above.findIndex((row) => gives(row, name));
  return made !== undefined && given >= 0 && above.slice(given).join('\n').includes(made);
}

type Locate<Part> = (point: TextPoint) => { readonly part: Part; readonly point: TextPoint };

export function notebookOrigin(
  at: Locate<Parameters<typeof inCell>[0]['part']>,
  isWhole: boolean,
  cells: readonly CodeCell[] = [],
): TextOrigin {
  const locate = (point: TextPoint): { cell: number; point: TextPoint } => inCell(at(point));
  return {
    locate,
    cellOf: (row) => locate({ row, column: 0 }).cell,
    printedBy: (row) => {
      const { cell } = locate({ row, column: 0 });
      return cells.find(({ index }) => index === cell)?.printed ?? null;
    },
    tookBy: (row) => {
      const { cell } = locate({ row, column: 0 });
      return cells.find(({ index }) => index === cell)?.seconds ?? null;
    },
    hasFailed: (startRow, endRow, isInFunction) => {
      const { part, point } = at({ row: startRow, column: 0 });
      const failed = cells.find(({ index }) => index === part.index)?.failed;
      if (failed === undefined) return false;
      const [first, end] = [failed[0], point.row + endRow - startRow];
      if (first === undefined || failed.some((row) => row >= point.row && row <= end)) return true;
      if (first < point.row) return !isInFunction;
      // What is made above, a search or a trainer, is spent where it trains; what trained above ran to its end.
      const rows = part.text.split('\n');
      const trained = trainsNamed.exec(rows[first] ?? '')?.[1];
      const report = rows.slice(point.row, end + 1);
      return (
        trained !== undefined &&
        !report.some((row) => trains.test(row)) &&
        isGiven(trained, rows.slice(0, first), report)
      );
    },
    isNotebook: cells.length > 0,
    place: (start, end, text) => {
      const [from, to] = [locate(start), locate(end)];
      return from.cell === to.cell ? { cell: from.cell, start: from.point, end: to.point, text } : null;
    },
    isWhole,
  };
}

export function marimoOrigin(at: Locate<MarimoPart>, isWhole: boolean): TextOrigin {
  const inFile = (part: MarimoPart, { row, column }: TextPoint): TextPoint => ({
    row: part.fileRow + row,
    column: column + (part.dedents[row] ?? 0),
  });
  return {
    locate: (point) => {
      const found = at(point);
      return { cell: null, point: inFile(found.part, found.point) };
    },
    cellOf: (row) => at({ row, column: 0 }).part.fileRow,
    printedBy: () => null,
    tookBy: () => null,
    hasFailed: () => false,
    isNotebook: false,
    place: (start, end, text) => {
      const [from, to] = [at(start), at(end)];
      const { part } = from;
      if (part !== to.part || [from, to].some(({ point }) => part.dedents[point.row] === null)) return null;
      const indented = withIndentation(part, from.point, to.point, text);
      return indented === null ? null : { cell: null, ...indented };
    },
    isWhole,
  };

  function withIndentation(
    part: MarimoPart,
    start: TextPoint,
    end: TextPoint,
    text: string,
  ): Omit<LocatedEdit, 'cell'> | null {
    const { indentation } = part;
    const [from, to] = [inFile(part, start), inFile(part, end)];
    if (indentation === '') return { start: from, end: to, text };
    const isMultiple = text.includes('\n');
    // A string of several lines would change with the indentation.
    if (isMultiple && /'''|"""/.test(text)) return null;
    if (start.column === 0 && end.column === 0 && (text === '' || text.endsWith('\n'))) {
      // Whole lines, with what stands before them.
      const lines = text.replace(/^(?=[^\n])/gm, indentation);
      return { start: { ...from, column: 0 }, end: { ...to, column: 0 }, text: lines };
    }
    if (isMultiple && part.dedents[start.row] !== indentation.length) return null;
    return { start: from, end: to, text: text.replace(/\n(?!\n)/g, `\n${indentation}`) };
  }
}
