// @ts-check
// Packs the extension, like `npm run package`.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runLogged } from './children.mjs';
import { cache, root } from './progress.mjs';

/**
 * Builds and packs the extension into the cache.
 * @returns {Promise<string>} the path of the `.vsix`; rejects with a `Problem` if packing fails
 */
export async function packExtension() {
  await mkdir(cache, { recursive: true });
  const vsix = join(cache, 'green-ml.vsix');
  const npm = process.env['npm_execpath'];
  // `npm run` provides the path of npm's own script, which can be started without a shell.
  const [command, ...before] = npm?.endsWith('npm-cli.js') ? [process.execPath, npm] : ['npm'];
  await runLogged(command, [...before, 'run', '--silent', 'package', '--', '--out', vsix], {
    cwd: root,
    log: 'package',
  });
  return vsix;
}
