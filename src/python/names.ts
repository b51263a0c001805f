import type { StepBudget } from './budget';
import { eventsOf, isBinding, type Mutation, type NameEvent } from './events';
import type { Node } from './parser';
import { coversAll, relationOf, scopeOf, sharedLoops, type NodeContext } from './places';
import type { ReadText } from './standings';
import { isFunction, isLoop, parameterNames } from './syntax';
import { equal, unknownValue, type Value } from './values';

/** What resolving names needs from the evaluator. */
export interface Folding {
  readonly budget: StepBudget;
  evaluate(node: Node): Value;
  /** The part of a value at a path of indices, as unpacking takes it. */
  part(value: Value, path: readonly number[]): Value;
  importedAs(path: string): Value;
  operate(operator: string, left: Value, right: Value): Value;
  mutate(value: Value, keys: readonly Node[], operation: Mutation): Value;
  /** Names that nothing in the module binds: star imports and built-ins. */
  outside(name: string, use: NodeContext): Value;
}

/** What it costs to see how two places of a module lie to each other. */
const stepsOfARelation = 3;

/** So many events are sorted in the time of a step. */
const eventsInAStep = 256;

/** So much text before and after a place where a name stands is looked at for other names of its object. */
const lookBack = 200;
const lookAhead = 40;
const stepsOfAStanding = 2;

/** The word at the end of a text, if there is one. */
const lastWord = (text: string): readonly string[] => /\w{1,100}$/.exec(text.trimEnd().slice(-100)) ?? [];

/** Where the outermost loop around a place ends, within a scope; 0 if there is none. */
function outermostLoopEnd({ ancestors }: NodeContext, scope: Node): number {
  return ancestors.reduce(
    (end, node) => (isLoop(node) && node.startIndex >= scope.startIndex ? node.endIndex : end),
    0,
  );
}

/** All that happens to one name in a module, by the scope that owns the name. */
interface NameTable {
  readonly events: readonly NameEvent[];
  readonly byScope: ReadonlyMap<number, readonly NameEvent[]>;
  /** Scopes in which the name is a local one. */
  readonly locals: ReadonlySet<number>;
}

/** Resolves names by the nearest preceding assignment, and says unknown where more than one could hold. */
export class Names {
  private readonly tables = new Map<string, NameTable>();
  private readonly parameters = new Map<number, readonly string[]>();
  private readonly aliases = new Map<string, readonly string[]>();
  /** The parameters of the module's functions by the names that are called. */
  private readonly ownParameters = new Map<string, readonly string[]>();

  constructor(
    private readonly read: ReadText,
    private readonly folding: Folding,
  ) {}

  /** The value of `name` where `use` stands. */
  valueOf(name: string, use: NodeContext, at = use.node.startIndex): Value {
    const reached = this.reached(name, use, at);
    if (reached === null) return this.folding.outside(name, use);
    const value = reached.trail.value();
    return isContainer(value) && this.mayChangeElsewhere(name, reached.events) ? unknownValue : value;
  }

  /** All that `name` may be where `use` stands, such as what each branch of an `if` before it assigns. */
  valuesOf(name: string, use: NodeContext): readonly Value[] {
    return this.reached(name, use, use.node.startIndex)?.trail.values ?? [this.folding.outside(name, use)];
  }

  /** What reaches a use of a name; null if nothing in the module binds it. */
  private reached(
    name: string,
    use: NodeContext,
    at: number,
  ): { readonly trail: Trail; readonly events: readonly NameEvent[] } | null {
    this.folding.budget.spend();
    const table = this.table(name);
    const [nearest] = use.scopes;
    let inner: Node | null = null;
    for (const scope of use.scopes) {
      if (scope.type === 'class_definition' && scope.id !== nearest?.id) continue;
      const isParameter = this.isParameter(scope, name);
      if (isParameter || table.locals.has(scope.id)) {
        const events = table.byScope.get(scope.id) ?? [];
        const reader = inner === null ? { place: use, at } : { place: use, at: inner.startIndex, from: inner };
        return { trail: this.reach(events, scope, reader, isParameter), events };
      }
      if (isFunction(scope)) inner = scope;
    }
    return null;
  }

  /** The bindings of a name in a scope, in source order: none if the scope does not own the name. */
  bindingsIn(scope: Node, name: string): readonly NameEvent[] {
    return (this.table(name).byScope.get(scope.id) ?? []).filter(isBinding);
  }

  isParameter(scope: Node, name: string): boolean {
    if (!isFunction(scope)) return false;
    let names = this.parameters.get(scope.id);
    if (names === undefined) {
      names = parameterNames(scope);
      this.parameters.set(scope.id, names);
    }
    return names.includes(name);
  }

