// @ts-check
// Downloads packages of Debian or Ubuntu for tests. Nothing is installed.
import { runLogged } from './children.mjs';

/**
 * Downloads the archives of packages into a folder.
 * @param {readonly string[]} packages
 * @param {{ log: string, cwd: string, timeoutMilliseconds?: number }} options the name of the log, and the folder
 * @returns {Promise<void>} rejects with a `Problem` if they cannot be had
 */
export async function downloadPackages(packages, options) {
  const download = () => runLogged('apt-get', ['-q', 'download', ...packages], options);
  // The list of packages may be missing or old; only root may renew it.
  await download().catch(async () => {
    await runLogged('apt-get', ['-q', 'update'], options);
    await download();
  });
}
