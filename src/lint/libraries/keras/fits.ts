import type { Call, PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { signature, type BoundArguments } from '../../../python/signatures';
import { holdsInCode } from '../../../python/comments';
import { once } from '../../engine/once';
import { toInteger, toNumber } from '../../../python/values';
import { contains, field, partsOf } from '../../../python/syntax';
import { otherBranches } from '../../engine/branches';
import { optionDefault } from '../command-line';
import { lastGiven } from '../last-given';
import { hasToyPointsAlone, keepsToMadeUpData } from '../made-up-data';
import { hasCopies } from '../resampled';
import { allData } from '../subsets';
import { opponents } from '../opponents';
import { called, inCode, lastName, query, type Query } from '../../engine/query';
import { targetOf } from '../../engine/uses';
import { assignmentsTo } from '../../engine/assigned';
import { placesOfFunction } from '../own-functions';
import { harmlessCallbacks, kerasEarlyStopping, readCallbacks, type Callbacks } from './callbacks';
import { isWrittenData } from '../written-data';
import { isKerasModel, kerasModels } from './models';

/** Read in Keras 3.15 (`trainers/trainer.py`); `fit_generator` in 2.3, where it was last. */
const fit = signature(
  'x, y, batch_size, epochs, verbose, callbacks, validation_split, validation_data, shuffle, class_weight, sample_weight, initial_epoch, steps_per_epoch, validation_steps, validation_batch_size, validation_freq',
);
const fitGenerator = signature(
  'generator, steps_per_epoch, epochs, verbose, callbacks, validation_data, validation_steps, class_weight, max_queue_size, workers, use_multiprocessing, shuffle, initial_epoch',
);

/** One training of a Keras model. */
export interface KerasFit {
  readonly call: Call;
  readonly args: BoundArguments;
  /** Epochs that are run at most, less those that are skipped; null if that is not known. */
  readonly epochs: number | null;
  /** True if the command line may ask for another number of epochs. */
  readonly isOption: boolean;
  /** Whether it validates; null if that is not known. */
  readonly validates: boolean | null;
  readonly callbacks: Callbacks;
}

/** The trainings of a module that are certainly Keras'. */
export const kerasFits: Query<KerasFit> = query(
  {
    packages: ['keras'],
    methods: ['fit', 'fit_generator', 'compile'],
    also: [
      called(['fit', 'fit_generator']),
      [...called(['compile', 'from_preset']), ...inCode([...kerasModels.map(lastName), 'applications'])],
    ],
    related: [...kerasModels, kerasEarlyStopping, ...harmlessCallbacks],
  },
  function* (module) {
    for (const call of module.calls(['fit', 'fit_generator'])) {
      if (call.receiver === null) continue;
      const args = argumentsOf(module, call);
      // The `fit` of other libraries has no epochs.
      if (args.get('epochs') === null && args.get('nb_epoch') === null) continue;
      if (isKerasModel(module, call.receiver) !== true) continue;
      yield {
        call,
        args,
        ...epochsOf(module, args),
        validates: validates(args),
        callbacks: readCallbacks(module, args.value('callbacks')),
      };
    }
  },
);

const argumentsOf = (module: PythonModule, call: Call): BoundArguments =>
  module.bind(call, call.callee.text.endsWith('fit_generator') ? fitGenerator : fit);

function epochsOf(module: PythonModule, args: BoundArguments): Pick<KerasFit, 'epochs' | 'isOption'> {
  // Keras 1 called it nb_epoch.
  const given = epochsGiven(args);
  const written = given === null ? null : toInteger(given.value);
  const node = written === null ? (given?.node ?? null) : null;
  const option = node === null ? null : optionDefault(module, node);
  const epochs = option === null ? written : toInteger(option);
  const skipped = args.value('initial_epoch');
  const first = skipped === null ? 0 : toInteger(skipped);
  return { epochs: epochs === null || first === null ? null : epochs - first, isOption: option !== null };
}

function validates(args: BoundArguments): boolean | null {
  const data = args.value('validation_data');
  const split = args.value('validation_split');
  // What is written is meant, even if its value is not known.
  if (data !== null && data.kind !== 'none' && args.get('validation_data') !== null) return true;
  if (split !== null && args.get('validation_split') !== null) {
    const share = toNumber(split);
    return share === null ? null : share > 0;
  }
  return data?.kind === 'unknown' || split?.kind === 'unknown' ? null : false;
}

/** What gives batches one by one, of which Keras can split nothing off. */
const batches =
  /\.flow(?:_from_\w{1,20})?\s?\(|_dataset_from_directory\s?\(|\bDataset\.(?:from_\w{1,20}|list_files)\s?\(|\bDataLoader\s?\(/;

/** True for a share of data that come in batches: Keras raises an error, and nothing is trained. */
export function refusesSplit(module: PythonModule, { args }: KerasFit): boolean {
  const split = args.value('validation_split');
  if (split === null || (toNumber(split) ?? 0) <= 0 || args.get('y') !== null) return false;
  const data = dataGiven(args)?.node ?? null;
  const made = data?.type === 'identifier' ? lastGiven(module, data) : data;
  return made !== null && batches.test(made.text);
}

/** True if the same model is trained with early stopping in another branch of a condition around this training. */
export function stopsInOtherBranch(module: PythonModule, { call }: KerasFit): boolean {
  const others = otherBranches(module, call.node);
  return (
    others.length > 0 &&
    module.calls(['fit', 'fit_generator']).some((other) => {
      if (other.receiver?.text !== call.receiver?.text || !others.some((branch) => contains(branch, other.node)))
        return false;
      return readCallbacks(module, argumentsOf(module, other).value('callbacks')).stop !== false;
    })
  );
}

/**
 * True if a training without validation is the last one, on all data: its data is called so, or a model of the same builder was
 * trained with validation before.
 */
export function isFinal(module: PythonModule, { call, args, validates: checks }: KerasFit): boolean {
  if (checks !== false) return false;
  const data = dataGiven(args)?.node ?? null;
  if (allData.test(data?.text ?? '')) return true;
  const builder = builderOf(module, call);
  return (
    builder !== null &&
    module.calls(['fit', 'fit_generator']).some((other) => {
      if (other.node.startIndex >= call.node.startIndex || builderOf(module, other) !== builder) return false;
      return validates(argumentsOf(module, other)) === true;
    })
  );
}

/** The function of the module that made the model of a training, by its name; null for models of a library. */
function builderOf(module: PythonModule, { receiver }: Call): string | null {
  const made = receiver?.type === 'identifier' ? lastGiven(module, receiver) : null;
  const callee = made?.type === 'call' ? field(made, 'function') : null;
  return callee !== null && module.evaluate(callee).kind === 'definition' ? callee.text : null;
}

/** True for two networks that are trained against each other: neither loss says when to stop. */
export function isAdversarial(module: PythonModule, { call: { receiver } }: KerasFit): boolean {
  if (receiver === null) return false;
  const made = module.callOf(module.evaluate(receiver));
  const definition = made === null ? null : module.evaluate(made.callee);
  return (
    [receiver.text, made?.callee.text ?? ''].some((name) => adversarialName.test(name)) ||
    (definition?.kind === 'definition' && opponents.test(definition.node.text))
  );
}

/** `cycle_gan_model`, `CycleGAN`, `discriminator`; not `organ_model`. */
const adversarialName = /(?<!or|slo|be)gan(?![a-z])|discriminator|adversarial/i;

const dataGiven = (args: BoundArguments) => args.get('x') ?? args.get('generator');

/** `nb_epoch` is its name in Keras 1. */
const epochsGiven = (args: BoundArguments) => args.get('epochs') ?? args.get('nb_epoch');

/** True if the data of a training are made up in its file: all of its epochs take seconds. */
export function isOfMadeUpData(module: PythonModule, { args, call }: KerasFit): boolean {
  const data = dataGiven(args)?.node ?? null;
  const { names } = module.evaluator;
  const isPassedIn =
    data?.type === 'identifier' &&
    (module.place(call.node)?.scopes.some((scope) => names.isParameter(scope, data.text)) ?? false);
  if (data !== null && isWrittenData(module, data)) return true;
  return isPassedIn ? hasToyPointsAlone(module.text) : keepsToMadeUpData(module.text);
}

/**
 * True if early stopping of this training is commented out, or a later one of the module has it: whoever left it out here knew it,
 * and often shows what happens without.
 */
export function knowsStopping(module: PythonModule, { call }: KerasFit): boolean {
  return (
    isCommentedOut(module) ||
    module
      .calls(['fit', 'fit_generator'])
      .some(
        (other) =>
          other.node.startIndex > call.node.startIndex &&
          readCallbacks(module, argumentsOf(module, other).value('callbacks')).earlyStopping.length > 0,
      )
  );
}

const isCommentedOut = once(({ text }: PythonModule) => text.includes('EarlyStopping') && commentedOut.test(text));
const commentedOut = /^[^#\n]{0,200}#[^\n]{0,200}\bEarlyStopping {0,3}\(/m;

/**
 * True if a training is one of several that are alike: in a loop over settings or folds, or in a function that is called several
 * times. They are compared, or their scores are averaged, and both may want equal lengths.
 */
export function isRepeated(module: PythonModule, { call }: KerasFit): boolean {
  let node = call.node;
  for (let depth = 0; depth < mostFunctions; depth++) {
    if (module.repetitions(node).some(({ rounds }) => rounds !== 1)) return true;
    const definition = module.place(node)?.scopes.find(({ type }) => type === 'function_definition');
    if (definition === undefined) return false;
    const [place, another] = placesOfFunction(module, definition);
    if (another !== undefined) return true;
    if (place === undefined) return false;
    node = place;
  }
  return false;
}

/** So many functions are followed, each called by the next. */
const mostFunctions = 3;

/** True if another model is trained on the same data for as many epochs: the two are compared. */
export function hasRivals(module: PythonModule, { call, args }: KerasFit): boolean {
  const data = dataGiven(args)?.node?.text;
  const epochs = epochsGiven(args)?.node?.text;
  return module.calls(['fit', 'fit_generator']).some((other) => {
    if (other.receiver === null || other.node.id === call.node.id) return false;
    if (other.receiver.text === call.receiver?.text && !isMadeAnew(module, other, call)) return false;
    const given = argumentsOf(module, other);
    return dataGiven(given)?.node?.text === data && epochsGiven(given)?.node?.text === epochs;
  });
}

/** True if a name is given another model between two trainings: they are not one training in two parts. */
function isMadeAnew(module: PythonModule, one: Call, other: Call): boolean {
  const name = one.receiver?.type === 'identifier' ? one.receiver.text : '';
  const [first, last] = [one.node, other.node].sort((a, b) => a.startIndex - b.startIndex);
  return (
    name !== '' &&
    first !== undefined &&
    last !== undefined &&
    assignmentsTo(module, name, last.startIndex).some(({ name: target }) => target.startIndex > first.endIndex)
  );
}

/** True for a training in a function that nothing in its module names: whether it runs is for another module to say. */
export function isForOthers(module: PythonModule, { call }: KerasFit): boolean {
  const outermost = module.place(call.node)?.scopes.at(-2);
  if (outermost?.type !== 'function_definition') return false;
  return module.identifiers(field(outermost, 'name')?.text ?? '').length <= 1;
}

const reshuffled =
  /^[ \t]{0,20}(\w{1,40}) {0,3}= {0,3}[^\n]{0,200}\.shuffle\((?![^\n]{0,200}reshuffle_each_iteration {0,3}= {0,3}False)/gm;

/**
 * True if data of TensorFlow are shuffled anew in each epoch before they are split by `take` and `skip`: what is validated on
 * was trained on before.
 */
export const mixesValidation = once(({ text }: PythonModule): boolean =>
  [...text.matchAll(reshuffled)].some(
    ({ 0: line, 1: name = '', index }) =>
      text.indexOf(`= ${name}.skip(`, index + line.length) !== -1 ||
      text.indexOf(`= ${name}.take(`, index + line.length) !== -1,
  ),
);

/** True if a training validates on exactly what it trains on: the loss of both falls together. */
export function validatesOnItself({ args }: KerasFit): boolean {
  const given = dataGiven(args)?.node ?? null;
  const checked = args.get('validation_data')?.node ?? null;
  if (given === null || checked === null) return false;
  const [first = checked] = /^(?:tuple|list)$/.test(checked.type) ? partsOf(checked) : [checked];
  return first.text === given.text;
}

/** True if rows that are validated on have copies among those that are trained on: they were balanced or augmented before the split. */
export function validatesOnCopies(module: PythonModule, { args, call }: KerasFit): boolean {
  const split = args.get('validation_split')?.node ?? null;
  const checked = split === null ? (args.get('validation_data')?.node ?? null) : (dataGiven(args)?.node ?? null);
  return checked !== null && hasCopies(module, checked, call.node.startIndex);
}

/** Layers and models whose training takes minutes at least; those that only have dense layers take seconds on most tables. */
const heavy =
  /\b(?:\w{0,30}(?:Conv|LSTM|GRU|RNN|Attention|Embedding|Transformer|[uU][nN]et|[rR]es[nN]et)\w{0,30}|applications|KerasLayer|from_pretrained|from_preset|load_model|model_from_json|ImageDataGenerator|image_dataset_from_directory)\b/;

/** True for a module whose networks have dense layers alone. */
export const hasDenseLayersAlone = once(
  ({ text }: PythonModule): boolean => holdsInCode(text, dense) && !holdsInCode(text, heavy),
);
const dense = /\bDense\s{0,9}\(/;

/** True if one call is given what this training recorded and what another one did: compared curves need the same epochs. */
export function isCompared(module: PythonModule, { call }: KerasFit): boolean {
  const record = targetOf(call.node)?.text;
  if (record === undefined) return false;
  const others = new Set(module.calls(['fit', 'fit_generator']).map((other) => targetOf(other.node)?.text ?? record));
  others.delete(record);
  return module.identifiers(record).some((use) => {
    const given = outermostCall(use);
    return (
      given !== null &&
      [...others].some((other) => module.identifiersBetween(other, given.startIndex, given.endIndex).length > 0)
    );
  });
}

function outermostCall(node: Node): Node | null {
  let found: Node | null = null;
  for (let each = node.parent; each !== null && !each.type.endsWith('statement'); each = each.parent) {
    if (each.type === 'call') found = each;
  }
  return found;
}

const ranges = /\bin\s+range\(|\b(?:arange|range|linspace)\(([^()\n]{0,80})\)/g;

/** True if the module makes a range as long as these epochs, for what each of them records: a curve needs as many points. */
export function needsEveryEpoch({ text }: PythonModule, { args }: KerasFit): boolean {
  const epochs = epochsGiven(args);
  if (epochs === null || !/\.history\b/.test(text)) return false;
  const count = toInteger(epochs.value);
  const written = epochs.node?.text.replace(/\s/g, '') ?? '';
  const ends = [count ?? '', count === null ? '' : count + 1, written, `${written}+1`, `1+${written}`].map(String);
  return [...text.matchAll(ranges)].some(([, given]) =>
    given?.split(',').some((end) => end.trim() !== '' && ends.includes(end.replace(/\s/g, ''))),
  );
}
