import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ScanMessage, ScannedFile, ScanStart } from './scan-protocol';

/** More than a large project needs; beyond it only this thread ends, not the editor's process. */
const mostMegabytes = 1024;

/** Reads a project in other threads. */
export class ProjectScan {
  private readonly worker: Worker;
  private finish: (isComplete: boolean) => void = () => undefined;

  /** Resolves to false if the thread was ended or failed. */
  readonly ended = new Promise<boolean>((resolve) => (this.finish = resolve));

  constructor(start: ScanStart, receive: (files: readonly ScannedFile[]) => void) {
    this.worker = new Worker(join(start.productFolder, 'scan-worker.js'), {
      workerData: start,
      resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
    });
    // It must not keep the extension host alive.
    this.worker.unref();
    this.worker.on('message', (message: ScanMessage) => {
      if ('files' in message) receive(message.files);
      else this.finish(true);
    });
    this.worker.on('error', () => this.finish(false));
    this.worker.on('exit', () => this.finish(false));
  }

  /** Ends it before it is complete. */
  dispose(): void {
    this.finish(false);
    this.worker.removeAllListeners('message');
    void this.worker.terminate();
  }
}
