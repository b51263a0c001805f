import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { argumentsOf } from '../../../python/signatures';
import { contains, field, isField, isFunction, isLoop, withoutParentheses } from '../../../python/syntax';
import { isPath, keepHistory } from './autograd';

/** A variable or attribute that certainly holds a tensor with history (torch 2). */
export interface Loss {
  readonly node: Node;
  /** True if it certainly has one element, so that `.item()` works on it. */
  readonly isScalar: boolean;
  /** False if only its name, or the name of the function that made it, shows that. */
  readonly isProven: boolean;
}

/** Methods that reduce a tensor to one number. */
const reduces = /^(?:mean|sum)$/;
/** Methods that work on two tensors. */
const combines = /^(?:mul|div|add|sub)$/;

/**
 * The losses in the expression that `backward()` starts from. Of two operands one has the history and the other one
 * may be any number, so an operand counts only if the other one has none, or if something else shows that it is a loss.
 */
export function* lossesIn(module: PythonModule, expression: Node, start: Node): Generator<Loss> {
  yield* walk(expression, { isScalar: true, isProven: true, isAlone: true });

  function* walk(
    whole: Node,
    so: { readonly isScalar: boolean; readonly isProven: boolean; readonly isAlone: boolean },
  ): Generator<Loss> {
    const node = withoutParentheses(whole);
    switch (node.type) {
      case 'identifier':
      case 'attribute': {
        if (node.type === 'attribute' && !isPath(node)) return;
        const evidence = so.isAlone ? 'proof' : evidenceFor(module, node, start);
        if (evidence !== null) yield { node, isScalar: so.isScalar, isProven: so.isProven && evidence === 'proof' };
        return;
      }
      case 'unary_operator': {
        const operand = field(node, 'argument');
        if (operand !== null) yield* walk(operand, so);
        return;
      }
      case 'binary_operator': {
        const [left, right] = [field(node, 'left'), field(node, 'right')];
        const operator = field(node, 'operator')?.type;
        if (left === null || right === null) return;
        const isScalar = so.isScalar && operator !== '@';
        if (isNumber(module, right)) yield* walk(left, { ...so, isScalar });
        else if (isNumber(module, left)) yield* walk(right, { ...so, isScalar });
        // What stays the same from round to round has no graph that each round could go through.
        else if (operator === '/' && isConstantIn(module, right, start))
          yield* walk(left, { ...so, isScalar, isProven: false });
        else for (const side of [left, right]) yield* walk(side, { ...so, isScalar, isAlone: false });
        return;
      }
      case 'call': {
        const callee = field(node, 'function');
        const method = callee?.type === 'attribute' ? (field(callee, 'attribute')?.text ?? '') : '';
        const object = callee === null ? null : field(callee, 'object');
        if (object === null || !keepHistory.test(method)) return;
        const others = combines.test(method) ? argumentsOf(node).filter((argument) => !isNumber(module, argument)) : [];
        yield* walk(object, {
          ...so,
          isScalar: so.isScalar && !reduces.test(method),
          isAlone: so.isAlone && others.length === 0,
        });
        return;
      }
      default:
    }
  }
}

/** Attributes of settings objects, which are numbers if they are used in a calculation. */
const settings =
  /(?:^|[._])(?:args|arguments|config|configuration|cfg|conf|opts?|hparams|hyperparams|params|flags|settings|options)\.\w+$/i;
const constant = /^[A-Z][A-Z0-9_]+$/;
const numberFunctions = /^(?:len|int|float|round|ord)$/;
const deepest = 8;
const numberMethods = /^(?:item|numel|size|dim|nelement|__len__)$/;

/** True if an expression is certainly a number, or anything else without history. */
export function isNumber(module: PythonModule, expression: Node, depth = 0): boolean {
  if (depth > deepest) return false;
  const node = withoutParentheses(expression);
  const { kind } = module.evaluate(node);
  if (kind !== 'unknown' && kind !== 'instance' && kind !== 'member' && kind !== 'definition') return true;
  switch (node.type) {
    case 'binary_operator':
      return ['left', 'right'].every((side) => isNumberField(module, node, side, depth));
    case 'unary_operator':
      return isNumberField(module, node, 'argument', depth);
    case 'call': {
      const callee = field(node, 'function');
      if (callee?.type === 'identifier') return numberFunctions.test(callee.text);
      const method = callee?.type === 'attribute' ? (field(callee, 'attribute')?.text ?? '') : '';
      return numberMethods.test(method) && !(method === 'size' && argumentsOf(node).length === 0);
    }
    case 'subscript':
      return /(?:\.shape|\.size\(\))$/.test(field(node, 'value')?.text ?? '');
    case 'attribute':
      return settings.test(node.text);
    case 'identifier': {
      const values = assignedTo(module, node);
      if (values.length > 0) return values.every((value) => isNumber(module, value, depth + 1));
      return constant.test(node.text) && !/LOSS/.test(node.text);
    }
    default:
      return false;
  }
}

