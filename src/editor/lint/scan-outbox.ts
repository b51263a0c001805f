import type { MessagePort } from 'node:worker_threads';
import type { Clock } from '../../system/clock';
import type { ScanMessage } from './scan-protocol';

/** The files of one message, so that messages cost little and progress still shows. */
const mostFiles = 320;
/** The findings of one message, so that the editor's thread is held for some milliseconds only. */
const mostFindings = 250;
/** Files that take long are reported after this time, so that people see progress. */
const mostSeconds = 1;

/** What waits to be sent about a file. */
interface Waiting<File> {
  readonly findings: number;
  /** Makes what is sent, which takes more memory. */
  readonly make: () => File;
}

/** Sends what was found in files, one message at a time, each when the one before was dealt with. */
export class ScanOutbox<File> {
  private readonly waiting: Waiting<File>[] = [];
  private next = 0;
  private waitingFindings = 0;
  private isBusy = false;
  private lastSeconds: number;
  private finish: (() => void) | null = null;

  constructor(
    private readonly port: Pick<MessagePort, 'on' | 'postMessage'>,
    private readonly clock: Pick<Clock, 'monotonicSeconds'>,
  ) {
    this.lastSeconds = clock.monotonicSeconds();
    port.on('message', () => {
      this.isBusy = false;
      this.sendIfDue();
    });
  }

  add(findings: number, make: () => File): void {
    this.waiting.push({ findings, make });
    this.waitingFindings += findings;
    this.sendIfDue();
  }

  /** Resolves when all was sent and dealt with. */
  async end(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.finish = resolve;
      this.sendIfDue();
    });
    this.send({ done: true });
  }

  private sendIfDue(): void {
    if (this.isBusy) return;
    const left = this.waiting.length - this.next;
    if (left === 0) {
      this.finish?.();
      return;
    }
    const isDue =
      this.finish !== null ||
      left >= mostFiles ||
      this.waitingFindings >= mostFindings ||
      this.clock.monotonicSeconds() - this.lastSeconds >= mostSeconds;
    if (!isDue) return;
    this.isBusy = true;
    this.send({ files: this.takeSome() });
  }

  private takeSome(): readonly File[] {
    const files: File[] = [];
    let findings = 0;
    while (files.length < mostFiles && (files.length === 0 || findings < mostFindings)) {
      const file = this.waiting[this.next];
      if (file === undefined) break;
      this.next++;
      findings += file.findings;
      files.push(file.make());
    }
    this.waitingFindings -= findings;
    if (this.next === this.waiting.length) {
      this.waiting.length = 0;
      this.next = 0;
    }
    return files;
  }

  private send(message: ScanMessage<File>): void {
    this.lastSeconds = this.clock.monotonicSeconds();
    this.port.postMessage(message);
  }
}
