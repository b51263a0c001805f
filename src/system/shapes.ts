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

/** Lists and tuples stay what they are, and cannot be changed either. */
export type DeepReadonly<T> = T extends object ? { readonly [Name in keyof T]: DeepReadonly<T[Name]> } : T;

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
  return fitting(shape, parseJson(text));
}

/** Said of a text that is not JSON. */
export const notJson = Symbol('not JSON');

/** The value of a JSON text of any shape. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return notJson;
  }
}

/** What a shape makes of a value, or null where it does not fit. */
export function read<S extends Shape>(shape: S, value: unknown): Shaped<S> | null {
  const { success, output } = v.safeParse(shape, value);
  return success ? (output as Shaped<S>) : null;
}

/** Limits of a number, for JSON Schema and for people. */
export interface NumberLimits {
  readonly least: number;
  readonly most: number;
}

export type NumberShape = v.CustomSchema<number, undefined> & { readonly limits: NumberLimits };

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

/** More than zero. */
export const aboveZero = between(Number.MIN_VALUE, Number.MAX_VALUE);

/** 1, 2, 3 …: a line of a file, the id of a process. */
export const positiveInteger = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Milliseconds since the epoch, as far as a `Date` goes. */
export const moment = between(0, 8.64e15);

/** A JSON object with any members; an array is not one. */
export const anyObject = v.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

/** What somebody may write: its shape, and the same for a sentence that ends "must be …". */
export interface Expectation<T = unknown> {
  readonly shape: v.GenericSchema<T, T>;
  readonly expected: string;
  readonly example?: string;
}

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

/** The value where it fits, else null: with it, one wrong field of a file or an answer does not lose the others. */
export function orNull<S extends Shape>(shape: S) {
  return v.fallback(v.nullable(shape), null);
}

/** The items of a list that fit; what is no list does not fit. */
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

/** The items of a list that fit; none where it is no list. */
export function items<S extends Shape>(shape: S) {
  return v.fallback(listOf(shape), []);
}

type Lenient<Fields extends v.ObjectEntries> = {
  [Name in keyof Fields]: Fields[Name] extends { readonly fallback: unknown }
    ? Fields[Name]
    : ReturnType<typeof orNull<Fields[Name]>>;
};

/** An object each field of which is what it must be, or null; of anything else than an object, all are null. */
export function lenient<Fields extends v.ObjectEntries>(fields: Fields) {
  const each = Object.fromEntries(
    Object.entries(fields).map(([name, shape]) => [name, 'fallback' in shape ? shape : orNull(shape)]),
  ) as unknown as Lenient<Fields>;
  const shape = v.object(each);
  return v.fallback(shape, () => v.parse(shape, {}));
}
