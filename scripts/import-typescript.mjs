// @ts-check
// Lets scripts use the product's own TypeScript.
import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './progress.mjs';

/**
 * Bundles a TypeScript text and imports it.
 * @param {string} contents such as `export { allRules } from './src/lint/rules';`, with paths from the repository's root
 * @returns {Promise<any>} its exports
 */
export async function importTypeScript(contents) {
  const folder = await mkdtemp(join(tmpdir(), 'green-ml-script-'));
  try {
    const outfile = join(folder, 'module.mjs');
    await build({
      stdin: { contents, resolveDir: root, loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
      logLevel: 'warning',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true });
  }
}
