import { errorCode } from '../../system/files';

/** Asks a process to end by itself, as Ctrl+C does, so that it can save its work; one that has ended already is fine. */
// eslint-disable-next-line @typescript-eslint/require-await -- a failure is the promise's
export async function interruptProcess(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGINT');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}
