import { existsSync, lstatSync, statSync } from 'node:fs';
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
    const isThere = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isThere) throw error;
  }
}

/**
 * Whether a folder that is meant for this person alone was made by somebody else, who could read or replace all in it,
 * as any user of the machine can in `/tmp`. Only POSIX systems say; a folder that is not there yet is nobody's.
 */
export function isOfAnother(folder: string): boolean {
  const own = process.getuid?.();
  if (own === undefined) return false;
  try {
    // A link counts by its own maker too: it may lead to a folder of ours.
    const owners = [lstatSync(folder).uid, statSync(folder).uid];
    // What root made is as safe as the system is. Root itself often works in the home of a person, but in a place where
    // everybody can make folders it must not.
    if (own === 0) return owners.some((uid) => uid !== 0) && (statSync(dirname(folder)).mode & 0o002) !== 0;
    return owners.some((uid) => uid !== own && uid !== 0);
  } catch {
    return false;
  }
}

/** Whether a path leads to something that this person may see. */
export const isThere = (path: string): boolean => existsSync(path);
