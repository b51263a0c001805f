import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { bind, signature, type BoundArguments, type Signature } from '../../python/signatures';
import { field, partsOf, withoutParentheses } from '../../python/syntax';
import { entryNamed, toInteger, toNumber, toText, truth, type Value } from '../../python/values';
import { assignmentsTo } from '../engine/assigned';
import { mayRun } from '../engine/reached';
import { calls, query, type Query } from '../engine/query';
import { usesOf } from '../engine/uses';
import { boosterTrain, catboostModels, roundNames } from './rounds';

/** A gradient boosting library: the parameters for the number of rounds and for early stopping. */
interface Booster {
  readonly library: 'xgboost' | 'lightgbm' | 'catboost';
  readonly rounds: readonly string[];
  readonly defaultRounds: number;
  readonly stopping: readonly string[];
  /** How much of each round counts: the learning rate, by its names, and what it is where none is given; null if that depends on the data. */
  readonly rates: readonly string[];
  readonly defaultRate: number | null;
}

const any: Signature = signature('*');
/** What a constructor takes by position, as far as people write it so; XGBoost takes nothing. */
const byPosition: Readonly<Record<Booster['library'], Signature>> = {
  xgboost: any,
  lightgbm: signature('boosting_type, num_leaves, max_depth, learning_rate, n_estimators'),
  catboost: signature('iterations, learning_rate, depth'),
};
/** It takes a dict of all parameters instead. */
const plainCatBoost = 'catboost.CatBoost';

const parametersOf = ({ library }: Pick<Booster, 'library'>, { name }: Call): Signature =>
  name === plainCatBoost ? any : byPosition[library];

/** Read in xgboost 3.2, lightgbm 4.7 and catboost 1.2.10. */
const xgboostBooster: Booster = {
  library: 'xgboost',
  rounds: roundNames.xgboost,
  defaultRounds: 100,
  stopping: ['early_stopping_rounds', 'callbacks'],
  rates: ['learning_rate', 'eta'],
  defaultRate: 0.3,
};
const lightgbmBooster: Booster = {
  library: 'lightgbm',
  rounds: roundNames.lightgbm,
  defaultRounds: 100,
  stopping: ['early_stopping_rounds', 'early_stopping_round', 'early_stopping', 'n_iter_no_change'],
  rates: ['learning_rate', 'shrinkage_rate', 'eta'],
  defaultRate: 0.1,
};
/** The parameters for LightGBM's kind of boosting, and the kinds that support early stopping: dart and rf ignore it. */
const kindParameters: readonly string[] = ['boosting_type', 'boosting', 'boost'];
const stoppable = /^(?:gbdt|gbrt|goss)$/;

/** LightGBM also reads the number of rounds from its params. */
const roundsInParams = new RegExp(
  `["'](?:${lightgbmBooster.rounds.join('|')})["']|\\b(?:num_iterations?|num_trees?|num_rounds?|nrounds)\\s*=`,
);

const catboostBooster: Booster = {
  library: 'catboost',
  rounds: roundNames.catboost,
  defaultRounds: 1000,
  stopping: ['early_stopping_rounds', 'od_wait', 'od_type', 'od_pval'],
  rates: ['learning_rate', 'eta'],
  defaultRate: null,
};

/** The arguments for early stopping in these libraries, without `callbacks`, which may hold anything. */
export const boosterStopping: readonly string[] = [
  ...new Set([xgboostBooster, lightgbmBooster, catboostBooster].flatMap(({ stopping }) => stopping)),
].filter((name) => name !== 'callbacks');

const classes: Readonly<Record<string, Booster>> = {
  'xgboost.XGBClassifier': xgboostBooster,
  'xgboost.XGBRegressor': xgboostBooster,
  'xgboost.XGBRanker': xgboostBooster,
  'lightgbm.LGBMClassifier': lightgbmBooster,
  'lightgbm.LGBMRegressor': lightgbmBooster,
  'lightgbm.LGBMRanker': lightgbmBooster,
  ...Object.fromEntries(catboostModels.map((name) => [name, catboostBooster])),
};

/** A booster with the interface of scikit-learn: the constructor takes the rounds, `fit` takes the data. */
export interface BoosterModel {
  readonly call: Call;
  readonly library: Booster['library'];
  readonly stopping: readonly string[];
  /** Null if they are not known. */
  readonly rounds: number | null;
  /** The learning rate; null if it is not known. */
  readonly rate: number | null;
  /** Whether its constructor sets early stopping; null if that is not known. Any callback may. */
  readonly stops: boolean | null;
  /** False if its kind of boosting cannot stop early, or might not. */
  readonly canStop: boolean;
}

