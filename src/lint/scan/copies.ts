import { createHash } from 'node:crypto';
import type { CodeCell } from '../../python/notebook';
import type { Finding } from '../engine/findings';

/** What a file says, and a sketch of its code, by which copies of it are known. */
export interface CopyMark {
  /** A sum of the rules and messages of its findings, but for what a project says once: those of a copy are the same. */
  readonly says: string;
  /** The smallest hashes of the lines of code, in order: files that share most of them share most lines. */
  readonly code: readonly number[];
}

/** Below that many lines, two files may well be alike without being copies. */
const fewestLines = 20;
/** With so many hashes, the share of common lines is known to 4 % (standard error at 80 %). */
const mostHashes = 100;
/**
 * Of the lines of two copies, so many are common. In the repositories of round 7 (bench/README.md), files with the same findings
 * share 77 % or more where they were copied, and up to 68 % elsewhere.
 */
const leastCommon = 0.75;

/** The code of a file: of a notebook that of its cells. */
export const codeOf = (text: string, cells: readonly CodeCell[] | null): string =>
  cells?.map(({ source }) => source).join('\n') ?? text;

/** The mark of a file with findings of its own; null if it has none, or too little code. */
export function copyMark(all: readonly Finding[], code: string): CopyMark | null {
  const findings = all.filter(({ once }) => once === null);
  if (findings.length === 0) return null;
  const hashes = new Set<number>();
  for (const line of code.split('\n')) {
    const text = line.trim();
    if (text !== '' && !text.startsWith('#')) hashes.add(hashOf(text));
  }
  if (hashes.size < fewestLines) return null;
  return {
    says: sumOf(findings),
    code: [...hashes].sort((a, b) => a - b).slice(0, mostHashes),
  };
}

function sumOf(findings: readonly Finding[]): string {
  const said = findings.map(({ rule, message }) => `${rule} ${message}`).sort();
  return createHash('sha256').update(JSON.stringify(said)).digest('base64url').slice(0, 16);
}

/** FNV-1a of the characters, in 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** The files that were seen, and which of them are copies of one before: the same code but for small changes. */
export class Copies<File> {
  private readonly originals = new Map<string, Map<File, CopyMark>>();

  /** The file that says the same about nearly the same code; the file itself if it is the first. */
  originalOf(file: File, mark: CopyMark): File {
    const alike = this.originals.get(mark.says) ?? new Map<File, CopyMark>();
    this.originals.set(mark.says, alike);
    for (const [other, { code }] of alike)
      if (other !== file && commonShare(code, mark.code) >= leastCommon) return other;
    alike.set(file, mark);
    return file;
  }

  /** What the file says is not known any more. */
  forget(file: File): void {
    for (const alike of this.originals.values()) alike.delete(file);
  }
}

/** The share of lines that two files have in common, by the smallest hashes of both together. */
function commonShare(one: readonly number[], other: readonly number[]): number {
  const ofOther = new Set(other);
  const common = new Set(one.filter((hash) => ofOther.has(hash)));
  const all = [...new Set([...one, ...other])].sort((a, b) => a - b);
  // A sketch that is full says nothing about larger hashes.
  const sample = Math.max(one.length, other.length) < mostHashes ? all : all.slice(0, mostHashes);
  return sample.filter((hash) => common.has(hash)).length / sample.length;
}
