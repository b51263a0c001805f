import { inLine, shortened } from './plain-text';

/** How to fit a table into a terminal. */
interface Fit {
  /** The most characters in a line; null if lines may have any length. */
  readonly width: number | null;
  /** The column that is shortened if lines are too long. */
  readonly column: number;
}

/** A column is never cut to fewer characters. */
const leastCharacters = 12;

/** A table as text. Columns are padded to their widest cell; those in `rightAligned` are aligned to the right. */
export function columns(
  header: readonly string[],
  cells: readonly (readonly string[])[],
  rightAligned: readonly number[],
  fit: Fit | null = null,
): string {
  const rows = fitted(
    header,
    cells.map((row) => row.map(inLine)),
    fit,
  );
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        rightAligned.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(header), ...rows.map(line)].map((text) => `${text}\n`).join('');
}

function fitted(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  fit: Fit | null,
): readonly (readonly string[])[] {
  if (fit === null || fit.width === null) return rows;
  const widthOf = (column: number): number =>
    Math.max(header[column]?.length ?? 0, ...rows.map((row) => row[column]?.length ?? 0));
  const line = header.reduce((sum, _title, column) => sum + widthOf(column), 2 * (header.length - 1));
  const most = Math.max(leastCharacters, widthOf(fit.column) - (line - fit.width));
  return rows.map((row) => row.map((cell, column) => (column === fit.column ? shortened(cell, most) : cell)));
}