function isNumberField(module: PythonModule, node: Node, name: string, depth: number): boolean {
  const part = field(node, name);
  return part !== null && isNumber(module, part, depth + 1);
}

/** The function that a node stands in, or the module. */
export function functionOf(module: PythonModule, node: Node): Node | null {
  const place = module.place(node);
  return place?.scopes.find((scope) => isFunction(scope) || scope.type === 'module') ?? null;
}

/** What is assigned to a name or an attribute in the function of `use`, where that is a whole right side. */
export function assignedTo(module: PythonModule, use: Node): readonly Node[] {
  const own = functionOf(module, use);
  const last = use.type === 'attribute' ? field(use, 'attribute') : use;
  return module.identifiers(last?.text ?? '').flatMap((identifier) => {
    const target = use.type === 'attribute' ? identifier.parent : identifier;
    const statement = target?.parent;
    if (target?.text !== use.text || statement?.type !== 'assignment' || !isField(statement, 'left', target)) return [];
    const value = field(statement, 'right');
    return value === null || functionOf(module, target)?.id !== own?.id ? [] : [value];
  });
}

/** True if nothing in the loop around `start` gives the names of an expression another value. */
function isConstantIn(module: PythonModule, expression: Node, start: Node): boolean {
  const loop = module.repetitions(start).find(({ node }) => isLoop(node))?.node;
  const node = withoutParentheses(expression);
  if (node.type !== 'identifier' && !(node.type === 'attribute' && isPath(node))) return false;
  const outer =
    loop ?? (node.type === 'attribute' && /^(?:self|cls)\./.test(node.text) ? functionOf(module, start) : null);
  if (outer === null) return false;
  const last = node.type === 'attribute' ? field(node, 'attribute') : node;
  return module
    .identifiers(last?.text ?? '')
    .every((identifier) => !contains(outer, identifier) || !isTarget(identifier, node));
}

/** True if a name stands where it, or what `written` is written as, gets a value. */
export function isTarget(identifier: Node, written: Node): boolean {
  let target = written.type === 'attribute' ? (identifier.parent ?? identifier) : identifier;
  if (target.text !== written.text) return false;
  while (
    target.parent !== null &&
    /^(?:pattern_list|tuple_pattern|list_pattern|list_splat_pattern|tuple|as_pattern_target)$/.test(target.parent.type)
  )
    target = target.parent;
  const { parent } = target;
  return (
    parent?.type === 'as_pattern' ||
    (parent !== null &&
      ['left', 'name'].some((name) => isField(parent, name, target)) &&
      /assignment$|^for_|^named_expression$/.test(parent.type))
  );
}

type LossEvidence = 'proof' | 'name';

/** What shows that a name in a sum or product is a loss with a graph of this round; null if nothing does. */
function evidenceFor(module: PythonModule, node: Node, start: Node): LossEvidence | null {
  const values = assignedTo(module, node);
  const value = values.filter(({ startIndex }) => startIndex < start.startIndex).at(-1) ?? null;
  if (value === null || isNumber(module, value)) return null;
  const evidence = madeByLoss(module, value);
  return (
    evidence ??
    (lossName.test(node.text) && !notALoss.test(node.text) && !/^(?:integer|float|string|none)$/.test(value.type)
      ? 'name'
      : null)
  );
}

const lossName = /(?:^|[._])loss\d*$/i;
const notALoss =
  /(?:^|[._])(?:lambda|weights?|w|alpha|beta|gamma|delta|coefs?|coeff\w*|scale|factor|ratio|rate|n|num|count|max|min|best|prev|last|avg|running|total)[._]?loss\d*$|lambda|weight|scale|coef|factor|ratio|meter/i;
const lossCall = /loss|criteri|(?:^|[._])crit(?:_|$)|cross_entropy|(?:^|[._])(?:nll|bce|mse|ce)(?:_|$)|kl_div/i;

function madeByLoss(module: PythonModule, expression: Node): LossEvidence | null {
  const node = withoutParentheses(expression);
  if (node.type === 'attribute') return /\.loss$/.test(node.text) && isPath(node) ? 'name' : null;
  if (node.type !== 'call') return null;
  const callee = field(node, 'function');
  const name = callee?.type === 'attribute' ? (field(callee, 'attribute')?.text ?? '') : (callee?.text ?? '');
  const object = callee?.type === 'attribute' ? field(callee, 'object') : null;
  if (object !== null && keepHistory.test(name)) return madeByLoss(module, object);
  if (callee === null || argumentsOf(node).length === 0) return null;
  const target = module.evaluate(callee);
  if (target.kind === 'reference')
    return /^torch\.nn\.functional\.\w*(?:loss|cross_entropy|kl_div)/.test(target.name) ? 'proof' : null;
  if (/^torch\.nn\.\w+Loss$/.test(module.callOf(target)?.name ?? '')) return 'proof';
  return lossCall.test(name) && !notALoss.test(name) ? 'name' : null;
}
