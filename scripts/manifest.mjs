// @ts-check
// Writes the contributions of src/editor/contributions into package.json. A test checks that they agree.
import { readFile, writeFile } from 'node:fs/promises';
import { importTypeScript } from './import-typescript.mjs';

const file = 'package.json';
const { manifestParts } = await importTypeScript(
  "export { manifestParts } from './src/editor/contributions/manifest';",
);
/** @type {import('../src/editor/contributions/manifest').ManifestParts} */
const { activationEvents, contributes, restrictedConfigurations } = manifestParts();
const manifest = JSON.parse(await readFile(file, 'utf8'));
manifest.activationEvents = activationEvents;
manifest.contributes = contributes;
manifest.capabilities.untrustedWorkspaces.restrictedConfigurations = restrictedConfigurations;
await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
console.log(`${file} declares ${Object.keys(contributes).length} kinds of contributions`);
