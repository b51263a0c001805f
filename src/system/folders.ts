import { existsSync, lstatSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './files';

/**
 * Makes a folder, and missing folders above it, that only this user can read. Node's own `recursive` never returns if
 * the kernel reports `ENOENT` for a new folder inside an existing one, as in `/proc`.
 *
 * @throws Node's `ErrnoException` if it cannot be made
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
 * Whether another user owns a folder that is meant for this user only. The owner could read or replace everything in
 * it; in `/tmp`, any user can make such a folder. False on systems without owners, and for a folder that does not exist.
 */
export function belongsToAnotherUser(folder: string): boolean {
  const own = process.getuid?.();
  if (own === undefined) return false;
  try {
    // The owner of a link counts too, even if it points to a folder of ours.
    const owners = [lstatSync(folder).uid, statSync(folder).uid];
    // Root can read everything anyway. If we are root, the home of another user is fine (`sudo` keeps HOME), but a
    // place where every user can make folders is not.
    if (own === 0) return owners.some((uid) => uid !== 0) && (statSync(dirname(folder)).mode & 0o002) !== 0;
    return owners.some((uid) => uid !== own && uid !== 0);
  } catch {
    return false;
  }
}

/** Whether there is something at a path, as far as this user may see. */
export const isThere = (path: string): boolean => existsSync(path);
