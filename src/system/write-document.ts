import { randomBytes } from 'node:crypto';
import { constants, write } from 'node:fs';
import { access, open, readlink, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { errorCode } from './files';

/** Why a document could not be written: the system's code (`ENOENT`, `EACCES`, …; `EISDIR` for a folder), or null. */
type WriteProblem = string | null;

type FileStats = Awaited<ReturnType<typeof stat>>;

/**
 * Writes a whole document to a path that the user named. A regular file is replaced in one step, so that no reader sees
 * half of it, and keeps its permissions, its owner and the links to it. Anything else (a device, a pipe, an open stream
 * such as `/dev/fd/3`) stays what it is, and the document is written into it.
 *
 * @returns null, or why it could not be written (`EISDIR` for a folder)
 */
export async function writeDocument(path: string, content: string | Uint8Array): Promise<WriteProblem> {
  const data = typeof content === 'string' ? Buffer.from(content) : content;
  try {
    const stream = ownStream(path);
    if (stream !== null) await writeAll(stream, data);
    else await writeAt(await behindLinks(path), data);
    return null;
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}

/** Why `writeDocument` could not write to a path now; null if it could. Writes nothing. */
export async function writingProblem(path: string): Promise<WriteProblem> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() === true) return 'EISDIR';
  try {
    await access(found === null ? dirname(path) : path, constants.W_OK);
    return null;
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}

/**
 * Replaces a file that other users read while it is rewritten again and again: in one step or not at all, and readable for
 * everyone whatever the umask says. A link is replaced, not what it leads to.
 *
 * @returns null, or why it could not be written
 */
export async function replaceReadable(path: string, text: string): Promise<WriteProblem> {
  try {
    await replace(path, Buffer.from(text), null, readableByAll);
    return null;
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}

/** Why `replaceReadable` could not write to a path now: `EISDIR` for a folder, `EEXIST` for a device or pipe; null if it could. */
export async function replacingProblem(path: string): Promise<WriteProblem> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() === true) return 'EISDIR';
  if (found !== null && !found.isFile()) return 'EEXIST';
  try {
    // Only names in the folder change, whatever the permissions of the file.
    await access(dirname(path), constants.W_OK | constants.X_OK);
    return (await stat(dirname(path))).isDirectory() ? null : 'ENOTDIR';
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}

const readableByAll = 0o644;

/** The number of our own open file that a path names. If we opened it again, it would lose its position. */
function ownStream(path: string): number | null {
  const number = /^(?:\/dev|\/proc\/self)\/fd\/(\d+)$/.exec(path)?.[1];
  if (number !== undefined) return Number(number);
  return path === '/dev/stdout' ? 1 : path === '/dev/stderr' ? 2 : null;
}

const writeSome = promisify(write);

async function writeAll(file: number, data: Uint8Array): Promise<void> {
  for (let start = 0; start < data.length; )
    start += (await writeSome(file, data, start, data.length - start, null)).bytesWritten;
}

/** A longer chain of links must be a circle. */
const mostLinks = 40;

/** Resolves links, even if nothing is at the target. Writing there keeps the links. */
async function behindLinks(path: string): Promise<string> {
  let current = path;
  for (let links = 0; links < mostLinks; links += 1) {
    const target = await readlink(current).catch(() => null);
    if (target === null) return current;
    // A link in `/proc` may name something that has no path, such as a pipe.
    const next = resolve(dirname(current), target);
    if ((await statOrNull(next)) === null && (await statOrNull(current)) !== null) return current;
    current = next;
  }
  return path;
}

async function statOrNull(path: string): Promise<FileStats | null> {
  return stat(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  });
}

async function writeAt(path: string, data: Uint8Array): Promise<void> {
  const found = await statOrNull(path);
  if (found === null) await replace(path, data, null);
  else if (found.isDirectory()) throw Object.assign(new Error('It is a folder.'), { code: 'EISDIR' });
  else if (!found.isFile()) await writeFile(path, data, { flag: constants.O_WRONLY });
  else {
    // Replacing a file needs no permission for the file itself, but a write-protected file is not meant to change.
    await access(path, constants.W_OK);
    // A file with several names (hard links) must have the new content under all of them.
    if (found.nlink > 1 || !(await replace(path, data, found))) await writeFile(path, data);
  }
}

/**
 * Writes a temporary file next to the old one and renames it. A new file gets the given permissions, or the usual ones.
 *
 * @returns false if the owner and group of the old file cannot be kept, or if nothing can be written next to it
 */
async function replace(
  path: string,
  data: Uint8Array,
  old: FileStats | null,
  mode: number | null = null,
): Promise<boolean> {
  const draft = join(dirname(path), `.green-ml-${randomBytes(6).toString('hex')}.tmp`);
  let file: FileHandle;
  try {
    file = await open(draft, 'wx', old === null ? 0o666 : 0o600);
  } catch (error) {
    if (old === null) throw error;
    return false;
  }
  try {
    try {
      if (old !== null && !(await copyOwnership(file, old))) return false;
      if (mode !== null) await file.chmod(mode);
      await file.writeFile(data);
    } finally {
      await file.close();
    }
    try {
      await rename(draft, path);
    } catch (error) {
      // A file that is a mount point, or that another program has open, cannot be replaced but may be writable.
      if (old === null) throw error;
      return false;
    }
    return true;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Gives a file the owner, group and permissions of another; returns false if that is not allowed. */
async function copyOwnership(file: FileHandle, { uid, gid, mode }: FileStats): Promise<boolean> {
  const own = await file.stat();
  if (own.uid !== uid || own.gid !== gid) {
    try {
      await file.chown(Number(uid), Number(gid));
    } catch {
      return false;
    }
  }
  await file.chmod(Number(mode) & 0o7777);
  return true;
}
