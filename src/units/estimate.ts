/** A value with the limits between which the truth is expected; all three in the same unit. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Interval sum: the limits of independent parts add, so a sum never claims to be surer than its parts. */
export function addEstimates(a: Estimate, b: Estimate): Estimate {
  return { value: a.value + b.value, low: a.low + b.low, high: a.high + b.high };
}

/** Product of two non-negative estimates, such as energy and carbon intensity. */
export function multiplyEstimates(a: Estimate, b: Estimate): Estimate {
  return { value: a.value * b.value, low: a.low * b.low, high: a.high * b.high };
}

export function exactly(value: number): Estimate {
  return { value, low: value, high: value };
}
