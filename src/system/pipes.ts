import { closeSync, constants, fstatSync, openSync, write } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode } from './files';
import { systemPrograms } from './spawn';

/** Which pipe a file descriptor leads to. */
interface PipeIdentity {
  readonly device: number;
  readonly inode: number;
}

/** The pipe behind a descriptor of ours; null if it is something else, or closed. */
export function pipeAt(descriptor: number): PipeIdentity | null {
  try {
    const found = fstatSync(descriptor);
    return found.isFIFO() ? { device: found.dev, inode: found.ino } : null;
  } catch {
    return null;
  }
}

/** Whether a descriptor of ours is neither a pipe nor a socket; false for one that is closed. */
export function isNoStream(descriptor: number): boolean {
  try {
    const found = fstatSync(descriptor);
    return !found.isFIFO() && !found.isSocket();
  } catch {
    return false;
  }
}

interface Pipe {
  readonly readEnd: Socket;
  /** The descriptor to write to. */
  readonly writeEnd: number;
  /** Closes our write end: only whoever has inherited it holds the pipe open then. Safe to call twice. */
  readonly release: () => void;
}

const patienceMilliseconds = 5000;

/**
 * A pipe as shells make it. Node's own pipes to a child are sockets, which programs cannot open again as `/dev/stdout`.
 *
 * @throws when the system makes no named pipe
 */
export async function openPipe(): Promise<Pipe> {
  const folder = await mkdtemp(join(tmpdir(), 'green-ml-output-'));
  let readEnd: number;
  let writeEnd: number;
  try {
    const path = join(folder, 'pipe');
    const { problem } = await systemPrograms.run('mkfifo', ['-m', '600', path], patienceMilliseconds);
    if (problem !== null) throw new Error(`mkfifo: ${problem}`);
    readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    writeEnd = openSync(path, constants.O_WRONLY);
  } finally {
    // Its name is not needed any more, and must not stay if we are killed.
    await rm(folder, { recursive: true, force: true });
  }
  let isHeld = true;
  return {
    readEnd: new Socket({ fd: readEnd, readable: true, writable: false }),
    writeEnd,
    release: () => {
      if (isHeld) closeSync(writeEnd);
      isHeld = false;
    },
  };
}

/** How long a reader that takes no more at the moment is left alone. */
const fullMilliseconds = 5;

/** Writes without `process.stdout`, whose writes to a pipe hold up the process while the reader takes its time. */
export async function writeToDescriptor(descriptor: number, bytes: Buffer): Promise<void> {
  for (let offset = 0; offset < bytes.length; ) {
    const written = await new Promise<number>((resolve, reject) => {
      write(descriptor, bytes, offset, bytes.length - offset, null, (error, count) => {
        if (error === null) resolve(count);
        else if (errorCode(error) === 'EAGAIN') setTimeout(() => resolve(0), fullMilliseconds);
        else reject(error);
      });
    });
    offset += written;
  }
}
