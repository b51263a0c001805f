import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { contains, field, isField } from '../../../python/syntax';
import { flowOf, takerOf, tensorsIn } from '../../libraries/torch/autograd';
import { assignedTo, functionOf, isNumber } from '../../libraries/torch/losses';

/** How a module uses each of its sums, found once for all places that add to it. */
export class Sums {
  private readonly known = new Map<string, SumUses>();
  private readonly numbers = new Map<string, readonly Node[]>();
  private readonly outer = new Map<string, boolean>();
  private withOthers: boolean | null = null;

  constructor(
    private readonly module: PythonModule,
    private readonly backwards: Backwards,
  ) {}

  /** The numbers that a function assigns to the name of a loss. */
  numbersIn(loss: Node): readonly Node[] {
    const key = `${functionOf(this.module, loss)?.id ?? ''} ${loss.text}`;
    const found =
      this.numbers.get(key) ?? assignedTo(this.module, loss).filter((value) => isNumber(this.module, value));
    this.numbers.set(key, found);
    return found;
  }

  /** True if the module also uses another library with gradients. */
  get hasOtherGradients(): boolean {
    return (this.withOthers ??= otherGradients.test(this.module.text));
  }

  /** True if another function may give a variable a new value. */
  isSetElsewhere({ text }: Node): boolean {
    let found = this.outer.get(text);
    if (found === undefined) {
      found = this.module
        .identifiers(text)
        .some(({ parent }) => /^(?:global|nonlocal)_statement$/.test(parent?.type ?? ''));
      this.outer.set(text, found);
    }
    return found;
  }

  of(target: Node): SumUses {
    let found = this.known.get(target.text);
    if (found === undefined) {
      const uses = usesOfName(this.module, target);
      found = {
        starts: startsOf(this.module, target),
        goesBackwards:
          this.backwards.has(target.text) || mayGoBackwards(this.module, uses, target.text, this.backwards),
        isOnlyRead: uses.some((use) => isNumberStart(use)) && uses.every((use) => isStart(use) || isOnlyRead(use)),
      };
      this.known.set(target.text, found);
    }
    return found;
  }
}

interface SumUses {
  /** The assignments that reset it. */
  readonly starts: readonly Node[];
  readonly goesBackwards: boolean;
  /** True if it starts with a number and is only printed. */
  readonly isOnlyRead: boolean;
}

/** Other libraries whose values have a `backward`. */
const otherGradients =
  /^[ \t]{0,40}(?:from[ \t]{1,9}|import[ \t]{1,9}(?:[^\n;#]{1,200},[ \t]{0,9})?)(?:micrograd|tinygrad|minitorch|needle|mxnet|paddle|jittor|oneflow|mindspore|megengine|chainer|tensorflow|autograd)\b/m;

/** The cost of finding what a name is part of. */
export const stepsOfALook = 8;

/** The plain assignments to a target, which reset a sum. */
function startsOf(module: PythonModule, target: Node): readonly Node[] {
  const last = target.type === 'identifier' ? target : (field(target, 'attribute') ?? field(target, 'value'));
  return module.identifiers(last?.text.split(/\W/).at(-1) ?? '').flatMap((node) => {
    module.spend(stepsOfALook);
    for (
      let up: Node | null = node;
      up !== null && up.startIndex >= node.startIndex - target.text.length;
      up = up.parent
    ) {
      if (up.type === 'assignment') {
        const left = field(up, 'left');
        const names = left?.type === 'pattern_list' ? left.namedChildren.map(({ text }) => text) : [left?.text];
        const starts = names.some(
          (text) => text === target.text || (target.type === 'subscript' && text === field(target, 'value')?.text),
        );
        return starts && !isSumOf(up, target.text) ? [up] : [];
      }
    }
    return [];
  });
}

export const isSumOf = (assignment: Node, total: string): boolean => {
  const right = field(assignment, 'right');
  return right !== null && [...tensorsIn(right)].some(({ text }) => text === total);
};

/** Where backward passes start, by what they start from. */
type Backwards = ReadonlyMap<string, readonly Node[]>;

/** True if something backpropagates through a sum, or if a function that gets it may. */
function mayGoBackwards(module: PythonModule, uses: readonly Node[], sum: string, backwards: Backwards): boolean {
  return uses.some((use) => {
    const whole = flowOf(use);
    const taken = takerOf(whole);
    if (taken !== null)
      return (
        taken.target.text !== sum &&
        (backwards.get(taken.target.text) ?? []).some((pass) => mayRunAfter(module, pass, taken.statement))
      );
    const call = whole.parent?.type === 'argument_list' ? whole.parent.parent : null;
    return (
      call?.type === 'call' &&
      /(?:^|\.)(?:grad|backward|manual_backward|step|scale|value_and_grad)$/.test(field(call, 'function')?.text ?? '')
    );
  });
}

/** False if a backward pass certainly comes before a statement: above it in the same function, and in no loop with it. */
const mayRunAfter = (module: PythonModule, pass: Node, statement: Node): boolean =>
  pass.startIndex > statement.startIndex ||
  functionOf(module, pass)?.id !== functionOf(module, statement)?.id ||
  module.repetitions(pass).some(({ node }) => contains(node, statement));

/** All uses of `target`, as it is written. */
function usesOfName(module: PythonModule, target: Node): readonly Node[] {
  if (target.type === 'subscript') return [];
  const last = target.type === 'attribute' ? field(target, 'attribute') : target;
  return module.identifiers(last?.text ?? '').flatMap((node) => {
    const whole = target.type === 'attribute' ? node.parent : node;
    module.spend(stepsOfALook);
    return whole?.text === target.text ? [whole] : [];
  });
}

/** Functions that only read a number. */
const readers =
  /^(?:print|round|format|float|str|.*\.(?:format|write|info|debug|set_description|set_postfix|add_scalar))$/;

/** True for `total = 0`, and where something is added to the sum. */
function isStart(use: Node): boolean {
  if (isNumberStart(use)) return true;
  const statement = use.parent;
  if (statement?.type === 'augmented_assignment') return isField(statement, 'left', use);
  const sum = statement?.type === 'assignment' ? statement : takerOf(flowOf(use))?.statement;
  return sum?.type === 'assignment' && field(sum, 'left')?.text === use.text && isSumOf(sum, use.text);
}

function isNumberStart(use: Node): boolean {
  const statement = use.parent;
  if (statement?.type !== 'assignment' || !isField(statement, 'left', use)) return false;
  const right = field(statement, 'right');
  return right?.type === 'integer' || right?.type === 'float';
}

function isOnlyRead(use: Node): boolean {
  let { parent } = use;
  while (parent !== null && /^(?:binary_operator|parenthesized_expression|tuple|keyword_argument)$/.test(parent.type))
    ({ parent } = parent);
  if (parent?.type === 'interpolation') return true;
  const call = parent?.type === 'argument_list' ? parent.parent : null;
  return call?.type === 'call' && readers.test(field(call, 'function')?.text ?? '');
}
