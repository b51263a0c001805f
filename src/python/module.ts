import type { StepBudget } from './budget';
import { canonicalName } from './canonical';
import { Evaluator } from './evaluator';
import { matchesIn } from './kept-searches';
import { foldedCalls } from './library';
import { iterated } from './operators';
import type { Node, SyntaxTree } from './parser';
import { placeOf, type NodeContext } from './places';
import { bind, type BoundArguments, type Signature } from './signatures';
import { field, isComprehension, isField, isLoop, isScope, partsOf, wholeName } from './syntax';
import { referenceTo, unknownValue, type Value } from './values';
import type { Occurrences } from './vocabulary';

/** A call of something by its name: `name(…)`, `package.name(…)`, `object.name(…)`. */
export interface Call {
  readonly node: Node;
  /** The expression that is called. */
  readonly callee: Node;
  /** The qualified name of the library's class or function that is called; null for methods and anything else. */
  readonly name: string | null;
  /** The object whose method is called; null if `name` is not. */
  readonly receiver: Node | null;
}

/** A loop or comprehension around a node, with the number of its rounds if that is known. */
interface Repetition {
  readonly node: Node;
  readonly rounds: number | null;
}

const starImport = /^[ \t]*from\s+([\w.]+)\s+import\s*(?:\(\s*)?\*/gm;

/** So many nodes of a list are looked at in the time of a step. */
const nodesInAStep = 128;
/** What it costs to go up from a node to the module. */
const stepsOfAPlace = 2;

/** What it costs at most to find the node at an offset, against the evaluation of a node. */
const stepsOfASearch = 8;

/** One module as a reader understands it: what its names stand for and what its calls are given. */
export class PythonModule {
  readonly evaluator: Evaluator;
  readonly text: string;
  readonly root: Node;
  private readonly callsByWord = new Map<string, readonly Call[]>();
  private readonly identifiersByName = new Map<string, readonly Node[]>();
  private starImports: readonly string[] | null = null;

  /**
   * @param occurrences where the words stand that `calls` will be asked for
   * @param knownNames qualified names that `from package import *` is known to bring
   */
  constructor(
    private readonly read: SyntaxTree,
    private readonly occurrences: Occurrences,
    private readonly knownNames: ReadonlySet<string>,
    private readonly budget: StepBudget,
  ) {
    this.text = read.text;
    this.root = read.root;
    this.evaluator = new Evaluator(read, budget, (name) => this.outside(name));
  }

  /** Begins a part of the analysis that has steps of its own, whatever became of the one before. */
  begin(): void {
    this.budget.begin();
    this.evaluator.begin();
  }

  /** The calls of anything with one of these last names, in source order within each. */
  calls(words: Iterable<string>): readonly Call[] {
    const calls: Call[] = [];
    for (const word of words) {
      let found = this.callsByWord.get(word);
      if (found === undefined) {
        found = this.findCalls(word);
        this.callsByWord.set(word, found);
      }
      calls.push(...found);
    }
    this.budget.spend(calls.length / nodesInAStep);
    return calls;
  }

  /** All places where a name stands as an identifier, also as an attribute, in source order. */
  identifiers(name: string): readonly Node[] {
    const found = this.allIdentifiers(name);
    // Whoever asks looks at all of them.
    this.budget.spend(found.length / nodesInAStep);
    return found;
  }

  /** The places where a name stands between two offsets. */
  identifiersBetween(name: string, start: number, end: number): readonly Node[] {
    const all = this.allIdentifiers(name);
    return all.slice(firstFrom(all, start), firstFrom(all, end));
  }

  private allIdentifiers(name: string): readonly Node[] {
    let found = this.identifiersByName.get(name);
    if (found === undefined) {
      found = this.findIdentifiers(name);
      this.identifiersByName.set(name, found);
    }
    return found;
  }

  /** For what a rule does with each of many nodes; see `Budget`. */
  spend(steps: number): void {
    this.budget.spend(steps);
  }

  /** The call that made an object, if it is known. */
  callOf(value: Value): Call | null {
    return value.kind === 'instance' ? this.callAt(value.call) : null;
  }

  bind(call: Call, signature: Signature): BoundArguments {
    return bind(call.node, signature, this.evaluator);
  }

  evaluate(node: Node): Value {
    return this.evaluator.evaluate(node);
  }

  place(node: Node): NodeContext | null {
    this.budget.spend(stepsOfAPlace);
    return placeOf(node);
  }

  /** The loops and comprehensions that repeat a node within its function, innermost first. */
  repetitions(node: Node): readonly Repetition[] {
    const found: Repetition[] = [];
    let child = node;
    for (const ancestor of this.place(node)?.ancestors ?? []) {
      if (isScope(ancestor)) break;
      if (isLoop(ancestor) && child.type === 'block')
        found.push({ node: ancestor, rounds: this.rounds(field(ancestor, 'right')) });
      if (isComprehension(ancestor) && isField(ancestor, 'body', child)) {
        const clauses = partsOf(ancestor).filter(({ type }) => type === 'for_in_clause');
        const single = partsOf(ancestor).length === 2 ? clauses[0] : undefined;
        found.push({ node: ancestor, rounds: single === undefined ? null : this.rounds(field(single, 'right')) });
      }
      child = ancestor;
    }
    return found;
  }

  private rounds(iterable: Node | null): number | null {
    return iterable === null ? null : (iterated(this.evaluate(iterable))?.length ?? null);
  }

  private findIdentifiers(name: string): readonly Node[] {
    const found: Node[] = [];
    for (const offset of this.read.standings(name)) {
      const node = this.identifierAt(offset, name);
      if (node !== null) found.push(node);
    }
    return found;
  }

  private findCalls(word: string): readonly Call[] {
    const calls: Call[] = [];
    const aliases = new Set<string>();
    for (const offset of this.occurrences.get(word) ?? []) {
      const node = this.identifierAt(offset, word);
      if (node === null) continue;
      const call = this.callNamed(node);
      if (call !== null) calls.push(call);
      else {
        const alias = aliasOf(node);
        if (alias !== null && alias !== word) aliases.add(alias);
      }
    }
    for (const alias of aliases) calls.push(...this.callsOfOwn(alias));
    return calls;
  }

  /** The calls of a name that is not an attribute, in source order: of a class of the module, or of another name for one. */
  callsOfOwn(alias: string): readonly Call[] {
    return this.identifiers(alias).flatMap((node) => {
      const call = this.callNamed(node);
      return call !== null && call.receiver === null ? [call] : [];
    });
  }

  private identifierAt(offset: number, name: string): Node | null {
    this.budget.spend(stepsOfASearch);
    const node = this.root.descendantForIndex(offset, offset + name.length);
    if (node?.type !== 'identifier') return null;
    return node.startIndex === offset && node.endIndex === offset + name.length ? node : null;
  }

  private callNamed(identifier: Node): Call | null {
    const parent = identifier.parent;
    if (parent === null) return null;
    const callee = wholeName(identifier);
    const call = callee.id === identifier.id ? parent : callee.parent;
    if (call?.type !== 'call' || !isField(call, 'function', callee) || call.hasError) return null;
    return this.callAt(call);
  }

  private callAt(node: Node): Call | null {
    const callee = field(node, 'function');
    if (callee === null) return null;
    const target = this.evaluate(callee);
    const name = target.kind === 'reference' ? target.name : null;
    const receiver = name === null && callee.type === 'attribute' ? field(callee, 'object') : null;
    return { node, callee, name, receiver };
  }

  /** Names that nothing in the module binds: they come from `import *`, or are built in. */
  private outside(name: string): Value {
    this.starImports ??= matchesIn(this.text, starImport)
      .filter(({ end }) => this.root.descendantForIndex(end - 1)?.type !== 'string_content')
      .map(({ start, end }) => /from\s+([\w.]+)/.exec(this.text.slice(start, end))?.[1] ?? '');
    for (const module of [...this.starImports].reverse()) {
      const path = canonicalName(`${module}.${name}`);
      if (this.knownNames.has(path) || foldedCalls.has(path)) return referenceTo(path);
    }
    const builtIn = `builtins.${name}`;
    return foldedCalls.has(builtIn) || this.knownNames.has(builtIn) ? referenceTo(builtIn) : unknownValue;
  }
}

/** The index of the first node that starts at an offset or behind it; the nodes are in source order. */
function firstFrom(nodes: readonly Node[], offset: number): number {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((nodes[middle]?.startIndex ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The other name that `import name as other` or `other = name` gives. */
function aliasOf(identifier: Node): string | null {
  let node = identifier;
  while (node.parent?.type === 'dotted_name' || node.parent?.type === 'attribute') node = node.parent;
  const parent = node.parent;
  if (parent?.type === 'aliased_import') return field(parent, 'alias')?.text ?? null;
  if (parent?.type !== 'assignment' || !isField(parent, 'right', node)) return null;
  const left = field(parent, 'left');
  return left?.type === 'identifier' ? left.text : null;
}
