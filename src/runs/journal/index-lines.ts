import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { encodedId } from './index-heads';
import { listedRun, type ListedRun } from './listed-run';
import type { RunRecord } from '../record';

/**
 * The lines of the journal's index. Each begins with a check sum over the rest of it:
 *
 *     SUM = REFERENCE VALUE      a value that several runs have in common, such as their hardware
 *     SUM + HEAD, a tab, SUM RECORD      one run
 *
 * HEAD is all that a list shows: `ID STATE RECORDER FOLDER LISTED`. The first sum of a run is over its head alone, so that
 * a list of many runs reads heads only. RECORD is the record without what it has in common with others, and the sum
 * before it is over the whole line. LISTED and RECORD are `[]` where only the folder is known.
 *
 * A line that does not fit its sum is left out: its run is then read from its own file.
 */

/** What the head of a line says. */
export interface IndexedRun {
  /** The number of the head; see `IndexHeads`. */
  readonly number: number;
  readonly id: string;
  /** The process that records a run without an end; null for one that has ended. */
  readonly recorder: number | null;
  /** The reference of the folder that the run was started in, `-` for none. */
  readonly folder: string;
  /** JSON; see `listedIn`. */
  readonly listed: string;
}

/** The members of a record in their order, and whether their values stand in lines of their own. */
type RecordForm = readonly (readonly [name: string, isShared: boolean])[];

/** Lists and objects that are different in each run. All others are mostly those of the run before. */
const ownMembers: ReadonlySet<string> = new Set([
  'command',
  'gaps',
  'progress',
  'results',
  'ancestors',
  'children',
  'cluster',
]);

const sumLength = 8;
/** Where a line's kind stands, and where its content begins. */
const kindAt = sumLength + 1;
const contentAt = sumLength + 3;
const blank = 0x20;
const plus = 0x2b;
const tab = 0x09;

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
      addLine(valueLine(reference, value));
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
  { id, state, recorder }: Pick<IndexedRun, 'id' | 'recorder'> & { readonly state: string },
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
  const listed = listedText(record);
  const isSame = isDeepStrictEqual(recordIn(text, shared), record);
  if (isSame && isDeepStrictEqual(listedIn(id, listed), { ...listedRun(record), id }))
    addLine(runLineOf([encodedId(id), state, recorder ?? '-', folder, listed].join(' '), text));
  return lines.join('');
}

/** The lines for a run of which only the folder is known. */
export function folderLines(id: string, state: string, folder: string | null, shared: SharedValues): string {
  const lines: string[] = [];
  const reference = folder === null ? '-' : shared.share(folder, (line) => void lines.push(line));
  return [...lines, runLineOf(`${encodedId(id)} ${state} - ${reference} []`, '[]')].join('');
}

/** The members of a listed run in their order; the id stands before them. */
const listedMembers = [
  'name',
  'status',
  'exitCode',
  'stoppedBy',
  'durationSeconds',
  'watts',
  'wattHours',
  'low',
  'high',
  'grams',
  'isModelled',
] as const satisfies readonly (keyof ListedRun)[];

/** In ASCII, so that a head is read without decoding it. */
function listedText(record: RunRecord): string {
  const listed = listedRun(record);
  return JSON.stringify(listedMembers.map((member) => listed[member])).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Whether more is known of a run than its folder. */
export function hasRecord({ listed }: IndexedRun): boolean {
  return listed !== '[]';
}

/** What a list shows of a run that has a record. */
export function listedIn(id: string, text: string): ListedRun {
  // Only heads of ours get here: their sums fit.
  const values = JSON.parse(text) as unknown[];
  const listed: Record<string, unknown> = { id };
  for (const [index, member] of listedMembers.entries()) listed[member] = values[index];
  return listed as unknown as ListedRun;
}

/** Objects of nothing but figures are different in each run too. */
function isShareable(name: string, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || ownMembers.has(name)) return false;
  const isFigure = (each: unknown): boolean => each === null || typeof each === 'number';
  return Array.isArray(value) || !Object.values(value).every(isFigure);
}

/** The record in the last part of a line; null where it has none, or something of it is missing. */
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

/** The references to shared values in a line. */
export function referencesIn(head: string, text: string, shared: SharedValues): readonly string[] {
  const values = JSON.parse(text) as unknown[];
  const form = typeof values[0] === 'string' ? shared.form(values[0]) : null;
  const members = form?.members.flatMap(([, isShared], index) => (isShared ? [values[index + 1]] : [])) ?? [];
  return [head.split(' ')[3], ...values.slice(0, 1), ...members].filter((each) => typeof each === 'string');
}

