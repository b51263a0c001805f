// @ts-check
// `npm run package`: packs the extension into a .vsix. `npm run package -- --out FILE` names it.
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import JSZip from 'jszip';
import { end, endAllOnSignals, start } from './children.mjs';
import { importTypeScript } from './import-typescript.mjs';
import { main, Problem, readCommandLine, root } from './progress.mjs';
import { shippedText } from './shipped-text.mjs';

/** What people read of the package in VS Code and in the Marketplace, where links into the repository lead nowhere. */
const texts = ['extension/readme.md', 'extension/changelog.md'];

await main(async () => {
  endAllOnSignals();
  const { name, version, repository } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const { out = `${name}-${version}.vsix` } = readCommandLine({ options: { out: { type: 'string' } } }).values;
  const vsix = resolve(out);
  const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  // We rewrite the links ourselves: vsce knows neither <source> nor what to do without a repository.
  const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', vsix];
  const packing = start(process.execPath, [vsce, 'package', ...options], { cwd: root, stdio: 'inherit' });
  const status = await packing.ended;
  await end(packing, 0);
  if (status !== 0) throw new Problem('vsce could not pack the extension; see its message above.');
  const { homeOf } = await importTypeScript("export { homeOf } from './src/system/public-home';");
  await changeTexts(vsix, homeOf(repository));
});

/**
 * @param {string} vsix
 * @param {string | null} home address of the public repository
 */
async function changeTexts(vsix, home) {
  const zip = await JSZip.loadAsync(await readFile(vsix));
  for (const path of texts) {
    const file = zip.file(path);
    if (file === null) throw new Problem(`${path} is not in ${vsix}.`);
    zip.file(path, shippedText(await file.async('string'), home), { createFolders: false });
  }
  await writeFile(
    vsix,
    await zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE', compressionOptions: { level: 9 } }),
  );
}
