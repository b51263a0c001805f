import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { nextTurn, type Clock } from '../../system/clock';
import { deadlineMilliseconds } from './lint-client';
import type { LintedFile, ScanMessage, ScannedFile, ScanStart, ScanWish } from './scan-protocol';

/** More than a large project needs; beyond it only this thread ends, not the editor's process. */
const mostMegabytes = 1024;

/** What a thread finds in a file, by what is wanted. */
interface Found {
  readonly facts: ScannedFile;
  readonly problems: LintedFile;
}

/** Reads a project in other threads. */
export class ProjectScan<Kind extends ScanWish['kind']> {
  private readonly worker: Worker;
  private finish: (isComplete: boolean) => void = () => undefined;
  private cancelDeadline: () => void = () => undefined;

  /** Resolves to false if the thread was ended, failed, or found nothing more for too long. */
  readonly ended = new Promise<boolean>((resolve) => (this.finish = resolve));

  constructor(
    start: ScanStart & { readonly wanted: { readonly kind: Kind } },
    private readonly clock: Pick<Clock, 'after'>,
    private readonly receive: (files: readonly Found[Kind][]) => void,
  ) {
    this.worker = new Worker(join(start.productFolder, 'scan-worker.js'), {
      workerData: start,
      resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
    });
    // It must not keep the extension host alive.
    this.worker.unref();
    this.worker.on('message', (message: ScanMessage<Found[Kind]>) => void this.take(message));
    this.worker.on('error', () => this.end(false));
    this.worker.on('exit', () => this.end(false));
    this.awaitNext();
  }

  /** Ends it before it is complete. */
  dispose(): void {
    this.end(false);
    this.worker.removeAllListeners('message');
    void this.worker.terminate();
  }

  private async take(message: ScanMessage<Found[Kind]>): Promise<void> {
    this.awaitNext();
    if ('done' in message) {
      this.end(true);
      return;
    }
    this.receive(message.files);
    // Other extensions come first.
    await nextTurn();
    this.worker.postMessage('more');
  }

  /** A text that blocks a thread is not known here; whoever reads the files one by one will meet it again. */
  private awaitNext(): void {
    this.cancelDeadline();
    this.cancelDeadline = this.clock.after(deadlineMilliseconds, () => this.dispose());
  }

  private end(isComplete: boolean): void {
    this.cancelDeadline();
    this.finish(isComplete);
  }
}
