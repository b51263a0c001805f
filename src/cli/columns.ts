import { inLine } from '../units/plain-text';

/** A table as text: columns padded to their widest cell, numbers to the right. */
export function columns(header: readonly string[], cells: readonly (readonly string[])[], rightAligned: readonly number[]): string {
  const rows = cells.map((row) => row.map(inLine));
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (rightAligned.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ').trimEnd();
  return [line(header), ...rows.map(line)].map((text) => `${text}\n`).join('');
}
