// @ts-check
// Writes src/data/electricity-maps/region-hints.json: for each cloud region with a dirty grid, a better one of its provider.
// The linter reads it at once, where the whole advice needs all tables. Run it after the tables have changed.
import { writeFile } from 'node:fs/promises';
import { importTypeScript } from '../import-typescript.mjs';

const { regionHints, loadCatalogue } = await importTypeScript(
  "export { regionHints } from './src/advice/where/hints'; export { loadCatalogue } from './src/advice/where/catalogue';",
);
const catalogue = await loadCatalogue();
const rows = Object.entries(regionHints(catalogue)).map(
  ([id, hint]) => `    ${JSON.stringify(id)}: ${JSON.stringify(hint)}`,
);
const head = { source: catalogue.attribution, licence: 'ODbL 1.0', updated: catalogue.updated, year: catalogue.year };
const lines = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
await writeFile(
  'src/data/electricity-maps/region-hints.json',
  `{\n${lines.join('')}  "regions": {\n${rows.join(',\n')}\n  }\n}\n`,
);
console.log(`${rows.length} regions`);