const constructors = calls(Object.keys(classes));

/** The models of a module all of whose arguments can be read. */
export const boosterModels: Query<BoosterModel> = query(constructors, function* (module) {
  for (const call of constructors.find(module)) {
    const booster = classes[call.name];
    if (booster === undefined) continue;
    const args = module.bind(call, parametersOf(booster, call));
    if (!args.complete) continue;
    const given = booster.rounds.map((name) => args.value(name)).find((value) => value !== null) ?? null;
    yield {
      call,
      library: booster.library,
      stopping: booster.stopping,
      rounds: given === null ? booster.defaultRounds : toInteger(given),
      rate: rateOf(booster, (name) => args.value(name)),
      stops: stops(args, booster.stopping),
      canStop: booster !== lightgbmBooster || isStoppable(kindParameters.map((name) => args.value(name))),
    };
  }
});

function rateOf({ rates, defaultRate }: Booster, valueOf: (name: string) => Value | null): number | null {
  const given = rates.map(valueOf).find((value) => value !== null) ?? null;
  return given === null ? defaultRate : toNumber(given);
}

/** A call of a model's `fit`. */
export interface BoosterFit {
  readonly node: Node;
  readonly args: BoundArguments;
  /** True if it has validation data. */
  readonly validates: boolean;
  /** False if it has, or may have, no metric to stop by. */
  readonly measures: boolean;
}

const fitSignature = signature('X, y');
/** Calls that only read a model. */
const onlookers =
  /^(?:print|display|type|str|repr|len|id|dump|dumps|save|plot_\w+|to_graphviz|isinstance|hasattr|getattr|zip_longest|TreeExplainer|Explainer|PermutationImportance|permutation_importance|show_weights|log_model)$/;

/**
 * The fits of a model, if none of them stops early. Null if there are none, or if early stopping may be set elsewhere: in a
 * search, an ensemble or another function, by `set_params`, or in one of the fits.
 */
export function endlessFits(
  module: PythonModule,
  { call, library, stopping }: BoosterModel,
): readonly BoosterFit[] | null {
  const uses = usesOf(module, call);
  const fits = uses.methods
    .filter(({ name }) => name === 'fit')
    .map((method) => ({ node: method.call, args: bind(method.call, fitSignature, module.evaluator) }));
  if (fits.length === 0 || uses.escapes || uses.passedTo.some((other) => !isOnlooker(other))) return null;
  if (uses.methods.some(({ name }) => /^(?:set_params|grid_search|randomized_search|select_features)$/.test(name)))
    return null;
  if (fits.some(({ args }) => stops(args, [...stopping, 'callbacks']) !== false)) return null;
  const metric = module.bind(call, parametersOf({ library }, call)).value('metric');
  return fits.map((fit) => ({
    ...fit,
    validates: isGiven(fit.args, 'eval_set'),
    measures: metric === null || isMetric(metric) || isGiven(fit.args, 'eval_metric'),
  }));
}

function isOnlooker(call: Node): boolean {
  const name = call.childForFieldName('function')?.text.split('.').at(-1) ?? '';
  return onlookers.test(name);
}

/** A training by one of the functions `train`. */
export interface BoosterTraining {
  readonly call: Call;
  readonly args: BoundArguments;
  readonly library: Booster['library'];
  /** Null if they are left out or not known. */
  readonly rounds: number | null;
  /** The learning rate; null if it is not known. */
  readonly rate: number | null;
  /** Whether it stops early, or is of a kind that cannot; null if that is not known. */
  readonly stops: boolean | null;
  /** True if it is given data to validate on. */
  readonly validates: boolean;
  /** False if it has, or may have, no metric to stop by. */
  readonly measures: boolean;
}

const trainCalls = calls(Object.keys(boosterTrain));

/** The trainings of a module whose arguments can be read, with the params that count. */
export const boosterTrainings: Query<BoosterTraining> = query(trainCalls, function* (module) {
  for (const call of trainCalls.find(module)) {
    const parameters = boosterTrain[call.name];
    const args = parameters === undefined ? null : module.bind(call, parameters);
    if (args === null || !args.complete) continue;
    const training =
      call.name === 'xgboost.train'
        ? xgboost(args)
        : call.name === 'lightgbm.train'
          ? lightgbm(module, args)
          : catboost(args);
    if (training !== null) yield { call, args, ...training };
  }
});

/**
 * What a training validates on, if that is certainly the data that it trains on, as in `evals=[(dtrain, "train")]`: 'always', or
 * 'here' where a switch that is off would give it other data. Null for everything else.
 */
