import type { Evaluator } from './evaluator';
import { iterated } from './operators';
import type { Node } from './parser';
import { field, partsOf } from './syntax';
import { stringValue, toText, unknownValue, type Value } from './values';

/** The parameters of a callable, as far as they decide which argument is which. */
export interface Signature {
  /** Parameters that may be given by position, in order. */
  readonly positional: readonly string[];
  readonly takesMorePositional: boolean;
}

/** Reads a signature as Python writes it, without defaults: `estimator, param_grid, *, scoring, n_jobs`. */
export function signature(text: string): Signature {
  const names = text.split(',').map((name) => name.trim());
  const star = names.findIndex((name) => name.startsWith('*'));
  return {
    positional: (star === -1 ? names : names.slice(0, star)).filter((name) => name !== ''),
    takesMorePositional: star !== -1 && /^\*\w/.test(names[star] ?? ''),
  };
}

export interface Argument {
  readonly value: Value;
  /** Where it is written; null if it was unpacked from a constant. */
  readonly node: Node | null;
  /** The `name=value` around it, if it is given by name in the call itself. */
  readonly keyword: Node | null;
}

/** The arguments of one call, by the names of the parameters that they reach. */
export class BoundArguments {
  /** @param complete false if arguments may be given that the call does not show: `*args`, `**kwargs` */
  constructor(
    private readonly given: ReadonlyMap<string, Argument>,
    readonly complete: boolean,
    /** Arguments by position that no parameter takes, in order. */
    readonly more: readonly Argument[],
  ) {}

  get(name: string): Argument | null {
    return this.given.get(name) ?? null;
  }

  /** The value given for a parameter; null if it is certainly left out, unknown if that is not certain. */
  value(name: string): Value | null {
    return this.given.get(name)?.value ?? (this.complete ? null : unknownValue);
  }

  /** True if the parameter is certainly left out. */
  omits(name: string): boolean {
    return this.complete && !this.given.has(name);
  }

  names(): readonly string[] {
    return [...this.given.keys()];
  }
}

/** Binds the arguments of a call as Python does when it enters the callee. */
export function bind(call: Node, { positional, takesMorePositional }: Signature, evaluator: Evaluator): BoundArguments {
  const given = new Map<string, Argument>();
  const more: Argument[] = [];
  let complete = true;
  let index = 0;
  let positionKnown = true;
  const byPosition = (argument: Argument): void => {
    const name = positionKnown ? positional[index++] : undefined;
    if (name !== undefined) given.set(name, argument);
    else more.push(argument);
  };
  for (const part of argumentsOf(call)) {
    const inner = part.firstNamedChild;
    switch (part.type) {
      case 'keyword_argument': {
        const node = field(part, 'value');
        if (node !== null) given.set(field(part, 'name')?.text ?? '', lazily(node, part, evaluator));
        break;
      }
      case 'list_splat': {
        const spread = inner === null ? null : iterated(evaluator.evaluate(inner));
        if (!spread?.items) positionKnown = complete = false;
        else for (const value of spread.items) byPosition({ value, node: null, keyword: null });
        break;
      }
      case 'dictionary_splat': {
        const spread = inner === null ? unknownValue : evaluator.evaluate(inner);
        const chosen = spread.kind === 'dict' || inner === null ? null : chosenFrom(inner, evaluator);
        if (chosen !== null)
          for (const name of chosen) given.set(name, { value: unknownValue, node: null, keyword: null });
        else if (spread.kind !== 'dict' || spread.open) complete = false;
        if (spread.kind !== 'dict') break;
        for (const { key, value } of spread.entries) {
          if (key.kind === stringValue('').kind && 'value' in key && typeof key.value === 'string') {
            given.set(key.value, { value, node: null, keyword: null });
          } else complete = false;
        }
        break;
      }
      default:
        byPosition(lazily(part, null, evaluator));
    }
  }
  // Surplus positions belong to another version's signature: what they stand for is not known.
  if (more.length > 0 && !takesMorePositional) complete = false;
  return new BoundArguments(given, complete, more);
}

/**
 * The names of a dictionary that is known, of which some are left out: `{name: value for name, value in settings.items() if …}`.
 * Null for anything else.
 */
function chosenFrom(written: Node, evaluator: Evaluator): readonly string[] | null {
  if (written.type !== 'dictionary_comprehension') return null;
  const [pair, clause, ...more] = partsOf(written);
  const target = clause?.type === 'for_in_clause' ? field(clause, 'left') : null;
  const source = clause === undefined ? null : field(clause, 'right');
  const callee = source?.type === 'call' ? field(source, 'function') : null;
  const dict = callee?.type === 'attribute' ? field(callee, 'object') : null;
  const [key] = target === null ? [] : partsOf(target);
  if (pair === undefined || dict === null || key === undefined || callee === null) return null;
  if (field(callee, 'attribute')?.text !== 'items' || field(pair, 'key')?.text !== key.text) return null;
  if (more.some(({ type }) => type !== 'if_clause')) return null;
  const settings = evaluator.evaluate(dict);
  if (settings.kind !== 'dict' || settings.open) return null;
  const names = settings.entries.map((entry) => toText(entry.key));
  return names.every((each) => each !== null) ? names : null;
}

/** The parts of a call between its parentheses. */
export function argumentsOf(call: Node): readonly Node[] {
  const list = field(call, 'arguments');
  if (list === null) return [];
  return list.type === 'generator_expression' ? [list] : partsOf(list);
}

/** Most arguments are never asked for, so their values wait. */
function lazily(node: Node, keyword: Node | null, evaluator: Evaluator): Argument {
  return {
    node,
    keyword,
    get value() {
      return evaluator.evaluate(node);
    },
  };
}
