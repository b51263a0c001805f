// @ts-check
// Writes docs/rules/*.md from what the rules say of themselves. A test holds the two together.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importTypeScript } from './import-typescript.mjs';

const folder = 'docs/rules';
const { RULES, rulePages } = await importTypeScript(
  "export { RULES } from './src/lint/rules'; export { rulePages } from './src/lint/documentation';",
);
/** @type {ReadonlyMap<string, string>} */
const pages = rulePages(RULES);
await mkdir(folder, { recursive: true });
for (const name of await readdir(folder)) if (!pages.has(name)) await rm(join(folder, name));
for (const [name, text] of pages) await writeFile(join(folder, name), text);
console.log(`${pages.size} pages in ${folder}`);
