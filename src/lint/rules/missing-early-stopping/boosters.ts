import type { Call, PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { argumentsOf, type BoundArguments } from '../../../python/signatures';
import { addArgument, inOrder } from '../../fixes/edits';
import { siblingName } from '../../engine/imported-names';
import { otherBranches } from '../../engine/branches';
import {
  endlessFits,
  validatesOnTraining,
  type BoosterFit,
  type BoosterModel,
  type BoosterTraining,
} from '../../libraries/boosters';
import type { Fix } from '../../engine/rule';
import { counted } from '../../../present/words';
import { lastGiven } from '../../libraries/last-given';
import { isOfSmallData } from '../../libraries/made-up-data';
import { allData } from '../../libraries/subsets';
import { fewer, type Context, type FoundTraining } from './messages';

/** Reports a model of many rounds none of whose fits stops early. */
export function boosterWithoutStopping(model: BoosterModel, { module, threshold }: Context): FoundTraining | null {
  const { call, library, rounds, rate, stops, canStop } = model;
  if (rounds === null || rounds < threshold('rounds') || stops !== false || !canStop) return null;
  const fits = endlessFits(module, model);
  if (fits === null || fits.some((fit) => stopsOtherwise(module, fit.node) || isFinalFit(module, fit))) return null;
  return {
    node: call.node,
    severity:
      fits.some(({ validates }) => validates) && overshoots(rounds, rate) && !isOfSmallData(module.text)
        ? 'warning'
        : 'information',
    message: library,
    data: { rounds },
    headline: counted(rounds, 'round'),
    wayOut: fewer,
    estimate: { rounds },
    fixes: fits.every(({ args, validates, measures }) => args.complete && validates && measures)
      ? stopFits(
          module,
          call,
          library,
          fits.map(({ node }) => node),
        )
      : [],
  };
}

/** Reports a call of `train` with many rounds that does not stop early. */
export function boosterTrainedToTheEnd(
  training: BoosterTraining,
  { module, threshold }: Context,
): FoundTraining | null {
  const { call, args, library, rounds, rate, stops, validates, measures } = training;
  if (rounds === null || rounds < threshold('rounds') || stops !== false) return null;
  if (stopsOtherwise(module, call.node) || validatesOnTraining(module, training)) return null;
  // xgboost.train(params, dtrain), lightgbm.train(params, train_set)
  const [, second] = argumentsOf(call.node);
  const given = args.get('dtrain') ?? args.get('train_set') ?? args.get('pool');
  if (!validates && isOnAllData(module, given?.node ?? second)) return null;
  const how = library === 'lightgbm' ? 'callbacks=[lightgbm.early_stopping(50)]' : 'early_stopping_rounds=50';
  return {
    node: call.node,
    severity: validates && overshoots(rounds, rate) && !isOfSmallData(module.text) ? 'warning' : 'information',
    message: 'boosterTraining',
    data: { rounds, add: validates ? how : `${data[library]} with validation data and ${how}` },
    headline: counted(rounds, 'round'),
    wayOut: fewer,
    estimate: { rounds },
    fixes:
      validates && measures && library !== 'catboost' ? stopTraining(module, call, args, library === 'lightgbm') : [],
  };
}

/**
 * True if a training goes on long after its validation loss is best on any usual data: with the default rates, after 1,000 rounds
 * of LightGBM. With a small rate, thousands of rounds may be needed.
 */
const overshoots = (rounds: number, rate: number | null): boolean => rate !== null && rounds * rate >= 100;

/** True if another branch of a condition trains with early stopping: this one trains on all data, for as many rounds as that took. */
const stopsOtherwise = (module: PythonModule, node: Node): boolean =>
  otherBranches(module, node).some(({ text }) => /early_?stopping/i.test(text));

/** True for the last training, on all data, beside one that stops early. */
const isFinalFit = (module: PythonModule, { args, validates }: BoosterFit): boolean =>
  !validates && isOnAllData(module, args.get('X')?.node);

/** True for data of all rows, by its name or that of what it is made of, in a module that also stops early. */
function isOnAllData(module: PythonModule, data: Node | null | undefined): boolean {
  if (data === null || data === undefined || !/early_?stopping/i.test(module.text)) return false;
  const made = data.type === 'identifier' ? lastGiven(module, data) : data;
  const from = made?.type === 'call' ? (argumentsOf(made)[0]?.text ?? '') : '';
  return allData.test(data.text) || allData.test(from);
}

/** The argument of each `train` that takes validation data. */
const data = { xgboost: 'evals', lightgbm: 'valid_sets', catboost: 'eval_set' } as const;

const addRounds = 'Add early_stopping_rounds=50';
const addCallback = 'Add the callback early_stopping(50)';

/** Adds early stopping to all fits of a model, which all have validation data. */
function stopFits(
  module: PythonModule,
  model: Call,
  library: BoosterModel['library'],
  fits: readonly Node[],
): readonly Fix[] {
  const edits = library === 'xgboost' ? [addArgument(model.node, 'early_stopping_rounds=50')] : [];
  if (library === 'catboost') edits.push(...fits.map((fit) => addArgument(fit, 'early_stopping_rounds=50')));
  if (library === 'lightgbm') {
    const stopping = siblingName(module, model, 'early_stopping', { replaces: false });
    if (stopping === null) return [];
    edits.push(...stopping.edits, ...fits.map((fit) => addArgument(fit, `callbacks=[${stopping.text}(50)]`)));
  }
  const made = edits.filter((edit) => edit !== null);
  return made.length < edits.length
    ? []
    : [{ title: library === 'lightgbm' ? addCallback : addRounds, safe: false, edits: inOrder(made) }];
}

/** Adds early stopping to `train`, which has validation data. */
function stopTraining(module: PythonModule, call: Call, args: BoundArguments, isLightGbm: boolean): readonly Fix[] {
  if (!isLightGbm) {
    const edit = addArgument(call.node, 'early_stopping_rounds=50');
    return edit === null || args.get('early_stopping_rounds') !== null
      ? []
      : [{ title: addRounds, safe: false, edits: [edit] }];
  }
  const stopping = siblingName(module, call, 'early_stopping', { replaces: false });
  const edit =
    stopping === null || args.get('callbacks') !== null
      ? null
      : addArgument(call.node, `callbacks=[${stopping.text}(50)]`);
  return stopping === null || edit === null
    ? []
    : [{ title: addCallback, safe: false, edits: inOrder([...stopping.edits, edit]) }];
}
