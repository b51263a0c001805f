import { basename } from 'node:path';
import type { ReadableFiles } from '../system/files';

/** SIGHUP is bit 0 of the mask. */
const hangupBit = 1n;
/** O_ACCMODE and O_WRONLY of open(2). */
const accessMode = 3;
const writeOnly = 1;

/**
 * Whether this process was started to outlive its terminal. Node resets every signal to its default before our code
 * runs, so our own status no longer shows what `nohup` did. It shows in the variable `_`, where bash and zsh name the
 * program that they start; in a write-only standard input, which GNU nohup uses in place of the terminal; and in a
 * parent that itself ignores SIGHUP and passed that on (a script under `nohup`, `trap '' HUP`).
 */
export function ignoresHangup(
  files: Pick<ReadableFiles, 'readTextNow'>,
  env: NodeJS.ProcessEnv,
  parentPid: number,
): boolean {
  if (basename(env['_'] ?? '') === 'nohup') return true;
  const inputFlags = find(files, '/proc/self/fdinfo/0', /^flags:\s*([0-7]+)$/m);
  if (inputFlags !== null && (parseInt(inputFlags, 8) & accessMode) === writeOnly) return true;
  const ignored = find(files, `/proc/${parentPid}/status`, /^SigIgn:\s*([0-9a-f]+)$/m);
  return ignored !== null && (BigInt(`0x${ignored}`) & hangupBit) !== 0n;
}

function find(files: Pick<ReadableFiles, 'readTextNow'>, path: string, pattern: RegExp): string | null {
  try {
    return pattern.exec(files.readTextNow(path))?.[1] ?? null;
  } catch {
    return null;
  }
}
