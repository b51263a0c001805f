// @ts-check
// Writes the JSON Schemas of a run and of the settings, and their tables in docs/json.md and docs/settings.md. Tests
// check that they agree with their sources.
import { readFile, writeFile } from 'node:fs/promises';
import { importTypeScript } from './import-typescript.mjs';
import { runJsonSchema, runTable, withTable } from './run-documents.mjs';
import {
  machineJsonSchema,
  precedenceMarks,
  precedenceTable,
  settingsJsonSchema,
  settingsMarks,
  settingsTable,
} from './settings-documents.mjs';

const { runFields } = await importTypeScript("export { runFields } from './src/runs/run';");
const page = 'docs/json.md';
await writeFile('schemas/run.schema.json', runJsonSchema(runFields));
await writeFile(page, withTable(await readFile(page, 'utf8'), runTable(runFields)));
console.log(`schemas/run.schema.json and the table of a run in ${page}`);

/** @type {import('./settings-documents.mjs').Sources} */
const sources = await importTypeScript(`
  export { precedence } from './src/runs/settings/precedence';
  export { settingValues } from './src/runs/settings/values';
  export { severityChoices } from './src/lint/engine/settings';
  export { longestGlob } from './src/system/glob';
  export { allRules } from './src/lint/rules';
  export { thresholdValue } from './src/lint/files/config';
`);
const settingsPage = 'docs/settings.md';
await writeFile('schemas/settings.schema.json', settingsJsonSchema(sources));
await writeFile('schemas/machine-settings.schema.json', machineJsonSchema(sources));
const settingsText = withTable(await readFile(settingsPage, 'utf8'), settingsTable(sources), settingsMarks);
await writeFile(settingsPage, withTable(settingsText, precedenceTable(sources), precedenceMarks));
console.log(`schemas/settings.schema.json, schemas/machine-settings.schema.json and the keys in ${settingsPage}`);
