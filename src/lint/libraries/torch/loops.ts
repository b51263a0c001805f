import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { field, isScope, mayEndProgram, withoutParentheses } from '../../../python/syntax';
import { query, type Query } from '../../engine/query';
import { torchPackages } from './backward';

/** The outermost loop of a plain PyTorch training (torch 2). */
export interface EpochLoop {
  readonly node: Node;
  readonly iterable: Node;
  readonly epochs: number;
}

/** The loops with a known number of epochs that cannot end early. */
export const endlessEpochLoops: Query<EpochLoop> = query(
  { packages: torchPackages, methods: ['backward'] },
  function* (module) {
    const seen = new Set<number>();
    const found: EpochLoop[] = [];
    for (const call of module.calls(['backward'])) {
      if (call.receiver === null) continue;
      const loops = module
        .repetitions(call.node)
        .filter(({ node }) => node.type === 'for_statement' || node.type === 'while_statement');
      const outermost = loops.at(-1);
      if (outermost?.node.type !== 'for_statement' || seen.has(outermost.node.id)) continue;
      seen.add(outermost.node.id);
      const { node, rounds } = outermost;
      const written = field(node, 'right');
      const iterable = written === null ? null : withoutParentheses(written);
      if (
        rounds === null ||
        iterable?.type !== 'call' ||
        canEnd(node) ||
        countsSteps(node, loops.length) ||
        isAdversarial(node) ||
        (loops.length === 1 && leavesModelAlone(node, call.node))
      )
        continue;
      found.push({ node, iterable, epochs: rounds });
    }
    // Lessons train on the same few points over and over: one line for all of them.
    const most = Math.max(...found.map(({ epochs }) => epochs));
    yield* found.length > 1 && makesItsData(module) ? found.filter(({ epochs }) => epochs === most).slice(0, 1) : found;
  },
);

/**
 * True if a round is one step and not an epoch: the loop's variable says so, or the round takes one batch. A loop over data
 * within it makes it an epoch, unless its variable counts steps: then the inner loop accumulates gradients.
 */
function countsSteps(loop: Node, loops: number): boolean {
  const variable = field(loop, 'left')?.text ?? '';
  if (/epoch/i.test(variable)) return loops === 1 && takesBatch(loop);
  // A loop that only repeats, and has no data within it, is a test of an optimizer.
  if (loops === 1 && variable === '_') return true;
  if (step.test(variable) || step.test(field(loop, 'right')?.text ?? '')) return true;
  return loops === 1 && takesBatch(loop);
}

const step =
  /(?:^|_|\b|num|n|max)(?:steps?|iters?|iterations?|batch(?:es)?|updates?|it|frames?|episodes?|timesteps?|trials?)(?:_|\b|\d|s\b|$)/i;
const called = /\b(\w{1,60})\(/g;
/** A batch that is drawn or made up in each round. */
const draws = /^(?:next|sample|randint|randperm|choices?|rand|randn|rand_like|randn_like|normal|uniform|bernoulli)$/;
const gets = /^_*(?:get|sample|next|draw|load|make|fetch|random)/i;
/** Data that is made up in each round, whatever its name. */
const makesUp = /^_*(?:sample|generate|simulate)|^make_(?:moons|circles|blobs|classification|regression)$/i;

/** An episode of reinforcement learning is no pass over data either. */
const plays = /\benvs?\.(?:reset|step)\(/;

/** True if a round gets one batch by itself: `next(batches)`, `get_batch("train")`, `buffer.sample(32)`, `torch.randn(32, 8)`. */
const takesBatch = (loop: Node): boolean =>
  plays.test(loop.text) ||
  [...loop.text.matchAll(called)].some(
    ([, name = '']) => draws.test(name) || makesUp.test(name) || (gets.test(name) && /batch/i.test(name)),
  );

/**
 * True if a round without a loop over data in it computes without gradients before its backward pass: what learns is a few
 * weights beside the model, fitted to one example.
 */
const leavesModelAlone = (loop: Node, backward: Node): boolean =>
  noGradients.test(loop.text.slice(0, backward.startIndex - loop.startIndex));
const noGradients = /\b(?:no_grad|inference_mode)\(/;

/**
 * True if the data of a file are points that it makes up, or one of the toy sets of scikit-learn, and it reads no other: all of
 * its epochs take seconds.
 */
const makesItsData = ({ text }: PythonModule): boolean => madeUp.test(text) && !reads.test(text);
const madeUp =
  /\bmake_(?:moons|circles|blobs|classification|regression)\(|\bload_(?:iris|wine|diabetes|breast_cancer|digits)\(|\b(?:torch|np|numpy)\.(?:arange|linspace)\(|\b(?:np|numpy)\.random\.(?:uniform|randn?|normal)\(/;
/** Files, downloads, data sets of a library, and those that a caller passes. */
const reads =
  /\b(?:read_\w{2,12}|load_(?:dataset|data|from_disk)|fetch_\w{2,40}|loadtxt|genfromtxt|imread|from_pretrained|listdir|r?glob)\(|\b(?:np|numpy)\.load\(|\bfrom[ \t]{1,9}(?:datasets|torchvision|torchtext|torchaudio|torch_geometric)\b|\bImageFolder\b|\bh5py\b|\bdef [^\n]{0,200}loader\b/;

/** Two networks that are trained against each other have losses that balance, and none by which to stop. */
const isAdversarial = (loop: Node): boolean => opponents.test(loop.text);
const opponents =
  /\b(?:\w{0,20}discriminator\w{0,20}|net_?[DG]|(?:loss|err|optim|optimizer|opt)_?[DG]|[DGdg]_(?:loss|optimizer|optim|opt|err))\b/;

/** True if something in the loop's own body, not in a function of it, can end it. */
function canEnd(loop: Node): boolean {
  return (
    mayEndProgram(loop) ||
    loop.descendantsOfType(['break_statement', 'return_statement', 'raise_statement']).some((statement) => {
      for (let parent = statement.parent; parent !== null && parent.id !== loop.id; parent = parent.parent) {
        if (isScope(parent)) return false;
      }
      return true;
    })
  );
}
