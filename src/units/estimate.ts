/** A value and the limits between which the truth is expected. All three have the same unit. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The sum of two estimates. The limits are added too, so the sum never claims to be surer than its parts. */
export function addEstimates(a: Estimate, b: Estimate): Estimate {
  return { value: a.value + b.value, low: a.low + b.low, high: a.high + b.high };
}

/** The product of two non-negative estimates, such as energy and carbon intensity. */
export function multiplyEstimates(a: Estimate, b: Estimate): Estimate {
  return { value: a.value * b.value, low: a.low * b.low, high: a.high * b.high };
}

export function exactly(value: number): Estimate {
  return { value, low: value, high: value };
}
