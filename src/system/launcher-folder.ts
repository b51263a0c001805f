import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from './folders';
import { writeDocument } from './write-document';

/**
 * Writes programs that start another one into a folder of ours, which is made if it is missing.
 *
 * @returns null, or why one of them could not be written
 * @throws Node's `ErrnoException` if the folder cannot be made
 */
export async function writeLaunchers(
  folder: string,
  launchers: readonly { readonly name: string; readonly content: string }[],
): Promise<string | null> {
  await makeFolder(folder);
  for (const { name, content } of launchers) {
    const file = join(folder, name);
    const problem = await writeDocument(file, content);
    if (problem !== null) return problem;
    await chmod(file, 0o755);
  }
  return null;
}

/** Removes the folder and what is in it. Does nothing if there is none. */
export async function removeLaunchers(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
