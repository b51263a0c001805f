import type { Call, PythonModule } from '../../python/module';

/**
 * What must stand in a text for there to be something to find. The linter looks for all of it in one pass, parses no text
 * without it, and gives a module the words that its `calls` are asked for.
 */
export interface Wanted {
  /** Packages without whose name in the text there is nothing to find; one of them is enough. */
  readonly packages: readonly string[];
  /** Qualified names of classes and functions. */
  readonly apis: readonly string[];
  /** Names of methods, whatever their object. */
  readonly methods: readonly string[];
  /** Names of arguments, whatever is called. */
  readonly words: readonly string[];
  /** Further qualified names that matter in arguments, and that `import *` may bring. */
  readonly related: readonly string[];
}

/** A question about a module. Libraries offer queries, rules listen to them. */
export interface Query<Found> extends Wanted {
  /** What there is in a module, in the order of its text as far as the query can say. */
  find(module: PythonModule): Iterable<Found>;
}

/** A call of something that is known by its qualified name. */
export type NamedCall = Call & { readonly name: string };

/** The last part of a qualified name. */
export const lastName = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** The package that a qualified name begins with: `sklearn` of `sklearn.svm.SVC`. */
const packageOf = (name: string): string => name.split('.', 1)[0] ?? name;

/** All that several questions look for. */
export function wantedBy(parts: readonly Partial<Wanted>[]): Wanted {
  const all = (key: keyof Wanted): readonly string[] => [...new Set(parts.flatMap((part) => part[key] ?? []))];
  return {
    packages: all('packages'),
    apis: all('apis'),
    methods: all('methods'),
    words: all('words'),
    related: all('related'),
  };
}

/** A question of one's own. What is not given is not looked for. */
export function query<Found>(wanted: Partial<Wanted>, find: (module: PythonModule) => Iterable<Found>): Query<Found> {
  return { ...wantedBy([wanted]), find };
}

/**
 * The calls of classes and functions by their qualified names.
 * @param more the packages default to those that the names begin with
 */
export function calls(names: readonly string[], more: Partial<Wanted> = {}): Query<NamedCall> {
  const known = new Set(names);
  const words = [...new Set(names.map(lastName))];
  const packages = more.packages ?? names.map(packageOf);
  return query({ ...more, apis: [...names, ...(more.apis ?? [])], packages }, (module) =>
    module.calls(words).filter((call): call is NamedCall => call.name !== null && known.has(call.name)),
  );
}

/** The calls of functions and methods by their last names, whatever they belong to. */
export function methodCalls(names: readonly string[], more: Partial<Wanted> = {}): Query<Call> {
  return query({ ...more, methods: [...names, ...(more.methods ?? [])] }, (module) => module.calls(names));
}

/** The module as a whole, where any of this stands in it. */
export function modules(wanted: Partial<Wanted>): Query<PythonModule> {
  return query(wanted, (module) => [module]);
}

/** All that a query finds in a module, at once; nothing where it finds nothing. */
export function together<Found>(from: Query<Found>): Query<readonly Found[]> {
  return query(from, (module) => {
    const found = [...from.find(module)];
    return found.length === 0 ? [] : [found];
  });
}
