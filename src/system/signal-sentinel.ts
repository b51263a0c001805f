import { spawn, type ChildProcess } from 'node:child_process';

/** A signal to a process group reaches all its members within microseconds. This is ample, even on a busy machine. */
const groupDeliveryMs = 100;

/**
 * Distinguishes a signal to our process group (Ctrl+C in a terminal, `kill -INT -PGID`) from a signal to this process
 * alone: a waiting process in our group ends only in the first case. The kernel provides the answer in `siginfo`, but
 * Node does not.
 */
export class SignalSentinel {
  private process: ChildProcess | null = null;
  private hit: Promise<void> = Promise.resolve();
  private disposed = false;

  constructor() {
    this.start();
  }

  /** Whether the signal that has just reached us reached the whole group. False if the sentinel could not start. */
  async wasHit(): Promise<boolean> {
    if (this.process === null) return false;
    let timer: NodeJS.Timeout | undefined;
    const unharmed = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), groupDeliveryMs);
    });
    const hit = await Promise.race([this.hit.then(() => true), unharmed]);
    clearTimeout(timer);
    return hit;
  }

  dispose(): void {
    this.disposed = true;
    this.process?.kill('SIGKILL');
    this.process = null;
  }

  private start(): void {
    // SIGQUIT must not leave a core file. `cat` ends with its input, so also if we are killed. The fixed PATH makes sure
    // that it is the system's `cat`.
    const child = spawn('/bin/sh', ['-c', 'ulimit -c 0; exec cat'], {
      cwd: '/',
      env: { PATH: '/usr/bin:/bin:/run/current-system/sw/bin' },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.unref();
    this.process = child;
    this.hit = new Promise((resolve) => {
      child.once('exit', () => {
        resolve();
        if (this.disposed) return;
        // Start again for the next signal, but only after all callers have their answer about this one.
        setTimeout(() => {
          if (!this.disposed) this.start();
        }, groupDeliveryMs).unref();
      });
      child.once('error', () => {
        this.process = null;
      });
    });
  }
}
