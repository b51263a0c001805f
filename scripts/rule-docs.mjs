// @ts-check
// Writes docs/rules/*.md from what the rules say of themselves. A test holds the two together.
import { build } from 'esbuild';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = 'docs/rules';
const bundled = await mkdtemp(join(tmpdir(), 'green-ml-docs-'));
const outfile = join(bundled, 'rules.mjs');
await build({
  stdin: {
    contents: "export { RULES } from './src/lint/rules'; export { rulePages } from './src/lint/documentation';",
    resolveDir: process.cwd(),
    loader: 'ts',
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile,
  logLevel: 'warning',
});
const { RULES, rulePages } = await import(pathToFileURL(outfile).href);
await rm(bundled, { recursive: true });
/** @type {ReadonlyMap<string, string>} */
const pages = rulePages(RULES);
await mkdir(folder, { recursive: true });
for (const name of await readdir(folder)) if (!pages.has(name)) await rm(join(folder, name));
for (const [name, text] of pages) await writeFile(join(folder, name), text);
console.log(`${pages.size} pages in ${folder}`);
