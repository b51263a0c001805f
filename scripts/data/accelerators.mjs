// Writes the table of accelerators and what they draw at full load.
// node scripts/data/accelerators.mjs FOLDER    (FOLDER holds accelerators.csv)
// Beside this script lies accelerators-more.csv: devices that the other table lacks, and corrections; it wins.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { numberOrNull, number, readCsv, writeTable } from './tables.mjs';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Say which folder holds accelerators.csv.');
  process.exit(2);
}

/** Where and how a figure was found, without how the collector of the figures kept it. */
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
/** A second name of a device, with another figure for it. */
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
