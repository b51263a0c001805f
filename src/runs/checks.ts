/** Small checks of values that were read from a file, made of one another. */
export type Check = (value: unknown) => boolean;

export const isText: Check = (value) => typeof value === 'string';

export const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);

/** A number within limits that nothing real lies beyond. */
export function between(low: number, high: number): Check {
  return (value) => typeof value === 'number' && value >= low && value <= high;
}

export function orNull(check: Check): Check {
  return (value) => value === null || check(value);
}

/** Also where the member is not there at all. */
export function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

export function oneOf(allowed: readonly string[]): Check {
  return (value) => typeof value === 'string' && allowed.includes(value);
}

export function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

/** An object whose named members pass; others may be there. */
export function shape(members: Readonly<Record<string, Check>>): Check {
  return (value) => isObject(value) && Object.entries(members).every(([name, check]) => check(value[name]));
}

/** An object whose members all pass, whatever their names. */
export function mapOf(check: Check): Check {
  return (value) => isObject(value) && Object.values(value).every(check);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
