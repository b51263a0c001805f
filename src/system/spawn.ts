import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { errorCode } from './files';
import { resolveProgram, safeFolder } from './resolve-program';

export type { ChildProcess } from 'node:child_process';

/** The output of a short helper program. */
export interface ProgramOutput {
  readonly stdout: string;
  /** `ENOENT`, `timeout`, `exit 9`, …; null if it ended by itself with exit code 0. */
  readonly problem: string | null;
}

/** A helper program that keeps writing lines until it is stopped. */
export interface RunningProgram {
  readonly pid: number | null;
  /** Writes a line to its standard input; does nothing if it has no standard input or has ended. */
  send(line: string): void;
  stop(): void;
}

interface StartOptions {
  /** Whether lines can be sent to it. */
  readonly input?: boolean;
}

export interface ProgramListener {
  /** One complete line of standard output, without its end. */
  onLine(line: string): void;
  /** Called once, even if the program could not be started. `problem` is as in `ProgramOutput`. */
  onEnd(problem: string | null): void;
}

/**
 * Starts helper programs (`nvidia-smi`, `ps`, …) by name; passed in, so that tests can serve fakes. `resolveProgram`
 * finds the program, and never takes it from the current folder.
 */
export interface Programs {
  /** Runs a program to its end, or kills it after `timeoutMilliseconds`. Never throws: `problem` says what went wrong. */
  run(command: string, args: readonly string[], timeoutMilliseconds: number): Promise<ProgramOutput>;
  start(command: string, args: readonly string[], listener: ProgramListener, options?: StartOptions): RunningProgram;
}

/** Makes helpers write English and decimal points, whatever the user's language. */
const environment = (): NodeJS.ProcessEnv => ({ ...process.env, LC_ALL: 'C', LANG: 'C' });

/** Where helpers were found, by everything that the result depends on. */
const found = new Map<string, string>();

let projects: readonly string[] = [];

/** Sets the folders of the open projects. Helpers are never taken from them. */
export function takeNoHelpersFrom(folders: readonly string[]): void {
  projects = folders;
  found.clear();
}

/** The absolute path of a helper program, for callers that start it with their own streams; null if there is none. */
export function findProgram(name: string): string | null {
  const cwd = currentFolder();
  const key = JSON.stringify([name, cwd, process.env['PATH']]);
  const known = found.get(key);
  if (known !== undefined && isProgram(known)) return known;
  const path = resolveProgram(name, {
    platform: process.platform,
    env: process.env,
    cwd,
    projects,
    isProgram,
    realPath,
  });
  if (path !== null) found.set(key, path);
  return path;
}

/** The current folder, or the root if the current folder was deleted. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

const startFolder = (): string => safeFolder({ platform: process.platform, env: process.env });

const outputLimitBytes = 16 * 1024 * 1024;

function describe(code: number | null, signal: NodeJS.Signals | null): string | null {
  if (signal !== null) return `killed by ${signal}`;
  return code === 0 ? null : `exit ${code ?? 'unknown'}`;
}

export const systemPrograms: Programs = {
  run(command, args, timeoutMilliseconds) {
    const path = findProgram(command);
    if (path === null) return Promise.resolve({ stdout: '', problem: 'ENOENT' });
    return new Promise((resolve) => {
      execFile(
        path,
        args,
        {
          cwd: startFolder(),
          timeout: timeoutMilliseconds,
          maxBuffer: outputLimitBytes,
          env: environment(),
          windowsHide: true,
          killSignal: 'SIGKILL',
        },
        (error, stdout) => {
          if (error === null) resolve({ stdout, problem: null });
          else if (error.killed === true) resolve({ stdout, problem: 'timeout' });
          else if (typeof error.code === 'number') resolve({ stdout, problem: `exit ${error.code}` });
          else resolve({ stdout, problem: error.code ?? error.message });
        },
      );
    });
  },

  start(command, args, listener, { input = false } = {}) {
    const path = findProgram(command);
    if (path === null) {
      setImmediate(() => listener.onEnd('ENOENT'));
      return { pid: null, send: () => undefined, stop: () => undefined };
    }
    const child: ChildProcess = spawn(path, args, {
      cwd: startFolder(),
      env: environment(),
      stdio: [input ? 'pipe' : 'ignore', 'pipe', 'ignore'],
      windowsHide: true,
    });
    if (child.stdout !== null)
      createInterface({ input: child.stdout, crlfDelay: Infinity }).on('line', (line) => listener.onLine(line));
    // Writing to a program that has ended is an error. It needs no handling here: `close` reports the end.
    child.stdin?.on('error', () => undefined);
    let ended = false;
    const end = (problem: string | null): void => {
      if (ended) return;
      ended = true;
      listener.onEnd(problem);
    };
    child.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    // `close` comes after the last line; `exit` may come before it.
    child.once('close', (code, signal) => end(describe(code, signal)));
    return {
      pid: child.pid ?? null,
      send: (line) => {
        if (child.stdin?.writable === true) child.stdin.write(`${line}\n`);
      },
      stop: () => void child.kill('SIGKILL'),
    };
  },
};

/** How a program ended whose lines were read. */
export interface ProgramEnd {
  /** As in `ProgramOutput`. */
  readonly problem: string | null;
  /** The last part of what it wrote to standard error. */
  readonly errors: string;
}

