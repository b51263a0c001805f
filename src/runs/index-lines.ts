import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { RunRecord } from './record';

/**
 * The lines of the journal's index. Each begins with a check sum over the rest of it:
 *
 *     SUM = REFERENCE VALUE              a value that several runs have in common, such as their hardware
 *     SUM + ID STATE RECORDER FOLDER RECORD   the record of one run, without what it has in common with others;
 *                                              [] where only its folder is known
 *
 * A line that does not fit its sum is left out: its run is then read from its own file.
 */

/** The line of one run, before the record in it is read. */
export interface IndexedRun {
  readonly id: string;
  /** Of the file when it was read; see `stateText`. */
  readonly state: string;
  /** The process that records a run without an end; null for one that has ended. */
  readonly recorder: number | null;
  /** The reference of the folder that the run was started in, `-` for none. */
  readonly folder: string;
}

/** The members of a record in their order, and whether their values stand in lines of their own. */
type RecordForm = readonly (readonly [name: string, isShared: boolean])[];

/** Lists and objects that are different in each run. All others are mostly those of the run before. */
const ownMembers: ReadonlySet<string> = new Set(['command', 'gaps', 'progress', 'ancestors', 'children']);

const sumLength = 8;
/** Where a line's kind stands, and where its content begins. */
const kindAt = sumLength + 1;
const contentAt = sumLength + 3;
const blank = 0x20;
const plus = 0x2b;
const bracket = 0x5b;
const newline = 0x0a;

/** Values that runs have in common, by the reference that lines name them with. */
export class SharedValues {
  private readonly values = new Map<string, unknown>();
  private readonly references = new Map<string, string>();
  private readonly forms = new Map<string, { readonly members: RecordForm; readonly template: object }>();

  set(reference: string, value: unknown): void {
    this.values.set(reference, value);
  }

  /** Undefined where no line has it. */
  get(reference: string): unknown {
    return this.values.get(reference);
  }

  /** A form of records by its reference; null where no line has it. */
  form(reference: string): { readonly members: RecordForm; readonly template: object } | null {
    const known = this.forms.get(reference);
    if (known !== undefined) return known;
    const members = this.values.get(reference) as RecordForm | undefined;
    if (members === undefined) return null;
    const form = { members, template: Object.fromEntries(members.map(([name]) => [name, null])) };
    this.forms.set(reference, form);
    return form;
  }

  /** The reference of a value; `addLine` takes the line for one that is new here. */
  share(value: unknown, addLine: (line: string) => void): string {
    const text = JSON.stringify(value);
    const known = this.references.get(text);
    if (known !== undefined) return known;
    const reference = referenceOf(text);
    this.references.set(text, reference);
    if (!this.values.has(reference)) {
      this.values.set(reference, JSON.parse(text));
      addLine(lineOf('=', `${reference} ${text}`));
    }
    return reference;
  }
}

/** A reference follows from its value, so that several processes can write lines without asking each other. */
function referenceOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The lines for one run. Without its own one where the record would not come back exactly as it is. */
export function runLines(
  { id, state, recorder }: Omit<IndexedRun, 'folder'>,
  record: RunRecord,
  shared: SharedValues,
): string {
  const lines: string[] = [];
  const addLine = (line: string): void => void lines.push(line);
  const members = Object.entries<unknown>(record).map(([name, value]): [string, boolean, unknown] => {
    const isShared = isShareable(name, value);
    return [name, isShared, isShared ? shared.share(value, addLine) : value];
  });
  const form = shared.share(
    members.map(([name, isShared]) => [name, isShared]),
    addLine,
  );
  const text = JSON.stringify([form, ...members.map(([, , value]) => value)]);
  const folder = record.folder === null ? '-' : shared.share(record.folder, addLine);
  const head = [encodeURIComponent(id), state, recorder ?? '-', folder].join(' ');
  if (isDeepStrictEqual(recordIn(text, shared), record)) addLine(lineOf('+', `${head} ${text}`));
  return lines.join('');
}

/** The lines for a run of which only the folder is known. */
export function folderLines(id: string, state: string, folder: string | null, shared: SharedValues): string {
  const lines: string[] = [];
  const reference = folder === null ? '-' : shared.share(folder, (line) => void lines.push(line));
  return [...lines, lineOf('+', `${encodeURIComponent(id)} ${state} - ${reference} []`)].join('');
}

/** Objects of nothing but figures are different in each run too. */
function isShareable(name: string, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || ownMembers.has(name)) return false;
  const isFigure = (each: unknown): boolean => each === null || typeof each === 'number';
  return Array.isArray(value) || !Object.values(value).every(isFigure);
}

/** The record in the last part of a line; null where something of it is missing. */
export function recordIn(text: string, shared: SharedValues): RunRecord | null {
  // Only lines of ours get here: their sums fit.
  const values = JSON.parse(text) as [string, ...unknown[]];
  const form = shared.form(values[0]);
  if (form === null || form.members.length !== values.length - 1) return null;
  // A copy of one object is made several times as quickly as one that gets its members one by one.
  const record: Record<string, unknown> = { ...form.template };
  for (let index = 0; index < form.members.length; index += 1) {
    const [name, isShared] = form.members[index] ?? ['', false];
    const value = values[index + 1];
    const found = isShared ? shared.get(value as string) : value;
    if (found === undefined) return null;
    record[name] = found;
  }
  return record as unknown as RunRecord;
}

/** A line of the index: a value, or the id of the run that it is about. */
export type IndexLine =
  | { readonly kind: 'value'; readonly reference: string; readonly value: unknown }
  | { readonly kind: 'run'; readonly id: string }
  | null;

/** Reads the line that stands between two places; null for an empty one and for one that is damaged. */
export function readLine(bytes: Buffer, from: number, to: number): IndexLine {
  if (to - from <= contentAt || bytes.toString('latin1', from, from + sumLength) !== sumOf(bytes, from + kindAt, to))
    return null;
  const start = from + contentAt;
  const space = bytes.indexOf(blank, start);
  const name = bytes.toString('latin1', start, space);
  try {
    if (bytes[from + kindAt] === plus) return { kind: 'run', id: decodeURIComponent(name) };
    return { kind: 'value', reference: name, value: JSON.parse(bytes.toString('utf8', space + 1, to)) };
  } catch {
    return null;
  }
}

/** The line of a run that begins at `from`, with the text of its record for `recordIn`. Its sum was checked before. */
export function runLine(bytes: Buffer, from: number): { readonly run: IndexedRun; readonly text: string } {
  const start = from + contentAt;
  // A record begins with the first bracket: what stands before it has none.
  const record = bytes.indexOf(bracket, start);
  const [id = '', state = '', recorder = '', folder = ''] = bytes.toString('latin1', start, record).split(' ');
  return {
    run: { id: decodeURIComponent(id), state, recorder: recorder === '-' ? null : Number(recorder), folder },
    text: bytes.toString('utf8', record, bytes.indexOf(newline, record)),
  };
}

function lineOf(kind: '=' | '+', content: string): string {
  const bytes = Buffer.from(`${kind} ${content}`);
  return `${sumOf(bytes, 0, bytes.length)} ${kind} ${content}\n`;
}

/** FNV-1a: against lines that were cut, mixed or damaged, not against people. */
function sumOf(bytes: Uint8Array, from: number, to: number): string {
  let sum = 0x811c9dc5;
  for (let index = from; index < to; index += 1) sum = Math.imul(sum ^ (bytes[index] ?? 0), 0x01000193);
  return (sum >>> 0).toString(16).padStart(sumLength, '0');
}
