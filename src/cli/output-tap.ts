import type { Socket } from 'node:net';
import { TextDecoder } from 'node:util';
import type { Clock } from '../system/clock';
import { openPipe, pipeAt, writeToDescriptor } from '../system/pipes';

/** What the command gets as its standard output and standard error: our own stream, or the end of a pipe to write to. */
export type OutputTarget = 'inherit' | number;

/**
 * The output of a command on its way to where it goes anyway, read as it passes. Only what is a pipe is read here: a
 * file stays the command's own, so that it behaves as it does without us.
 */
export interface OutputTap {
  /** For the command's file descriptors 1 and 2. */
  readonly targets: readonly [stdout: OutputTarget, stderr: OutputTarget];
  /** To be called once the command has been started, or has failed to: only it may hold the pipes open then. */
  started(): void;
  /** Resolves when everybody who could write has ended and all has been passed on. */
  readonly drained: Promise<void>;
}

const noTap: OutputTap = { targets: ['inherit', 'inherit'], started: () => undefined, drained: Promise.resolve() };

/** What is read of a second's output, bytes: a training prints far less, and a command that prints more is not slowed. */
const readPerSecond = 512 * 1024;

/**
 * Puts pipes of our own in front of standard output and standard error where these are pipes. Bytes pass unchanged and in
 * their order; a reader that goes away ends the pipe, as it would without us.
 *
 * @param onText is given the text that passes; characters that are cut come with their next part. Of output that runs
 *   faster than any training prints, a part of each second is left out
 */
export async function tapOutput(
  onText: (text: string) => void,
  clock: Pick<Clock, 'monotonicSeconds'>,
  platform: NodeJS.Platform = process.platform,
): Promise<OutputTap> {
  if (platform === 'win32') return noTap;
  const streams = [1, 2].map((fd) => ({ fd, found: pipeAt(fd) }));
  const [out, err] = streams;
  if (out === undefined || err === undefined || (out.found === null && err.found === null)) return noTap;
  // `2>&1`: one pipe holds both in the order in which they were written.
  const isOne =
    out.found !== null &&
    err.found !== null &&
    out.found.inode === err.found.inode &&
    out.found.device === err.found.device;
  const taps: (Tap | null)[] = [];
  for (const { fd, found } of isOne ? [out] : streams)
    taps.push(found === null ? null : await openTap(fd, textOf(onText, clock)).catch(() => null));
  const [first = null, second = isOne ? first : null] = taps;
  const all = [first, isOne ? null : second].filter((tap) => tap !== null);
  return {
    targets: [first?.writeEnd ?? 'inherit', second?.writeEnd ?? 'inherit'],
    started: () => all.forEach((tap) => tap.release()),
    drained: Promise.all(all.map((tap) => tap.drained)).then(() => undefined),
  };
}

interface Tap {
  readonly writeEnd: number;
  readonly drained: Promise<void>;
  release(): void;
}

async function openTap(target: number, onBytes: (bytes: Buffer) => void): Promise<Tap> {
  const { readEnd, writeEnd, release } = await openPipe();
  return { writeEnd, drained: pass(readEnd, target, onBytes), release };
}

/** Makes text of what passes, as much as is read of it; what is passed over reads as the end of a line. */
export function textOf(
  onText: (text: string) => void,
  clock: Pick<Clock, 'monotonicSeconds'>,
): (bytes: Buffer) => void {
  const decoder = new TextDecoder();
  let since = -Infinity;
  let taken = 0;
  return (bytes) => {
    const now = clock.monotonicSeconds();
    if (now - since >= 1) [since, taken] = [now, 0];
    const before = taken;
    taken += bytes.length;
    if (taken <= readPerSecond) onText(decoder.decode(bytes, { stream: true }));
    else if (before <= readPerSecond) onText(`${decoder.decode()}\n`);
  };
}

function pass(source: Socket, target: number, onBytes: (bytes: Buffer) => void): Promise<void> {
  let writing = Promise.resolve();
  source.on('data', (chunk: Buffer) => {
    source.pause();
    writing = writeToDescriptor(target, chunk).then(
      () => void source.resume(),
      // Nobody reads any more: the command is to learn that as it would without us.
      () => void source.destroy(),
    );
    onBytes(chunk);
  });
  return new Promise((resolve) => {
    const end = (): void => void writing.then(resolve);
    source.once('close', end);
    source.once('error', end);
  });
}
