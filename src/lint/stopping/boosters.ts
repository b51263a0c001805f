import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { bind, signature, type BoundArguments, type Signature } from '../../python/signatures';
import { entryOf, stringValue, toInteger, toText, truth, type Value } from '../../python/values';
import { addArgument, inOrder } from '../edits';
import { siblingName } from '../imported-names';
import type { Fix, Report, RuleContext } from '../rule';
import { usesOf } from '../uses';

/** A gradient-boosting class: how it is told the number of rounds and when to stop. */
interface Booster {
  readonly rounds: readonly string[];
  readonly defaultRounds: number;
  readonly stopping: readonly string[];
  readonly advice: string;
  /** Where an early stopping is asked for. */
  readonly asks: 'constructor' | 'fit' | 'callback';
}

const ANY: Signature = signature('*');

/** Read in xgboost 3.2, lightgbm 4.7 and catboost 1.2.10; the other names are the aliases that they document. */
const XGBOOST: Booster = {
  rounds: ['n_estimators', 'num_boost_round'],
  defaultRounds: 100,
  stopping: ['early_stopping_rounds', 'callbacks'],
  advice: 'XGBoost takes early_stopping_rounds=50 in the constructor and eval_set in fit.',
  asks: 'constructor',
};
const LIGHTGBM: Booster = {
  rounds: [
    'n_estimators',
    'num_iterations',
    'num_iteration',
    'n_iter',
    'num_tree',
    'num_trees',
    'num_round',
    'num_rounds',
    'num_boost_round',
    'nrounds',
    'max_iter',
  ],
  defaultRounds: 100,
  stopping: ['early_stopping_rounds', 'early_stopping_round', 'early_stopping', 'n_iter_no_change'],
  advice: 'LightGBM takes callbacks=[lightgbm.early_stopping(50)] and eval_set in fit.',
  asks: 'callback',
};
/** What LightGBM calls its kinds of boosting, and those of them that early stopping works with: dart and rf ignore it. */
const KINDS: readonly string[] = ['boosting_type', 'boosting', 'boost'];
const STOPPABLE = /^(?:gbdt|gbrt|goss)$/;

/** LightGBM also reads the number of rounds from its params. */
const ROUNDS_IN_PARAMS = new RegExp(
  `["'](?:${LIGHTGBM.rounds.join('|')})["']|\\b(?:num_iterations?|num_trees?|num_rounds?|nrounds)\\s*=`,
);

const CATBOOST: Booster = {
  rounds: ['iterations', 'num_boost_round', 'n_estimators', 'num_trees'],
  defaultRounds: 1000,
  stopping: ['early_stopping_rounds', 'od_wait', 'od_type', 'od_pval'],
  advice: 'CatBoost takes early_stopping_rounds=50 and eval_set in fit.',
  asks: 'fit',
};

const CLASSES: Readonly<Record<string, Booster>> = {
  'xgboost.XGBClassifier': XGBOOST,
  'xgboost.XGBRegressor': XGBOOST,
  'xgboost.XGBRanker': XGBOOST,
  'lightgbm.LGBMClassifier': LIGHTGBM,
  'lightgbm.LGBMRegressor': LIGHTGBM,
  'lightgbm.LGBMRanker': LIGHTGBM,
  'catboost.CatBoostClassifier': CATBOOST,
  'catboost.CatBoostRegressor': CATBOOST,
  'catboost.CatBoostRanker': CATBOOST,
  'catboost.CatBoost': CATBOOST,
};

/** Positions as in older versions, where more could be given by position than today. */
const TRAIN: Readonly<Record<string, Signature>> = {
  'xgboost.train': signature(
    'params, dtrain, num_boost_round, evals, obj, feval, maximize, early_stopping_rounds, evals_result, verbose_eval, xgb_model, callbacks',
  ),
  'lightgbm.train': signature(
    'params, train_set, num_boost_round, valid_sets, valid_names, fobj, feval, init_model, feature_name, categorical_feature, early_stopping_rounds',
  ),
};

/** `catboost.train`; not checked against the source. */
const CATBOOST_TRAIN = signature(
  'pool, params, dtrain, logging_level, verbose, iterations, num_boost_round, evals, eval_set, plot, plot_file, verbose_eval, metric_period, early_stopping_rounds',
);

export const BOOSTERS: readonly string[] = [...Object.keys(CLASSES), ...Object.keys(TRAIN), 'catboost.train'];

