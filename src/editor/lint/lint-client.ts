import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Finding } from '../../lint/findings';
import type { Clock } from '../../system/clock';
import type { LintReply, LintRequest, WorkerStart } from './protocol';

/** A worker without anything to lint ends after this, and gives its memory back. */
const IDLE_MILLISECONDS = 60_000;

/** After this many deaths the worker is not started again. */
const MOST_DEATHS = 3;

interface Waiting {
  readonly resolve: (findings: readonly Finding[] | null) => void;
}

/** Asks a worker thread for findings; the thread exists only while documents need it. */
export class LintClient {
  private worker: Worker | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private readonly keys = new Set<string>();
  private cancelEnd: (() => void) | null = null;
  private nextId = 1;
  private deaths = 0;

  constructor(
    private readonly productFolder: string,
    private readonly clock: Clock,
    private readonly onFailure: (message: string) => void,
  ) {}

  get isRunning(): boolean {
    return this.worker !== null;
  }

  /** The findings; null if there will be none because the worker failed or was ended. */
  lint(request: Omit<LintRequest & { kind: 'lint' }, 'kind' | 'id'>): Promise<readonly Finding[] | null> {
    if (this.deaths >= MOST_DEATHS) return Promise.resolve(null);
    this.cancelEnd?.();
    this.cancelEnd = null;
    this.keys.add(request.key);
    const id = this.nextId++;
    const worker = this.worker ?? this.start();
    return new Promise((resolve) => {
      this.waiting.set(id, { resolve });
      worker.postMessage({ kind: 'lint', id, ...request } satisfies LintRequest);
    });
  }

  forget(key: string): void {
    if (!this.keys.delete(key)) return;
    this.worker?.postMessage({ kind: 'forget', key } satisfies LintRequest);
    if (this.keys.size === 0 && this.worker !== null) {
      this.cancelEnd?.();
      this.cancelEnd = this.clock.after(IDLE_MILLISECONDS, () => this.end());
    }
  }

  dispose(): void {
    this.cancelEnd?.();
    this.end();
  }

  private end(): void {
    void this.worker?.terminate();
    this.abandon();
  }

  private start(): Worker {
    const workerData: WorkerStart = { productFolder: this.productFolder };
    const worker = new Worker(join(this.productFolder, 'lint-worker.js'), { workerData });
    // It must not keep the editor's process alive.
    worker.unref();
    worker.on('message', (reply: LintReply) => this.receive(reply));
    worker.on('error', (error) => {
      this.deaths++;
      this.onFailure(error.stack ?? error.message);
    });
    worker.on('exit', () => {
      if (this.worker === worker) this.abandon();
    });
    this.worker = worker;
    return worker;
  }

  private receive(reply: LintReply): void {
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if ('failure' in reply) this.onFailure(reply.failure);
    waiting?.resolve('failure' in reply ? null : reply.findings);
  }

  private abandon(): void {
    this.worker = null;
    for (const { resolve } of this.waiting.values()) resolve(null);
    this.waiting.clear();
  }
}