/** A line of the index: a value, or where the head of a run begins and ends. */
type IndexLine =
  | { readonly kind: 'value'; readonly reference: string; readonly value: unknown }
  | { readonly kind: 'run'; readonly from: number; readonly to: number }
  | null;

/** Reads the line that stands between two places; null for an empty one and for one that is damaged. */
export function readLine(bytes: Buffer, from: number, to: number): IndexLine {
  if (to - from <= contentAt) return null;
  const isRun = bytes[from + kindAt] === plus;
  const end = isRun ? endOfHead(bytes, from, to) : to;
  // A run's line goes on after its head.
  if ((isRun && end === to) || sumIn(bytes, from) !== sumOf(bytes, from + kindAt, end)) return null;
  if (isRun) return { kind: 'run', from: from + contentAt, to: end };
  try {
    const space = bytes.indexOf(blank, from + contentAt);
    const reference = bytes.toString('latin1', from + contentAt, space);
    return { kind: 'value', reference, value: JSON.parse(bytes.toString('utf8', space + 1, to)) };
  } catch {
    return null;
  }
}

/** Where the head of a line ends. Heads are short: a search in the buffer's own way costs more. */
function endOfHead(bytes: Uint8Array, from: number, to: number): number {
  let end = from;
  while (end < to && bytes[end] !== tab) end += 1;
  return end;
}

/** Reads the head of a run's line, which has this number; null where it was made of another state of the run's file. */
export function readHead(number: number, id: string, head: string, state: string): IndexedRun | null {
  const stateAt = head.indexOf(' ') + 1;
  const recorderAt = stateAt + state.length + 1;
  if (!head.startsWith(state, stateAt) || head[recorderAt - 1] !== ' ') return null;
  const folderAt = head.indexOf(' ', recorderAt) + 1;
  const listedAt = head.indexOf(' ', folderAt) + 1;
  const recorder = head.slice(recorderAt, folderAt - 1);
  return {
    number,
    id,
    recorder: recorder === '-' ? null : Number(recorder),
    folder: head.slice(folderAt, listedAt - 1),
    listed: head.slice(listedAt),
  };
}

/** The text of a record, for `recordIn`, in the line of a run that stands between two places; null if it is damaged. */
export function recordText(bytes: Buffer, from: number, to: number): string | null {
  const sumAt = endOfHead(bytes, from, to) + 1;
  const start = sumAt + sumLength + 1;
  if (start >= to) return null;
  const sum = sumOf(bytes, start, to, sumOf(bytes, from + kindAt, sumAt - 1));
  return sumIn(bytes, sumAt) === sum ? bytes.toString('utf8', start, to) : null;
}

/** The line that gives a value its reference. */
export function valueLine(reference: string, value: unknown): string {
  const content = Buffer.from(`= ${reference} ${JSON.stringify(value)}`);
  return `${sumText(sumOf(content, 0, content.length))} ${content.toString()}\n`;
}

function runLineOf(head: string, record: string): string {
  const [headBytes, recordBytes] = [Buffer.from(`+ ${head}`), Buffer.from(record)];
  const sum = sumOf(headBytes, 0, headBytes.length);
  const whole = sumOf(recordBytes, 0, recordBytes.length, sum);
  return `${sumText(sum)} + ${head}\t${sumText(whole)} ${record}\n`;
}

/** FNV-1a: against lines that were cut, mixed or damaged, not against people. `sum` is that of what stands before. */
function sumOf(bytes: Uint8Array, from: number, to: number, sum = 0x811c9dc5): number {
  for (let index = from; index < to; index += 1) sum = Math.imul(sum ^ (bytes[index] ?? 0), 0x01000193);
  return sum >>> 0;
}

function sumText(sum: number): string {
  return sum.toString(16).padStart(sumLength, '0');
}

/** The sum that is written at a place; NaN if none is. */
function sumIn(bytes: Uint8Array, from: number): number {
  let sum = 0;
  for (let index = from; index < from + sumLength; index += 1) {
    const code = bytes[index] ?? 0;
    const digit = code >= 0x30 && code <= 0x39 ? code - 0x30 : code >= 0x61 && code <= 0x66 ? code - 0x57 : NaN;
    sum = sum * 16 + digit;
  }
  return sum;
}
