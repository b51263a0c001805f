import type { Finding } from '../../lint/findings';
import { SEVERITIES } from '../../lint/rule';

/** What linting one text gave, apart from the name of its file. */
export interface Remembered {
  readonly findings: readonly Finding[];
  readonly problem: string | null;
  /** False for a text that could not be linted, or that nobody lints. */
  readonly linted: boolean;
  /** Rules on whole projects that this text leaves nothing to say. */
  readonly settles: readonly string[];
}

/** Beyond this many texts, or this many characters, what was not asked for last time goes. */
const MOST_ENTRIES = 20_000;
const MOST_CHARACTERS = 8_000_000;

const CLEAN: Remembered = { findings: [], problem: null, linted: true, settles: [] };

/** The answers of earlier calls by a hash of all that decides them. */
export class LintCache {
  private readonly asked = new Map<string, Remembered>();
  private added = false;

  private constructor(private readonly earlier: Map<string, Remembered>) {}

  /** Reads what `text` gave; anything else than that is an empty cache. */
  static read(text: string | null): LintCache {
    return new LintCache(text === null ? new Map<string, Remembered>() : parse(text));
  }

  get(key: string): Remembered | null {
    return this.asked.get(key) ?? this.earlier.get(key) ?? null;
  }

  /** Notes that an answer was of use, so that it stays. */
  keep(key: string, answer: Remembered): void {
    if (!this.earlier.has(key)) this.added = true;
    this.asked.set(key, answer);
  }

  /** The text to write; null if the file says it all already. */
  text(): string | null {
    if (!this.added) return null;
    const entries: string[] = [];
    let characters = 0;
    for (const [key, answer] of new Map([...this.asked, ...this.earlier])) {
      const entry = JSON.stringify([key, isClean(answer) ? 0 : answer]);
      characters += entry.length;
      if (entries.length >= MOST_ENTRIES || characters > MOST_CHARACTERS) break;
      entries.push(entry);
    }
    return `{"version":1,"entries":[\n${entries.join(',\n')}\n]}\n`;
  }
}

const isClean = ({ findings, problem, linted, settles }: Remembered): boolean =>
  linted && problem === null && findings.length === 0 && settles.length === 0;

function parse(text: string): Map<string, Remembered> {
  const known = new Map<string, Remembered>();
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return known;
  }
  if (!isRecord(file) || file['version'] !== 1 || !Array.isArray(file['entries'])) return known;
  for (const entry of file['entries'] as unknown[]) {
    if (!Array.isArray(entry) || typeof entry[0] !== 'string') continue;
    const answer: unknown = entry[1];
    if (answer === 0) known.set(entry[0], CLEAN);
    else if (isRemembered(answer)) known.set(entry[0], answer);
  }
  return known;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isRemembered(value: unknown): value is Remembered {
  if (!isRecord(value) || typeof value['linted'] !== 'boolean') return false;
  const { findings, problem, settles } = value;
  if (!Array.isArray(settles) || !settles.every((id) => typeof id === 'string')) return false;
  return (problem === null || typeof problem === 'string') && Array.isArray(findings) && findings.every(isFinding);
}

/** Enough to print it: nobody but us writes the file, and a broken one must not end a call. */
function isFinding(value: unknown): value is Finding {
  if (!isRecord(value)) return false;
  const { rule, severity, message, cell, start, end, fixes } = value;
  return (
    typeof rule === 'string' &&
    typeof message === 'string' &&
    SEVERITIES.some((each) => each === severity) &&
    (cell === null || typeof cell === 'number') &&
    isPoint(start) &&
    isPoint(end) &&
    Array.isArray(fixes)
  );
}

const isPoint = (value: unknown): boolean =>
  isRecord(value) && typeof value['row'] === 'number' && typeof value['column'] === 'number';
