import * as v from 'valibot';
import type { Finding } from '../../lint/engine/findings';
import { allSeverities } from '../../lint/engine/rule';
import { fits, items, parseJson, read } from '../../system/shapes';

/** The result of linting one text, without the name of its file. */
export interface CachedResult {
  readonly findings: readonly Finding[];
  readonly problem: string | null;
  /** False for a text that could not be linted, or that is not linted. */
  readonly linted: boolean;
  /** Rules about whole projects that this text settles. */
  readonly settles: readonly string[];
}

/** If there are more texts or characters than this, results that the last call did not use are dropped. */
const mostEntries = 20_000;
const mostCharacters = 8_000_000;

const clean: CachedResult = { findings: [], problem: null, linted: true, settles: [] };

/** Results of earlier calls, by a hash of everything that they depend on. */
export class LintCache {
  private readonly asked = new Map<string, CachedResult>();
  private added = false;

  private constructor(private readonly earlier: Map<string, CachedResult>) {}

  /** Reads what `text` wrote. Anything else is an empty cache. */
  static read(text: string | null): LintCache {
    return new LintCache(text === null ? new Map<string, CachedResult>() : parse(text));
  }

  get(key: string): CachedResult | null {
    return this.asked.get(key) ?? this.earlier.get(key) ?? null;
  }

  /** Marks a result as used, so that it is kept. */
  keep(key: string, answer: CachedResult): void {
    if (!this.earlier.has(key)) this.added = true;
    this.asked.set(key, answer);
  }

  /** The text to write; null if nothing has changed. */
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

/** Checks only what printing needs: nobody else writes the file, but a broken one must not end a call. */
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
