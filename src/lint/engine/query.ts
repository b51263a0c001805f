import { wordUses } from '../../python/code-words';
import type { Call, PythonModule } from '../../python/module';

/** A word, and how it must stand in the code; 0 for anywhere in the text, comments and strings included. */
export interface ClueWord {
  readonly word: string;
  readonly uses: number;
}

/**
 * What a text must contain for a query to find anything: one of the packages, and one word of every group. A clue that is too
 * strict loses findings, and one that is too loose costs time.
 */
export interface Clue {
  readonly packages: readonly string[];
  /**
   * True if a package must be imported. False if it is enough that the text mentions it, even in a comment: a query that goes
   * by the names of methods may be right about objects from elsewhere.
   */
  readonly imported: boolean;
  readonly groups: readonly (readonly ClueWord[])[];
  /** What else must be true of the text; it is asked last. */
  readonly where: ((text: string) => boolean) | null;
}

/** What a query looks for. A text without any of its clues is not parsed. */
export interface Wanted {
  /** Packages without which there is nothing to find; one of them is enough. */
  readonly packages: readonly string[];
  /** Qualified names of classes and functions. */
  readonly apis: readonly string[];
  /** Names of methods, whatever their object. */
  readonly methods: readonly string[];
  /** Words that are looked for everywhere, in strings too. */
  readonly words: readonly string[];
  /** Further qualified names that matter in arguments, and that `import *` may bring. */
  readonly related: readonly string[];
  /** One of them must be there. */
  readonly clues: readonly Clue[];
}

/** What a query looks for, as it is declared. Its clue is a package and one of its words, unless it gives clues. */
interface Declaration extends Partial<Wanted> {
  /** Of each of these groups a word must be there as well. */
  readonly also?: readonly (readonly ClueWord[])[];
  /** What else must be true of the text. */
  readonly where?: (text: string) => boolean;
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

/** Words that are called. */
export const called = (words: readonly string[]): readonly ClueWord[] =>
  words.map((word) => ({ word, uses: wordUses.called }));

/** Words that are used in the code in any way. */
export const inCode = (words: readonly string[]): readonly ClueWord[] =>
  words.map((word) => ({ word, uses: wordUses.inCode }));

/** Classes are often called by another name, functions and methods are not. */
const isClass = (name: string): boolean => /^[A-Z]/.test(name);

const used = (names: readonly string[]): readonly ClueWord[] =>
  [...new Set(names.map(lastName))].map((word) => ({
    word,
    uses: isClass(word) ? wordUses.called | wordUses.renamed : wordUses.called,
  }));

/** A declaration without packages only adds words to those of others. */
function cluesOf(declared: Declaration): readonly Clue[] {
  const { packages = [], apis = [], methods = [], words = [], also = [], where = null, clues } = declared;
  if (clues !== undefined)
    return also.length === 0 && where === null
      ? clues
      : clues.map((clue) => ({ ...clue, groups: [...clue.groups, ...also], where: bothOf(clue.where, where) }));
  if (packages.length === 0) return [];
  const own = [...used([...apis, ...methods]), ...words.map((word) => ({ word, uses: 0 }))];
  return [{ packages, imported: false, groups: [own, ...also], where }];
}

function bothOf(one: Clue['where'], other: Clue['where']): Clue['where'] {
  return one === null || other === null ? (one ?? other) : (text) => one(text) && other(text);
}

/** All that several questions look for. */
export function wantedBy(parts: readonly Declaration[]): Wanted {
  const all = <T>(values: (part: Declaration) => readonly T[] | undefined): readonly T[] => [
    ...new Set(parts.flatMap((part) => values(part) ?? [])),
  ];
  return {
    packages: all(({ packages, clues }) => packages ?? clues?.flatMap((clue) => clue.packages)),
    apis: all(({ apis }) => apis),
    methods: all(({ methods }) => methods),
    words: all(({ words }) => words),
    related: all(({ related }) => related),
    clues: all(cluesOf),
  };
}

/** A question of one's own. What is not given is not looked for. */
export function query<Found>(wanted: Declaration, find: (module: PythonModule) => Iterable<Found>): Query<Found> {
  return { ...wantedBy([wanted]), find };
}

/** The calls of classes and functions by their qualified names. */
export function calls(names: readonly string[], more: Declaration = {}): Query<NamedCall> {
  const known = new Set(names);
  const words = [...new Set(names.map(lastName))];
  const packages = [...new Set(names.map(packageOf))];
  const clues = packages.map((name) => ({
    packages: [name],
    imported: true,
    groups: [used(names.filter((each) => packageOf(each) === name))],
    where: null,
  }));
  return query({ packages, clues, ...more, apis: [...names, ...(more.apis ?? [])] }, (module) =>
    module.calls(words).filter((call): call is NamedCall => call.name !== null && known.has(call.name)),
  );
}

/** The calls of functions and methods by their last names, whatever they belong to. */
export function methodCalls(names: readonly string[], more: Declaration = {}): Query<Call> {
  return query({ ...more, methods: [...names, ...(more.methods ?? [])] }, (module) => module.calls(names));
}

/** The same query, in fewer texts: what is added must be true wherever it finds what its user wants. */
export function narrowed<Found>(from: Query<Found>, more: Pick<Declaration, 'also' | 'where'>): Query<Found> {
  return query({ ...from, ...more }, (module) => from.find(module));
}

/** The module as a whole, where any of this stands in it. */
export function modules(wanted: Declaration): Query<PythonModule> {
  return query(wanted, (module) => [module]);
}

/** All that a query finds in a module, at once; nothing where it finds nothing. */
export function together<Found>(from: Query<Found>): Query<readonly Found[]> {
  return query(from, (module) => {
    const found = [...from.find(module)];
    return found.length === 0 ? [] : [found];
  });
}