/** No program whose lines we read writes longer ones; a text of that length is no longer one in JavaScript. */
const longestLineBytes = 64 * 1024 * 1024;

/** More is not needed to see what went wrong. */
const mostErrorCharacters = 8192;

/** How to read the lines of a program. */
interface LineOptions {
  /** Environment variables on top of ours. */
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMilliseconds: number;
  /** Ends the program; its problem is then `stopped`. */
  readonly stop?: AbortSignal;
}

/**
 * Reads the output of a program line by line, so that an output of any length needs little memory, and keeps what it
 * writes to standard error. `findProgram` finds the program. Never throws.
 */
export type ReadLines = (
  command: string,
  args: readonly string[],
  onLine: (line: string) => void,
  options: LineOptions,
) => Promise<ProgramEnd>;

export const systemLines: ReadLines = (command, args, onLine, { env, timeoutMilliseconds, stop: stopping }) => {
  const path = findProgram(command);
  if (path === null) return Promise.resolve({ problem: 'ENOENT', errors: '' });
  return new Promise((resolve) => {
    const child = spawn(path, args, {
      cwd: startFolder(),
      env: { ...environment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let errors = '';
    let stopped: string | null = null;
    // What the program has started may hold its streams open.
    const stop = (why: string): void => {
      stopped ??= why;
      child.kill('SIGKILL');
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = setTimeout(() => stop('timeout'), timeoutMilliseconds);
    stopping?.addEventListener('abort', () => stop('stopped'));
    let lineBytes = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      const end = chunk.lastIndexOf(0x0a);
      lineBytes = end < 0 ? lineBytes + chunk.length : chunk.length - end - 1;
      if (lineBytes > longestLineBytes) stop('a line without an end');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-mostErrorCharacters);
    });
    const lines = createInterface({ input: child.stdout, crlfDelay: Infinity }).on('line', onLine);
    const end = (problem: string | null): void => {
      clearTimeout(timer);
      resolve({ problem: stopped ?? problem, errors });
    };
    child.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    child.once('close', (code, signal) => {
      lines.close();
      end(describe(code, signal));
    });
  });
};

/** How to start a program that shares streams with us. */
interface AttachedOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** As in Node: its standard input, output and error, and any further streams. */
  readonly stdio: readonly ('inherit' | 'ignore' | 'pipe' | 'ipc' | number)[];
  /** In a process group and session of its own, so that it can be ended with all that it starts. */
  readonly ownGroup?: boolean;
}

/** Starts a program that the user named, or one of ours. Never uses a shell. */
export function startAttached(
  program: string,
  args: readonly string[],
  { cwd, env, stdio, ownGroup = false }: AttachedOptions,
): ChildProcess {
  // On Windows, a detached process would open a window.
  const detached = ownGroup && process.platform !== 'win32';
  return spawn(program, args, { cwd, env, stdio: [...stdio], shell: false, detached, windowsHide: ownGroup });
}

/** Why the file at a path could not be started; null if it could. */
export async function startingProblem(path: string): Promise<'ENOENT' | 'EACCES' | null> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile() ? null : 'EACCES';
  } catch (error) {
    return errorCode(error) === 'EACCES' ? 'EACCES' : 'ENOENT';
  }
}
