import { toDigits } from '../present/words';
import type { AgentAnswer } from './tool';

/** A figure for an answer: three digits say all that a figure with a range is worth. Null stays unknown. */
export function rounded(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(toDigits(value, 3));
}

/** A figure with its limits, for an answer. */
export function rangeOf(range: {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}): AgentAnswer {
  return { value: rounded(range.value), low: rounded(range.low), high: rounded(range.high) };
}
