import type { Clock } from '../system/clock';
import type { Programs, RunningProgram } from '../system/spawn';

interface HelperStreamOptions {
  readonly programs: Programs;
  readonly clock: Clock;
  readonly command: string;
  readonly args: readonly string[];
  /** A helper that writes nothing for this long hangs; it is stopped and restarted. */
  readonly silenceSeconds: number;
  /** How long its first line may take; like any other line if absent. */
  readonly firstSilenceSeconds?: number;
  onLine(line: string): void;
  /** It ended or hangs: its earlier output is no longer valid. */
  onBroken(problem: string): void;
}

const firstBackoffSeconds = 1;
const longestBackoffSeconds = 60;

/** A helper program that writes readings while they are needed. If it ends, it is restarted, with growing delays. */
export class HelperStream {
  private program: RunningProgram | null = null;
  private wanted = false;
  private backoffSeconds = firstBackoffSeconds;
  private cancelTimer: (() => void) | null = null;
  private lastLineAt = 0;
  private hasSpoken = false;
  private problem: string | null = null;

  constructor(private readonly options: HelperStreamOptions) {}

  get pid(): number | null {
    return this.program?.pid ?? null;
  }

  /** Why it is not running; null while it is. */
  get brokenBecause(): string | null {
    return this.problem;
  }

  /** Makes sure that it is running; safe to call at any time. */
  start(): void {
    this.wanted = true;
    if (this.program === null && this.cancelTimer === null) this.launch();
  }

  stop(): void {
    this.wanted = false;
    this.cancelTimer?.();
    this.cancelTimer = null;
    this.program?.stop();
    this.program = null;
    this.backoffSeconds = firstBackoffSeconds;
    this.problem = null;
  }

  /** Stops a helper that hangs. Called with every read, so that it needs no timer of its own. */
  check(): void {
    const { clock, silenceSeconds, firstSilenceSeconds = silenceSeconds } = this.options;
    const patience = this.hasSpoken ? silenceSeconds : firstSilenceSeconds;
    if (this.program !== null && clock.monotonicSeconds() - this.lastLineAt > patience) {
      const hanging = this.program;
      this.program = null;
      hanging.stop();
      this.fail('it stopped responding');
    }
  }

  private launch(): void {
    const { programs, clock, command, args } = this.options;
    this.lastLineAt = clock.monotonicSeconds();
    this.problem = null;
    const program = programs.start(command, args, {
      onLine: (line) => {
        if (this.program !== program) return;
        this.lastLineAt = clock.monotonicSeconds();
        this.hasSpoken = true;
        this.backoffSeconds = firstBackoffSeconds;
        this.options.onLine(line);
      },
      onEnd: (problem) => {
        if (this.program !== program) return;
        this.program = null;
        this.fail(problem ?? 'it exited');
      },
    });
    this.program = program;
  }

  private fail(problem: string): void {
    this.problem = problem;
    this.options.onBroken(problem);
    if (!this.wanted) return;
    this.cancelTimer = this.options.clock.after(this.backoffSeconds * 1000, () => {
      this.cancelTimer = null;
      if (this.wanted) this.launch();
    });
    this.backoffSeconds = Math.min(longestBackoffSeconds, 2 * this.backoffSeconds);
  }
}
