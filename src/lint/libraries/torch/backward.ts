import type { Call, PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { argumentsOf } from '../../../python/signatures';
import { field, isScope, partsOf, withoutParentheses } from '../../../python/syntax';
import { query, type Query } from '../../engine/query';
import { tensorsIn } from './autograd';
import { lossesIn, type Loss } from './losses';

/** PyTorch, and what runs its loops: a program may import nothing else. */
export const torchPackages: readonly string[] = ['torch', 'accelerate', 'lightning', 'lightning_fabric', 'deepspeed'];

/** A backward pass. */
export interface BackwardPass {
  readonly call: Call;
  /** The variables or attributes that it may start from, as they are written. */
  readonly from: readonly string[];
  /** Those of them that certainly are tensors with history. */
  readonly losses: readonly Loss[];
  /** True if it may need the graph again, or a graph of the gradients. */
  readonly keepsGraph: boolean;
}

/** Objects whose `backward` takes the loss, by their usual names: Accelerate 1, Lightning Fabric 2, DeepSpeed. */
const lossTakers = /(?:accelerator|fabric|engine|strategy|manager)$/i;

/** The backward passes of a module. Other libraries have a `backward` too. */
export const backwardPasses: Query<BackwardPass> = query(
  { packages: ['torch'], methods: ['backward', 'manual_backward'] },
  passesIn,
);

function passesIn(module: PythonModule): readonly BackwardPass[] {
  return module.calls(['backward', 'manual_backward']).flatMap((call) => {
    if (call.receiver === null) return [];
    const given = argumentsOf(call.node);
    const [first] = given;
    const takesLoss =
      first !== undefined && (call.callee.text.endsWith('.manual_backward') || lossTakers.test(call.receiver.text));
    const start = takesLoss ? first : scaled(module, call.receiver);
    const from = [...tensorsIn(start)].map(({ text }) => text);
    const found = [...lossesIn(module, start, call.node)];
    // Only what has more than one element needs a gradient to start from.
    const startsFromGradient =
      !takesLoss &&
      given.some(
        (part) =>
          part.type !== 'none' && (part.type !== 'keyword_argument' || field(part, 'name')?.text === 'gradient'),
      );
    const losses = startsFromGradient ? found.map((loss) => ({ ...loss, isScalar: false })) : found;
    const keepsGraph = given.some((part) => {
      const name = part.type === 'keyword_argument' ? (field(part, 'name')?.text ?? '') : '';
      return (
        part.type === 'dictionary_splat' ||
        ((name === 'retain_graph' || name === 'create_graph') && field(part, 'value')?.type !== 'false')
      );
    });
    return [
      {
        call,
        from,
        losses,
        keepsGraph: keepsGraph || given.filter(({ type }) => type !== 'keyword_argument').length > 1,
      },
    ];
  });
}

/** The loss behind what mixed precision scales: `scaler.scale(loss)`, and Apex's `with scale_loss(loss, optimizer) as scaled`. */
function scaled(module: PythonModule, receiver: Node): Node {
  const node = withoutParentheses(receiver);
  if (node.type === 'call' && field(node, 'function')?.text.endsWith('.scale') === true)
    return argumentsOf(node)[0] ?? node;
  if (node.type !== 'identifier') return node;
  for (const ancestor of module.place(node)?.ancestors ?? []) {
    if (isScope(ancestor)) break;
    if (ancestor.type !== 'with_statement') continue;
    for (const pattern of ancestor.descendantsOfType('as_pattern')) {
      const [value, target] = partsOf(pattern);
      if (
        target?.text === node.text &&
        value?.type === 'call' &&
        field(value, 'function')?.text.endsWith('scale_loss') === true
      ) {
        return argumentsOf(value)[0] ?? node;
      }
    }
  }
  return node;
}
