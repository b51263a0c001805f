import type { Clock } from '../system/clock';
import type { Programs, RunningProgram } from '../system/spawn';
import { CommandLines } from './command-lines';
import type { Now, ProcessEntry, ProcessSnapshot, ProcessTable } from './table';
import { commandLinesScript, processListScript } from './windows-scripts';

const shell = 'powershell.exe';
const shellArguments = (script: string): readonly string[] => [
  '-NoLogo',
  '-NoProfile',
  '-NonInteractive',
  '-Command',
  script,
];

/** The first answer takes longer, because PowerShell and its compiler have to start. */
const firstPatienceMilliseconds = 8000;
const patienceMilliseconds = 3000;
const commandLinesPatienceMilliseconds = 10_000;
/** Windows counts time from 1601. */
const secondsFrom1601 = 11_644_473_600;

/** How long to wait before PowerShell is started again after a failure. */
const restSeconds = 30;

interface ScriptAnswer {
  resolve(snapshot: ProcessSnapshot): void;
  reject(error: Error): void;
}

/**
 * Processes on Windows, from one long-lived PowerShell that answers each line of input with a list. Starting PowerShell
 * or querying WMI every second would cost more energy than many runs.
 */
export class WindowsProcessTable implements ProcessTable {
  private program: RunningProgram | null = null;
  private entries = new Map<number, ProcessEntry>();
  private readonly waiting: ScriptAnswer[] = [];
  private failedAt = -Infinity;
  private hasAnswered = false;
  private readonly lines: CommandLines;

  constructor(
    private readonly programs: Programs,
    private readonly clock: Clock,
  ) {
    this.lines = new CommandLines(clock, async () =>
      parseCommandLines(
        (await programs.run(shell, shellArguments(commandLinesScript), commandLinesPatienceMilliseconds)).stdout,
      ),
    );
  }

  get helpers(): readonly number[] {
    const pid = this.program?.pid ?? null;
    return pid === null ? [] : [pid];
  }

  prepare(): void {
    if (this.program === null) this.start();
  }

  /** @throws an Error if PowerShell cannot run or does not answer in time */
  snapshot(): Promise<ProcessSnapshot> {
    const program = this.program ?? this.start();
    return new Promise((resolve, reject) => {
      const patience = this.hasAnswered ? patienceMilliseconds : firstPatienceMilliseconds;
      const cancel = this.clock.after(patience, () => this.end('it did not answer in time'));
      this.waiting.push({
        resolve: (snapshot) => {
          cancel();
          resolve(snapshot);
        },
        reject: (error) => {
          cancel();
          reject(error);
        },
      });
      if (program === null) this.end('it failed before');
      else program.send('list');
    });
  }

  commandLine(pid: number): Promise<readonly string[] | null> {
    return this.lines.of(pid);
  }

  ageSeconds({ startTime }: Pick<ProcessEntry, 'startTime'>, { wallMilliseconds }: Now): number {
    return Math.max(0, wallMilliseconds / 1000 - (startTime / 1e7 - secondsFrom1601));
  }

  pause(): void {
    const { program } = this;
    this.program = null;
    program?.stop();
    this.rejectAll('it is no longer needed');
  }

  private start(): RunningProgram | null {
    if (this.clock.monotonicSeconds() - this.failedAt < restSeconds) return null;
    this.entries = new Map();
    this.hasAnswered = false;
    const program = this.programs.start(
      shell,
      shellArguments(processListScript),
      {
        onLine: (line) => {
          if (this.program === program) this.take(line);
        },
        onEnd: (problem) => {
          if (this.program === program) this.end(problem ?? 'it exited');
        },
      },
      { input: true },
    );
    this.program = program;
    return program;
  }

  private take(line: string): void {
    if (line !== '.') {
      const entry = parseWindowsProcess(line);
      if (entry !== null) this.entries.set(entry.pid, entry);
      return;
    }
    const processes = withTrueParents(this.entries);
    this.entries = new Map();
    this.hasAnswered = true;
    this.waiting.shift()?.resolve({ processes });
  }

  private end(problem: string): void {
    const { program } = this;
    this.program = null;
    if (program !== null) this.failedAt = this.clock.monotonicSeconds();
    program?.stop();
    this.rejectAll(problem);
  }

  private rejectAll(problem: string): void {
    for (const answer of this.waiting.splice(0))
      answer.reject(new Error(`PowerShell gives no list of processes (${problem})`));
  }
}

/** Parses "pid parent start cpu bytes name", times in 100 ns; null for a line that was cut short. */
export function parseWindowsProcess(line: string): ProcessEntry | null {
  const match = /^(\d+) (\d+) (\d+) (\d+) (\d+) (.*)$/.exec(line);
  if (match === null) return null;
  const [pid = 0, parentPid = 0, startTime = 0, cpu = 0, residentBytes = 0] = match.slice(1, 6).map(Number);
  return {
    pid,
    parentPid,
    startTime,
    cpuSeconds: cpu / 1e7,
    reapedCpuSeconds: 0,
    residentBytes,
    zombie: false,
    group: 0,
    name: (match[6] ?? '').replace(/\.exe$/i, ''),
  };
}

/** Windows keeps the pid of a parent that has ended. A process that now has this pid, but started later, is not the parent. */
function withTrueParents(entries: ReadonlyMap<number, ProcessEntry>): ReadonlyMap<number, ProcessEntry> {
  return new Map(
    [...entries].map(([pid, entry]) => {
      const parent = entries.get(entry.parentPid);
      return [pid, parent !== undefined && parent.startTime > entry.startTime ? { ...entry, parentPid: 0 } : entry];
    }),
  );
}

function parseCommandLines(text: string): ReadonlyMap<number, readonly string[]> {
  return new Map(
    text.split(/\r?\n/).flatMap((line): [number, readonly string[]][] => {
      const [, pid, command] = /^(\d+) (.+)$/.exec(line) ?? [];
      return pid === undefined || command === undefined ? [] : [[Number(pid), splitCommandLine(command)]];
    }),
  );
}

/** Splits arguments at quotation marks; backslashes before one are kept, because paths contain them. */
export function splitCommandLine(text: string): readonly string[] {
  return [...text.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', ''));
}
