import { holds } from '../../python/kept-searches';

/** What stands in a text, comments and strings included; each word, which is on one line, is looked for once. */
export class Mentions {
  readonly text: string;

  /** @param texts a module, or the cells of a notebook */
  constructor(texts: readonly string[]) {
    this.text = texts.join('\n');
  }

  has(word: string): boolean {
    return holds(this.text, word);
  }
}