  /** True if a list or dict may be changed under another name: an alias, a loop over it, a function that is given it. */
  private mayChangeElsewhere(name: string, events: readonly NameEvent[]): boolean {
    for (const { at, change } of events) {
      // `name = other`, and other changes afterwards.
      if (change.kind !== 'assign' || change.value.type !== 'identifier') continue;
      if (this.mutations(change.value.text).some((mutation) => mutation.at > at)) return true;
    }
    return this.otherNames(name).some((other) => this.mutations(other).length > 0);
  }

  private mutations(name: string): readonly NameEvent[] {
    return this.table(name).events.filter(({ change }) => change.kind === 'mutate' || change.kind === 'augment');
  }

  /** Names that may stand for the object of `name`, as far as the text shows it. */
  private otherNames(name: string): readonly string[] {
    let found = this.aliases.get(name);
    if (found === undefined) {
      found = [...this.takersOf(name)].filter((other) => other !== name);
      this.aliases.set(name, found);
    }
    return found;
  }

  /**
   * The names that take over the object of `name` somewhere: `other = name`, `for other in name`, the parameters of a function
   * that is called with it. Only so much of the text is looked at around each place as nobody's line exceeds.
   */
  private *takersOf(name: string): Generator<string> {
    const { text, standings } = this.read;
    for (const start of standings(name)) {
      this.folding.budget.spend(stepsOfAStanding);
      const before = text.slice(Math.max(0, start - lookBack), start);
      const after = text.slice(start + name.length, start + name.length + lookAhead);
      const line = before.slice(before.lastIndexOf('\n') + 1).trimEnd();
      if (line.endsWith('=') && /^[ \t]*(?:[\n\r#;]|$)/.test(after)) yield* lastWord(line.slice(0, -1));
      const loop = /\bfor\s{1,9}([\w ,()]{1,150}?)\s{1,9}in\s{1,9}(?:enumerate\()?$/.exec(before);
      yield* loop?.[1]?.match(/\w+/g) ?? [];
      const bracket = Math.max(line.lastIndexOf('('), line.lastIndexOf(')'));
      if (line.charAt(bracket) === '(' && !/^[ \t]*[\w.[=]/.test(after))
        for (const callee of lastWord(line.slice(0, bracket))) yield* this.parametersOf(callee);
    }
  }

  /** The parameters of a function that the module defines under this name. */
  private parametersOf(name: string): readonly string[] {
    let found = this.ownParameters.get(name);
    if (found === undefined) {
      found = this.read.text.includes(`def ${name}`)
        ? this.table(name).events.flatMap(({ change }) =>
            change.kind === 'define' && isFunction(change.node) ? parameterNames(change.node) : [],
          )
        : [];
      this.ownParameters.set(name, found);
    }
    return found;
  }

  private table(name: string): NameTable {
    let table = this.tables.get(name);
    if (table === undefined) {
      table = this.buildTable(eventsOf(name, this.read, this.folding.budget), name);
      this.tables.set(name, table);
    }
    return table;
  }

  private buildTable(events: readonly NameEvent[], name: string): NameTable {
    const declaredOuter = new Set(
      events.filter(({ change }) => change.kind === 'outer').map(({ place }) => scopeOf(place).id),
    );
    const locals = new Set<number>();
    for (const event of events) {
      const scope = scopeOf(event.place);
      if (isBinding(event) && !declaredOuter.has(scope.id)) locals.add(scope.id);
    }
    const byScope = new Map<number, NameEvent[]>();
    for (const event of events) {
      if (event.change.kind === 'outer') continue;
      const owner = event.place.scopes.find(
        (scope, index) =>
          (scope.type !== 'class_definition' || index === 0) && (locals.has(scope.id) || this.isParameter(scope, name)),
      );
      // A `global` name that only functions bind belongs to the module.
      const id = (owner ?? event.place.scopes.at(-1))?.id;
      if (id === undefined) continue;
      if (owner === undefined) locals.add(id);
      const own = byScope.get(id);
      if (own === undefined) byScope.set(id, [event]);
      else own.push(event);
    }
    return { events, byScope, locals };
  }

  /**
   * @param use where the name is read; with `from`, the function of an inner scope that reads it at an unknown later time
   */
  private reach(
    events: readonly NameEvent[],
    scope: Node,
    use: { readonly place: NodeContext; readonly at: number; readonly from?: Node },
    isParameter: boolean,
  ): Trail {
    const own: NameEvent[] = [];
    const later: NameEvent[] = [];
    // What stands behind a use comes before it only by way of a loop around both.
    const loopsEnd = use.from === undefined ? outermostLoopEnd(use.place, scope) : Number.POSITIVE_INFINITY;
    for (const event of events) {
      const foreign = scopeOf(event.place).id !== scope.id;
      if (foreign || event.at > use.at) {
        if (foreign || event.place.node.startIndex < loopsEnd) later.push(event);
      } else own.push(event);
    }
    this.folding.budget.spend(events.length / eventsInAStep + later.length * stepsOfARelation);
    const trail = new Trail(this.folding);
    let base: NameEvent | null = null;
    const branches = new Map<number, Set<number>>();
    for (const event of own.reverse()) {
      this.folding.budget.spend(stepsOfARelation);
      const relation = relationOf(event.place, use.place);
      if (relation.kind === 'never') continue;
      if (!isBinding(event) || event.change.kind === 'augment') {
        trail.change(event, relation.kind === 'always');
        continue;
      }
      trail.bind(event);
      if (relation.kind === 'always' || this.complete(relation.choice, branches)) {
        base = event;
        break;
      }
    }
    if (base === null && isParameter) trail.alternative(unknownValue);
    for (const event of later) {
      if (!this.mayComeBefore(event, scope, use, base)) continue;
      if (isBinding(event) && event.change.kind !== 'augment') trail.bindLater(event);
      else trail.changeLater(event);
    }
    return trail;
  }

  /** Whether an event that stands behind a use may still have happened before it. */
  private mayComeBefore(
    event: NameEvent,
    scope: Node,
    use: { readonly place: NodeContext; readonly from?: Node },
    base: NameEvent | null,
  ): boolean {
    if (use.from !== undefined || scopeOf(event.place).id !== scope.id) return true;
    const loops = sharedLoops(event.place, use.place);
    // A binding in the same round of the loop hides what an earlier round left.
    return loops.some((loop) => base === null || !base.place.ancestors.some(({ id }) => id === loop.id));
  }

  private complete(choice: { statement: Node; branch: Node } | null, branches: Map<number, Set<number>>): boolean {
    if (choice === null) return false;
    const taken = branches.get(choice.statement.id) ?? new Set<number>();
    taken.add(choice.branch.id);
    branches.set(choice.statement.id, taken);
    return coversAll(choice.statement, taken);
  }
}

/** Collects, from a use backwards, the values that a name may have there. */
class Trail {
  private readonly alternatives: Value[] = [];
  /** The last one first. */
  private readonly pending: NameEvent[] = [];
  private unsure = false;

  constructor(private readonly folding: Folding) {}

  alternative(value: Value): void {
    this.alternatives.push(value);
  }

  /** A change after the binding that is still to be found. */
  change(event: NameEvent, certain: boolean): void {
    if (certain) this.pending.push(event);
    else if (event.change.kind === 'augment') this.alternative(unknownValue);
    else this.unsure = true;
  }

  bind(event: NameEvent): void {
    this.alternative(this.changed(this.bound(event)));
  }

  bindLater(event: NameEvent): void {
    this.alternative(this.bound(event));
  }

  changeLater(event: NameEvent): void {
    if (event.change.kind === 'augment') this.alternative(unknownValue);
    else this.unsure = true;
  }

  get values(): readonly Value[] {
    return this.unsure
      ? this.alternatives.map((value) => (isContainer(value) ? unknownValue : value))
      : this.alternatives;
  }

  value(): Value {
    const { values } = this;
    const [first] = values;
    if (first === undefined) return unknownValue;
    if (values.every((value) => value === first || equal(value, first) === true)) return first;
    return oneLibrary(values) ?? unknownValue;
  }

  private bound({ change }: NameEvent): Value {
    switch (change.kind) {
      case 'assign':
        return change.path === null
          ? unknownValue
          : this.folding.part(this.folding.evaluate(change.value), change.path);
      case 'import':
        return this.folding.importedAs(change.path);
      case 'define':
        return { kind: 'definition', node: change.node };
      default:
        return unknownValue;
    }
  }

  private changed(start: Value): Value {
    let value = start;
    for (const { change } of [...this.pending].reverse()) {
      if (change.kind === 'augment') {
        value = this.folding.operate(change.operator, value, this.folding.evaluate(change.value));
      } else if (change.kind === 'mutate' && isContainer(value)) {
        value = this.folding.mutate(value, change.keys, change.operation);
      }
    }
    return value;
  }
}

const isContainer = ({ kind }: Value): boolean => kind === 'sequence' || kind === 'dict';

/**
 * `try: from new import X` / `except ImportError: from old import X`: the same thing from two places counts as
 * the first of them, and so does one that is `None` if the library is missing.
 */
function oneLibrary(values: readonly Value[]): Value | null {
  const references = values.filter((value) => value.kind === 'reference');
  const first = references.at(-1);
  if (first === undefined) return null;
  const name = lastSegment(first.name);
  const same = values.every(
    (value) => value.kind === 'none' || (value.kind === 'reference' && lastSegment(value.name) === name),
  );
  return same ? first : null;
}

const lastSegment = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