/** Calls that only look at a model. */
const ONLOOKERS =
  /^(?:print|display|type|str|repr|len|id|dump|dumps|save|plot_\w+|to_graphviz|isinstance|hasattr|getattr|zip_longest|TreeExplainer|Explainer|PermutationImportance|permutation_importance|show_weights|log_model)$/;

export function* boostersWithoutStopping(module: PythonModule, context: RuleContext): Generator<Report> {
  const most = context.threshold('rounds');
  for (const call of module.calls(Object.keys(CLASSES).map((name) => name.slice(name.lastIndexOf('.') + 1)))) {
    const booster = CLASSES[call.name ?? ''];
    const report = booster === undefined ? null : constructed(module, call, booster, most);
    if (report !== null) yield report;
  }
  for (const call of module.calls(['train'])) {
    const parameters = TRAIN[call.name ?? ''];
    const other = call.name === 'catboost.train' ? catboostTrained(module, call, most) : null;
    const report = parameters === undefined ? other : trained(module, call, parameters, most);
    if (report !== null) yield report;
  }
}

function constructed(module: PythonModule, call: Call, booster: Booster, most: number): Report | null {
  const args = module.bind(call, ANY);
  if (!args.complete) return null;
  const given = booster.rounds.map((name) => args.value(name)).find((value) => value !== null) ?? null;
  const rounds = given === null ? booster.defaultRounds : toInteger(given);
  if (rounds === null || rounds < most || stops(args, booster.stopping) !== false) return null;
  if (booster === LIGHTGBM && !canStop(KINDS.map((name) => args.value(name)))) return null;
  const uses = usesOf(module, call);
  const fits = uses.methods
    .filter(({ name }) => name === 'fit')
    .map((method) => bind(method.call, FIT, module.evaluator));
  // Given to a search, an ensemble or another function, it may be told to stop there.
  if (fits.length === 0 || uses.escapes || uses.passedTo.some((other) => !isOnlooker(other))) return null;
  if (uses.methods.some(({ name }) => /^(?:set_params|grid_search|randomized_search|select_features)$/.test(name)))
    return null;
  if (fits.some((fit) => stops(fit, [...booster.stopping, 'callbacks']) !== false)) return null;
  const evaluates = fits.some((fit) => isGiven(fit, 'eval_set'));
  const fitCalls = uses.methods.filter(({ name }) => name === 'fit').map((method) => method.call);
  return {
    node: call.node,
    severity: evaluates ? 'warning' : 'information',
    message: `All ${rounds} rounds of boosting run, whether they help or not. ${booster.advice}`,
    headline: `${rounds} rounds`,
    estimate: { rounds },
    fixes: fits.every((fit) => fit.complete && isGiven(fit, 'eval_set'))
      ? stopFits(module, call, booster, fitCalls)
      : [],
  };
}

const FIT = signature('X, y');

const ADD_ROUNDS = 'Add early_stopping_rounds=50';
const ADD_CALLBACK = 'Add the callback early_stopping(50)';

/** Asks each fit of a model, all of which are given validation data, to stop early. */
function stopFits(module: PythonModule, model: Call, { asks }: Booster, fits: readonly Node[]): readonly Fix[] {
  const edits = asks === 'constructor' ? [addArgument(model.node, 'early_stopping_rounds=50')] : [];
  if (asks === 'fit') edits.push(...fits.map((fit) => addArgument(fit, 'early_stopping_rounds=50')));
  if (asks === 'callback') {
    const stopping = siblingName(module, model, 'early_stopping', { replaces: false });
    if (stopping === null) return [];
    edits.push(...stopping.edits, ...fits.map((fit) => addArgument(fit, `callbacks=[${stopping.text}(50)]`)));
  }
  const made = edits.filter((edit) => edit !== null);
  return made.length < edits.length
    ? []
    : [{ title: asks === 'callback' ? ADD_CALLBACK : ADD_ROUNDS, safe: false, edits: inOrder(made) }];
}

/** Asks `train`, which is given validation data, to stop early. */
function stopTraining(module: PythonModule, call: Call, args: BoundArguments, isLightGbm: boolean): readonly Fix[] {
  if (!isLightGbm) {
    const edit = addArgument(call.node, 'early_stopping_rounds=50');
    return edit === null || args.get('early_stopping_rounds') !== null
      ? []
      : [{ title: ADD_ROUNDS, safe: false, edits: [edit] }];
  }
  const stopping = siblingName(module, call, 'early_stopping', { replaces: false });
  const edit =
    stopping === null || args.get('callbacks') !== null
      ? null
      : addArgument(call.node, `callbacks=[${stopping.text}(50)]`);
  return stopping === null || edit === null
    ? []
    : [{ title: ADD_CALLBACK, safe: false, edits: inOrder([...stopping.edits, edit]) }];
}

