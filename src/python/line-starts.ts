import type { Point } from './node';

/** Finds the row and column of an offset in a text. Its lines are searched when they are first asked for. */
export class LineStarts {
  private starts: readonly number[] | null = null;

  constructor(private readonly text: string) {}

  pointAt(offset: number): Point {
    this.starts ??= startsOf(this.text);
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { row: low, column: offset - (this.starts[low] ?? 0) };
  }
}

function startsOf(text: string): readonly number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}
