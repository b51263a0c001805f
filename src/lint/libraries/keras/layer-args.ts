import type { Call, PythonModule } from '../../../python/module';
import { bind, signature, type BoundArguments } from '../../../python/signatures';
import { toInteger, toItems, toText, truth, type Value } from '../../../python/values';
import type { TensorShape } from './shapes';

/** The arguments of a layer, read as layers mean them. */
export class LayerArguments {
  private readonly args: BoundArguments;

  constructor(
    readonly module: PythonModule,
    readonly call: Call,
    parameters: string,
  ) {
    this.args = bind(call.node, signature(parameters), module.evaluator);
  }

  value(name: string): Value | null {
    return this.args.value(name);
  }

  has(name: string): boolean {
    return this.args.get(name) !== null;
  }

  /** A whole number; `otherwise` if it is left out, null if it is not known. */
  integer(name: string, otherwise: number | null = null): number | null {
    const value = this.args.value(name);
    if (value === null) return otherwise;
    return toInteger(value);
  }

  flag(name: string, otherwise: boolean): boolean | null {
    const value = this.args.value(name);
    return value === null ? otherwise : truth(value);
  }

  text(name: string, otherwise: string): string | null {
    const value = this.args.value(name);
    return value === null ? otherwise : toText(value);
  }

  /** A size for each of `rank` axes: one number for all of them, or a tuple. Null sizes are not known. */
  sizes(name: string, rank: number, otherwise: TensorShape): TensorShape {
    const value = this.args.value(name);
    if (value === null || value.kind === 'none') return otherwise;
    const all = toInteger(value);
    if (all !== null) return Array.from({ length: rank }, () => all);
    const items = toItems(value);
    return items?.length === rank ? items.map(toInteger) : Array.from({ length: rank }, () => null);
  }

  /** A shape without its batch axis; null if it is left out or its rank is not known. */
  shape(name: string): TensorShape | null {
    const value = this.args.value(name);
    if (value === null) return null;
    const single = toInteger(value);
    if (single !== null) return [single];
    return value.kind === 'sequence' && value.items !== null ? value.items.map(toInteger) : null;
  }

  /** True if an argument of this kind is given that this reading does not understand. */
  hasAny(names: readonly string[]): boolean {
    return names.some((name) => this.args.get(name) !== null);
  }

  get complete(): boolean {
    return this.args.complete;
  }
}
