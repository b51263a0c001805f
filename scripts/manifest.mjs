// @ts-check
// Writes the contributions of src/editor/contributions into package.json, with keys instead of texts, and the texts into
// package.nls.json; and the addresses that follow from its `repository`. Translations are in package.nls.<language>.json.
// Tests check that all of them agree.
import { readFile, writeFile } from 'node:fs/promises';
import { importTypeScript } from './import-typescript.mjs';

const file = 'package.json';
const { linksOf, manifestParts, localised } = await importTypeScript(
  "export { manifestParts } from './src/editor/contributions/manifest'; export { localised } from './src/editor/contributions/localised'; export { linksOf } from './src/system/public-home';",
);
/** @type {import('../src/editor/contributions/localised').Localised<import('../src/editor/contributions/manifest').ManifestParts>} */
const { part, texts } = localised(manifestParts());
const manifest = JSON.parse(await readFile(file, 'utf8'));
await writeJson(file, { ...manifest, ...linksOf(manifest.repository), ...part });
await writeJson('package.nls.json', texts);
console.log(
  `${file} declares ${Object.keys(part.contributes).length} kinds of contributions with ${Object.keys(texts).length} texts`,
);

/**
 * @param {string} name
 * @param {object} value
 */
async function writeJson(name, value) {
  await writeFile(name, `${JSON.stringify(value, null, 2)}\n`);
}
