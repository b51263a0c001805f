import { randomBytes } from 'node:crypto';
import { write } from 'node:fs';
import { access, constants, open, readlink, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { errorCode } from './files';

/** Why a document could not be written: the system's code (`ENOENT`, `EACCES`, …), or that the path is a folder. */
type WriteProblem = string | null;

type FileStats = Awaited<ReturnType<typeof stat>>;

/**
 * Writes a whole document to the place that a person named. A regular file is replaced at once, so that no reader sees
 * half of it, and keeps its permissions, its owner and the links that lead to it. Anything else (a device, a pipe, a
 * stream of ours such as `/dev/fd/3`) stays what it is, and the document is written into it.
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

/** Why a document could not be written to a path now, in the same words; null if it could be. */
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

/** The number of an open file of this process that a path names; opened again, it would lose its position. */
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

/** More links than this lead in a circle. */
const mostLinks = 40;

/** Where a path leads, whether or not there is something: the place to write to, so that links stay links. */
async function behindLinks(path: string): Promise<string> {
  let current = path;
  for (let links = 0; links < mostLinks; links += 1) {
    const target = await readlink(current).catch(() => null);
    if (target === null) return current;
    // A link of `/proc` may name what has no path, such as a pipe.
    const next = resolve(dirname(current), target);
    if ((await lookAt(next)) === null && (await lookAt(current)) !== null) return current;
    current = next;
  }
  return path;
}

async function lookAt(path: string): Promise<FileStats | null> {
  return stat(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  });
}

async function writeAt(path: string, data: Uint8Array): Promise<void> {
  const found = await lookAt(path);
  if (found === null) await replace(path, data, null);
  else if (found.isDirectory()) throw Object.assign(new Error('It is a folder.'), { code: 'EISDIR' });
  else if (!found.isFile()) await writeFile(path, data, { flag: constants.O_WRONLY });
  else {
    // Replacing needs no right to the file itself, but a file that is write-protected is meant to stay.
    await access(path, constants.W_OK);
    // The other names of a file are to lead to the new content too.
    if (found.nlink > 1 || !(await replace(path, data, found))) await writeFile(path, data);
  }
}

/**
 * Writes beside the file and renames.
 * @returns false where the owner and group of the file cannot be kept, or where nothing can be written beside it
 */
async function replace(path: string, data: Uint8Array, old: FileStats | null): Promise<boolean> {
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
      if (old !== null && !(await takesOver(file, old))) return false;
      await file.writeFile(data);
    } finally {
      await file.close();
    }
    try {
      await rename(draft, path);
    } catch (error) {
      // A file that is mounted, or that another program holds open, cannot be replaced but may be written.
      if (old === null) throw error;
      return false;
    }
    return true;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Gives a new file the owner, group and permissions of another; false where that is not allowed. */
async function takesOver(file: FileHandle, { uid, gid, mode }: FileStats): Promise<boolean> {
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
