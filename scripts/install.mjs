// @ts-check
// Installs something once, completely or not at all, even if it is interrupted.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Fills `directory` once. The work happens in a sibling folder that is renamed at the end, so that an interrupted install
 * never looks complete, and two installs at the same time do not disturb each other.
 * @param {string} directory
 * @param {(partial: string) => Promise<void>} fill
 */
export async function installOnce(directory, fill) {
  if (existsSync(directory)) return;
  const parent = dirname(directory);
  await mkdir(parent, { recursive: true });
  await removeAbandoned(directory);
  const partial = `${directory}.partial-${process.pid}`;
  await mkdir(partial);
  try {
    await fill(partial);
    await rename(partial, directory).catch((error) => {
      // Another process was faster; its result is just as good.
      if (!existsSync(directory)) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/**
 * Removes the remains of interrupted installs.
 * @param {string} directory
 */
async function removeAbandoned(directory) {
  const prefix = `${basename(directory)}.partial-`;
  for (const name of await readdir(dirname(directory))) {
    if (!name.startsWith(prefix) || isAlive(Number(name.slice(prefix.length)))) continue;
    await rm(join(dirname(directory), name), { recursive: true, force: true });
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
