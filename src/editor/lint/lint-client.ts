import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../system/clock';
import type { LintAnswer, LintReply, LintRequest, WorkerStart } from './protocol';

/** A worker without anything to lint ends after this, and gives its memory back. */
const idleMilliseconds = 60_000;

/**
 * A worker that has not answered on one text after this is replaced. The steps of an analysis are limited, which takes some
 * seconds at most, so this is for what nobody thought of.
 */
export const deadlineMilliseconds = 60_000;

/** After this many deaths without an answer between them the worker is not started again. */
const mostCrashes = 3;

type Job = LintRequest & { readonly kind: 'lint' };

interface Waiting {
  readonly job: Job;
  readonly resolve: (answer: LintAnswer | null) => void;
}

/**
 * Asks a worker thread for findings; the thread exists only while documents need it. It is given one text at a time, so that
 * the text that holds it up is known, and the others do not suffer.
 */
export class LintClient {
  private worker: Worker | null = null;
  private current: (Waiting & { readonly cancelDeadline: () => void }) | null = null;
  private readonly queue: Waiting[] = [];
  private readonly keys = new Set<string>();
  /** The documents that held up a worker or ended it, and what to say of each. They are not tried again until they are closed. */
  private readonly failedDocuments = new Map<string, string>();
  private cancelEnd: (() => void) | null = null;
  private nextId = 1;
  private crashes = 0;

  constructor(
    private readonly productFolder: string,
    private readonly clock: Clock,
    private readonly onFailure: (message: string) => void,
  ) {}

  get isRunning(): boolean {
    return this.worker !== null;
  }

  /** The findings; null if there will be none because the worker failed or was ended. */
  lint(request: Omit<Job, 'kind' | 'id'>): Promise<LintAnswer | null> {
    if (this.crashes >= mostCrashes) return Promise.resolve(null);
    const notice = this.failedDocuments.get(request.key);
    if (notice !== undefined) return Promise.resolve({ findings: [], notice });
    this.cancelEnd?.();
    this.cancelEnd = null;
    this.keys.add(request.key);
    return new Promise((resolve) => {
      this.queue.push({ job: { kind: 'lint', id: this.nextId++, ...request }, resolve });
      this.next();
    });
  }

  forget(key: string): void {
    this.failedDocuments.delete(key);
    if (!this.keys.delete(key)) return;
    this.worker?.postMessage({ kind: 'forget', key } satisfies LintRequest);
    if (this.keys.size === 0 && this.worker !== null) {
      this.cancelEnd?.();
      this.cancelEnd = this.clock.after(idleMilliseconds, () => this.end());
    }
  }

  dispose(): void {
    this.cancelEnd?.();
    this.end();
  }

  /** Gives the worker the next text, if it is free. */
  private next(): void {
    if (this.current !== null) return;
    const waiting = this.queue.shift();
    if (waiting === undefined) return;
    const cancelDeadline = this.clock.after(deadlineMilliseconds, () => this.giveUp(waiting.job));
    this.current = { ...waiting, cancelDeadline };
    this.worker ??= this.start();
    this.worker.postMessage(waiting.job);
  }

  private start(): Worker {
    const workerData: WorkerStart = { productFolder: this.productFolder };
    const worker = new Worker(join(this.productFolder, 'lint-worker.js'), { workerData });
    // It must not keep the editor's process alive.
    worker.unref();
    worker.on('message', (reply: LintReply) => {
      if (this.worker === worker) this.receive(reply);
    });
    worker.on('error', (error) => {
      if (this.worker === worker) this.onCrash(error.stack ?? error.message);
    });
    worker.on('exit', () => {
      if (this.worker === worker) this.onCrash('The thread that lints has ended.');
    });
    return worker;
  }

  private receive(reply: LintReply): void {
    if (this.current?.job.id !== reply.id) return;
    this.crashes = 0;
    if ('failure' in reply) this.onFailure(reply.failure);
    this.settle('failure' in reply ? null : { findings: reply.findings, notice: reply.notice });
    this.next();
  }

  /** Replaces a worker that does not answer. */
  private giveUp({ key, path }: Job): void {
    const seconds = deadlineMilliseconds / 1000;
    const notice = `Green ML stopped linting this file, which took more than ${seconds} seconds. It is tried again when the file is opened again.`;
    this.failedDocuments.set(key, notice);
    this.onFailure(
      `${path} took more than ${seconds} seconds, so it is not linted until it is opened again. Other files are linted as before.`,
    );
    this.replace({ findings: [], notice });
  }

  /** Goes on without the text that was at work when the worker died, which may be the reason. */
  private onCrash(message: string): void {
    this.crashes++;
    this.onFailure(
      this.crashes < mostCrashes
        ? message
        : `${message}\nThe linter has failed ${mostCrashes} times in a row and stays off until the window is reloaded.`,
    );
    const notice =
      'Green ML could not lint this file: its log says why. It is tried again when the file is opened again.';
    if (this.current !== null) this.failedDocuments.set(this.current.job.key, notice);
    this.replace({ findings: [], notice });
  }

  private replace(answer: LintAnswer): void {
    const { worker } = this;
    this.worker = null;
    void worker?.terminate();
    this.settle(answer);
    if (this.crashes < mostCrashes) this.next();
    else this.abandon();
  }

  private settle(answer: LintAnswer | null): void {
    const { current } = this;
    this.current = null;
    current?.cancelDeadline();
    current?.resolve(answer);
  }

  private end(): void {
    const { worker } = this;
    this.worker = null;
    void worker?.terminate();
    this.settle(null);
    this.abandon();
  }

  private abandon(): void {
    for (const { resolve } of this.queue.splice(0)) resolve(null);
  }
}
