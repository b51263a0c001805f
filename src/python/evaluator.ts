import type { StepBudget } from './budget';
import { canonicalName } from './canonical';
import { ClassAttributes } from './attributes';
import { Comprehensions } from './comprehensions';
import type { Mutation } from './events';
import { foldMethod, foldedCalls, stringOf, type FoldedArguments } from './library';
import { numberLiteral, stringLiteral } from './literals';
import { mutate } from './mutation';
import { Names, type Folding } from './names';
import { compare, iterated, operate, slice, subscript } from './operators';
import type { Node } from './parser';
import { placeOf, type NodeContext } from './places';
import { returnedExpression } from './returns';
import { RunSettings } from './run-settings';
import type { ReadText } from './standings';
import { field, isComprehension, partsOf, targetsOf, withoutParentheses } from './syntax';
import {
  booleanValue,
  dictOf,
  distinct,
  falseValue,
  itemsKept,
  noneValue,
  numberValue,
  referenceTo,
  sequenceOf,
  sequenceOfLength,
  stringValue,
  trueValue,
  truth,
  unknownValue,
  type Bindings,
  type DictEntry,
  type SequenceValue,
  type Value,
} from './values';

const empty: Bindings = new Map();

/** Deeper expressions are written by programs only, and must not overflow the stack. */
const deepestExpression = 120;

/** So many entries of a dict are copied in the time of a step. */
const partsInAStep = 8;

/** Folds the expressions of one module. What it cannot be sure of is unknown; what costs too many steps ends in `OutOfSteps`. */
export class Evaluator implements Folding {
  readonly names: Names;
  private readonly attributes: ClassAttributes;
  private readonly runSettings: RunSettings;
  private readonly comprehensions = new Comprehensions(this);
  private readonly known = new Map<number, Value>();
  private readonly inProgress = new Set<number>();
  private readonly canonicalNames = new Map<string, string>();
  private depth = 0;

  /** @param outside resolves names that nothing in the module binds */
  constructor(
    read: ReadText,
    readonly budget: StepBudget,
    readonly outside: (name: string, use: NodeContext) => Value,
  ) {
    this.names = new Names(read, this);
    this.attributes = new ClassAttributes(read, this);
    this.runSettings = new RunSettings(read, this);
  }

  /** Resets the evaluator after an evaluation that ran out of steps. */
  begin(): void {
    this.depth = 0;
    this.inProgress.clear();
  }

  evaluate(node: Node, environment: Bindings = empty): Value {
    if (environment.size > 0) return this.guarded(node, environment);
    const { id } = node;
    const known = this.known.get(id);
    if (known !== undefined) return known;
    if (this.inProgress.has(id)) return unknownValue;
    this.inProgress.add(id);
    const value = this.guarded(node, environment);
    this.inProgress.delete(id);
    this.known.set(id, value);
    return value;
  }

  private guarded(node: Node, environment: Bindings): Value {
    if (this.depth >= deepestExpression) return unknownValue;
    this.budget.spend();
    this.depth++;
    const value = this.fold(node, environment);
    this.depth--;
    return value;
  }

  private fold(node: Node, environment: Bindings): Value {
    switch (node.type) {
      case 'integer':
      case 'float':
        return numberLiteral(node.text);
      case 'string':
        return node.hasError ? unknownValue : stringLiteral(node, (expression) => this.text(expression, environment));
      case 'concatenated_string':
        return partsOf(node)
          .map((part) => this.evaluate(part, environment))
          .reduce((left, right) => operate('+', left, right));
      case 'true':
        return trueValue;
      case 'false':
        return falseValue;
      case 'none':
        return noneValue;
      case 'list':
        return this.sequence('list', node, environment);
      case 'tuple':
      case 'expression_list':
        return this.sequence('tuple', node, environment);
      case 'set':
        return this.set(node, environment);
      case 'dictionary':
        return this.dictionary(node, environment);
      case 'parenthesized_expression': {
        const inner = withoutParentheses(node);
        return inner.id === node.id ? unknownValue : this.evaluate(inner, environment);
      }
      case 'named_expression':
        return this.field(node, 'value', environment);
      case 'identifier':
        return this.name(node, environment);
      case 'attribute':
        return this.attribute(node, environment);
      case 'subscript':
        return this.subscript(node, environment);
      case 'call':
        return this.call(node, environment);
      case 'lambda':
        return { kind: 'definition', node };
      case 'list_comprehension':
      case 'set_comprehension':
      case 'dictionary_comprehension':
      case 'generator_expression':
        return this.comprehensions.fold(node, environment);
      default:
        return this.operation(node, environment);
    }
  }

