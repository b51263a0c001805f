/** Finds out from the first epoch whether a script counts from 0 or from 1. */
export class EpochBase {
  private fromZero = false;
  private last: number | null = null;

  /**
   * The number of an epoch counted from 1. If a script counts from 0 and shows an end, that may be the last number or
   * the number of epochs: it is taken as the number of epochs until the last number is reached.
   */
  read(number: number, of: number | null): { readonly index: number; readonly of: number | null } {
    if (number === 0) this.fromZero = true;
    // If the count restarts at 1, it belongs to another training.
    else if (this.last !== null && number === 1 && this.last > 1) this.fromZero = false;
    this.last = number;
    const index = this.fromZero ? number + 1 : number;
    return { index, of: of === null ? null : Math.max(of, index) };
  }
}
