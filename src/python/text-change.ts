/** A replacement in a text: the span before, and where it ends afterwards. */
export interface TextChange {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

const piece = 1024;

/** The piece of a text that stands so far before its end. */
const endOf = (text: string, distance: number): string =>
  text.slice(text.length - distance - piece, text.length - distance);

/** The smallest span of `before` whose replacement gives `after`. */
export function changeBetween(before: string, after: string): TextChange {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  // Comparing pieces of a text is many times faster than comparing characters.
  while (start + piece <= shorter && before.slice(start, start + piece) === after.slice(start, start + piece))
    start += piece;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let common = 0;
  while (common + piece <= shorter - start && endOf(before, common) === endOf(after, common)) common += piece;
  while (
    common < shorter - start &&
    before.charCodeAt(before.length - 1 - common) === after.charCodeAt(after.length - 1 - common)
  ) {
    common++;
  }
  return { start, oldEnd: before.length - common, newEnd: after.length - common };
}
