import { errorCode, systemFiles, type ReadableFiles } from '../system/files';
import { parseStat } from './stat-line';

/**
 * Whether a process of any user is still running. A zombie, which has ended but was not waited for, counts as ended
 * although the system still lists it.
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
    // It ended between the two reads, or /proc hides processes of other users.
    return false;
  }
}
