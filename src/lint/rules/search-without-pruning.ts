import { counted, grouped } from '../../present/words';
import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { toInteger, truth, type Value } from '../../python/values';
import { defineRule, type Judgement, type RuleContext } from '../engine/define';
import { numbersGiven } from '../libraries/given-numbers';
import { kerasTunerSearches } from '../libraries/keras-tuner';
import { mayPrune, objectiveOf, studyRuns, trainsInSteps, type StudyRun } from '../libraries/optuna';
import { raySearches, rayTrials, triedBy } from '../libraries/ray';
import { onlyCalculates } from '../libraries/toy-objectives';
import { sageMakerTunings } from '../libraries/sagemaker';
import { lastName } from '../engine/query';

const thresholds = {
  trials: { default: 8, unit: 'trials', meaning: 'searches with at least this many trials are reported' },
  epochs: { default: 10, unit: 'epochs', meaning: 'Keras Tuner: trials of at least this many epochs are reported' },
};

interface Trials {
  readonly trials: number | null;
}

const messages = {
  optuna: ({ trials, pruner }: Trials & { readonly pruner: string }) =>
    `${trials === null ? 'Every trial' : `Each of the ${grouped(trials)} trials`} trains to the end: the objective never reports a value, so the pruner (${pruner}) never acts. Call trial.report(value, step) after each epoch or fold, and raise optuna.TrialPruned() if trial.should_prune().`,
  ray: ({ trials }: Trials) =>
    `Each of the ${trials === null ? '?' : grouped(trials)} trials trains to the end. scheduler=ASHAScheduler() stops those that fall behind.`,
  kerasTuner: ({ trials, epochs }: Trials & { readonly epochs: number }) =>
    `Each of the ${trials === null ? '?' : grouped(trials)} trials trains all ${grouped(epochs)} epochs. keras_tuner.Hyperband(max_epochs=${epochs}) gives most of them only a few; an EarlyStopping callback in search() ends those that stop improving.`,
  sageMaker: ({ trials }: Trials) =>
    `${trials === null ? 'Every training job' : `Each of the ${grouped(trials)} training jobs`} runs to the end. early_stopping_type="Auto" stops those that fall behind.`,
};

type UnprunedSearch = Judgement<typeof messages>;

export const searchWithoutPruning = defineRule({
  id: 'search-without-pruning',
  practice: 12,
  severity: 'information',
  summary: 'A search that trains every candidate to the end, however bad it is.',
  details: `Optuna: an objective that trains in steps (epochs, boosting rounds, folds) and never calls \`trial.report\`, so that the pruner, which is on by default, has nothing to act on. Studies with several objectives cannot be pruned and are not reported.
Ray Tune: 8 trials or more without a \`scheduler\`.
Keras Tuner: \`RandomSearch\` or \`BayesianOptimization\` with 8 trials or more of 10 epochs or more, whose \`search\` has no callback that stops early.
SageMaker: \`early_stopping_type="Off"\`, the default, in a tuning job with 8 jobs or more. Hyperband is not reported: it stops jobs by itself and requires this setting.`,
  why: `Most candidates of a search are worse than the best one from their first epochs on.
Successive halving gives every candidate a small budget, and more only to the best: with a reduction factor of 3, two thirds stop at each rung
(Li et al., *A System for Massively Parallel Hyperparameter Tuning*, MLSys 2020).`,
  remedy: `Optuna: call \`trial.report(value, step)\` and \`if trial.should_prune(): raise optuna.TrialPruned()\` after each epoch or fold, or use the pruning callback for your framework from \`optuna-integration\`.
Ray: use \`TuneConfig(scheduler=ASHAScheduler())\`, and report in each epoch. Keras Tuner: use \`Hyperband\`, or pass \`EarlyStopping\` to \`search\`. SageMaker: use \`early_stopping_type="Auto"\`.`,
  nonCompliant: [
    {
      code: `import optuna
import torch

def objective(trial):
    model = build(trial.suggest_int("layers", 1, 4))
    for epoch in range(30):
        train(model, loader)
    return evaluate(model)

study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=100)
`,
      severity: 'information',
      estimate: { trials: 100 },
    },
    {
      code: `from ray import tune

tuner = tune.Tuner(train, param_space={"lr": tune.loguniform(1e-4, 1e-1)}, tune_config=tune.TuneConfig(num_samples=50))
`,
      severity: 'information',
      estimate: { trials: 50 },
    },
    {
      code: `import keras_tuner

tuner = keras_tuner.RandomSearch(build_model, objective="val_loss", max_trials=100)
tuner.search(x, y, epochs=50, validation_split=0.2)
`,
      severity: 'information',
      estimate: { trials: 100 },
    },
    {
      code: `from sagemaker.tuner import HyperparameterTuner

tuner = HyperparameterTuner(estimator, "validation:auc", ranges, max_jobs=40, early_stopping_type="Off")
`,
      severity: 'information',
      estimate: { trials: 40 },
    },
  ],
  compliant: [
    `import optuna

def objective(trial):
    model = build(trial.suggest_int("layers", 1, 4))
    for epoch in range(30):
        train(model, loader)
        trial.report(evaluate(model), epoch)
        if trial.should_prune():
            raise optuna.TrialPruned()
    return evaluate(model)

study = optuna.create_study()
study.optimize(objective, n_trials=100)
`,
    `import optuna

def objective(trial):
    x = trial.suggest_float("x", -10, 10)
    return (x - 2) ** 2

study = optuna.create_study()
study.optimize(objective, n_trials=100)
`,
    `from ray import tune
from ray.tune.schedulers import ASHAScheduler

config = tune.TuneConfig(num_samples=50, scheduler=ASHAScheduler())
tuner = tune.Tuner(train, param_space={"lr": tune.loguniform(1e-4, 1e-1)}, tune_config=config)
`,
    `import keras
import keras_tuner

tuner = keras_tuner.RandomSearch(build_model, objective="val_loss", max_trials=100)
tuner.search(x, y, epochs=50, validation_split=0.2, callbacks=[keras.callbacks.EarlyStopping(patience=3)])
`,
    `from sagemaker.tuner import HyperparameterTuner

tuner = HyperparameterTuner(estimator, "validation:auc", ranges, max_jobs=40, strategy="Hyperband", early_stopping_type="Off")
`,
  ],
  evidence: {
    item: 'bad-trials-pruned',
    contradicts: true,
    one: 'search that never stops bad trials early',
    several: 'searches that never stop bad trials early',
  },
  thresholds,
  messages,
})
  .on(studyRuns, optunaWithoutPruning)
  .on(raySearches, (search, { module, threshold }) => {
    const trials = isSet(search.scheduler) ? null : rayTrials(search);
    return trials === null || trials < threshold('trials') || onlyCalculates(module, triedBy(search))
      ? null
      : found(search.call.node, trials, 'ray');
  })
  .on(kerasTunerSearches, ({ call, trials, epochs }, { threshold }) =>
    trials === null || trials < threshold('trials') || epochs < threshold('epochs')
      ? null
      : {
          node: call.node,
          message: 'kerasTuner',
          data: { trials, epochs },
          ...figures(trials, 'Hyperband stops bad ones'),
        },
  )
  .on(sageMakerTunings, ({ call, strategy, stopping, jobs }, { threshold }) => {
    if ((stopping !== null && stopping !== 'Off') || strategy === 'unknown' || strategy === 'Hyperband') return null;
    // One job is the default.
    const trials = jobs === 'default' ? (stopping === null ? 1 : null) : jobs;
    if (trials === null ? stopping === null : trials < threshold('trials')) return null;
    return found(call.node, trials, 'sageMaker');
  });