export function validatesOnItself(
  module: PythonModule,
  args: BoundArguments,
  inNotebook: boolean,
): 'always' | 'here' | null {
  const nodeOf = (names: readonly string[]): Node | null =>
    names.map((name) => args.get(name)?.node ?? null).find((node) => node !== null) ?? null;
  const own = nodeOf(['X', 'train_set', 'dtrain', 'pool']);
  const given = nodeOf(['valid_sets', 'evals', 'eval_set']);
  if (own?.type !== 'identifier' || given === null) return null;
  const lists =
    given.type === 'identifier' && given.text !== own.text
      ? assignmentsTo(module, given.text, given.startIndex).map(({ value }) => value)
      : [given];
  if (given.type === 'identifier' && module.identifiers(given.text).some(isAdded)) return null;
  const live = lists.filter((list) => list === null || mayRun(module, list, inNotebook));
  const isOwn = (list: Node | null): boolean => list !== null && dataIn(list).every(({ text }) => text === own.text);
  return live.length === 0 || !live.every(isOwn) ? null : lists.length > live.length ? 'here' : 'always';
}

const isAdded = ({ parent }: Node): boolean =>
  parent?.type === 'attribute' && /^(?:append|extend|insert)$/.test(field(parent, 'attribute')?.text ?? '');

/** The data in a list of them, also in pairs: `dtrain` of `[(dtrain, "train")]`, `X` of `[(X, y)]` and `(X, y)`. */
function dataIn(list: Node): readonly Node[] {
  const first = (pair: Node): readonly Node[] => (pair.type === 'tuple' ? partsOf(pair).slice(0, 1) : [pair]);
  return list.type === 'list' ? partsOf(list).flatMap(first) : first(list);
}

/**
 * True if the rows that a training validates on are certainly some of those that it trains on: chosen by a mask that begins
 * with the other one, as in `valid = train & (day > 1900)`. Such a loss falls to the last round.
 */
export function validatesOnTraining(module: PythonModule, { args }: BoosterTraining): boolean {
  const masksOf = (names: readonly string[]): readonly string[] =>
    names.flatMap((name) => {
      const node = args.get(name)?.node ?? null;
      return node === null ? [] : chosenBy(module, node, mostSteps);
    });
  const training = masksOf(['train_set', 'dtrain', 'pool']);
  const validation = masksOf(['valid_sets', 'evals', 'eval_set']);
  return validation.some((mask) =>
    assignmentsTo(module, mask).some(({ value }) =>
      training.some((other) => other !== mask && value !== null && isNarrowed(value, other)),
    ),
  );
}

/** So many names are followed from the data of a training to the mask that chose it. */
const mostSteps = 4;

/** The names that index data: `mask` of `frame[mask][columns]`, also behind other names and the calls that pack data. */
function chosenBy(module: PythonModule, node: Node, steps: number): readonly string[] {
  if (steps === 0) return [];
  module.spend(1);
  const masks = node
    .descendantsOfType(['subscript'])
    .flatMap((part) => field(part, 'subscript') ?? [])
    .filter(({ type }) => type === 'identifier')
    .map(({ text }) => text);
  const names = node.type === 'identifier' ? [node] : /^(?:list|tuple|call)$/.test(node.type) ? namesIn(node) : [];
  const given = names.flatMap((name) =>
    assignmentsTo(module, name.text, node.startIndex).flatMap(({ value }) => value ?? []),
  );
  return [...masks, ...given.flatMap((value) => chosenBy(module, value, steps - 1))];
}

const namesIn = (node: Node): readonly Node[] =>
  node
    .descendantsOfType(['identifier'])
    .filter(({ parent }) => parent !== null && /^(?:list|tuple|argument_list)$/.test(parent.type));

/** True for `other & (…)`, in which whatever is chosen is chosen by `other` too. */
function isNarrowed(value: Node, other: string): boolean {
  const inner = withoutParentheses(value);
  if (inner.type !== 'binary_operator' || field(inner, 'operator')?.text !== '&') return false;
  return ['left', 'right'].some((side) => {
    const part = field(inner, side);
    const bare = part === null ? null : withoutParentheses(part);
    return bare !== null && ((bare.type === 'identifier' && bare.text === other) || isNarrowed(bare, other));
  });
}

type Trained = Omit<BoosterTraining, 'call' | 'args'> | null;

const stoppingInTrain: readonly string[] = ['early_stopping_rounds', 'callbacks'];

/** The parameters for LightGBM's objective and metrics, and the words for no metric. */
const objectives: readonly string[] = ['objective', 'objective_type', 'app', 'application', 'loss'];
const metrics: readonly string[] = ['metric', 'metrics', 'metric_types'];
const noMetric = /^(?:none|null|custom|na|)$/i;

