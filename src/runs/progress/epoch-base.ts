/** Finds out whether a script counts its epochs from 0 or from 1: by the first that it names. */
export class EpochBase {
  private fromZero = false;
  private last: number | null = null;

  /**
   * The number of an epoch counted from 1. A script that counts from 0 and shows an end may show the last number or
   * the number of epochs: taken as the number of epochs until the last number is reached.
   */
  read(number: number, of: number | null): { readonly index: number; readonly of: number | null } {
    if (number === 0) this.fromZero = true;
    // A count that starts again at 1 belongs to another training.
    else if (this.last !== null && number === 1 && this.last > 1) this.fromZero = false;
    this.last = number;
    const index = this.fromZero ? number + 1 : number;
    return { index, of: of === null ? null : Math.max(of, index) };
  }
}
