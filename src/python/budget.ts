/** A module took longer to read than anybody waits; what was found until then counts for nothing. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/** The clock is asked at every so many steps: asking costs as much as a step. */
const STEPS_BETWEEN_LOOKS = 256;

/**
 * The processor time that the reading of one module may take. People's code needs a hundredth of it; only built traps
 * need more. Time on the wall would make the answer depend on what else the machine does.
 */
export class Budget {
  private readonly end: number;
  private steps = 0;

  /** @param spentSeconds what the process has computed so far */
  constructor(
    private readonly spentSeconds: () => number,
    seconds: number,
  ) {
    this.end = spentSeconds() + seconds;
  }

  /**
   * @param steps more than one for what may be slow by itself
   * @throws OutOfTime
   */
  spend(steps = 1): void {
    this.steps += steps;
    if (this.steps < STEPS_BETWEEN_LOOKS) return;
    this.steps = 0;
    if (this.spentSeconds() > this.end) throw new OutOfTime();
  }
}
