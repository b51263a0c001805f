/** Three digits say all that a figure with a range is worth, and cost a model few tokens. */
const digits = 3;

/** A figure for an answer; null stays unknown. */
export function rounded(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(digits));
}
