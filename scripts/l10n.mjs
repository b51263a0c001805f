// @ts-check
// `npm run l10n`: writes the texts of the interface into l10n/bundle.l10n.json, and puts each translation in the same order,
// without texts that are gone. Says which texts a translation lacks. test/house/l10n.test.ts checks that all agree.
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importTypeScript } from './import-typescript.mjs';
import { textsInCode } from './l10n-texts.mjs';
import { main, Problem, root } from './progress.mjs';

const folder = join(root, 'l10n');

await main(async () => {
  const { commands } = await importTypeScript("export { commands } from './src/editor/contributions/commands';");
  const { texts, faults } = textsInCode(root, commands);
  if (faults.length > 0) throw new Problem(faults.join('\n'));
  await mkdir(folder, { recursive: true });
  await write('bundle.l10n.json', Object.fromEntries(texts.map((text) => [text, text])));
  for (const name of await readdir(folder)) {
    if (!/^bundle\.l10n\.[\w-]+\.json$/.test(name)) continue;
    /** @type {Record<string, string>} */
    const known = JSON.parse(await readFile(join(folder, name), 'utf8'));
    const missing = texts.filter((text) => !Object.hasOwn(known, text));
    await write(name, Object.fromEntries(texts.flatMap((text) => (text in known ? [[text, known[text]]] : []))));
    console.log(`${name}: ${texts.length - missing.length} of ${texts.length} texts`);
    for (const text of missing) console.log(`  missing: ${JSON.stringify(text)}`);
  }
});

/**
 * @param {string} name
 * @param {object} texts
 */
async function write(name, texts) {
  await writeFile(join(folder, name), `${JSON.stringify(texts, null, 2)}\n`);
}
