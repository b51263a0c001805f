import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { scopeOf } from '../../python/places';
import { contains, field, isField, isLoop, isScope, partsOf } from '../../python/syntax';
import { defineRule } from '../engine/define';
import { insertAt } from '../fixes/edits';
import type { Fix } from '../engine/rule';
import { flowOf, mayBeWithoutGradients, takerOf, tensorsIn } from '../libraries/torch/autograd';
import { backwardPasses, type BackwardPass } from '../libraries/torch/backward';
import { assignedTo, functionOf, isNumber, isTarget, type Loss } from '../libraries/torch/losses';
import { together } from '../engine/query';

/** Other libraries have a `backward` too. */
const importsTorch = /^[ \t]{0,40}(?:from[ \t]{1,9}torch\b|import[ \t][^#\n]{0,200}\btorch\b)/m;

export const graphRetention = defineRule({
  id: 'graph-retention',
  practice: null,
  severity: 'warning',
  summary: 'A running total of losses that keeps the autograd history of every batch.',
  details: `PyTorch: \`total += loss\` in the loop whose \`loss.backward()\` trains, where nothing ever goes backwards through \`total\`.
\`loss.item()\`, \`float(loss)\` and \`loss.detach()\` are numbers or tensors without history, and are fine.`,
  why: `The sum of tensors with history is a tensor with the history of all of them: memory grows with every batch until the sum is dropped, so batches have to be smaller, or the run ends out of memory and has to be repeated.
[PyTorch's FAQ](https://docs.pytorch.org/docs/stable/notes/faq.html) lists it first.`,
  remedy: `Add the number: \`total += loss.item()\`. On a GPU that waits for the batch; \`loss.detach()\` keeps a tensor without history and does not wait.`,
  nonCompliant: [
    {
      code: `import torch

def train(model, loader, criterion, optimizer):
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss
    print(f"loss {total / len(loader):.3f}")
`,
      severity: 'warning',
      fixed: `import torch

def train(model, loader, criterion, optimizer):
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item()
    print(f"loss {total / len(loader):.3f}")
`,
    },
    {
      code: `import torch

class Trainer:
    def step(self, batch):
        loss = self.model(batch).mean()
        self.scaler.scale(loss).backward()
        self.total_loss = self.total_loss + loss * len(batch)
`,
      severity: 'warning',
    },
  ],
  compliant: [
    `import torch

for x, y in loader:
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
    total += loss.item() * len(x)
`,
    `import torch

for x, y in loader:
    total = 0
    for head in heads:
        loss = head(x, y)
        total += loss
    total.backward()
`,
    `import torch

for x, y in loader:
    loss = criterion(model(x), y)
    loss.backward()
    with torch.no_grad():
        total += loss
`,
  ],
  messages: {
    total: ({ total, name }: { readonly total: string; readonly name: string }) =>
      `${total} keeps the autograd history of every ${name} that is added to it, so memory grows with each batch. Add ${name}.item(), or ${name}.detach() where ${total} stays a tensor.`,
  },
  needs: importsTorch,
}).on(together(backwardPasses), function* (passes, { module }) {
  const sums = new Sums(module, new Set(passes.flatMap(({ from }) => from)));
  for (const pass of passes) {
    for (const loss of pass.keepsGraph ? [] : pass.losses) {
      const name = loss.node.text;
      for (const found of totals(module, sums, name, pass)) {
        const { statement, target } = found;
        if (sums.of(target).goesBackwards || mayBeWithoutGradients(module, statement)) continue;
        yield {
          node: statement,
          message: 'total' as const,
          data: { total: target.text, name },
          fixes: withoutHistory(module, sums, found, {
            ...loss,
            isProven: loss.isProven && isAlwaysATensor(module, sums, found, pass.call.node),
          }),
        };
      }
    }
  }
});

/** What a module does with each of its sums, looked at once for all places that add to it. */
class Sums {
  private readonly known = new Map<string, SumUses>();
  private readonly numbers = new Map<string, readonly Node[]>();
  private readonly outer = new Map<string, boolean>();
  private withOthers: boolean | null = null;

  constructor(
    private readonly module: PythonModule,
    private readonly goneBackwards: ReadonlySet<string>,
  ) {}

  /** The numbers that a function gives the name of a loss. */
  numbersIn(loss: Node): readonly Node[] {
    const key = `${functionOf(this.module, loss)?.id ?? ''} ${loss.text}`;
    const found =
      this.numbers.get(key) ?? assignedTo(this.module, loss).filter((value) => isNumber(this.module, value));
    this.numbers.set(key, found);
    return found;
  }

  /** True if the module also uses a library whose values go backwards and are no tensors of PyTorch. */
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
        goesBackwards: this.goneBackwards.has(target.text) || mayGoBackwards(uses, target.text, this.goneBackwards),
        isOnlyRead: uses.some((use) => isNumberStart(use)) && uses.every((use) => isStart(use) || isOnlyRead(use)),
      };
      this.known.set(target.text, found);
    }
    return found;
  }
}

