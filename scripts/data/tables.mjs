// Shared by the scripts that write src/data: reads CSV files, and writes tables whose diffs show single rows.
import { parse } from 'csv-parse/sync';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Rows of a CSV file as objects of strings. */
export async function readCsv(folder, name) {
  return parse(await readFile(join(folder, name), 'utf8'), { columns: true, skip_empty_lines: true });
}

/** The number in a cell, or null if the cell is empty. Anything else is an error, so that no gap becomes 0. */
export function numberOrNull(text) {
  if (text === '' || text === 'nan') return null;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Error(`not a number: ${text}`);
  return value;
}

export function number(text) {
  const value = numberOrNull(text);
  if (value === null) throw new Error('a number is missing');
  return value;
}

/** Writes JSON with one line per row, so that the diff of a yearly refresh is readable. */
export async function writeTable(path, table) {
  const entries = Object.entries(table).map(([key, value]) => {
    const inner =
      Array.isArray(value) && typeof value[0] !== 'number'
        ? `[\n    ${value.map((row) => JSON.stringify(row)).join(',\n    ')}\n  ]`
        : typeof value === 'object' && value !== null && !Array.isArray(value)
          ? `{\n    ${Object.entries(value)
              .map(([k, v]) => `${JSON.stringify(k)}: ${JSON.stringify(v)}`)
              .join(',\n    ')}\n  }`
          : JSON.stringify(value);
    return `  ${JSON.stringify(key)}: ${inner}`;
  });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `{\n${entries.join(',\n')}\n}\n`);
  console.log(`${path}: written`);
}
