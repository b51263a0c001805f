import { spawn, type ChildProcess } from 'node:child_process';

/** A signal to a process group reaches all its members within microseconds; this is ample on a busy machine. */
const groupDeliveryMs = 100;

/**
 * A waiting process in our own process group that tells a signal to the group (Ctrl+C in a terminal, `kill -INT
 * -PGID`) from one to us alone: only the former ends it. The kernel offers this in `siginfo`, which Node does not.
 */
export class SignalSentinel {
  private process: ChildProcess | null = null;
  private hit: Promise<void> = Promise.resolve();
  private disposed = false;

  constructor() {
    this.start();
  }

  /** After a signal reached us: did it reach the whole group? False when there is no sentinel to tell. */
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
    // No core file when SIGQUIT ends it; and it ends by itself, with its input, should we be killed.
    // `cat` is the system's, whatever PATH names.
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
        // Ready for the next signal, once those who ask about this one have their answer.
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