function xgboost(args: BoundArguments): Trained {
  const params = args.value('params');
  const rounds = args.get('num_boost_round');
  return {
    library: 'xgboost',
    rounds: rounds === null ? null : toInteger(rounds.value),
    rate: params?.kind === 'dict' && !params.open ? rateOf(xgboostBooster, (name) => inDict(params, name)) : null,
    stops: stops(args, stoppingInTrain),
    validates: isGiven(args, 'evals'),
    measures:
      ['custom_metric', 'feval'].some((name) => isGiven(args, name)) ||
      isMeant(inDict(params, 'disable_default_eval_metric')) === false,
  };
}

/** LightGBM reads rounds and early stopping first from its params, then from its arguments. */
function lightgbm(module: PythonModule, args: BoundArguments): Trained {
  const params = args.value('params');
  if (params !== null && (params.kind !== 'dict' || params.open)) return null;
  const inParams = (names: readonly string[]): Value | null =>
    names.map((name) => inDict(params, name)).find((value) => value !== null) ?? null;
  const [objective, metric] = [inParams(objectives), inParams(metrics)];
  const given = inParams(lightgbmBooster.rounds) ?? args.value('num_boost_round');
  const standard = roundsInParams.test(module.text) ? lightgbmBooster.defaultRounds : null;
  const stopping = both(stops(args, stoppingInTrain), isMeant(inParams(lightgbmBooster.stopping)));
  return {
    library: 'lightgbm',
    rounds: given === null ? standard : toInteger(given),
    rate: rateOf(lightgbmBooster, (name) => inDict(params, name)),
    stops: isStoppable(kindParameters.map((name) => inDict(params, name))) ? stopping : null,
    validates: isGiven(args, 'valid_sets'),
    measures:
      isGiven(args, 'feval') ||
      (metric === null ? (objective === null || isMetric(objective)) && !isGiven(args, 'fobj') : isMetric(metric)),
  };
}

/** True unless a value is, or may be, the word for no metric. */
const isMetric = (value: Value): boolean =>
  value.kind === 'sequence' ? value.length > 0 : !noMetric.test(toText(value) ?? '');

/** CatBoost takes the rounds as an argument or in its params. */
function catboost(args: BoundArguments): Trained {
  const params = args.value('params');
  if (params !== null && (params.kind !== 'dict' || params.open)) return null;
  const given =
    catboostBooster.rounds.map((name) => args.value(name) ?? inDict(params, name)).find((value) => value !== null) ??
    null;
  const inParams = catboostBooster.stopping.map((name) => isMeant(inDict(params, name)));
  return {
    library: 'catboost',
    rounds: given === null ? catboostBooster.defaultRounds : toInteger(given),
    rate: rateOf(catboostBooster, (name) => args.value(name) ?? inDict(params, name)),
    stops: inParams.reduce(both, stops(args, catboostBooster.stopping)),
    validates: isGiven(args, 'eval_set') || isGiven(args, 'evals'),
    measures: true,
  };
}

const inDict = (params: Value | null, name: string): Value | null =>
  params?.kind === 'dict' ? entryNamed(params, name) : null;

/** True unless the kind of boosting is, or may be, one that cannot stop early. */
function isStoppable(kinds: readonly (Value | null)[]): boolean {
  return kinds.every((kind) => kind === null || stoppable.test(toText(kind) ?? ''));
}

/** Whether one of these arguments sets early stopping; null if that is not known. Any callback may. */
const stops = (args: BoundArguments, names: readonly string[]): boolean | null =>
  names
    .map((name) =>
      name === 'callbacks' && onlyTells(args.get(name)?.node ?? null) ? false : isMeant(args.value(name)),
    )
    .reduce(both, false);

/** True for a list of LightGBM's own callbacks that print or record, and end nothing: `[lgb.log_evaluation(100)]`. */
const onlyTells = (callbacks: Node | null): boolean =>
  callbacks?.type === 'list' &&
  partsOf(callbacks).every(
    (each) =>
      each.type === 'call' &&
      /^(?:\w{1,40}\.){0,2}(?:log|print|record)_evaluation$/.test(field(each, 'function')?.text ?? ''),
  );

/** True if one of two answers is, null if one is not known. */
const both = (a: boolean | null, b: boolean | null): boolean | null =>
  a === true || b === true ? true : a === null || b === null ? null : false;

/** Whether a value is something other than None, 0 or an empty list; null if that is not known. */
function isMeant(value: Value | null): boolean | null {
  return value === null ? false : truth(value);
}

function isGiven(args: BoundArguments, name: string): boolean {
  const value = args.get(name)?.value;
  return value !== undefined && value.kind !== 'none' && !(value.kind === 'sequence' && value.length === 0);
}