  private operation(node: Node, environment: Bindings): Value {
    switch (node.type) {
      case 'unary_operator': {
        const value = this.field(node, 'argument', environment);
        if (value.kind === 'sequence' && value.type === 'array') return sequenceOfLength('array', value.length);
        if (value.kind !== 'number') return unknownValue;
        const sign = field(node, 'operator')?.type;
        if (sign === '-') return numberValue(-value.value, value.integer);
        return sign === '+' ? value : unknownValue;
      }
      case 'binary_operator':
        return operate(
          field(node, 'operator')?.type ?? '',
          this.field(node, 'left', environment),
          this.field(node, 'right', environment),
        );
      case 'not_operator': {
        const known = truth(this.field(node, 'argument', environment));
        return known === null ? unknownValue : booleanValue(!known);
      }
      case 'boolean_operator': {
        const left = this.field(node, 'left', environment);
        const known = truth(left);
        if (known === null) return unknownValue;
        return known === (field(node, 'operator')?.type === 'and') ? this.field(node, 'right', environment) : left;
      }
      case 'comparison_operator': {
        const [left, right, ...more] = partsOf(node);
        if (left === undefined || right === undefined || more.length > 0) return unknownValue;
        const operator = node
          .childrenForFieldName('operators')
          .map(({ type }) => type)
          .join(' ');
        return compare(operator, this.evaluate(left, environment), this.evaluate(right, environment));
      }
      case 'conditional_expression': {
        const [yes, condition, no] = partsOf(node);
        if (yes === undefined || condition === undefined || no === undefined) return unknownValue;
        const known = truth(this.evaluate(condition, environment));
        return known === null ? unknownValue : this.evaluate(known ? yes : no, environment);
      }
      default:
        return unknownValue;
    }
  }

  private field(node: Node, name: string, environment: Bindings): Value {
    const child = field(node, name);
    return child === null ? unknownValue : this.evaluate(child, environment);
  }

  private text(node: Node, environment: Bindings): string | null {
    const text = stringOf(this.evaluate(node, environment));
    return text.kind === 'string' ? text.value : null;
  }

  private sequence(type: SequenceValue['type'], node: Node, environment: Bindings): Value {
    if (node.namedChildCount > itemsKept) {
      // Making a node of each item would take longer than reading the text did.
      const others = node.descendantsOfType(['comment', 'line_continuation', 'list_splat']);
      return others.length > 0 || type === 'set' ? unknownValue : sequenceOfLength(type, node.namedChildCount);
    }
    const items: Value[] = [];
    for (const part of partsOf(node)) {
      if (part.type !== 'list_splat') {
        items.push(this.evaluate(part, environment));
        continue;
      }
      const inner = part.firstNamedChild;
      const spread = inner === null ? null : iterated(this.evaluate(inner, environment));
      if (!spread?.items) return unknownValue;
      items.push(...spread.items);
    }
    return sequenceOf(type, items);
  }

  private set(node: Node, environment: Bindings): Value {
    const all = this.sequence('set', node, environment);
    const items = all.kind === 'sequence' && all.items !== null ? distinct(all.items) : null;
    return items === null ? unknownValue : sequenceOf('set', items);
  }

  private dictionary(node: Node, environment: Bindings): Value {
    if (node.namedChildCount > itemsKept) return unknownValue;
    const pairs: DictEntry[] = [];
    let open = false;
    for (const part of partsOf(node)) {
      if (part.type === 'pair') {
        pairs.push({ key: this.field(part, 'key', environment), value: this.field(part, 'value', environment) });
        continue;
      }
      const inner = part.type === 'dictionary_splat' ? part.firstNamedChild : null;
      const spread = inner === null ? unknownValue : this.evaluate(inner, environment);
      if (spread.kind === 'dict' && !spread.open) {
        pairs.push(...spread.entries);
      } else {
        // What is unpacked may replace what stood before it.
        open = true;
        for (const [index, pair] of pairs.entries()) pairs[index] = { key: pair.key, value: unknownValue };
        if (spread.kind === 'dict') pairs.push(...spread.entries);
      }
    }
    return dictOf(pairs, open);
  }

  private name(node: Node, environment: Bindings): Value {
    const name = node.text;
    const local = environment.get(name);
    if (local !== undefined) return local;
    const place = placeOf(node);
    if (place === null || this.isComprehensionVariable(name, place)) return unknownValue;
    return this.names.valueOf(name, place);
  }

  /** A comprehension's variable, seen from outside its evaluation, has a value for each round. */
  private isComprehensionVariable(name: string, { ancestors }: NodeContext): boolean {
    return ancestors.some(
      (ancestor) =>
        isComprehension(ancestor) &&
        partsOf(ancestor).some((part) => {
          const left = part.type === 'for_in_clause' ? field(part, 'left') : null;
          return left !== null && [...targetsOf(left)].some((target) => target.name.text === name);
        }),
    );
  }

  private attribute(node: Node, environment: Bindings): Value {
    const object = field(node, 'object');
    const name = field(node, 'attribute')?.text;
    if (object === null || name === undefined) return unknownValue;
    const value = this.evaluate(object, environment);
    if (this.runSettings.areMeant(value)) return this.attributes.unlessSet(this.runSettings.get(name), name);
    if (value.kind === 'reference') return this.importedAs(`${value.name}.${name}`);
    if (value.kind === 'definition') return this.attributes.ofClass(value.node, name);
    if (value.kind === 'instance') {
      const own = this.attributes.ofInstance(value.call, name);
      return own.kind === 'unknown' ? { kind: 'member', of: value.call, name } : own;
    }
    return object.type === 'identifier' && value.kind === 'unknown'
      ? this.attributes.ofSelf(object, name)
      : unknownValue;
  }

