// @ts-check
// Writes the JSON Schema of a run and its table in docs/json.md. A test holds them and src/runs/run.ts together.
import { readFile, writeFile } from 'node:fs/promises';
import { importTypeScript } from './import-typescript.mjs';
import { runJsonSchema, runTable, withTable } from './run-documents.mjs';

const { runFields } = await importTypeScript("export { runFields } from './src/runs/run';");
const page = 'docs/json.md';
await writeFile('schemas/run.schema.json', runJsonSchema(runFields));
await writeFile(page, withTable(await readFile(page, 'utf8'), runTable(runFields)));
console.log(`schemas/run.schema.json and the table of a run in ${page}`);
