import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, openRegularFile, readProblem, readSmallText, smallFileBytes, type SmallText } from './files';
import type { Programs } from './spawn';

/** How to find out who can change a file. */
interface Trust {
  readonly platform: NodeJS.Platform;
  /** The id of the user who must own the file and its folder: 0, which is root. Not used on Windows. */
  readonly owner: number;
  readonly programs: Pick<Programs, 'run'>;
}

/** Group and others. */
const writableByOthers = 0o022;

/**
 * Reads a small text file that counts for all users of the machine: a regular file, or a link to one, that only an
 * administrator can change. The file that was checked is the one that is read. Never throws: the result says that the
 * file is absent, or why it cannot be used.
 */
export async function readTrustedText(path: string, trust: Trust): Promise<SmallText> {
  return trust.platform === 'win32' ? readOnWindows(path, trust) : readOnPosix(path, trust.owner);
}

async function readOnPosix(path: string, owner: number): Promise<SmallText> {
  try {
    const { file, bytes } = await openRegularFile(path);
    try {
      const problem =
        strangers(await file.stat(), owner, 'It') ?? strangers(await stat(dirname(path)), owner, 'Its folder');
      if (problem !== null) return { kind: 'unreadable', problem };
      if (bytes > smallFileBytes)
        return { kind: 'unreadable', problem: `It is larger than ${smallFileBytes / 1e6} MB, the limit.` };
      const text = Buffer.alloc(bytes);
      const { bytesRead } = await file.read(text, 0, bytes, 0);
      return { kind: 'text', text: new TextDecoder().decode(text.subarray(0, bytesRead)) };
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? { kind: 'absent' }
      : { kind: 'unreadable', problem: readProblem(error) };
  }
}

function strangers(
  { uid, mode }: { readonly uid: number; readonly mode: number },
  owner: number,
  what: 'It' | 'Its folder',
): string | null {
  if (uid !== owner) return `${what} does not belong to ${owner === 0 ? 'root' : `user ${owner}`}.`;
  return (mode & writableByOthers) === 0 ? null : `${what} can be changed by other users: use chmod go-w.`;
}

async function readOnWindows(path: string, { programs }: Trust): Promise<SmallText> {
  const read = await readSmallText(path);
  if (read.kind !== 'text') return read;
  const { strangersIn } = await import('./windows-owner');
  const problem = await strangersIn(path, programs);
  return problem === null ? read : { kind: 'unreadable', problem };
}
