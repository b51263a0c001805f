import * as v from 'valibot';
import type { Finding } from '../../lint/engine/findings';
import { allSeverities } from '../../lint/engine/rule';
import { fits, items, parseJson, read } from '../../system/shapes';

/** What linting one text gave, apart from the name of its file. */
export interface CachedResult {
  readonly findings: readonly Finding[];
  readonly problem: string | null;
  /** False for a text that could not be linted, or that nobody lints. */
  readonly linted: boolean;
  /** Rules on whole projects that this text leaves nothing to say. */
  readonly settles: readonly string[];
}

/** Beyond this many texts, or this many characters, what was not asked for last time goes. */
const mostEntries = 20_000;
const mostCharacters = 8_000_000;

const clean: CachedResult = { findings: [], problem: null, linted: true, settles: [] };

/** The answers of earlier calls by a hash of all that decides them. */
export class LintCache {
  private readonly asked = new Map<string, CachedResult>();
  private added = false;

  private constructor(private readonly earlier: Map<string, CachedResult>) {}

  /** Reads what `text` gave; anything else than that is an empty cache. */
  static read(text: string | null): LintCache {
    return new LintCache(text === null ? new Map<string, CachedResult>() : parse(text));
  }

  get(key: string): CachedResult | null {
    return this.asked.get(key) ?? this.earlier.get(key) ?? null;
  }

  /** Notes that an answer was of use, so that it stays. */
  keep(key: string, answer: CachedResult): void {
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
      if (entries.length >= mostEntries || characters > mostCharacters) break;
      entries.push(entry);
    }
    return `{"version":1,"entries":[\n${entries.join(',\n')}\n]}\n`;
  }
}

const isClean = ({ findings, problem, linted, settles }: CachedResult): boolean =>
  linted && problem === null && findings.length === 0 && settles.length === 0;

const point = v.object({ row: v.number(), column: v.number() });

/** Enough to print it: nobody but us writes the file, and a broken one must not end a call. */
const printableShape = v.object({
  rule: v.string(),
  severity: v.picklist(allSeverities),
  message: v.string(),
  cell: v.nullable(v.number()),
  start: point,
  end: point,
  fixes: v.array(v.unknown()),
});

const rememberedShape = v.object({
  findings: v.array(v.custom<Finding>((value) => fits(printableShape, value))),
  problem: v.nullable(v.string()),
  linted: v.boolean(),
  settles: v.array(v.string()),
});

const fileShape = v.object({
  version: v.literal(1),
  entries: items(v.tuple([v.string(), v.union([v.literal(0), rememberedShape])])),
});

function parse(text: string): Map<string, CachedResult> {
  const entries = read(fileShape, parseJson(text))?.entries ?? [];
  return new Map(entries.map(([key, answer]): [string, CachedResult] => [key, answer === 0 ? clean : answer]));
}
