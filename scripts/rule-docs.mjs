// @ts-check
// Writes what follows from the rules: src/lint/rules/index.ts from the files that there are, and docs/rules/*.md from what
// the rules say of themselves. Tests hold them together.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importTypeScript } from './import-typescript.mjs';

const rules = 'src/lint/rules';
const folder = 'docs/rules';

/** A rule is `rules/<id>.ts` or `rules/<id>/index.ts`, and exports its declaration under its id in camel case. */
const entries = await readdir(rules, { withFileTypes: true });
const ids = entries
  .filter(({ name }) => name !== 'index.ts')
  .map((entry) => (entry.isDirectory() ? entry.name : entry.name.replace(/\.ts$/, '')))
  .sort();
/** @param {string} id */
const nameOf = (id) => id.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const index = [
  '// Written by `npm run docs` from the files of this folder: add a rule as a file, not here.',
  "import type { Rule } from '../engine/rule';",
  ...ids.map((id) => `import { ${nameOf(id)} } from './${id}';`),
  '',
  '/** All rules, in the order of their ids. */',
  `export const allRules: readonly Rule[] = [\n${ids.map((id) => `  ${nameOf(id)},\n`).join('')}];`,
  '',
].join('\n');
// Only written if it differs, so that nothing is built again for the sake of its date.
if (index !== (await readFile(join(rules, 'index.ts'), 'utf8').catch(() => '')))
  await writeFile(join(rules, 'index.ts'), index);

const { allRules, rulePages } = await importTypeScript(
  "export { allRules } from './src/lint/rules'; export { rulePages } from './src/lint/engine/documentation';",
);
/** @type {ReadonlyMap<string, string>} */
const pages = rulePages(allRules);
await mkdir(folder, { recursive: true });
for (const name of await readdir(folder)) if (!pages.has(name)) await rm(join(folder, name));
for (const [name, text] of pages) await writeFile(join(folder, name), text);
console.log(`${pages.size} pages in ${folder}`);
