import type { ProgramListener, ProgramOutput, Programs, RunningProgram } from '../../src/system/spawn';

/** A helper program that a test simulates. */
export interface FakeProgram extends RunningProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly stopped: boolean;
  /** The lines that were sent to it. */
  readonly sent: readonly string[];
  line(text: string): void;
  end(problem: string | null): void;
}

/** Simulated programs. A program without an answer is not installed (`ENOENT`). */
export class FakePrograms implements Programs {
  /** Answers for `run`, by command line or by command alone. */
  readonly answers = new Map<string, ProgramOutput>();
  /** The commands that `start` finds. */
  readonly installed = new Set<string>();
  readonly started: FakeProgram[] = [];
  readonly ran: string[] = [];
  /** If set, called for each line that is sent to a program. */
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
