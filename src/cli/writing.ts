import { indentedJson } from '../present/json';
import type { Io } from './io';

/** Texts are written together until they are so long, because each writing has its cost. */
const writtenAtOnce = 65_536;

/** Writes many short texts to a stream, and waits where its reader is slow. Each text holds whole lines. */
export class Writing {
  private parts: string[] = [];
  private length = 0;

  constructor(
    private readonly stream: Io['stdout'],
    private readonly write: (text: string) => boolean,
  ) {}

  async add(text: string): Promise<void> {
    this.parts.push(text);
    this.length += text.length;
    if (this.length >= writtenAtOnce) await this.end();
  }

  async end(): Promise<void> {
    if (this.length === 0) return;
    const text = this.parts.join('');
    this.parts = [];
    this.length = 0;
    if (!this.write(text)) await drained(this.stream);
  }
}

/** Resolves when a stream takes more, or never will. */
function drained(stream: Io['stdout']): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of ['drain', 'close', 'error']) stream.removeListener(event, done);
      resolve();
    };
    for (const event of ['drain', 'close', 'error']) stream.once(event, done);
  });
}

/**
 * Writes what `JSON.stringify(document, null, 2)` gives and the end of a line, item by item where a member is a list: all of it
 * as one text may be longer than a text can be. Items that are made one by one are never all in memory.
 */
export async function writeJson(stream: Io['stdout'], document: object): Promise<void> {
  const writing = new Writing(stream, (text) => stream.write(text));
  let before = '{';
  for (const [key, value] of Object.entries(document) as [string, unknown][]) {
    if (value === undefined) continue;
    await writing.add(`${before}\n  ${JSON.stringify(key)}: `);
    before = ',';
    if (isList(value)) await addList(writing, value);
    else await writing.add(indentedJson(value, 2));
  }
  await writing.add(before === '{' ? '{}\n' : '\n}\n');
  await writing.end();
}

async function addList(writing: Writing, items: Iterable<unknown>): Promise<void> {
  let before = '[';
  for (const item of items) {
    await writing.add(`${before}\n    ${indentedJson(item ?? null, 4)}`);
    before = ',';
  }
  await writing.add(before === '[' ? '[]' : '\n  ]');
}

function isList(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
