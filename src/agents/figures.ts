import { toDigits } from '../present/words';

/** A figure for an answer: three digits say all that a figure with a range is worth. Null stays unknown. */
export function rounded(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(toDigits(value, 3));
}
