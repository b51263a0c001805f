// @ts-check
// Derives two tables from the list of cloud regions (src/data/regions.json) and the figures of the grids: the range of
// each region's intensity, and the better regions that the linter suggests. Run it after either has changed.
import { readFile } from 'node:fs/promises';
import { importTypeScript } from '../import-typescript.mjs';
import { writeTable } from './tables.mjs';
import { regionRanges } from './upstream.mjs';

const folder = 'src/data/electricity-maps';
/** @type {(path: string) => Promise<any>} */
const read = async (path) => JSON.parse(await readFile(path, 'utf8'));

const ranges = regionRanges(
  await read('src/data/regions.json'),
  await read(`${folder}/zones.json`),
  await read('scripts/data/region-zones.json'),
);
await writeTable(`${folder}/regions.json`, { ...(await read(`${folder}/regions.json`)), ranges });

const { regionHints, loadCatalogue } = await importTypeScript(
  "export { regionHints } from './src/advice/where/hints'; export { loadCatalogue } from './src/advice/where/catalogue';",
);
const catalogue = await loadCatalogue();
await writeTable(`${folder}/region-hints.json`, {
  source: catalogue.attribution,
  licence: 'ODbL 1.0',
  updated: catalogue.updated,
  year: catalogue.year,
  regions: regionHints(catalogue),
});
