import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './files';

/**
 * Makes a folder and those above it, for this person alone. Node's own `recursive` never returns where the kernel
 * answers that a folder below an existing one does not exist, as in `/proc`.
 *
 * @throws Node's `ErrnoException` when it cannot be made
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (error) {
    const parent = dirname(path);
    if (errorCode(error) !== 'ENOENT' || parent === path) throw error;
    await makeFolder(parent);
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const isThere = await stat(path).then((found) => found.isDirectory(), () => false);
    if (!isThere) throw error;
  }
}
