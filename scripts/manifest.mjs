// @ts-check
// Writes the contributions of src/editor/contributions into package.json, and the addresses that follow from its
// `repository`. A test checks that they agree.
import { readFile, writeFile } from 'node:fs/promises';
import { importTypeScript } from './import-typescript.mjs';

const file = 'package.json';
const { linksOf, manifestParts } = await importTypeScript(
  "export { manifestParts } from './src/editor/contributions/manifest'; export { linksOf } from './src/system/public-home';",
);
/** @type {import('../src/editor/contributions/manifest').ManifestParts} */
const { activationEvents, contributes, restrictedConfigurations } = manifestParts();
const manifest = JSON.parse(await readFile(file, 'utf8'));
Object.assign(manifest, linksOf(manifest.repository));
manifest.activationEvents = activationEvents;
manifest.contributes = contributes;
manifest.capabilities.untrustedWorkspaces.restrictedConfigurations = restrictedConfigurations;
await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
console.log(`${file} declares ${Object.keys(contributes).length} kinds of contributions`);
