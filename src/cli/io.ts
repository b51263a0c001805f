import type { AgentLink } from './agent-link';
import type { OwnSettingsFiles } from '../runs/settings/own-files';
import type { Clock } from '../system/clock';
import type { ReadableFiles } from '../system/files';
import type { HttpClient, HttpForms } from '../system/http';

/** What a command may use; passed in, so that commands run in tests as they do in a terminal. */
export interface Io {
  readonly stdin: AsyncIterable<string | Uint8Array>;
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly clock: Clock;
  readonly files: ReadableFiles;
  /** Used only if the user asked for live services or a cluster's energy. */
  readonly http: HttpClient & HttpForms;
  /** The folder of the built product, with `tree-sitter-python.wasm` and the data tables. */
  readonly productFolder: string;
  /** The agent's tool that started us; absent or null if none did. */
  readonly agent?: AgentLink | null;
  /** Absent: where this platform has the settings of the user and the machine. */
  readonly ownSettings?: OwnSettingsFiles;
}

/**
 * Refuses an empty path, the usual result of an unset variable: it would mean the current folder.
 *
 * @throws CommandError
 */
export function requirePath(path: string): void {
  if (path === '') throw new CommandError('a path is empty; give a file or a folder, or "." for the current folder.');
}

/** The stream behind "-" and similar paths; replacing it as a file would lose what is printed to it. */
export function streamNamed(io: Io, path: string): Io['stdout'] | null {
  if (['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'].includes(path)) return io.stdout;
  return ['/dev/stderr', '/dev/fd/2', '/proc/self/fd/2'].includes(path) ? io.stderr : null;
}

/**
 * The command failed. `message` is one sentence that tells the user what to do; it is printed on standard error
 * without a stack, and the exit code is 2.
 */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
