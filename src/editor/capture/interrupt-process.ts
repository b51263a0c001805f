import { errorCode } from '../../system/files';

/** Asks a process to end by itself, as Ctrl+C does, so that it can save its work; one that has ended already is fine. */
// oxlint-disable-next-line typescript/require-await -- a failure is the promise's
export async function interruptProcess(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGINT');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}
