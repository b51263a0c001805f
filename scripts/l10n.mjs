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
  const { commands, ruleEvidence, practices, furtherAdvice } = await importTypeScript(
    "export { commands } from './src/editor/contributions/commands'; export { ruleEvidence } from './src/practices/rule-evidence'; export { practices } from './src/practices/table'; export { furtherAdvice } from './src/practices/table/beyond';",
  );
  const { texts, faults } = textsInCode(root, commands, [...practices, ...furtherAdvice, ...ruleEvidence.values()]);
  if (faults.length > 0) throw new Problem(faults.join('\n'));
  const keys = [...texts.keys()];
  await mkdir(folder, { recursive: true });
  await write('bundle.l10n.json', Object.fromEntries(texts));
  for (const name of await readdir(folder)) {
    if (!/^bundle\.l10n\.[\w-]+\.json$/.test(name)) continue;
    /** @type {Record<string, string>} */
    const known = JSON.parse(await readFile(join(folder, name), 'utf8'));
    const missing = keys.filter((text) => !Object.hasOwn(known, text));
    await write(name, Object.fromEntries(keys.flatMap((text) => (text in known ? [[text, known[text]]] : []))));
    console.log(`${name}: ${keys.length - missing.length} of ${keys.length} texts`);
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
