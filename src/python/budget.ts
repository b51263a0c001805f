/** Reading something further would take more steps than there are left for it. */
export class OutOfSteps extends Error {
  override readonly name = 'OutOfSteps';
}

/**
 * The steps that the reading of one module may take. A step is what the evaluation of one expression costs, a microsecond or
 * two. Steps are counted, and not time, so that a file has the same findings on a slow and on a fast machine, and whatever
 * else the machine does.
 */
export class StepBudget {
  private left = 0;

  /**
   * @param whole the steps for all parts together
   * @param part the most that one part takes, so that something is left for the others
   */
  constructor(
    private whole: number,
    private readonly part: number,
  ) {
    this.begin();
  }

  /** Begins another part, which has steps of its own. */
  begin(): void {
    this.whole += this.left;
    this.left = Math.min(this.part, this.whole);
    this.whole -= this.left;
  }

  /**
   * @param steps more than one for what may be slow by itself
   * @throws OutOfSteps
   */
  spend(steps = 1): void {
    this.left -= steps;
    if (this.left < 0) {
      this.left = 0;
      throw new OutOfSteps();
    }
  }
}
