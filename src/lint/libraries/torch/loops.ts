import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { argumentsOf } from '../../../python/signatures';
import { field, isScope, mayEndProgram, withoutParentheses } from '../../../python/syntax';
import { toInteger } from '../../../python/values';
import { optionDefault } from '../command-line';
import { lastGiven } from '../counted-items';
import { placesOfFunction } from '../own-functions';
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
    // Lessons train on the points that they make up, in seconds.
    if (makesItsData(module)) return;
    const seen = new Set<number>();
    for (const call of module.calls(['backward'])) {
      if (call.receiver === null) continue;
      const here = loopAround(module, call.node);
      const found = here === null ? loopsThatCall(module, call.node) : [here];
      for (const { node, loops, passes } of found) {
        if (seen.has(node.id)) continue;
        seen.add(node.id);
        const written = field(node, 'right');
        const iterable = written === null ? null : withoutParentheses(written);
        const epochs = iterable === null ? null : roundsOf(module, iterable);
        if (
          epochs === null ||
          iterable?.type !== 'call' ||
          canEnd(node) ||
          passes.some((pass) => countsSteps(node, pass, loops) || isAdversarial(pass)) ||
          (loops === 1 && leavesModelAlone(node, call.node))
        )
          continue;
        yield { node, iterable, epochs };
      }
    }
  },
);

/** A loop that trains: how many loops there are around the backward pass, and the parts of the code that make a round. */
interface TrainingLoop {
  readonly node: Node;
  readonly loops: number;
  readonly passes: readonly Node[];
}

/** The outermost loop around a part of a function, if it is one over rounds. */
function loopAround(module: PythonModule, part: Node): TrainingLoop | null {
  const loops = module
    .repetitions(part)
    .filter(({ node }) => node.type === 'for_statement' || node.type === 'while_statement');
  const node = loops.at(-1)?.node;
  // A loop over data in a function is a part of an epoch.
  return node?.type !== 'for_statement' || !isOverRounds(field(node, 'right'))
    ? null
    : { node, loops: loops.length, passes: [node] };
}

/** The loops over epochs that call the function around a backward pass, which goes over the data once. */
function loopsThatCall(module: PythonModule, backward: Node): readonly TrainingLoop[] {
  const definition = module.place(backward)?.scopes.find(({ type }) => type === 'function_definition');
  if (definition === undefined || needsAllEpochs.test(module.text)) return [];
  const inner = module.repetitions(backward).length;
  if (inner === 0) return [];
  return [...placesOfFunction(module, definition)].flatMap((callee) => {
    const loop = callee.parent?.type === 'call' ? loopAround(module, callee.parent) : null;
    return loop === null || !/epoch/i.test(field(loop.node, 'left')?.text ?? '')
      ? []
      : [{ ...loop, loops: loop.loops + inner, passes: [loop.node, definition] }];
  });
}

/** Schedules that are as long as the training, and models whose loss says little about what they are worth. */
const needsAllEpochs =
  /Cosine|OneCycle|_schedule_with_warmup|LambdaLR|PolynomialLR|LinearLR|warm_?up|adjust_learning_rate|diffusion|ddpm|\bgan\b|contrastive|distributed/i;

const isOverRounds = (written: Node | null): boolean =>
  written !== null && /^\(?(?:\w+\.)*(?:range|trange|tqdm|track)\(/.test(written.text) && /range\(/.test(written.text);

const progress = /^(?:\w+\.)*(?:tqdm|tqdm_notebook|track)$/;

/** The rounds of `range(50)`, also within a progress bar, and with what an option of the command is unless it is given. */
function roundsOf(module: PythonModule, iterable: Node): number | null {
  if (iterable.type !== 'call') return null;
  const callee = field(iterable, 'function')?.text ?? '';
  const given = argumentsOf(iterable).filter(({ type }) => type !== 'keyword_argument');
  if (progress.test(callee)) return given[0] === undefined ? null : roundsOf(module, given[0]);
  if (!/^(?:\w+\.)*t?range$/.test(callee) || given.length === 0 || given.length > 2) return null;
  const bounds = given.map((each) => numberOf(module, each));
  const [first = null, second] = bounds;
  return second === undefined ? first : first === null || second === null ? null : second - first;
}

function numberOf(module: PythonModule, node: Node): number | null {
  const value = toInteger(module.evaluate(node));
  if (value !== null) return value;
  if (node.type === 'binary_operator' && node.text.includes('+')) {
    const [one, other] = ['left', 'right'].map((side) => {
      const part = field(node, side);
      return part === null ? null : numberOf(module, part);
    });
    return one === null || other === null || one === undefined || other === undefined ? null : one + other;
  }
  const given = node.type === 'identifier' ? lastGiven(module, node) : null;
  if (given !== null && given.type !== 'identifier') return numberOf(module, given);
  // A schedule of that length may be an option too.
  const option = needsAllEpochs.test(module.text) ? null : optionDefault(module, node);
  return option === null ? null : toInteger(option);
}

/**
 * True if a round is one step and not an epoch: the loop's variable says so, or the round takes one batch. A loop over data
 * within it makes it an epoch, unless its variable counts steps: then the inner loop accumulates gradients.
 */
function countsSteps(loop: Node, pass: Node, loops: number): boolean {
  const variable = field(loop, 'left')?.text ?? '';
  if (/epoch/i.test(variable)) return loops === 1 && takesBatch(pass);
  // A loop that only repeats, and has no data within it, is a test of an optimizer.
  if (loops === 1 && variable === '_') return true;
  if (step.test(variable) || step.test(field(loop, 'right')?.text ?? '')) return true;
  return loops === 1 && takesBatch(pass);
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
