import { defineRule } from '../engine/define';
import { mayPrune, objectiveOf, studyRuns, trains } from '../libraries/optuna';

export const singleObjectiveSearch = defineRule({
  id: 'single-objective-search',
  practice: 12,
  severity: 'hint',
  summary: 'A search that looks for the best score at any price.',
  details: `Optuna: \`create_study\` with one direction, for an objective that trains a model.
Studies that prune are not reported: Optuna prunes trials of a single objective only, and pruning saves more than choosing afterwards.`,
  why: `Among the candidates that are as good as the best within its error there are usually much smaller ones, and whatever is chosen runs in every prediction from then on. A search that never sees the energy cannot prefer them.`,
  remedy: `\`create_study(directions=["maximize", "minimize"])\`, and return the score and the energy. A run that Green ML measures can read its energy so far from the file that \`GREEN_ML_RUN_FILE\` names (JSON, \`energyWh\`): the difference over a trial is the trial's energy. The file is renewed once a second. For short trials ask for a fresh figure first: make a file named like it with \`.ask\` added, and read when that one is gone, as \`examples/optuna_energy.py\` does. Choose from \`study.best_trials\`.`,
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
    one: 'search for accuracy alone',
    several: 'searches for accuracy alone',
  },
  messages: {
    scoreAlone:
      'This search sees the score alone. With directions=["maximize", "minimize"] and the energy of the trial as a second value it also finds models that are nearly as good for less.',
  },
  unless: /energy|carbon|emissions/i,
}).on(studyRuns, ({ study, settings, args, isNew }, { module }) => {
  if (!isNew || !settings.omits('directions') || mayPrune(module)) return null;
  const objective = objectiveOf(module, args.value('func') ?? { kind: 'unknown' });
  if (objective === null || !objective.keepsTrial || !trains(objective)) return null;
  return { node: study.node, message: 'scoreAlone' };
});
