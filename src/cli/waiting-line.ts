import type { Io } from './io';
import { LiveLine } from './live-line';

/** What takes less time needs no word. */
const patienceSeconds = 1;
const clearedLine = '\r\x1b[2K';

/** Says in a terminal what a command is doing while it takes long; nothing of it stays. */
export class WaitingLine {
  private readonly beganAt: number;
  private isShown = false;

  constructor(private readonly io: Pick<Io, 'stderr' | 'env' | 'clock'>) {
    this.beganAt = io.clock.monotonicSeconds();
  }

  show(text: string): void {
    const { stderr, env, clock } = this.io;
    if (!LiveLine.fits(stderr, env) || clock.monotonicSeconds() - this.beganAt < patienceSeconds) return;
    this.isShown = true;
    stderr.write(`${clearedLine}${text}`);
  }

  dispose(): void {
    if (this.isShown) this.io.stderr.write(clearedLine);
    this.isShown = false;
  }
}