interface SumUses {
  /** Where it starts anew. */
  readonly starts: readonly Node[];
  readonly goesBackwards: boolean;
  /** True if it starts with a number and is printed, and nothing else. */
  readonly isOnlyRead: boolean;
}

interface Total {
  readonly statement: Node;
  readonly target: Node;
  /** The loss where it is added. */
  readonly added: Node;
}

/** What it costs to see what a name at one place is part of. */
const stepsOfALook = 8;

/** The sums that take a loss with its history, round after round. */
function* totals(module: PythonModule, sums: Sums, name: string, { call }: BackwardPass): Generator<Total> {
  const scope = module.place(call.node)?.scopes[0];
  if (scope === undefined) return;
  const outermost = module
    .repetitions(call.node)
    .filter(({ node }) => isLoop(node))
    .at(-1)?.node;
  for (const identifier of module.identifiersBetween(
    name.slice(name.lastIndexOf('.') + 1),
    (outermost ?? scope).startIndex,
    (outermost ?? scope).endIndex,
  )) {
    module.spend(stepsOfALook);
    const loss =
      identifier.parent?.type === 'attribute' && isField(identifier.parent, 'attribute', identifier)
        ? identifier.parent
        : identifier;
    if (loss.text !== name || scopeIdOf(module, loss) !== scope.id) continue;
    const taker = takerOf(flowOf(loss));
    if (taker === null || taker.target.text === name || !isSum(taker.statement, taker.target)) continue;
    if (!lastsBeyondTheRound(module, sums, taker, call.node) || !isSameLoss(module, name, loss, call.node)) continue;
    yield { ...taker, added: loss };
  }
}

const scopeIdOf = (module: PythonModule, node: Node): number | null => {
  const place = module.place(node);
  return place === null ? null : scopeOf(place).id;
};

/** `total += …` and `total = total + …`, into a variable or an attribute. */
function isSum(statement: Node, target: Node): boolean {
  if (target.type !== 'identifier' && target.type !== 'attribute' && target.type !== 'subscript') return false;
  if (statement.type === 'augmented_assignment') return field(statement, 'operator')?.type === '+=';
  const right = field(statement, 'right');
  return (
    right?.type === 'binary_operator' &&
    field(right, 'operator')?.type === '+' &&
    [...tensorsIn(right)].some(({ text }) => text === target.text)
  );
}

/**
 * True if the sum outlives the round in which the loss went backwards: it stands in the same loop and starts outside
 * it, or it belongs to an object whose method trains one batch.
 */
function lastsBeyondTheRound(
  module: PythonModule,
  sums: Sums,
  { statement, target }: { statement: Node; target: Node },
  backward: Node,
): boolean {
  const loop = module.repetitions(statement).find(({ node }) => isLoop(node))?.node;
  const startsWithin = (outer: Node): boolean =>
    sums.of(target).starts.some((start) => contains(outer, start) && isCertainIn(module, start, outer));
  if (loop !== undefined) return contains(loop, backward) && !startsWithin(loop);
  const method = module.place(statement)?.scopes[0];
  return (
    target.type !== 'identifier' &&
    method?.type === 'function_definition' &&
    /^(?:self|cls)\b/.test(target.text) &&
    !startsWithin(method)
  );
}

/** True if a statement runs in every round or call: `if step % 100 == 99: total = 0` does not. */
function isCertainIn(module: PythonModule, statement: Node, outer: Node): boolean {
  const around = module.place(statement)?.ancestors ?? [];
  const level = around.findIndex(({ id }) => id === outer.id);
  return (
    level !== -1 &&
    around
      .slice(0, level)
      .every((ancestor) => !isScope(ancestor) && !/^(?:if|for|while|match|try)_statement$/.test(ancestor.type))
  );
}

/** The plain assignments of something: where a sum starts anew. */
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

const isSumOf = (assignment: Node, total: string): boolean => {
  const right = field(assignment, 'right');
  return right !== null && [...tensorsIn(right)].some(({ text }) => text === total);
};

/** True if nothing between the sum and the step backwards turns the loss into something without that history. */
function isSameLoss(module: PythonModule, name: string, loss: Node, backward: Node): boolean {
  const [from, to] = [Math.min(loss.startIndex, backward.startIndex), Math.max(loss.startIndex, backward.startIndex)];
  return module.identifiersBetween(name.slice(name.lastIndexOf('.') + 1), from + 1, to).every((node) => {
    module.spend(stepsOfALook);
    const written = node.parent?.type === 'attribute' && isField(node.parent, 'attribute', node) ? node.parent : node;
    if (written.text !== name || !isTarget(node, written)) return true;
    const statement = written.parent;
    // What is added to a loss keeps its history.
    return statement?.type === 'augmented_assignment' || (statement?.type === 'assignment' && isSumOf(statement, name));
  });
}

