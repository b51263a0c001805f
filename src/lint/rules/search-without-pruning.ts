import type { PythonModule } from '../../python/module';
import { toInteger, toText, truth, type Value } from '../../python/values';
import { defineRule } from '../define';
import type { Report, RuleContext } from '../rule';
import { SAGEMAKER_PARAMETERS, SAGEMAKER_TUNER } from './grid-search/clouds';
import { rayRuns, rayTrials, RAY_RELATED } from './grid-search/ray';
import { mayPrune, objectiveOf, STUDY_MAKERS, studyRuns, trainsInSteps } from '../libraries/optuna';

export const searchWithoutPruning = defineRule({
  id: 'search-without-pruning',
  practice: 12,
  severity: 'information',
  summary: 'A search that trains every candidate to the end, however bad it is.',
  details: `Optuna: an objective that trains in steps (epochs, boosting rounds, folds) and never calls \`trial.report\`: the pruner, which is on by default, has nothing to act on. Studies of several objectives cannot be pruned, and are not reported.
Ray Tune: 8 trials or more without a \`scheduler\`.
SageMaker: \`early_stopping_type="Off"\`, the default, in a tuning job of 8 jobs or more; Hyperband stops by itself, and needs it off.`,
  why: `Most candidates of a search are worse than the best one from their first epochs on.
Successive halving gives each candidate a little and only the best more: with a reduction factor of 3, two thirds end at each rung
(Li et al., *A System for Massively Parallel Hyperparameter Tuning*, MLSys 2020).`,
  remedy: `Optuna: \`trial.report(value, step)\` and \`if trial.should_prune(): raise optuna.TrialPruned()\` after each epoch or fold, or the pruning callback for your framework from \`optuna-integration\`.
Ray: \`TuneConfig(scheduler=ASHAScheduler())\`, and report in each epoch. SageMaker: \`early_stopping_type="Auto"\`.`,
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
    `from sagemaker.tuner import HyperparameterTuner

tuner = HyperparameterTuner(estimator, "validation:auc", ranges, max_jobs=40, strategy="Hyperband", early_stopping_type="Off")
`,
  ],
  thresholds: { trials: 8 },
  apis: ['ray.tune.run', 'ray.tune.Tuner', SAGEMAKER_TUNER],
  methods: ['optimize'],
  related: [...STUDY_MAKERS, ...RAY_RELATED],
  packages: ['optuna', 'ray', 'sagemaker'],
  check(module, context) {
    for (const find of [optunaWithoutPruning, rayWithoutScheduler, sageMakerWithoutStopping]) {
      for (const report of find(module, context)) context.report(report);
    }
  },
});

function* optunaWithoutPruning(module: PythonModule, context: RuleContext): Generator<Report> {
  if (mayPrune(module)) return;
  for (const { optimize, args, settings, isNew } of studyRuns(module)) {
    if (!isNew || !args.complete || !settings.complete || isSet(settings.value('directions'))) continue;
    const pruner = settings.value('pruner');
    const prunes = pruner !== null && pruner.kind !== 'none';
    const prunerName = prunes ? (module.callOf(pruner)?.name ?? null) : 'optuna.pruners.MedianPruner';
    if (prunerName === null || prunerName.endsWith('.NopPruner')) continue;
    const given = args.value('n_trials');
    const trials = given === null ? null : toInteger(given);
    if (trials !== null && trials < context.threshold('trials')) continue;
    const objective = objectiveOf(module, args.value('func') ?? { kind: 'unknown' });
    if (objective === null || !objective.keepsTrial || !trainsInSteps(objective)) continue;
    yield found(
      optimize.node,
      trials,
      `${trials === null ? 'Every trial' : `Each of the ${trials} trials`} trains to the end: the objective reports nothing on the way, so the pruner (${prunerName.slice(prunerName.lastIndexOf('.') + 1)}${prunes ? '' : ', the default'}) never acts. Call trial.report(value, step) after each epoch or fold, and raise optuna.TrialPruned() if trial.should_prune().`,
    );
  }
}

function* rayWithoutScheduler(module: PythonModule, context: RuleContext): Generator<Report> {
  for (const run of rayRuns(module)) {
    if (isSet(run.scheduler)) continue;
    const trials = rayTrials(module, run);
    if (trials === null || trials < context.threshold('trials')) continue;
    yield found(
      run.call.node,
      trials,
      `Each of the ${trials} trials trains to the end. scheduler=ASHAScheduler() ends those that fall behind.`,
    );
  }
}

function* sageMakerWithoutStopping(module: PythonModule, context: RuleContext): Generator<Report> {
  for (const call of module.calls(['HyperparameterTuner'])) {
    if (call.name !== SAGEMAKER_TUNER) continue;
    const args = module.bind(call, SAGEMAKER_PARAMETERS);
    const type = args.value('early_stopping_type');
    const strategy = args.value('strategy');
    if (
      (type !== null && toText(type) !== 'Off') ||
      (strategy !== null && (toText(strategy) ?? 'Hyperband') === 'Hyperband')
    )
      continue;
    const jobs = args.value('max_jobs');
    // One job is the default.
    const trials = jobs === null ? (type === null ? 1 : null) : toInteger(jobs);
    if (trials === null ? type === null : trials < context.threshold('trials')) continue;
    yield found(
      call.node,
      trials,
      `${trials === null ? 'Every training job' : `Each of the ${trials} training jobs`} runs to the end. early_stopping_type="Auto" ends those that fall behind.`,
    );
  }
}

/** True if something other than None is given, or may be. */
const isSet = (value: Value | null): boolean => value !== null && value.kind !== 'none' && truth(value) !== false;

const found = (node: Report['node'], trials: number | null, message: string): Report => ({
  node,
  severity: 'information',
  message,
  headline: trials === null ? null : `${trials} trials, none ends early`,
  estimate: { trials },
  fixes: [],
});
