import * as v from 'valibot';

/**
 * The shapes of what comes from outside: files, answers of services, output of programs. A shape is a valibot schema;
 * types are taken from it, and what does not fit it is never cast to them.
 */
export type Shape = v.GenericSchema;

/** What a shape describes, as values that nobody changes. */
export type Shaped<S extends Shape> = DeepReadonly<v.InferOutput<S>>;

/** The same of an object with these members. */
export type ShapedMembers<Members extends v.ObjectEntries> = DeepReadonly<
  v.InferOutput<v.ObjectSchema<Members, undefined>>
>;

export type DeepReadonly<T> = T extends readonly (infer Each)[]
  ? readonly DeepReadonly<Each>[]
  : T extends object
    ? { readonly [Name in keyof T]: DeepReadonly<T[Name]> }
    : T;

/** Whether a value fits. Members that the shape does not name are kept: a newer version may have written them. */
export function fits<S extends Shape>(shape: S, value: unknown): value is Shaped<S> {
  return v.is(shape, value);
}

/** The value, or null where it does not fit. */
export function fitting<S extends Shape>(shape: S, value: unknown): Shaped<S> | null {
  return fits(shape, value) ? value : null;
}

/** The value of a JSON text, or null where the text is not JSON or does not fit. */
export function parseFitting<S extends Shape>(shape: S, text: string): Shaped<S> | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return fitting(shape, value);
}

/** Limits of a number, for JSON Schema and for people. */
export interface Limits {
  readonly least: number;
  readonly most: number;
}

export type NumberShape = v.CustomSchema<number, undefined> & { readonly limits: Limits };

/**
 * A number within limits, both included. One function instead of a pipe of valibot's actions: the journal checks twenty
 * numbers in each of its lines, and there are hundreds of thousands of those.
 */
export function between(least: number, most: number): NumberShape {
  const shape = v.custom<number>((value) => typeof value === 'number' && value >= least && value <= most);
  return Object.assign(shape, { limits: { least, most } });
}

/** Any number that is finite: JSON writes 1e999 for what a double cannot hold. */
export const finiteNumber = between(-Number.MAX_VALUE, Number.MAX_VALUE);

/** Zero or more. */
export const amount = between(0, Number.MAX_VALUE);

/** A JSON object with any members; an array is not one. */
export const anyObject = v.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

/** What people are told of a member: one line, its unit if it has one, and the version that brought it. */
export interface Note {
  readonly description: string;
  readonly unit?: string;
  readonly since?: string;
}

/** The shape with a note, which the documentation shows. */
export function noted<S extends Shape>(shape: S, description: string, more: Omit<Note, 'description'> = {}) {
  return v.pipe(shape, v.metadata({ description, ...more }));
}
