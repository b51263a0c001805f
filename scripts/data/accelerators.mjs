// Writes the table of accelerators and their power at full load.
// node scripts/data/accelerators.mjs FOLDER    (FOLDER contains accelerators.csv)
// accelerators-more.csv next to this script adds devices and corrections. It takes precedence.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { numberOrNull, number, readCsv, writeTable } from './tables.mjs';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Give the folder that contains accelerators.csv.');
  process.exit(2);
}

/** The source of a figure, without remarks about how it was stored when the figures were collected. */
const shortSource = (text) =>
  text
    .replace(/^stored public (table|YAML) ("[^"]*").*/, 'public table $2 (secondary)')
    .replace(/ \(stored page; secondary\)/, ' (secondary)')
    .trim();
const shortNote = (text) =>
  text === ''
    ? null
    : text
        .replace(/ \(vendor (spec|datasheet), not verified[^)]*\)/, ' (vendor $1)')
        .replace(/, not verified in the stored corpus/, '');
/** Second names of devices that are already in the table, with a different figure. */
const doubles = new Set(['TPUv2 Chip', 'TPUv3 Chip', 'AGX Xavier']);

const more = new Map(
  (await readCsv(dirname(fileURLToPath(import.meta.url)), 'accelerators-more.csv')).map((row) => [row.name, row]),
);
const rows = (await readCsv(folder, 'accelerators.csv'))
  .filter(({ name }) => !doubles.has(name))
  .map((row) => {
    const better = more.get(row.name);
    more.delete(row.name);
    return { ...row, ...better };
  });
await writeTable('src/data/accelerators.json', {
  source: 'Vendors and public tables, as each row says',
  licence: 'facts; the tables they were read from are MIT or CC BY 4.0',
  updated: '2026-11-28',
  accelerators: [...rows, ...more.values()]
    .map((row) => ({ idle_w: '', embodied_kgCO2e: '', embodied_source: '', ...row }))
    .map((row) => ({
      name: row.name,
      kind: row.kind,
      watts: number(row.tdp_w),
      idleWatts: numberOrNull(row.idle_w),
      embodiedKilograms: numberOrNull(row.embodied_kgCO2e),
      source: shortSource(row.source),
      embodiedSource:
        row.embodied_kgCO2e === '' ? null : `${row.embodied_source}. ${row.note}`.replace('; PDF itself not read', ''),
      note: row.embodied_kgCO2e === '' ? shortNote(row.note) : null,
    })),
});
