import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { argumentsOf } from '../../../python/signatures';
import { field, isScope, mayEndProgram, withoutParentheses } from '../../../python/syntax';
import { toInteger } from '../../../python/values';
import { optionDefault } from '../command-line';
import { lastGiven } from '../last-given';
import { makesItsData, readsData } from '../made-up-data';
import { opponents } from '../opponents';
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
    if (makesItsData(module.text)) return;
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
          passes.some((pass) => countsSteps(node, pass, loops) || opponents.test(pass.text)) ||
          (loops === 1 && leavesModelAlone(node, call.node)) ||
          isWithoutData(module, call.receiver) ||
          passes.some((pass) => drawsRates(module, pass))
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
  const around = module
    .repetitions(part)
    .filter(({ node }) => node.type === 'for_statement' || node.type === 'while_statement');
  // A loop that makes an optimizer in each round repeats whole trainings.
  const repeats = around.findIndex(({ node }, index) =>
    startsAnew.test(module.text.slice(node.startIndex, around[index - 1]?.node.startIndex ?? 0)),
  );
  const loops = repeats === -1 ? around : around.slice(0, repeats);
  const node = loops.at(-1)?.node;
  // A loop over data in a function is a part of an epoch.
  return node?.type !== 'for_statement' || !isOverRounds(field(node, 'right'))
    ? null
    : { node, loops: loops.length, passes: [node] };
}

const startsAnew =
  /\boptim\.[A-Z]\w{1,20}\(|\b(?:SGD|AdamW?|NAdam|RAdam|Adamax|RMSprop|Adagrad|Adadelta|LBFGS)\([^\n]{0,80}parameters\(/;

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
 * True if a loss is made of tensors that the file makes up, by functions of torch alone: such a loop shows what an optimizer or
 * a schedule does, and learns nothing.
 */
function isWithoutData(module: PythonModule, loss: Node): boolean {
  const written = loss.type === 'identifier' ? lastGiven(module, loss) : loss;
  const names = written?.descendantsOfType(['identifier']).filter(isVariable) ?? [];
  return (
    names.length > 0 &&
    names.every((name) => {
      if (torchNames.test(name.text)) return true;
      const given = lastGiven(module, name);
      return given?.type === 'call' && makesTensor.test(given.text);
    })
  );
}

/** False for attributes and for names of arguments. */
const isVariable = (node: Node): boolean =>
  !(node.parent?.type === 'attribute' && field(node.parent, 'attribute')?.id === node.id) &&
  !(node.parent?.type === 'keyword_argument' && field(node.parent, 'name')?.id === node.id);

const torchNames = /^(?:torch|nn|F|functional|math)$/;
const makesTensor =
  /^(?:torch\.)?(?:randn|rand|randint|zeros|ones|full|tensor|eye|empty|(?:nn\.)?Parameter|(?:torch\.)?nn\.\w{1,40}Loss|\w{1,40}Loss|autograd\.Variable|Variable)\(/;

/** True if a file without data notes the learning rate of each round, for a curve of it. */
const drawsRates = ({ text }: PythonModule, pass: Node): boolean =>
  notesRate.test(pass.text) &&
  !readsData.test(text) &&
  !/\b(?:for|in)\b[^\n]{0,80}(?:loader|data|batch)/i.test(pass.text);
const notesRate = /\.append\([^\n]{0,60}(?:get_last_lr|get_lr|param_groups)/;

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
