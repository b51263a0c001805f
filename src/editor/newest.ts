/** Puts answers in order: they come as they like, and that to an earlier question must not replace that to a later one. */
export class Newest {
  /** The latest question about a thing that has been answered. */
  private readonly answered = new Map<string, number>();
  private last = 0;
  /** Answers to questions before this one are dropped. */
  private dropped = 0;

  /** Asks about a thing. Call the function with the answer at hand: it is false if a later question has been answered before. */
  ask(thing: string): () => boolean {
    this.last += 1;
    const own = this.last;
    return () => {
      if (own < Math.max(this.answered.get(thing) ?? 0, this.dropped)) return false;
      this.answered.set(thing, own);
      return true;
    };
  }

  /** Drops the answers to all questions so far. */
  clear(): void {
    this.answered.clear();
    this.dropped = this.last + 1;
  }
}
