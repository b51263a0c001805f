// @ts-check
// The yearly refresh: updates the figures of grids, countries and cloud regions from public files.
// node scripts/data/refresh.mjs FOLDER [--check] [--tables src/data] [--updated YYYY-MM-DD]
//   FOLDER   contains any of these
//              co2.js/data/output/electricity-maps/yearly_YYYY.json   github.com/thegreenwebfoundation/co2.js
//              co2.js/data/output/average-intensities.json
//              region-carbon-info/data/yearly/YYYY.csv                github.com/GoogleCloudPlatform/region-carbon-info
//   --check  writes nothing, lists the differences and exits with 1 if there are any
// Lists of regions, PUE, prices, hours and hardware have their own scripts: places.mjs, advice.mjs and the others.
import { parse } from 'csv-parse/sync';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeTable } from './tables.mjs';
import { newZones, refreshCountries, refreshGoogle, refreshZones, regionRanges } from './upstream.mjs';

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      check: { type: 'boolean', default: false },
      tables: { type: 'string', default: 'src/data' },
      updated: { type: 'string', default: new Date().toISOString().slice(0, 10) },
    },
  });
  const [folder] = positionals;
  if (folder === undefined) throw new Error('Say which folder holds co2.js and region-carbon-info.');
  /** @type {(name: string) => Promise<any>} */
  const table = async (name) => JSON.parse(await readFile(join(values.tables, name), 'utf8'));
  const yearly = await yearlyFiles(join(folder, 'co2.js', 'data', 'output', 'electricity-maps'));
  const ember = await jsonOrNull(join(folder, 'co2.js', 'data', 'output', 'average-intensities.json'));
  const google = await newestCsv(join(folder, 'region-carbon-info', 'data', 'yearly'));
  if (yearly.size === 0 && ember === null && google === null)
    throw new Error(`${folder} holds neither co2.js nor region-carbon-info.`);

  const [zones, ranges, countries, regions] = [
    await table('electricity-maps/zones.json'),
    await table('electricity-maps/regions.json'),
    await table('countries.json'),
    await table('regions.json'),
  ];
  const others = JSON.parse(await readFile(join(dirname(fileURLToPath(import.meta.url)), 'region-zones.json'), 'utf8'));
  const newer = refreshZones(zones, yearly);
  /** @type {[name: string, before: any, after: any][]} */
  const all = [
    ['electricity-maps/zones.json', zones, newer],
    ['electricity-maps/regions.json', ranges, { ...ranges, ranges: regionRanges(regions, newer, others) }],
    ['countries.json', countries, ember === null ? countries : refreshCountries(countries, ember)],
    ['regions.json', regions, google === null ? regions : refreshGoogle(regions, google.year, google.rows)],
  ];
  if (yearly.size > 0)
    for (const zone of newZones(zones, yearly)) console.log(`new zone, add its country and time zone by hand: ${zone}`);
  let differing = 0;
  for (const [name, before, after] of all) {
    const changed = differences(before, after);
    if (changed.length === 0) continue;
    differing += 1;
    console.log(
      `${name}: ${changed.length} ${changed.length === 1 ? 'row differs' : 'rows differ'}: ${changed.slice(0, 10).join(', ')}${changed.length > 10 ? ', …' : ''}`,
    );
    if (!values.check) await writeTable(join(values.tables, name), { ...after, updated: values.updated });
  }
  if (differing === 0) console.log('The tables are up to date.');
  return values.check && differing > 0 ? 1 : 0;
}

/** @param {string} folder */
async function yearlyFiles(folder) {
  const files = new Map();
  for (const name of await names(folder)) {
    const year = /^yearly_(\d{4})\.json$/.exec(name)?.[1];
    if (year !== undefined) files.set(Number(year), await jsonOrNull(join(folder, name)));
  }
  return files;
}

/** @param {string} path */
async function jsonOrNull(path) {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${path} is not valid JSON; fetch it again.`);
  }
}

/**
 * @param {string} folder
 * @returns {Promise<{ year: number, rows: Record<string, string>[] } | null>}
 */
async function newestCsv(folder) {
  const newest = (await names(folder))
    .filter((name) => /^\d{4}\.csv$/.test(name))
    .sort()
    .at(-1);
  if (newest === undefined) return null;
  return {
    year: Number(newest.slice(0, 4)),
    rows: parse(await readFile(join(folder, newest), 'utf8'), { columns: true, skip_empty_lines: true, trim: true }),
  };
}

/** @param {string} folder */
async function names(folder) {
  return readdir(folder).catch(() => /** @type {string[]} */ ([]));
}

/**
 * The names of the rows and members that differ between two tables.
 * @param {any} before
 * @param {any} after
 * @returns {string[]}
 */
function differences(before, after) {
  return Object.keys(after).flatMap((key) => {
    if (JSON.stringify(before[key]) === JSON.stringify(after[key])) return [];
    if (Array.isArray(after[key]) && typeof after[key][0] === 'object') {
      return after[key].flatMap((/** @type {any} */ row, /** @type {number} */ index) =>
        JSON.stringify(row) === JSON.stringify(before[key][index])
          ? []
          : [row.provider === undefined ? (row.zone ?? row.code) : `${row.provider}:${row.region}`],
      );
    }
    if (typeof after[key] === 'object' && !Array.isArray(after[key]))
      return Object.keys(after[key]).filter(
        (name) => JSON.stringify(after[key][name]) !== JSON.stringify(before[key]?.[name]),
      );
    return [key];
  });
}