function optunaWithoutPruning(
  { optimize, args, settings, isNew }: StudyRun,
  { module, threshold }: RuleContext<typeof thresholds>,
): UnprunedSearch | null {
  if (!isNew || !args.complete || !settings.complete || isSet(settings.value('directions'))) return null;
  if (mayPrune(module)) return null;
  const pruner = settings.value('pruner');
  const prunes = pruner !== null && pruner.kind !== 'none';
  const prunerName = prunes ? (module.callOf(pruner)?.name ?? null) : 'optuna.pruners.MedianPruner';
  if (prunerName === null || prunerName.endsWith('.NopPruner')) return null;
  const given = args.value('n_trials');
  const trials = given === null ? null : (toInteger(given) ?? mostGiven(module, args.get('n_trials')?.node ?? null));
  if (trials !== null && trials < threshold('trials')) return null;
  const objective = objectiveOf(module, args.value('func') ?? { kind: 'unknown' });
  if (objective === null || !objective.keepsTrial || !trainsInSteps(objective)) return null;
  return {
    node: optimize.node,
    message: 'optuna',
    data: { trials, pruner: `${lastName(prunerName)}${prunes ? '' : ', the default'}` },
    ...figures(trials, 'trial.report lets the pruner stop bad ones'),
  };
}

/** The most trials that a call of the function asks for; null if one of them is not known. */
function mostGiven(module: PythonModule, written: Node | null): number | null {
  const counts = written === null ? [] : numbersGiven(module, written);
  return counts.length === 0 ? null : Math.max(...counts);
}

/** True if something other than None is passed, or may be. */
const isSet = (value: Value | null): boolean => value !== null && value.kind !== 'none' && truth(value) !== false;

const found = (node: Node, trials: number | null, message: 'ray' | 'sageMaker'): UnprunedSearch => ({
  node,
  message,
  data: { trials },
  ...figures(trials, message === 'ray' ? 'ASHA stops bad ones' : 'early_stopping_type="Auto" stops bad ones'),
});

const figures = (trials: number | null, wayOut: string): Pick<UnprunedSearch, 'headline' | 'wayOut' | 'estimate'> => ({
  headline: trials === null ? 'no trial stops early' : `${counted(trials, 'trial')}, none stops early`,
  wayOut,
  estimate: { trials },
});
