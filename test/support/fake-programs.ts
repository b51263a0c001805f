import type { ProgramListener, ProgramOutput, Programs, RunningProgram } from '../../src/system/spawn';

/** A helper program that a test plays. */
export interface FakeProgram extends RunningProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly stopped: boolean;
  /** Lines that were sent to it. */
  readonly sent: readonly string[];
  line(text: string): void;
  end(problem: string | null): void;
}

/** Programs that only exist in a test. Those without an answer are not installed (`ENOENT`). */
export class FakePrograms implements Programs {
  /** Answers for `run`, by command line or by command alone. */
  readonly answers = new Map<string, ProgramOutput>();
  /** Commands that `start` finds. */
  readonly installed = new Set<string>();
  readonly started: FakeProgram[] = [];
  readonly ran: string[] = [];
  /** A test that sets this answers what is sent to programs. */
  onSend: ((program: FakeProgram, line: string) => void) | null = null;

  run(command: string, args: readonly string[]): Promise<ProgramOutput> {
    const line = [command, ...args].join(' ');
    this.ran.push(line);
    return Promise.resolve(this.answers.get(line) ?? this.answers.get(command) ?? { stdout: '', problem: 'ENOENT' });
  }

  start(command: string, args: readonly string[], listener: ProgramListener): RunningProgram {
    let ended = false;
    let stopped = false;
    const sent: string[] = [];
    const end = (problem: string | null): void => {
      if (ended) return;
      ended = true;
      listener.onEnd(problem);
    };
    const program: FakeProgram = {
      pid: 40000 + this.started.length,
      command,
      args,
      get stopped() {
        return stopped;
      },
      line: (text) => {
        if (!ended) listener.onLine(text);
      },
      end,
      sent,
      send: (line) => {
        sent.push(line);
        if (!ended) this.onSend?.(program, line);
      },
      stop: () => {
        stopped = true;
        end('killed by SIGKILL');
      },
    };
    this.started.push(program);
    if (!this.installed.has(command)) setImmediate(() => end('ENOENT'));
    return program;
  }
}
