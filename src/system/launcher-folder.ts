import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from './folders';

/**
 * Writes programs that start another one into a folder of ours, which is made if it is missing.
 *
 * @throws Node's `ErrnoException`
 */
export async function writeLaunchers(
  folder: string,
  launchers: readonly { readonly name: string; readonly content: string }[],
): Promise<void> {
  await makeFolder(folder);
  for (const { name, content } of launchers) {
    const file = join(folder, name);
    await writeFile(file, content);
    await chmod(file, 0o755);
  }
}

/** Removes the folder and what is in it. Does nothing if there is none. */
export async function removeLaunchers(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
