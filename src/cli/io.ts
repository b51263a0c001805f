import type { Clock } from '../system/clock';
import type { ReadableFiles } from '../system/files';
import type { HttpClient } from '../system/http';

/** What a command may touch; passed in, so that commands run in tests as they run in a terminal. */
export interface Io {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly clock: Clock;
  readonly files: ReadableFiles;
  /** Asked only by commands that were told to. */
  readonly http: HttpClient;
  /** The folder of the built product, where `tree-sitter-python.wasm` and the data tables lie. */
  readonly productFolder: string;
}

/**
 * An empty path would be the current folder, which is what a variable that is not set turns into.
 *
 * @throws CommandError
 */
export function requirePath(path: string): void {
  if (path === '')
    throw new CommandError('a path is empty; name a file or a folder, or write "." for the current one.');
}

/** The stream that a person means by "-" and the like; written as a file, it would lose what is printed to it. */
export function streamNamed(io: Io, path: string): Io['stdout'] | null {
  if (['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'].includes(path)) return io.stdout;
  return ['/dev/stderr', '/dev/fd/2', '/proc/self/fd/2'].includes(path) ? io.stderr : null;
}

/**
 * The command could not do its work. `message` is one sentence for people that says what to do; it is printed on
 * standard error without a stack, and the exit code is 2.
 */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
