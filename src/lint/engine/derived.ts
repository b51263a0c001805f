import { holds } from '../../python/kept-searches';
import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { field, partsOf } from '../../python/syntax';
import { calls, inCode, lastName, query, wantedBy, type Query } from './query';

/** A class of a module that derives from one of a library. */
interface DerivedClass {
  readonly name: string;
  /** True if it has an `__init__` of its own. */
  readonly hasConstructor: boolean;
}

/** A call of a library's class, or of a class that the module derives from it. */
interface DerivedCall {
  readonly call: Call;
  /** The qualified name of the library's class. */
  readonly base: string;
  /** Null for the library's class itself. */
  readonly derived: DerivedClass | null;
}

/** Classes are looked for so many levels above another. */
const levels = 5;

/** The calls of classes by their qualified names, and of the classes that a module derives from them. */
export function callsOfDerived(
  names: readonly string[],
  more: { readonly related?: readonly string[] } = {},
): Query<DerivedCall> {
  const direct = calls(names, more);
  const known = new Set(names);
  const derived = {
    ...direct,
    // The same words, as the bases of a class.
    clues: direct.clues.map((clue) => ({
      ...clue,
      groups: clue.groups.map((group) => inCode(group.map(({ word }) => word))),
      where: (text: string) => holds(text, classStatement),
    })),
  };
  return query(wantedBy([direct, derived]), function* (module) {
    for (const call of direct.find(module)) yield { call, base: call.name, derived: null };
    if (holds(module.text, classStatement)) yield* ofOwnClasses(module, known);
  });
}

/** A text with a class that derives from another. */
const classStatement = /^[ \t]*class[ \t]+\w+[ \t]*\([ \t]*[\w\r\n]/m;

function* ofOwnClasses(module: PythonModule, known: ReadonlySet<string>): Generator<DerivedCall> {
  const seen = new Set<number>();
  const open = [...new Set([...known].map(lastName))].map((word) => ({ word, level: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const identifier of module.identifiers(next.word)) {
      const definition = derivedBy(identifier);
      const name = definition === null ? undefined : field(definition, 'name')?.text;
      if (definition === null || name === undefined || seen.has(definition.id)) continue;
      const base = libraryBase(module, definition, known);
      if (base === null) continue;
      seen.add(definition.id);
      if (next.level < levels) open.push({ word: name, level: next.level + 1 });
      const derived = { name, hasConstructor: hasConstructor(definition) };
      for (const call of module.callsOfOwn(name)) {
        const made = module.evaluate(call.callee);
        if (made.kind === 'definition' && made.node.id === definition.id) yield { call, base, derived };
      }
    }
  }
}

/** The class that has this name among its bases. */
function derivedBy(identifier: Node): Node | null {
  const base = identifier.parent?.type === 'attribute' ? identifier.parent : identifier;
  const definition = base.parent?.type === 'argument_list' ? base.parent.parent : null;
  return definition?.type === 'class_definition' ? definition : null;
}

/** The class of the library that a class derives from, directly or through other classes of the module. */
export function libraryBase(
  module: PythonModule,
  definition: Node,
  known: ReadonlySet<string>,
  level = 0,
): string | null {
  const bases = definition.type === 'class_definition' ? field(definition, 'superclasses') : null;
  if (bases === null || level > levels) return null;
  for (const base of partsOf(bases)) {
    const value = module.evaluate(base);
    if (value.kind === 'reference' && known.has(value.name)) return value.name;
    const above = value.kind === 'definition' ? libraryBase(module, value.node, known, level + 1) : null;
    if (above !== null) return above;
  }
  return null;
}

const hasConstructor = (definition: Node): boolean =>
  partsOf(field(definition, 'body') ?? definition).some((part) => {
    const inner = part.type === 'decorated_definition' ? field(part, 'definition') : part;
    return inner?.type === 'function_definition' && field(inner, 'name')?.text === '__init__';
  });
