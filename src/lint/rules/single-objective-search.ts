import { defineRule } from '../engine/define';
import { mayPrune, objectiveOf, studyRuns, trains } from '../libraries/optuna';

export const singleObjectiveSearch = defineRule({
  id: 'single-objective-search',
  practice: 12,
  severity: 'hint',
  // Of 36 findings in code that it was not tuned on (rounds 8 and 9), none was judged worth acting on.
  enabled: false,
  summary: 'A search that optimises only the score, at any cost in energy.',
  details: `Optuna: \`create_study\` with one direction, for an objective that trains a model.
Studies that prune are not reported: Optuna prunes only trials with a single objective, and pruning saves more than choosing afterwards.`,
  why: 'Among the candidates that are as good as the best one, within the error of the score, there are usually much smaller ones. The one that is chosen then runs for every prediction. A search that does not know the energy cannot prefer the smaller ones.',
  remedy:
    'Use `create_study(directions=["maximize", "minimize"])`, and return the score and the energy. A run that Green ML measures can read its energy so far from the file that `GREEN_ML_RUN_FILE` names (JSON, `energyWh`). The difference over a trial is the energy of the trial. The file is updated once a second. For short trials, request a new figure first: create a file with the same name plus `.ask`, and read when that file is gone, as `examples/optuna_energy.py` does. Choose from `study.best_trials`.',
  nonCompliant: [
    {
      code: `import optuna

def objective(trial):
    model = build(trial.suggest_int("layers", 1, 8))
    model.fit(X, y)
    return model.score(X_valid, y_valid)

study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=50)
`,
      severity: 'hint',
    },
  ],
  compliant: [
    `import optuna

def objective(trial):
    before = energy()
    model = build(trial.suggest_int("layers", 1, 8)).fit(X, y)
    return model.score(X_valid, y_valid), energy() - before

study = optuna.create_study(directions=["maximize", "minimize"])
study.optimize(objective, n_trials=50)
`,
    `import optuna

def objective(trial):
    x = trial.suggest_float("x", -10, 10)
    return (x - 2) ** 2

study = optuna.create_study()
study.optimize(objective, n_trials=100)
`,
  ],
  evidence: {
    item: 'energy-objective',
    contradicts: true,
    one: 'search that optimises only the score',
    several: 'searches that optimise only the score',
  },
  messages: {
    scoreAlone:
      'This search optimises only the score. With directions=["maximize", "minimize"] and the energy of the trial as second value, it also finds models that are nearly as good but use less energy.',
  },
  unless: /energy|carbon|emissions/i,
}).on(studyRuns, ({ study, settings, args, isNew }, { module }) => {
  if (!isNew || !settings.omits('directions') || mayPrune(module)) return null;
  const objective = objectiveOf(module, args.value('func') ?? { kind: 'unknown' });
  if (objective === null || !objective.keepsTrial || !trains(objective)) return null;
  return { node: study.node, message: 'scoreAlone' };
});
