import * as v from 'valibot';

/**
 * The shape of data from outside: files, answers of services, output of programs. A shape is a valibot schema. Types are
 * derived from it, and data that does not fit is never cast to them.
 */
export type Shape = v.GenericSchema;

/** The type of the values that a shape accepts, read-only. */
export type Shaped<S extends Shape> = DeepReadonly<v.InferOutput<S>>;

/** The type of an object with these members, read-only. */
export type ShapedMembers<Members extends v.ObjectEntries> = DeepReadonly<
  v.InferOutput<v.ObjectSchema<Members, undefined>>
>;

/** Read-only at all levels. Lists and tuples stay lists and tuples. */
export type DeepReadonly<T> = T extends object ? { readonly [Name in keyof T]: DeepReadonly<T[Name]> } : T;

/** Whether a value fits. Members that the shape does not name are allowed: a newer version may have written them. */
export function fits<S extends Shape>(shape: S, value: unknown): value is Shaped<S> {
  return v.is(shape, value);
}

/** The value itself, or null if it does not fit. */
export function fitting<S extends Shape>(shape: S, value: unknown): Shaped<S> | null {
  return fits(shape, value) ? value : null;
}

/** The value of a JSON text, or null if the text is not JSON or does not fit. */
export function parseFitting<S extends Shape>(shape: S, text: string): Shaped<S> | null {
  return fitting(shape, parseJson(text));
}

/** What `parseJson` returns for a text that is not JSON. */
export const notJson = Symbol('not JSON');

/** The value of a JSON text, of any shape; `notJson` if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return notJson;
  }
}

/** The value as the shape transforms it (see `orNull`, `listOf`), or null if it does not fit. */
export function read<S extends Shape>(shape: S, value: unknown): Shaped<S> | null {
  const { success, output } = v.safeParse(shape, value);
  return success ? (output as Shaped<S>) : null;
}

/** The limits of a number, for JSON Schema and the documentation. */
export interface NumberLimits {
  readonly least: number;
  readonly most: number;
}

export type NumberShape = v.CustomSchema<number, undefined> & { readonly limits: NumberLimits };

/**
 * A number within limits, both included. One function is faster than a pipe of valibot's actions, and the journal checks
 * twenty numbers in each of hundreds of thousands of lines.
 */
export function between(least: number, most: number): NumberShape {
  const shape = v.custom<number>((value) => typeof value === 'number' && value >= least && value <= most);
  return Object.assign(shape, { limits: { least, most } });
}

/** Any finite number. JSON can contain 1e999, which a double cannot represent. */
export const finiteNumber = between(-Number.MAX_VALUE, Number.MAX_VALUE);

/** Zero or more. */
export const amount = between(0, Number.MAX_VALUE);

/** More than zero. */
export const aboveZero = between(Number.MIN_VALUE, Number.MAX_VALUE);

/** 1, 2, 3 …: a line number or the id of a process. */
export const positiveInteger = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Milliseconds since the Unix epoch, in the range of `Date`. */
export const moment = between(0, 8.64e15);

/** A JSON object with any members; not an array. */
export const anyObject = v.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

/** What people may write as a value: its shape, and `expected`, which completes "must be …". */
export interface Expectation<T = unknown> {
  readonly shape: v.GenericSchema<T, T>;
  readonly expected: string;
  readonly example?: string;
}

/** The documentation of a member: one line, its unit if it has one, and the version that introduced it. */
export interface Note {
  readonly description: string;
  readonly unit?: string;
  readonly since?: string;
}

/** The shape with a note for the documentation. */
export function noted<S extends Shape>(shape: S, description: string, more: Omit<Note, 'description'> = {}) {
  return v.pipe(shape, v.metadata({ description, ...more }));
}

/** The value, or null if it does not fit. With it, one wrong field of a file or an answer does not lose the others. */
export function orNull<S extends Shape>(shape: S) {
  return v.fallback(v.nullable(shape), null);
}

/** The items of a list that fit. A value that is not a list does not fit. */
export function listOf<S extends Shape>(shape: S) {
  const each = (value: unknown): v.InferOutput<S>[] => {
    const { success, output } = v.safeParse(shape, value);
    return success ? [output] : [];
  };
  return v.pipe(
    v.array(v.unknown()),
    v.transform((list) => list.flatMap(each)),
  );
}

/** The items of a list that fit; an empty list for any other value. */
export function items<S extends Shape>(shape: S) {
  return v.fallback(listOf(shape), []);
}

type Lenient<Fields extends v.ObjectEntries> = {
  [Name in keyof Fields]: Fields[Name] extends { readonly fallback: unknown }
    ? Fields[Name]
    : ReturnType<typeof orNull<Fields[Name]>>;
};

/** An object whose fields are null if they do not fit. For a value that is not an object, all fields are null. */
export function lenient<Fields extends v.ObjectEntries>(fields: Fields) {
  const each = Object.fromEntries(
    Object.entries(fields).map(([name, shape]) => [name, 'fallback' in shape ? shape : orNull(shape)]),
  ) as unknown as Lenient<Fields>;
  const shape = v.object(each);
  return v.fallback(shape, () => v.parse(shape, {}));
}
