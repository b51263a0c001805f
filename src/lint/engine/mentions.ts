/** What stands in a text, comments and strings included; each word is looked for once. */
export class Mentions {
  private readonly found = new Map<string, boolean>();

  constructor(readonly texts: readonly string[]) {}

  has(word: string): boolean {
    let found = this.found.get(word);
    if (found === undefined) this.found.set(word, (found = this.texts.some((text) => text.includes(word))));
    return found;
  }
}
