import type { Socket } from 'node:net';
import { TextDecoder } from 'node:util';
import type { Clock } from '../system/clock';
import { openPipe, pipeAt, writeToDescriptor } from '../system/pipes';

/** The command's standard output or standard error: our own stream, or the write end of a pipe. */
export type OutputTarget = 'inherit' | number;

/**
 * Reads the output of a command on its way to its destination. Only pipes and sockets are read: a file is passed to the
 * command itself, so that the command behaves as it does without us.
 */
export interface OutputTap {
  /** For the command's file descriptors 1 and 2. */
  readonly targets: readonly [stdout: OutputTarget, stderr: OutputTarget];
  /** Call this once the command has started or has failed to start: from then on only the command holds the pipes open. */
  started(): void;
  /** Resolves when all writers have ended and everything has been passed on. */
  readonly drained: Promise<void>;
  /** Gives what was held back of the end of the output. Call this when the command has ended. */
  endText(): void;
}

const noTap: OutputTap = {
  targets: ['inherit', 'inherit'],
  started: () => undefined,
  drained: Promise.resolve(),
  endText: () => undefined,
};

/** The most output to read in a second, bytes: a training prints far less, and commands that print more are not slowed. */
const readPerSecond = 512 * 1024;
/** Of what is skipped, this much of the end is read all the same, bytes: a result may stand behind pages of other output. */
const readOfEnd = 16 * 1024;
const lineFeed = 10;

/**
 * Puts our own pipes in front of standard output and standard error if these are pipes or sockets. Bytes pass unchanged and in
 * order; if the reader ends, the pipe ends, as it would without us.
 *
 * @param onText gets the text that passes; characters that are split arrive with their second part. If output is
 *   faster than any training prints, part of each second is skipped, but not its end
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
  const texts: TextReader[] = [];
  for (const { fd, found } of isOne ? [out] : streams) {
    const text = textReader(onText, clock);
    texts.push(text);
    taps.push(found === null ? null : await openTap(fd, text.read).catch(() => null));
  }
  const [first = null, second = isOne ? first : null] = taps;
  const all = [first, isOne ? null : second].filter((tap) => tap !== null);
  return {
    targets: [first?.writeEnd ?? 'inherit', second?.writeEnd ?? 'inherit'],
    started: () => all.forEach((tap) => tap.release()),
    drained: Promise.all(all.map((tap) => tap.drained)).then(() => undefined),
    endText: () => texts.forEach((text) => text.end()),
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

/** Reads the bytes of an output as text. */
interface TextReader {
  readonly read: (bytes: Buffer) => void;
  /** Gives what was held back of the end. */
  readonly end: () => void;
}

/** Decodes the bytes that pass, up to the limit, and the end of what is beyond it; skipped output reads as the end of a line. */
export function textReader(onText: (text: string) => void, clock: Pick<Clock, 'monotonicSeconds'>): TextReader {
  const decoder = new TextDecoder();
  const nothing = Buffer.alloc(0);
  let [since, taken] = [-Infinity, 0];
  /** The end of what was skipped. */
  let skipped: Buffer = nothing;
  /** The last byte that was read. */
  let last: number | undefined = lineFeed;
  const end = (): void => {
    // What stands before the first line end may be a part of a line, and no line.
    const at = skipped.indexOf(lineFeed);
    if (at >= 0) onText(decoder.decode(skipped.subarray(at + 1), { stream: true }));
    skipped = nothing;
  };
  const read = (bytes: Buffer): void => {
    const now = clock.monotonicSeconds();
    if (now - since >= 1) {
      [since, taken] = [now, 0];
      end();
    }
    const before = taken;
    taken += bytes.length;
    if (taken <= readPerSecond) {
      last = bytes.at(-1);
      onText(decoder.decode(bytes, { stream: true }));
      return;
    }
    if (before <= readPerSecond) {
      onText(`${decoder.decode()}\n`);
      // What is skipped then starts with a whole line.
      if (last === lineFeed) skipped = Buffer.of(lineFeed);
    }
    skipped = Buffer.concat([skipped, bytes.subarray(-readOfEnd)]).subarray(-readOfEnd);
  };
  return { read, end };
}

function pass(source: Socket, target: number, onBytes: (bytes: Buffer) => void): Promise<void> {
  let writing = Promise.resolve();
  source.on('data', (chunk: Buffer) => {
    source.pause();
    writing = writeToDescriptor(target, chunk).then(
      () => void source.resume(),
      // The reader has ended: the command must notice that as it would without us.
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
