import { errorCode, systemFiles, type ReadableFiles } from '../system/files';
import { parseStat } from './linux';

/**
 * Whether a process still runs, of whomever it is. One that was killed and that its parent has not asked for is there
 * for the system, but does nothing any more.
 */
export function isRunning(pid: number, files: Pick<ReadableFiles, 'readTextNow'> = systemFiles): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
  return process.platform !== 'linux' || !isZombie(pid, files);
}

function isZombie(pid: number, files: Pick<ReadableFiles, 'readTextNow'>): boolean {
  try {
    return parseStat(files.readTextNow(`/proc/${pid}/stat`), 1)?.zombie === true;
  } catch {
    // Its end came between the two looks, or /proc tells nothing of others' processes: it was there a moment ago.
    return false;
  }
}
