import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { nextTurn, type Clock } from '../../system/clock';
import type { LintConfig } from '../engine/settings';
import type { ThreadReply, ThreadRequest, ThreadStart } from './crew-protocol';
import type { FileLinter, LintJob, SettledJob } from './file-linter';

/** Files per message to a thread, so that messages cost little compared with the work. */
const handfulSize = 8;
/** Messages that a thread has in advance, so that it never waits for the first thread. */
const ahead = 2;
/** The cost of starting a thread: its code, the grammar, its memory. */
const startSeconds = 0.15;

export interface CrewOptions {
  /** The most threads that lint at the same time, including the first. */
  readonly threads: number;
  /** False to start them only if there is enough work. */
  readonly atOnce: boolean;
  readonly clock: Clock;
  readonly start: Omit<ThreadStart, 'configs'>;
  /** Called once for each file, with its index in the list. */
  readonly onSettled: (index: number, job: SettledJob) => void;
}

/** Lints a list of files in this thread, and in others if that is faster. */
export class Crew {
  private readonly configs: readonly LintConfig[];
  private readonly waiting: number[];
  private readonly members = new Set<CrewMember>();
  private left: number;
  private finish: () => void = () => undefined;

  constructor(
    private readonly jobs: readonly LintJob[],
    private readonly linter: Pick<FileLinter, 'lint'>,
    private readonly options: CrewOptions,
  ) {
    this.configs = [...new Set(jobs.map(({ config }) => config))];
    // Taken from the end, which costs nothing.
    this.waiting = jobs.map((_job, index) => index).reverse();
    this.left = jobs.length;
  }

  /** The threads that lint now. */
  get size(): number {
    return this.members.size + 1;
  }

  async run(): Promise<void> {
    try {
      if (this.options.atOnce) await this.hire();
      await this.lintHere();
      while (this.left > 0) {
        await new Promise<void>((resolve) => (this.finish = resolve));
        // A thread that failed leaves its files to us.
        await this.lintHere();
      }
    } finally {
      await Promise.all([...this.members].map(({ worker }) => worker.terminate()));
    }
  }

  private async lintHere(): Promise<void> {
    const began = this.options.clock.monotonicSeconds();
    let done = 0;
    for (let index = this.waiting.pop(); index !== undefined; index = this.waiting.pop()) {
      const job = this.jobs[index];
      if (job === undefined) continue;
      this.settle(index, await this.linter.lint(job));
      done++;
      // Files are read and linted without a pause, in which the other threads would wait for their next files.
      await nextTurn();
      if (this.members.size === 0 && this.paysOff(this.options.clock.monotonicSeconds() - began, done))
        await this.hire();
    }
  }

  /** True if the remaining work takes more than twice as long as starting other threads. */
  private paysOff(seconds: number, done: number): boolean {
    if (this.options.threads < 2 || seconds < startSeconds) return false;
    return (seconds / done) * this.waiting.length > 4 * startSeconds;
  }

  private async hire(): Promise<void> {
    const wanted = Math.min(this.options.threads, Math.ceil(this.waiting.length / handfulSize)) - 1;
    if (wanted < 1) return;
    const { productFolder } = this.options.start;
    const { Worker: Thread } = await import('node:worker_threads');
    for (let count = 0; count < wanted; count++) {
      const workerData: ThreadStart = { ...this.options.start, configs: this.configs };
      const member: CrewMember = {
        worker: new Thread(join(productFolder, 'lint-thread.js'), { workerData }),
        given: new Set(),
      };
      this.members.add(member);
      member.worker.on('message', (reply: ThreadReply) => this.receive(member, reply));
      // Its files go back to the other threads. If a file is the reason, this thread will report it.
      member.worker.on('error', () => this.dismiss(member));
      member.worker.on('exit', () => this.dismiss(member));
      for (let handful = 0; handful < ahead; handful++) this.give(member);
    }
  }

  private give(member: CrewMember): void {
    const indices = this.waiting.splice(-handfulSize).reverse();
    if (indices.length === 0) return;
    const jobs = indices.flatMap((index) => {
      const job = this.jobs[index];
      return job === undefined ? [] : [{ index, path: job.path, config: this.configs.indexOf(job.config) }];
    });
    for (const { index } of jobs) member.given.add(index);
    member.worker.postMessage({ jobs } satisfies ThreadRequest);
  }

  private receive(member: CrewMember, { settled }: ThreadReply): void {
    for (const { index, job } of settled) {
      if (member.given.delete(index)) this.settle(index, job);
    }
    this.give(member);
  }

  private dismiss(member: CrewMember): void {
    if (!this.members.delete(member)) return;
    this.waiting.push(...[...member.given].reverse());
    this.finish();
  }

  private settle(index: number, job: SettledJob): void {
    this.options.onSettled(index, job);
    if (--this.left === 0) this.finish();
  }
}

interface CrewMember {
  readonly worker: Worker;
  /** The files whose results are missing. */
  readonly given: Set<number>;
}
