import { matchesIn } from './kept-searches';

/** Identifiers that somebody asks for, so that a text is searched once for all of them. */
export class Vocabulary {
  private readonly pattern: RegExp;

  /**
   * @param names identifiers of interest anywhere: classes, functions
   * @param methods identifiers of interest only where they are called, since they are common words
   */
  constructor(names: Iterable<string>, methods: Iterable<string>) {
    const anywhere = new Set(names);
    const called = new Set([...methods].filter((method) => !anywhere.has(method)));
    const parts = [[...anywhere].join('|'), called.size > 0 ? `(?:${[...called].join('|')})(?=\\s*\\()` : ''];
    this.pattern = new RegExp(`\\b(?:${parts.filter((part) => part !== '').join('|')})(?![\\w])`, 'g');
  }

  /** The offsets at which each word stands in a text. Words in comments and strings are among them. */
  find(text: string): Occurrences {
    const found = new Map<string, number[]>();
    for (const { start, end } of matchesIn(text, this.pattern)) {
      const word = text.slice(start, end);
      const offsets = found.get(word);
      if (offsets === undefined) found.set(word, [start]);
      else offsets.push(start);
    }
    return found;
  }
}

export type Occurrences = ReadonlyMap<string, readonly number[]>;
