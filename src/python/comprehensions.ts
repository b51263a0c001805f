import { iterated } from './operators';
import type { Node } from './parser';
import { field, partsOf, targetsOf } from './syntax';
import {
  dictOf,
  distinct,
  itemsKept,
  sequenceOf,
  sequenceOfLength,
  truth,
  unknownValue,
  type Bindings,
  type DictEntry,
  type Value,
} from './values';

/** What folding a comprehension needs from the evaluator. */
interface ComprehensionExpressions {
  evaluate(node: Node, environment: Bindings): Value;
  part(value: Value, path: readonly number[]): Value;
}

/** Folds comprehensions by running through their rounds. */
export class Comprehensions {
  constructor(private readonly expressions: ComprehensionExpressions) {}

  fold(node: Node, environment: Bindings): Value {
    const body = field(node, 'body');
    if (body === null) return unknownValue;
    const clauses = partsOf(node).filter(({ id }) => id !== body.id);
    const rounds: Bindings[] = [];
    const complete = this.run(clauses, environment, rounds);
    if (complete === null) return this.lengthOnly(node, clauses, environment);
    if (node.type === 'dictionary_comprehension') {
      const pairs: DictEntry[] = rounds.map((round) => ({
        key: this.field(body, 'key', round),
        value: this.field(body, 'value', round),
      }));
      return dictOf(pairs);
    }
    const items = rounds.map((round) => this.expressions.evaluate(body, round));
    if (node.type !== 'set_comprehension')
      return sequenceOf(node.type === 'list_comprehension' ? 'list' : 'iterator', items);
    const single = distinct(items);
    return single === null ? unknownValue : sequenceOf('set', single);
  }

  private field(node: Node, name: string, environment: Bindings): Value {
    const child = field(node, name);
    return child === null ? unknownValue : this.expressions.evaluate(child, environment);
  }

  /** Adds the environment of each round to `rounds`; null if their number is not known or too large to run through. */
  private run(clauses: readonly Node[], environment: Bindings, rounds: Bindings[]): true | null {
    const [clause, ...rest] = clauses;
    if (clause === undefined) {
      rounds.push(environment);
      return rounds.length <= itemsKept ? true : null;
    }
    if (clause.type === 'if_clause') {
      const condition = clause.firstNamedChild;
      const holds = condition === null ? null : truth(this.expressions.evaluate(condition, environment));
      if (holds === null) return null;
      return holds ? this.run(rest, environment, rounds) : true;
    }
    const left = field(clause, 'left');
    const all = iterated(this.field(clause, 'right', environment));
    if (left === null || all === null || all.length > itemsKept) return null;
    const targets = [...targetsOf(left)];
    for (let index = 0; index < all.length; index++) {
      const item = all.items?.[index] ?? unknownValue;
      const inner = new Map(environment);
      for (const { name, path } of targets)
        inner.set(name.text, path === null ? unknownValue : this.expressions.part(item, path));
      if (this.run(rest, inner, rounds) === null) return null;
    }
    return true;
  }

  /** The length of a list that a single long `for` without a condition makes. */
  private lengthOnly(node: Node, clauses: readonly Node[], environment: Bindings): Value {
    const [clause, ...more] = clauses;
    if (clause?.type !== 'for_in_clause' || more.length > 0 || node.type !== 'list_comprehension') return unknownValue;
    const all = iterated(this.field(clause, 'right', environment));
    return all === null ? unknownValue : sequenceOfLength('list', all.length);
  }
}
