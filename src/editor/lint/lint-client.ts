import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../system/clock';
import type { LintAnswer, LintReply, LintRequest, WorkerStart } from './protocol';

/** An idle worker ends after this time and frees its memory. */
const idleMilliseconds = 60_000;

/**
 * A worker that has not answered after this time is replaced. An analysis is limited and takes some seconds at most, so
 * this happens only with bugs.
 */
export const deadlineMilliseconds = 60_000;

/** After this many crashes without an answer in between, the worker is not started again. */
const mostCrashes = 3;

type Job = LintRequest & { readonly kind: 'lint' };

interface Waiting {
  readonly job: Job;
  readonly resolve: (answer: LintAnswer | null) => void;
}

/**
 * Gets findings from a worker thread, which exists only while documents need it. The worker gets one text at a time, so
 * that a text that blocks or crashes it is known and does not affect the others.
 */
export class LintClient {
  private worker: Worker | null = null;
  private current: (Waiting & { readonly cancelDeadline: () => void }) | null = null;
  private readonly queue: Waiting[] = [];
  private readonly keys = new Set<string>();
  /** Documents that blocked or crashed a worker, with their notices. They are not linted again until they are closed. */
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

  /** The findings; null if the worker failed or was ended. */
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

  /** Sends the worker the next text, if it is free. */
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
    // It must not keep the extension host alive.
    worker.unref();
    worker.on('message', (reply: LintReply) => {
      if (this.worker === worker) this.receive(reply);
    });
    worker.on('error', (error) => {
      if (this.worker === worker) this.onCrash(error.stack ?? error.message);
    });
    worker.on('exit', () => {
      if (this.worker === worker) this.onCrash('The linter thread has ended.');
    });
    return worker;
  }

  private receive(reply: LintReply): void {
    if (this.current?.job.id !== reply.id) return;
    this.crashes = 0;
    if ('failure' in reply) this.onFailure(reply.failure);
    const { copy } = 'failure' in reply ? { copy: undefined } : reply;
    this.settle(
      'failure' in reply
        ? null
        : { findings: reply.findings, notice: reply.notice, ...(copy === undefined ? {} : { copy }) },
    );
    this.next();
  }

  /** Replaces a worker that does not answer. */
  private giveUp({ key, path }: Job): void {
    const seconds = deadlineMilliseconds / 1000;
    const notice = `Green ML stopped linting this file because it took more than ${seconds} seconds. Close and reopen the file to try again.`;
    this.failedDocuments.set(key, notice);
    this.onFailure(
      `Linting ${path} took more than ${seconds} seconds and was stopped. Close and reopen the file to try again. Other files are still linted.`,
    );
    this.replace({ findings: [], notice });
  }

  /** Continues without the text during which the worker crashed, because it may be the cause. */
  private onCrash(message: string): void {
    this.crashes++;
    this.onFailure(
      this.crashes < mostCrashes
        ? message
        : `${message}\nThe linter has failed ${mostCrashes} times in a row and stays off until you reload the window.`,
    );
    const notice =
      'Green ML could not lint this file; see the Green ML output for the reason. Close and reopen the file to try again.';
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