function isOnlooker(call: Node): boolean {
  const name = call.childForFieldName('function')?.text.split('.').at(-1) ?? '';
  return ONLOOKERS.test(name);
}

function trained(module: PythonModule, call: Call, parameters: Signature, most: number): Report | null {
  const args = module.bind(call, parameters);
  if (!args.complete) return null;
  const isLightGbm = call.name === 'lightgbm.train';
  const written = toInteger(args.get('num_boost_round')?.value ?? { kind: 'none' });
  if ((written ?? 0) < most && !(isLightGbm && ROUNDS_IN_PARAMS.test(module.text))) return null;
  const params = args.value('params');
  // LightGBM reads rounds and stopping from its params as well.
  const settings = isLightGbm ? params : null;
  if (settings !== null && (settings.kind !== 'dict' || settings.open)) return null;
  const inParams = (names: readonly string[]): Value | null =>
    settings?.kind === 'dict'
      ? (names.map((name) => entryOf(settings, stringValue(name))).find((value) => value !== null) ?? null)
      : null;
  const given = inParams(LIGHTGBM.rounds) ?? args.value('num_boost_round');
  const rounds = given === null ? (isLightGbm ? 100 : 10) : toInteger(given);
  if (rounds === null || rounds < most) return null;
  if (stops(args, ['early_stopping_rounds', 'callbacks']) !== false || isMeant(inParams(LIGHTGBM.stopping)) !== false)
    return null;
  if (!canStop(KINDS.map((name) => inParams([name])))) return null;
  const sets = isLightGbm ? 'valid_sets' : 'evals';
  const how = isLightGbm ? 'callbacks=[lightgbm.early_stopping(50)]' : 'early_stopping_rounds=50';
  return {
    node: call.node,
    severity: 'warning',
    message: `All ${rounds} rounds of boosting run, whether they help or not. Add ${isGiven(args, sets) ? how : `${sets} with validation data and ${how}`}.`,
    headline: `${rounds} rounds`,
    estimate: { rounds },
    fixes: isGiven(args, sets) ? stopTraining(module, call, args, isLightGbm) : [],
  };
}

/** True unless the kind of boosting is, or may be, one that cannot stop early. */
function canStop(kinds: readonly (Value | null)[]): boolean {
  return kinds.every((kind) => kind === null || STOPPABLE.test(toText(kind) ?? ''));
}

/** CatBoost's function, which takes the rounds as an argument or in its params. */
function catboostTrained(module: PythonModule, call: Call, most: number): Report | null {
  const args = module.bind(call, CATBOOST_TRAIN);
  const params = args.value('params');
  if (!args.complete || (params !== null && (params.kind !== 'dict' || params.open))) return null;
  const inParams = (name: string): Value | null =>
    params?.kind === 'dict' ? entryOf(params, stringValue(name)) : null;
  const given =
    CATBOOST.rounds.map((name) => args.value(name) ?? inParams(name)).find((value) => value !== null) ?? null;
  const rounds = given === null ? CATBOOST.defaultRounds : toInteger(given);
  if (
    rounds === null ||
    rounds < most ||
    CATBOOST.stopping.some((name) => isMeant(args.value(name)) !== false || isMeant(inParams(name)) !== false)
  )
    return null;
  const validates = isGiven(args, 'eval_set') || isGiven(args, 'evals');
  return {
    node: call.node,
    severity: 'warning',
    message: `All ${rounds} rounds of boosting run, whether they help or not. Add ${validates ? '' : 'eval_set with validation data and '}early_stopping_rounds=50.`,
    headline: `${rounds} rounds`,
    estimate: { rounds },
    fixes: [],
  };
}

/** Whether one of these arguments makes it stop; null if that is not known. Any callback may. */
function stops(args: BoundArguments, names: readonly string[]): boolean | null {
  const answers = names.map((name) => isMeant(args.value(name)));
  return answers.includes(true) ? true : answers.includes(null) ? null : false;
}

/** Whether a value is something other than None, 0 or an empty list; null if that is not known. */
function isMeant(value: Value | null): boolean | null {
  return value === null ? false : truth(value);
}

function isGiven(args: BoundArguments, name: string): boolean {
  const value = args.get(name)?.value;
  return value !== undefined && value.kind !== 'none';
}
