// @ts-check
// Packs the extension, like `npm run package`.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runLogged } from './children.mjs';
import { cache, root } from './progress.mjs';

/** @type {Promise<string> | undefined} */
let packed;

/**
 * Builds and packs the extension into the cache, once for this process. `GREEN_ML_VSIX` names one that is packed already.
 * @returns {Promise<string>} the path of the `.vsix`; rejects with a `Problem` if packing fails
 */
export function packExtension() {
  const { GREEN_ML_VSIX: given } = process.env;
  packed ??= given === undefined ? pack() : Promise.resolve(given);
  return packed;
}

async function pack() {
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
