// @ts-check
// Generates src/lint/rules/index.ts from the files of the rules, and docs/rules/*.md from their texts. Tests check that
// they agree.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importTypeScript } from './import-typescript.mjs';

const rules = 'src/lint/rules';
const folder = 'docs/rules';

/** A rule is `rules/<id>.ts` or `rules/<id>/index.ts`, and exports its declaration under its id in camel case. */
const entries = await readdir(rules, { withFileTypes: true });
const ids = entries
  .filter(({ name }) => name !== 'index.ts' && name !== 'documented.ts')
  .map((entry) => (entry.isDirectory() ? entry.name : entry.name.replace(/\.ts$/, '')))
  .sort();
/** @param {string} id */
const nameOf = (id) => id.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const index = [
  '// Written by `npm run docs` from the files of this folder: add a rule as a file, not here.',
  "import type { DocumentedRule, Rule } from '../engine/rule';",
  ...ids.map((id) => `import { ${nameOf(id)} } from './${id}';`),
  '',
  '/** All rules as their files declare them, in the order of their ids; see documented.ts for their texts. */',
  `export const declaredRules: readonly DocumentedRule[] = [\n${ids.map((id) => `  ${nameOf(id)},\n`).join('')}];`,
  '',
  '/** All rules as the linter needs them. */',
  'export const allRules: readonly Rule[] = declaredRules;',
  '',
].join('\n');
// Written only if it differs, because a new date would cause a rebuild.
if (index !== (await readFile(join(rules, 'index.ts'), 'utf8').catch(() => '')))
  await writeFile(join(rules, 'index.ts'), index);

const { documentedRules, rulePages } = await importTypeScript(
  "export { documentedRules } from './src/lint/rules/documented'; export { rulePages } from './src/lint/engine/documentation';",
);
/** @type {ReadonlyMap<string, string>} */
const pages = rulePages(documentedRules);
await mkdir(folder, { recursive: true });
for (const name of await readdir(folder)) if (!pages.has(name)) await rm(join(folder, name));
for (const [name, text] of pages) await writeFile(join(folder, name), text);
console.log(`${pages.size} pages in ${folder}`);
