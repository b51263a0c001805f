import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { isSameState, type FileState } from '../../system/file-state';
import { parseJson, read } from '../../system/shapes';
import type { CopyMark } from './copies';
import { cleanHead, type OnceSaid, type OutcomeHead, type PackedOutcome } from './outcome';

/** The result for one text, without the name of its file. */
export interface StoredResult {
  readonly outcome: PackedOutcome;
  /** JSON; null if it is not known. */
  readonly facts: string | null;
}

/** What is known of a file from an earlier call. */
interface KnownFile {
  /** Null if the file may have changed without a trace. */
  readonly state: FileState | null;
  readonly context: string;
  readonly key: string;
  /** The last day that it was used, in days since the Unix epoch. */
  readonly day: number;
}

interface StoreLimits {
  readonly mostFiles: number;
  /** Of all findings and facts. */
  readonly mostBytes: number;
  /** Files that nobody asked about for so long are forgotten: most were deleted or moved. */
  readonly mostDays: number;
}

export const standardLimits: StoreLimits = { mostFiles: 200_000, mostBytes: 192_000_000, mostDays: 30 };

const formatVersion = 6;
const mark = 'green-ml lint results';
const noFacts = '[]';

/**
 * Results of earlier calls in one project: for each file its state when it was read and the key of its result, and each
 * result by its key.
 */
export class ResultStore {
  private changed = false;
  private readonly used = new Set<string>();

  private constructor(
    private readonly build: string,
    private readonly today: number,
    private readonly files: Map<string, KnownFile>,
    private readonly results: Map<string, StoredResult>,
  ) {}

  /**
   * Reads what `bytes` wrote. Anything else, and what another build wrote, is an empty store.
   * @param build identifies the build, because other builds may give other results
   * @param today in days since the Unix epoch
   */
  static read(bytes: Uint8Array | null, build: string, today: number): ResultStore {
    const content = bytes === null ? null : decode(bytes, build);
    return new ResultStore(
      build,
      today,
      content?.files ?? new Map<string, KnownFile>(),
      content?.results ?? new Map<string, StoredResult>(),
    );
  }

  /**
   * The result for a file that is as it was; null if the file must be read.
   * @param name the path of the file below the project's folder
   */
  get(name: string, state: FileState, context: string): StoredResult | null {
    const known = this.files.get(name);
    if (known === undefined || known.state === null || known.context !== context) return null;
    if (!isSameState(known.state, state)) return null;
    const result = this.results.get(known.key);
    if (result === undefined) return null;
    this.used.add(name);
    if (known.day !== this.today) {
      this.files.set(name, { ...known, day: this.today });
      this.changed = true;
    }
    return result;
  }

  result(key: string): StoredResult | null {
    return this.results.get(key) ?? null;
  }

  /** The keys of all results, and whether their facts are known too. */
  *keys(): Iterable<readonly [string, boolean]> {
    for (const [key, { facts }] of this.results) yield [key, facts !== null];
  }

  keep(name: string, state: FileState | null, context: string, key: string, result: StoredResult): void {
    this.files.set(name, { state, context, key, day: this.today });
    this.results.set(key, result);
    this.used.add(name);
    this.changed = true;
  }

  /** Adds what another process wrote meanwhile, where this one knows nothing. */
  addMissing({ files, results }: ResultStore): void {
    for (const [name, known] of files) {
      const result = results.get(known.key);
      if (this.used.has(name) || result === undefined) continue;
      this.files.set(name, known);
      if (!this.results.has(known.key)) this.results.set(known.key, result);
    }
  }

  get isChanged(): boolean {
    return this.changed;
  }

  /** The file to write; null if nothing has changed. */
  bytes(limits: StoreLimits = standardLimits): Uint8Array | null {
    return this.changed ? encode(this.build, this.kept(limits), this.results) : null;
  }

  /** The files to write, without those that were used longest ago if there are too many. */
  private kept({ mostFiles, mostBytes, mostDays }: StoreLimits): ReadonlyMap<string, KnownFile> {
    const age = ([name, { day }]: readonly [string, KnownFile]): number =>
      this.used.has(name) ? -1 : Math.abs(this.today - day);
    const all = [...this.files].filter((file) => age(file) <= mostDays);
    const sized = new Set<string>();
    let bytes = 0;
    const fits = ([, { key }]: readonly [string, KnownFile]): boolean => {
      if (sized.has(key)) return true;
      const size = sizeOf(this.results.get(key));
      if (bytes + size > mostBytes) return false;
      bytes += size;
      sized.add(key);
      return true;
    };
    // The order stays, so that the same results give the same file.
    const chosen = new Set(
      [...all]
        .sort((a, b) => age(a) - age(b))
        .flatMap((file, index) => (index < mostFiles && fits(file) ? [file[0]] : [])),
    );
    return new Map(all.filter(([name]) => chosen.has(name)));
  }
}

const sizeOf = (result: StoredResult | undefined): number =>
  (result?.outcome.body?.length ?? 0) + (result?.facts?.length ?? 0) + 100;

// The file: one line of header, an index as JSON, and the bodies that the index points into.

type HeadCode =
  | 0
  | readonly [
      problem: string | null,
      linted: boolean,
      settles: readonly string[],
      once: readonly OnceSaid[],
      findings: number,
      cutShort: string | null,
      copy: CopyMark | null,
      sends: readonly string[],
    ];
