import type { Finding } from '../engine/findings';
import type { Severity } from '../engine/rule';
import type { CopyMark } from './copies';
import type { TextRegion } from '../files/notebook-places';

export type OnceSaid = readonly [once: string, severity: Severity];

/** What a list of files needs to know of a file, without its findings. */
export interface OutcomeHead {
  /** A sentence, if the file or a part of it could not be linted. */
  readonly problem: string | null;
  /** The part of `problem` about rules that were stopped before the end of the text; null if none was. */
  readonly cutShort: string | null;
  /** False for a text that could not be linted, or that is not linted. */
  readonly linted: boolean;
  /** Rules about whole projects that this text settles. */
  readonly settles: readonly string[];
  /** The names of scripts that this text sends to another machine. */
  readonly sends: readonly string[];
  /** What is said here that a project says once (`Finding.once`), and how loudly. */
  readonly once: readonly OnceSaid[];
  /** By what copies of this file are known; null if there can be none. */
  readonly copy: CopyMark | null;
  readonly findings: number;
}

/** The findings of a file. */
export interface OutcomeDetail {
  readonly findings: readonly Finding[];
  /** The line that each finding starts on; null if there is none. */
  readonly lines: readonly (string | null)[];
  /** For each finding in a notebook, its place in the file's text; empty for other files. */
  readonly stored: readonly (TextRegion | null)[];
}

/** The result of linting one file. */
export interface FileOutcome extends Omit<OutcomeHead, 'findings'>, OutcomeDetail {}

/**
 * The same, with its findings as JSON in UTF-8: it takes a quarter of the memory, and it is cached, and passed between
 * threads, as it is.
 */
export interface PackedOutcome extends OutcomeHead {
  /** Null if there are no findings. */
  readonly body: Uint8Array | null;
}

export const cleanHead: OutcomeHead = {
  problem: null,
  cutShort: null,
  linted: true,
  settles: [],
  sends: [],
  once: [],
  copy: null,
  findings: 0,
};

/** A file without anything to report. */
export const cleanOutcome: FileOutcome = { ...cleanHead, findings: [], lines: [], stored: [] };

/** A file that could not be read. */
export const failedOutcome = (problem: string): FileOutcome => ({ ...cleanOutcome, problem, linted: false });

/** As it is packed: several findings may start on one long line, which is kept once. */
interface Body {
  readonly findings: readonly Finding[];
  readonly texts: readonly string[];
  /** For each finding, the index of its line's text, -1 for none. */
  readonly at: readonly number[];
  readonly stored: readonly (TextRegion | null)[];
}

export function pack({ findings, lines, stored, ...head }: FileOutcome): PackedOutcome {
  if (findings.length === 0) return { ...head, findings: 0, body: null };
  const indices = new Map<string, number>();
  const at = lines.map((line) => {
    if (line === null) return -1;
    const index = indices.get(line) ?? indices.size;
    indices.set(line, index);
    return index;
  });
  const body: Body = { findings, texts: [...indices.keys()], at, stored };
  return { ...head, findings: findings.length, body: new TextEncoder().encode(JSON.stringify(body)) };
}

export function unpack({ body }: PackedOutcome): OutcomeDetail {
  if (body === null) return { findings: [], lines: [], stored: [] };
  const { findings, texts, at, stored } = JSON.parse(new TextDecoder().decode(body)) as Body;
  return { findings, lines: at.map((index) => texts[index] ?? null), stored };
}
