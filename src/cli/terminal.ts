import { visibleText } from '../present/plain-text';
import type { Io } from './io';

/**
 * The one way of text to the terminal and to the log of a job. Whatever is written to a stream of `Io` as a string comes
 * by here, so that a name from outside can neither command a terminal nor the service whose log it is.
 */

type Stream = Io['stdout'];

/** Our own colours and commands, as noncharacters that text from outside cannot hold here; see `styled`. */
const styles = { bold: 1, dim: 2, hint: 36, information: 34, warning: 33 } as const;
export type Style = keyof typeof styles;

const marks: Readonly<Record<Style, string>> = {
  bold: '\ufdd0',
  dim: '\ufdd1',
  hint: '\ufdd2',
  information: '\ufdd3',
  warning: '\ufdd4',
};
const endMark = '\ufdd8';
const commandMark = '\ufdd9';

/** Text in a style, for `writeStyled`. */
export function styled(style: Style, text: string): string {
  return `${marks[style]}${text}${endMark}`;
}

/** A command of ours to GitHub (`::warning …`), for `writeStyled`. */
export function workflowCommand(text: string): string {
  return `${commandMark}${text}`;
}

/** What the log of a job would take for a command: GitHub, Azure Pipelines, TeamCity. Written so that JSON stays the same. */
function withoutCommands(text: string): string {
  return text
    .replace(/^([\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\ufdd0-\ufdd8]*):(?=:)/gm, '$1\\u003a')
    .replace(/#(?=#(?:\[|vso\[|teamcity\[))/g, '\\u0023');
}

/** Text for people, or JSON: no part of it acts. */
export function terminalText(text: string): string {
  return withoutCommands(visibleText(text));
}

const rawStreams = new WeakMap<object, Stream>();

/** The stream behind a gate, for what we draw ourselves (`LiveLine`); the text in it must be made by `inLine`. */
export function rawStream<S extends object>(stream: S): S {
  return (rawStreams.get(stream) as S | undefined) ?? stream;
}

/** A stream whose strings pass `terminalText`; bytes are a command's own output and pass as they are. */
export function gatedStream(stream: Stream): Stream {
  if (rawStreams.has(stream)) return stream;
  const gated = new Proxy(stream, {
    get(target, key) {
      if (key === 'write') {
        const write = target.write.bind(target) as (...args: unknown[]) => boolean;
        return (chunk: unknown, ...rest: unknown[]) =>
          write(typeof chunk === 'string' ? terminalText(chunk) : chunk, ...rest);
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  rawStreams.set(gated, stream);
  return gated;
}

export function gatedIo(io: Io): Io {
  return { ...io, stdout: gatedStream(io.stdout), stderr: gatedStream(io.stderr) };
}

/** Writes text with parts made by `styled` and `workflowCommand`; what else is in these parts must be made by `inLine`. */
export function writeStyled(stream: Stream, text: string): void {
  const { isTTY = false } = stream;
  const parts = text.split(/([\ufdd0-\ufdd4\ufdd8\ufdd9])/);
  // Commands are looked for in the whole text, since a line may have several parts; our own begin behind their mark.
  const safe = withoutCommands(parts.map((part, index) => (index % 2 === 0 ? visibleText(part) : part)).join(''));
  const shown = safe.replace(/[\ufdd0-\ufdd4\ufdd8\ufdd9]/g, (mark) => (isTTY ? sequence(mark) : ''));
  rawStream(stream).write(shown);
}

function sequence(mark: string): string {
  if (mark === commandMark) return '';
  const style = (Object.keys(marks) as Style[]).find((each) => marks[each] === mark);
  return `\u001b[${style === undefined ? 0 : styles[style]}m`;
}

/** A document that was asked for on standard output: as it is where another program or a file takes it. */
export function writeWhole(stream: Stream, text: string): void {
  if (stream.isTTY === true) stream.write(text);
  else rawStream(stream).write(text);
}