/** True if a sum flows into something that goes backwards, or into a function that may do so. */
function mayGoBackwards(uses: readonly Node[], sum: string, goneBackwards: ReadonlySet<string>): boolean {
  return uses.some((use) => {
    const whole = flowOf(use);
    const taken = takerOf(whole);
    if (taken !== null) return taken.target.text !== sum && goneBackwards.has(taken.target.text);
    const call = whole.parent?.type === 'argument_list' ? whole.parent.parent : null;
    return (
      call?.type === 'call' &&
      /(?:^|\.)(?:grad|backward|manual_backward|step|scale|value_and_grad)$/.test(field(call, 'function')?.text ?? '')
    );
  });
}

/** Everything that is written like `target`. */
function usesOfName(module: PythonModule, target: Node): readonly Node[] {
  if (target.type === 'subscript') return [];
  const last = target.type === 'attribute' ? field(target, 'attribute') : target;
  return module.identifiers(last?.text ?? '').flatMap((node) => {
    const whole = target.type === 'attribute' ? node.parent : node;
    module.spend(stepsOfALook);
    return whole?.text === target.text ? [whole] : [];
  });
}

/** Functions that only look at a number. */
const readers =
  /^(?:print|round|format|float|str|.*\.(?:format|write|info|debug|set_description|set_postfix|add_scalar))$/;

/**
 * `.item()` where the sum is only printed; `.detach()` where it may have to stay a tensor. The first is safe if what is
 * added certainly is one number in a tensor, and nothing else in the sum has a history of its own.
 */
function withoutHistory(
  module: PythonModule,
  sums: Sums,
  { statement, target, added }: Total,
  { isScalar, isProven }: Loss,
): readonly Fix[] {
  const chain = chainOf(added);
  const isNumberAfterwards =
    target.type === 'identifier' &&
    sums.of(target).isOnlyRead &&
    (isScalar || /\.(?:mean|sum)\(\)/.test(chain.text.slice(added.text.length)));
  const method = isNumberAfterwards ? 'item' : 'detach';
  const safe =
    isNumberAfterwards &&
    isProven &&
    isAloneIn(module, statement, target, added) &&
    !isCompiled(module, statement) &&
    !/\bdef backward\(self\b/.test(module.text);
  return [{ title: `Add ${chain.text}.${method}()`, safe, edits: [insertAt(chain.endIndex, `.${method}()`)] }];
}

/**
 * True if what is added has certainly gone backwards by itself, and is no number instead: not where only one branch of the
 * round goes backwards, nor where the round gives the name a number too.
 */
function isAlwaysATensor(module: PythonModule, sums: Sums, { statement, added }: Total, backward: Node): boolean {
  if (sums.hasOtherGradients || sums.isSetElsewhere(added)) return false;
  const around = module.place(backward)?.ancestors ?? [];
  const shared = around.findIndex((ancestor) => contains(ancestor, statement));
  if (
    around
      .slice(0, shared)
      .some(({ type }) => /^(?:if|for|while|match|try)_statement$|^(?:elif|else|except|case)_clause$/.test(type))
  )
    return false;
  const loop = module
    .repetitions(statement)
    .filter(({ node }) => isLoop(node))
    .at(-1)?.node;
  return sums.numbersIn(added).every((value) => loop !== undefined && !contains(loop, value));
}

/** Libraries whose values go backwards too, and are no tensors of PyTorch. */
const otherGradients =
  /^[ \t]{0,40}(?:from|import)[ \t]{1,9}(?:micrograd|tinygrad|minitorch|needle|mxnet|paddle|jittor|oneflow|mindspore|megengine|chainer|tensorflow|autograd)\b/m;

/** `loss.mean().cpu()` for `loss` in it: what is a number has no methods of a tensor. */
function chainOf(node: Node): Node {
  let whole = node;
  while (
    whole.parent?.type === 'attribute' &&
    whole.parent.parent?.type === 'call' &&
    isField(whole.parent, 'object', whole)
  )
    whole = whole.parent.parent;
  return whole;
}

/** True if all else that is added or multiplied is a number. */
function isAloneIn(module: PythonModule, statement: Node, target: Node, added: Node): boolean {
  const right = field(statement, 'right');
  if (right === null) return false;
  const inert = (node: Node): boolean => {
    if (contains(node, added)) {
      if (/^(?:call|attribute|identifier)$/.test(node.type))
        return chainOf(added).id === node.id || node.id === added.id;
      return partsOf(node).every(inert);
    }
    return node.text === target.text || isNumber(module, node);
  };
  return inert(right);
}

/** Where the function is compiled, a number is another type or ends a graph. */
const isCompiled = (module: PythonModule, node: Node): boolean =>
  (module.place(node)?.ancestors ?? []).some(
    (ancestor) =>
      ancestor.type === 'decorated_definition' &&
      partsOf(ancestor).some(({ type, text }) => type === 'decorator' && /jit|script|compile|trace/.test(text)),
  );

/** `total = 0` and further sums. */
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
