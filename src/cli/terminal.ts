import { visibleText } from '../present/plain-text';
import type { Io } from './io';

/**
 * The only way for text to the terminal and to CI logs. Every string written to a stream of `Io` passes here, so
 * that a name from outside can command neither the terminal nor the CI service.
 */

type Stream = Io['stdout'];

/** Our own colours and commands, encoded as noncharacters that text from outside cannot contain here; see `styled`. */
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

/** One of our own commands to GitHub (`::warning …`), for `writeStyled`. */
export function workflowCommand(text: string): string {
  return `${commandMark}${text}`;
}

/** Escapes text that a CI service would take for a command: GitHub, Azure Pipelines, TeamCity. JSON keeps its meaning. */
function withoutCommands(text: string): string {
  if (!text.includes('::') && !text.includes('##')) return text;
  return text
    .replace(/^([\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\ufdd0-\ufdd8]*):(?=:)/gm, '$1\\u003a')
    .replace(/#(?=#(?:\[|vso\[|teamcity\[))/g, '\\u0023');
}

/** Text for people, or JSON, without active parts. */
export function terminalText(text: string): string {
  return withoutCommands(visibleText(text));
}

const rawStreams = new WeakMap<object, Stream>();

/** The stream behind the gate, for our own drawing (`LiveLine`); text in it must come from `inLine`. */
export function rawStream<S extends object>(stream: S): S {
  return (rawStreams.get(stream) as S | undefined) ?? stream;
}

/** A stream whose strings pass `terminalText`; bytes are a command's own output and pass unchanged. */
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

/**
 * Writes text with parts made by `styled` and `workflowCommand`; other text in these parts must come from `inLine`.
 * @returns false if the stream's reader is slow; see `drain` of Node's streams
 */
export function writeStyled(stream: Stream, text: string): boolean {
  const { isTTY = false } = stream;
  const parts = text.split(/([\ufdd0-\ufdd4\ufdd8\ufdd9])/);
  // Search the whole text for commands, since a line may have several parts; our own start after their mark.
  const safe = withoutCommands(parts.map((part, index) => (index % 2 === 0 ? visibleText(part) : part)).join(''));
  const shown = safe.replace(/[\ufdd0-\ufdd4\ufdd8\ufdd9]/g, (mark) => (isTTY ? sequence(mark) : ''));
  return rawStream(stream).write(shown);
}

function sequence(mark: string): string {
  if (mark === commandMark) return '';
  const style = (Object.keys(marks) as Style[]).find((each) => marks[each] === mark);
  return `\u001b[${style === undefined ? 0 : styles[style]}m`;
}

/** Writes a requested document to standard output: unchanged if another program or a file receives it. */
export function writeWhole(stream: Stream, text: string): void {
  if (stream.isTTY === true) stream.write(text);
  else rawStream(stream).write(text);
}
