import { basename } from 'node:path';
import type { ReadableFiles } from '../system/files';

/** SIGHUP is bit 0 of the mask. */
const hangupBit = 1n;
/** O_ACCMODE and O_WRONLY of open(2). */
const accessMode = 3;
const writeOnly = 1;

/**
 * Whether this process was started to outlive its terminal. Node sets every signal back to its default before a line of
 * ours runs, so what `nohup` asked for can no longer be seen in our own status. It shows in the variable `_`, where bash
 * and zsh name the program that they start; in a standard input that can only be written to, which GNU's nohup puts in
 * the terminal's place; and in a parent that ignores SIGHUP itself and has handed that down (a script under `nohup`,
 * `trap '' HUP`).
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