  private subscript(node: Node, environment: Bindings): Value {
    const value = this.field(node, 'value', environment);
    if (value.kind === 'unknown') return unknownValue;
    const [index, ...more] = node.childrenForFieldName('subscript');
    if (index === undefined || more.length > 0) return unknownValue;
    if (this.runSettings.areMeant(value)) {
      const name = this.text(index, environment);
      return name === null ? unknownValue : this.attributes.unlessSet(this.runSettings.get(name), name);
    }
    if (index.type !== 'slice') return subscript(value, this.evaluate(index, environment));
    const bounds: (Value | null)[] = [null, null, null];
    let position = 0;
    for (const child of index.children) {
      if (child.type === ':') position++;
      else if (child.isNamed && position < 3) bounds[position] = this.evaluate(child, environment);
    }
    return slice(value, bounds);
  }

  private call(node: Node, environment: Bindings): Value {
    const callee = field(node, 'function');
    if (callee === null) return unknownValue;
    const target = this.evaluate(callee, environment);
    if (target.kind === 'reference') {
      const folded = foldedCalls.get(target.name);
      if (folded === undefined) return { kind: 'instance', call: node };
      const args = this.foldedArguments(node, environment);
      return args === null ? unknownValue : folded(args);
    }
    if (target.kind === 'definition') {
      if (target.node.type === 'class_definition') return { kind: 'instance', call: node };
      const result = returnedExpression(target.node);
      return result === null ? unknownValue : this.evaluate(result);
    }
    // A layer that is applied to something, a decorator's result.
    if (target.kind === 'instance') return { kind: 'instance', call: node };
    if (callee.type !== 'attribute') return unknownValue;
    const receiver = this.field(callee, 'object', environment);
    if (receiver.kind === 'instance') return { kind: 'instance', call: node };
    if (receiver.kind === 'unknown' || receiver.kind === 'member') return unknownValue;
    const args = this.foldedArguments(node, environment);
    return args === null ? unknownValue : foldMethod(receiver, field(callee, 'attribute')?.text ?? '', args);
  }

  /** All arguments of a call with what is unpacked into it; null if their number is not known. */
  foldedArguments(call: Node, environment: Bindings = empty): FoldedArguments | null {
    const list = field(call, 'arguments');
    const positional: Value[] = [];
    const keywords = new Map<string, Value>();
    if (list?.type === 'generator_expression') return { positional: [this.evaluate(list, environment)], keywords };
    if (list === null || list.namedChildCount > itemsKept) return null;
    for (const part of partsOf(list)) {
      const inner = part.firstNamedChild;
      if (part.type === 'keyword_argument') {
        keywords.set(field(part, 'name')?.text ?? '', this.field(part, 'value', environment));
      } else if (part.type === 'list_splat') {
        const spread = inner === null ? null : iterated(this.evaluate(inner, environment));
        if (!spread?.items) return null;
        positional.push(...spread.items);
      } else if (part.type === 'dictionary_splat') {
        const spread = inner === null ? unknownValue : this.evaluate(inner, environment);
        if (spread.kind !== 'dict' || spread.open) return null;
        for (const { key, value } of spread.entries) {
          if (key.kind !== 'string') return null;
          keywords.set(key.value, value);
        }
      } else {
        positional.push(this.evaluate(part, environment));
      }
    }
    return { positional, keywords };
  }

  part(value: Value, path: readonly number[]): Value {
    let inner = value;
    for (const index of path) inner = iterated(inner)?.items?.[index] ?? unknownValue;
    return inner;
  }

  importedAs(path: string): Value {
    let name = this.canonicalNames.get(path);
    if (name === undefined) this.canonicalNames.set(path, (name = canonicalName(path)));
    return referenceTo(name);
  }

  operate(operator: string, left: Value, right: Value): Value {
    return operate(operator, left, right);
  }

  mutate(value: Value, keys: readonly Node[], operation: Mutation): Value {
    // Each change makes a new value of all the old one's parts.
    this.budget.spend(
      (value.kind === 'dict' ? value.entries : value.kind === 'sequence' ? (value.items ?? []) : []).length /
        partsInAStep,
    );
    const path = keys.map((key) => this.evaluate(key));
    switch (operation.kind) {
      case 'delete':
        return mutate(value, path, operation);
      case 'set':
      case 'augment':
        return mutate(value, path, { ...operation, value: this.evaluate(operation.value) });
      case 'call': {
        const args = this.foldedArguments(operation.call);
        if (args === null) return unknownValue;
        const keywords = dictOf([...args.keywords].map(([name, given]) => ({ key: stringValue(name), value: given })));
        return mutate(value, path, { kind: 'call', method: operation.method, positional: args.positional, keywords });
      }
    }
  }
}
