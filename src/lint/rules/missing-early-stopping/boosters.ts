import type { Call, PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { argumentsOf, type BoundArguments } from '../../../python/signatures';
import { addArgument, inOrder } from '../../fixes/edits';
import { siblingName } from '../../engine/imported-names';
import { field } from '../../../python/syntax';
import { targetOf } from '../../engine/uses';
import { otherBranches } from '../../engine/branches';
import {
  endlessFits,
  validatesOnItself,
  validatesOnTraining,
  type BoosterFit,
  type BoosterModel,
  type BoosterTraining,
} from '../../libraries/boosters';
import type { Fix, Severity } from '../../engine/rule';
import { counted } from '../../../present/words';
import { recordedRounds, type RecordedRounds } from '../../libraries/booster-record';
import { briefSeconds, shortSeconds } from '../../libraries/recorded-runs';
import { lastGiven } from '../../libraries/last-given';
import { isOfSmallData } from '../../libraries/made-up-data';
import { allData } from '../../libraries/subsets';
import { fewer, type Context, type FoundTraining } from './messages';

/** Reports a model of many rounds none of whose fits stops early. */
export function boosterWithoutStopping(
  model: BoosterModel,
  { module, threshold, printed, took, inNotebook }: Context,
): FoundTraining | null {
  const { call, library, rounds, rate, stops, canStop } = model;
  if (rounds === null || rounds < threshold('rounds') || stops !== false || !canStop) return null;
  const fits = endlessFits(module, model)?.map((fit) => ({
    ...fit,
    onItself: validatesOnItself(module, fit.args, inNotebook),
  }));
  if (fits === undefined) return null;
  if (fits.some((fit) => stopsOtherwise(module, fit.node) || fit.onItself === 'here' || isFinalFit(module, call, fit)))
    return null;
  const validates = fits.some((fit) => fit.validates && fit.onItself === null);
  const cells = fits.map(({ node }) => printed(node));
  const recorded = validates ? recordedRounds(cells, library, rounds) : null;
  if (recorded?.saves === false) return null;
  return {
    node: call.node,
    severity: severityOf(module, {
      rounds,
      rate,
      validates,
      recorded,
      seconds: longest(fits.map(({ node }) => took(node))),
    }),
    message: library,
    data: { rounds, ...(recorded && { best: recorded.best }) },
    headline: counted(rounds, 'round'),
    wayOut: fewer,
    estimate: { rounds },
    fixes: fits.every((fit) => fit.args.complete && fit.validates && fit.measures && fit.onItself === null)
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
  { module, threshold, printed, took, inNotebook }: Context,
): FoundTraining | null {
  const { call, args, library, rounds, rate, stops, measures } = training;
  if (rounds === null || rounds < threshold('rounds') || stops !== false) return null;
  if (stopsOtherwise(module, call.node) || validatesOnTraining(module, training)) return null;
  const onItself = validatesOnItself(module, args, inNotebook);
  if (onItself === 'here') return null;
  const validates = training.validates && onItself === null;
  // xgboost.train(params, dtrain), lightgbm.train(params, train_set)
  const [, second] = argumentsOf(call.node);
  const given = args.get('dtrain') ?? args.get('train_set') ?? args.get('pool');
  if (!validates && isLast(module, given?.node ?? second, targetOf(call.node)?.text ?? '')) return null;
  const recorded = validates ? recordedRounds([printed(call.node)], library, rounds) : null;
  if (recorded?.saves === false) return null;
  const how = library === 'lightgbm' ? 'callbacks=[lightgbm.early_stopping(50)]' : 'early_stopping_rounds=50';
  return {
    node: call.node,
    severity: severityOf(module, { rounds, rate, validates, recorded, seconds: took(call.node) }),
    message: 'boosterTraining',
    data: {
      rounds,
      ...(recorded && { best: recorded.best }),
      add: validates ? how : `${data[library]} with validation data and ${how}`,
    },
    headline: counted(rounds, 'round'),
    wayOut: fewer,
    estimate: { rounds },
    fixes:
      validates && measures && library !== 'catboost' ? stopTraining(module, call, args, library === 'lightgbm') : [],
  };
}

interface Judged {
  readonly rounds: number;
  readonly rate: number | null;
  readonly validates: boolean;
  readonly recorded: RecordedRounds | null;
  /** How long the cell took; null if that is not recorded. */
  readonly seconds: number | null;
}

/** The most of some times; null if one is not known. */
const longest = (times: readonly (number | null)[]): number | null =>
  times.every((seconds) => seconds !== null) ? Math.max(...times) : null;

/** What a notebook recorded decides; without that, the learning rate says whether so many rounds are certainly too many. */
function severityOf(module: PythonModule, { rounds, rate, validates, recorded, seconds }: Judged): Severity {
  const took = recorded?.seconds ?? seconds;
  if ((took ?? Infinity) < briefSeconds) return 'hint';
  const isSure =
    recorded === null
      ? overshoots(rounds, rate)
      : recorded.isWorthwhile && (overshoots(rounds, rate) || (took ?? 0) >= shortSeconds);
  return validates && isSure && !isOfSmallData(module.text) ? 'warning' : 'information';
}

/**
 * True if so many rounds are too many for any usual data, because the loss is best long before: with the default rates, 1,000 rounds
 * of LightGBM. With a small rate, thousands of rounds may be needed.
 */
const overshoots = (rounds: number, rate: number | null): boolean => rate !== null && rounds * rate >= 100;

/** True if another branch of a condition trains with early stopping: this one trains on all data, for as many rounds as that took. */
const stopsOtherwise = (module: PythonModule, node: Node): boolean =>
  otherBranches(module, node).some(({ text }) => /early_?stopping/i.test(text));

/** True for the last training, on all data, beside one that validates. */
const isFinalFit = (module: PythonModule, model: Call, { args, validates }: BoosterFit): boolean =>
  !validates && isLast(module, args.get('X')?.node, targetOf(model.node)?.text ?? '');

/** What validates, or stops early, also in a comment. */
const checks = /early_?stopping|\b(?:eval_set|evals|valid_sets)\s*=|\.cv\(/i;

/**
 * True for data of all rows, in a module that also validates: by its name, that of what it is made of, or that of the model, or because
 * parts of it are trained on elsewhere.
 */
function isLast(module: PythonModule, data: Node | null | undefined, model: string): boolean {
  if (data === null || data === undefined || !checks.test(module.text)) return false;
  const made = data.type === 'identifier' ? lastGiven(module, data) : data;
  // lgb.Dataset(X, label=y), xgb.DMatrix(data=X)
  const [first] = made?.type === 'call' ? argumentsOf(made) : [];
  const from = first?.type === 'keyword_argument' ? field(first, 'value') : first;
  return (
    [data.text, from?.text ?? '', model].some((name) => allData.test(name)) ||
    [data, from].some((rows) => rows?.type === 'identifier' && isSplit(module, rows)) ||
    isCrossValidated(module.text, data.text)
  );
}

/** True if the rows behind a name are split somewhere: `folds.split(X)`, `train_test_split(X, y)`, `X.iloc[train_index]`. */
const isSplit = (module: PythonModule, rows: Node): boolean =>
  module.identifiers(rows.text).some((use) => {
    if (use.id === rows.id) return false;
    const { parent } = use;
    if (parent?.type === 'argument_list')
      return (
        parent.parent?.type === 'call' &&
        argumentsOf(parent.parent)[0]?.id === use.id &&
        /(?:^|[._])split$/.test(field(parent.parent, 'function')?.text ?? '')
      );
    const indexed = parent?.type === 'attribute' ? parent.parent : parent;
    return (
      indexed?.type === 'subscript' &&
      /^(?:tra?i?n|fit)\w*(?:id|index|ix)/i.test(field(indexed, 'subscript')?.text ?? '')
    );
  });

const crossValidations = /\.cv\(([^]{0,600})/g;

/** True if a cross-validation of the data stops early, also one that is commented out: it said how many rounds are needed. */
const isCrossValidated = (text: string, data: string): boolean =>
  [...text.matchAll(crossValidations)].some(
    ([, given = '']) => /early_?stopping/.test(given) && given.slice(0, 200).split(/\W/).includes(data),
  );

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