/** Key, head, sum of the body, bytes of the body, bytes of the facts (-1 unknown, 0 none). */
type ResultRow = readonly [key: string, head: HeadCode, sum: string, body: number, facts: number];
/** Name, bytes (-1 for no state), two times, inode, the indices of context and result, day. */
type FileRow = readonly [string, number, number, number, number, number, number, number];

/** The sum of the whole index is checked, so that no more than its outline must be. */
const indexShape = v.object({
  contexts: v.array(v.string()),
  results: v.custom<readonly ResultRow[]>(Array.isArray),
  files: v.custom<readonly FileRow[]>(Array.isArray),
});

function encode(
  build: string,
  files: ReadonlyMap<string, KnownFile>,
  results: ReadonlyMap<string, StoredResult>,
): Uint8Array {
  const contexts = new Map<string, number>();
  const places = new Map<string, number>();
  const rows: ResultRow[] = [];
  const bodies: Uint8Array[] = [];
  const fileRows: FileRow[] = [];
  for (const [name, { state, context, key, day }] of files) {
    const result = results.get(key);
    if (result === undefined) continue;
    let place = places.get(key);
    if (place === undefined) {
      place = rows.length;
      places.set(key, place);
      const parts = [result.outcome.body, factsBytes(result.facts)].filter((part) => part !== null);
      bodies.push(...parts);
      const facts = result.facts === null ? -1 : result.facts === noFacts ? 0 : (parts.at(-1)?.length ?? 0);
      const sum = parts.length === 0 ? '' : sumOf(...parts);
      rows.push([key, headCode(result.outcome), sum, result.outcome.body?.length ?? 0, facts]);
    }
    const within = contexts.get(context) ?? contexts.size;
    contexts.set(context, within);
    const { bytes, changedAt, touchedAt, inode } = state ?? { bytes: -1, changedAt: 0, touchedAt: 0, inode: 0 };
    fileRows.push([name, bytes, changedAt, touchedAt, inode, within, place, day]);
  }
  const index = Buffer.from(JSON.stringify({ contexts: [...contexts.keys()], results: rows, files: fileRows }));
  const size = bodies.reduce((total, { length }) => total + length, 0);
  const header = `${mark} ${formatVersion} ${build} ${index.length} ${size} ${sumOf(index)}\n`;
  return Buffer.concat([Buffer.from(header), index, ...bodies]);
}

interface Content {
  readonly files: Map<string, KnownFile>;
  readonly results: Map<string, StoredResult>;
}

function decode(bytes: Uint8Array, build: string): Content | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = file.indexOf(10);
  const header = end === -1 || end > 400 ? '' : file.toString('latin1', 0, end);
  const prefix = `${mark} ${formatVersion} ${build} `;
  if (!header.startsWith(prefix)) return null;
  const [indexText = '', sizeText = '', sum = ''] = header.slice(prefix.length).split(' ');
  const [indexBytes, size] = [Number(indexText), Number(sizeText)];
  const start = end + 1;
  if (file.length !== start + indexBytes + size) return null;
  const indexPart = file.subarray(start, start + indexBytes);
  if (sumOf(indexPart) !== sum) return null;
  const index = read(indexShape, parseJson(indexPart.toString('utf8')));
  if (index === null) return null;
  const keys: string[] = [];
  const results = new Map<string, StoredResult>();
  let at = start + indexBytes;
  for (const [key, code, bodySum, bodyLength, factsLength] of index.results) {
    const bodyEnd = at + bodyLength;
    const body = bodyLength === 0 ? null : file.subarray(at, bodyEnd);
    const factsEnd = bodyEnd + Math.max(0, factsLength);
    const facts = factsLength === -1 ? null : factsLength === 0 ? noFacts : file.toString('utf8', bodyEnd, factsEnd);
    keys.push(key);
    // A result that does not fit its sum is missing: its files are read again.
    if (factsEnd === at || sumOf(file.subarray(at, factsEnd)) === bodySum)
      results.set(key, { outcome: { ...headOf(code), body }, facts });
    at = factsEnd;
  }
  const files = new Map<string, KnownFile>();
  for (const [name, length, changedAt, touchedAt, inode, context, result, day] of index.files) {
    const state = length === -1 ? null : { bytes: length, changedAt, touchedAt, inode };
    files.set(name, { state, context: index.contexts[context] ?? '', key: keys[result] ?? '', day });
  }
  return { files, results };
}

function factsBytes(facts: string | null): Uint8Array | null {
  return facts === null || facts === noFacts ? null : Buffer.from(facts);
}

function headCode({ problem, cutShort, linted, settles, sends, once, copy, findings }: OutcomeHead): HeadCode {
  const isClean =
    problem === null && linted && [settles, sends, once].every(({ length }) => length === 0) && findings === 0;
  return isClean ? 0 : [problem, linted, settles, once, findings, cutShort, copy, sends];
}

function headOf(code: HeadCode): OutcomeHead {
  if (code === 0) return cleanHead;
  const [problem, linted, settles, once, findings, cutShort, copy, sends] = code;
  return { problem, cutShort, linted, settles, sends, once, copy, findings };
}

function sumOf(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('base64url').slice(0, 16);
}
