import assert from 'node:assert/strict';
import { lintWith } from '../support';

const trialsOf = async (code: string): Promise<readonly unknown[]> =>
  (await lintWith('search-without-pruning', code)).map(({ estimate }) => estimate?.['trials']);

const head = 'import optuna\n';
const epochs = '    for epoch in range(9):\n        train(model)\n    return evaluate(model)\n';
const study = (objective: string, run = 'study.optimize(objective, n_trials=50)', made = ''): string =>
  `${head}${objective}study = optuna.create_study(${made})\n${run}\n`;
const loop = `def objective(trial):\n    model = build(trial.suggest_int("n", 1, 9))\n${epochs}`;

const tuner = (made: string, search: string): string =>
  `import keras\nimport keras_tuner as kt\ntuner = kt.${made}\ntuner.search(x, y, ${search})\n`;

describe('search-without-pruning', () => {
  const tuners: readonly (readonly [readonly unknown[], string])[] = [
    [[100], tuner('RandomSearch(build, "val_loss", max_trials=100)', 'epochs=50')],
    [[30], tuner('BayesianOptimization(build, objective="val_loss", max_trials=30)', 'epochs=10, callbacks=[]')],
    [[10], tuner('RandomSearch(build, "val_loss")', 'epochs=50')],
    [[], tuner('Hyperband(build, "val_loss", max_epochs=50)', 'epochs=50')],
    [[], tuner('RandomSearch(build, "val_loss", max_trials=5)', 'epochs=50')],
    [[], tuner('RandomSearch(build, "val_loss", max_trials=100)', 'epochs=3')],
    [[], tuner('RandomSearch(build, "val_loss", max_trials=100)', 'epochs=n')],
    [[], tuner('RandomSearch(build, "val_loss", max_trials=100)', 'validation_split=0.2')],
    [
      [],
      tuner(
        'RandomSearch(build, "val_loss", max_trials=100)',
        'epochs=50, callbacks=[keras.callbacks.EarlyStopping()]',
      ),
    ],
    [[], tuner('RandomSearch(build, "val_loss", max_trials=100)', 'epochs=50, callbacks=mine')],
  ];
  for (const [trials, code] of tuners) {
    it(`finds ${JSON.stringify(trials)} trials in ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await trialsOf(code), trials);
    });
  }

  const found: readonly (readonly [number | null, string])[] = [
    [50, study(loop)],
    [null, study(loop, 'study.optimize(objective, timeout=600)')],
    [30, study(loop, 'def run(n=30):\n    study.optimize(objective, n_trials=n)\nrun()')],
    [30, study(loop, 'def run(n):\n    study.optimize(objective, n_trials=n)\nrun(1)\nrun(30)')],
    [null, study(loop, 'def run(n):\n    study.optimize(objective, n_trials=n)\nrun(ask())')],
    [20, study(loop, 'study.optimize(lambda trial: objective(trial), 20)')],
    [20, study(`from functools import partial\n${loop}`, 'study.optimize(partial(objective), n_trials=20)')],
    [50, study(loop, undefined, 'direction="maximize", pruner=optuna.pruners.HyperbandPruner()')],
    [
      50,
      study(
        `def fit(trial, data):\n    model = build(trial)\n${epochs}def build(trial):\n    return trial.suggest_int("n", 1, 9)\ndef objective(trial):\n    return fit(trial, 3)\n`,
      ),
    ],
    [
      50,
      study(
        'import xgboost as xgb\ndef objective(trial):\n    return xgb.train({"eta": trial.suggest_float("eta", 0, 1)}, d).best_score\n',
      ),
    ],
    [
      50,
      study(
        'from lightgbm import LGBMClassifier\ndef objective(t):\n    return LGBMClassifier(n_estimators=t.suggest_int("n", 1, 9)).fit(X, y).score(X, y)\n',
      ),
    ],
    [
      50,
      study(
        'def objective(trial):\n    model = make(trial.suggest_int("n", 1, 9))\n    model.fit(x, y, validation_data=(a, b), epochs=30)\n    return 1\n',
      ),
    ],
    [
      50,
      study(
        'class Objective:\n    def __call__(self, trial):\n        n = trial.suggest_int("n", 1, 9)\n        return self.run(trial, n)\n    def run(self, trial, n):\n        for epoch in range(9):\n            self.train_one_epoch(n)\n',
        'study.optimize(Objective(), n_trials=50)',
      ),
    ],
    [
      20,
      'from ray import tune\nclass Run(tune.Trainable):\n    def setup(self, config):\n        self.net = Net(config["n"])\n    def step(self):\n        return {"loss": self.net.train()}\ntune.run(Run, config={"n": tune.uniform(0, 1)}, num_samples=20)\n',
    ],
    [
      20,
      'from ray import tune\nclass Run(Base):\n    def step(self):\n        return {"loss": 1}\ntune.run(Run, config={"n": tune.uniform(0, 1)}, num_samples=20)\n',
    ],
    [8, 'from ray import tune\ntune.run(f, config={"a": tune.grid_search([1, 2])}, num_samples=4)\n'],
    [12, 'from ray import tune\ntune.run(f, config={"a": tune.uniform(0, 1)}, num_samples=12, scheduler=None)\n'],
    [20, 'from sagemaker.tuner import HyperparameterTuner\nHyperparameterTuner(e, "m", r, max_jobs=20)\n'],
    [
      null,
      'from sagemaker.tuner import HyperparameterTuner\nHyperparameterTuner(e, "m", r, max_jobs=n, early_stopping_type="Off")\n',
    ],
  ];
  for (const [trials, code] of found) {
    it(`finds ${trials ?? 'unknown'} trials in ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await trialsOf(code), [trials]);
    });
  }

  it('takes a scheduler that stops nothing for none', async () => {
    const code =
      'from ray import tune\nfrom ray.tune.schedulers import FIFOScheduler\ntune.Tuner(f, tune_config=tune.TuneConfig(num_samples=50, scheduler=FIFOScheduler()))\n';
    assert.equal((await lintWith('search-without-pruning', code)).length, 1);
  });

  const silent: readonly string[] = [
    study(loop.replace('        train(model)\n', '        train(model)\n        trial.report(1, epoch)\n')),
    study(
      'def objective(trial):\n    model = build(trial.suggest_int("n", 1, 9))\n    model.fit(x, y, epochs=9, callbacks=[KerasPruningCallback(trial, "val_loss")])\n    return 1\n',
    ),
    // The trial goes where it may be reported.
    study(loop.replace('build(trial.suggest_int("n", 1, 9))', 'library.build(trial)')),
    study(loop, undefined, 'directions=["maximize", "minimize"]'),
    study(loop, undefined, 'pruner=optuna.pruners.NopPruner()'),
    study(loop, undefined, 'pruner=chosen'),
    study(loop, undefined, '**settings'),
    study(loop, 'study.optimize(objective, n_trials=3)'),
    study(loop, 'study.optimize(objective, **settings)'),
    study('from objectives import objective\n'),
    // One fit without rounds has nothing to report.
    study(
      'from sklearn.svm import SVC\ndef objective(trial):\n    return SVC(C=trial.suggest_float("C", 0, 1)).fit(X, y).score(X, y)\n',
    ),
    study('def objective(trial):\n    return trial.suggest_float("x", 0, 1) ** 2\n'),
    `${head}${loop}study = optuna.load_study(study_name="a", storage=url)\nstudy.optimize(objective, n_trials=50)\n`,
    'from ray import tune\ntune.run(f, config={"a": tune.grid_search([1, 2])}, num_samples=3)\n',
    // A formula trains nothing.
    'from ray import tune\ndef score(x, a):\n    return a * x ** 0.5\nclass Run(tune.Trainable):\n    def setup(self, config):\n        self.x = 0\n        self.a = config["a"]\n    def step(self):\n        self.x += 1\n        return {"score": score(self.x, self.a)}\ntune.run(Run, config={"a": tune.uniform(0, 20)}, num_samples=20)\n',
    'from ray.tune import Trainable, run, uniform\nclass Run(Trainable):\n    def setup(self, config):\n        super().setup(config)\n    def step(self):\n        return {"score": self.score()}\n    def score(self):\n        return 1\nrun(Run, config={"a": uniform(0, 20)}, num_samples=20)\n',
    'from ray import tune\ntune.run(f, config={}, num_samples=n)\n',
    'from ray import tune\ntune.run(f, config={}, num_samples=-1)\n',
    'from ray import tune\ntune.run(f, config={}, num_samples=20, **more)\n',
    'from ray import tune\ntune.run(f, config={}, num_samples=20, scheduler=scheduler)\n',
    'from sagemaker.tuner import HyperparameterTuner\nHyperparameterTuner(e, "m", r)\n',
    'from sagemaker.tuner import HyperparameterTuner\nHyperparameterTuner(e, "m", r, max_jobs=20, strategy=strategy)\n',
    'from sagemaker.tuner import HyperparameterTuner\nHyperparameterTuner(e, "m", r, max_jobs=20, early_stopping_type="Auto")\n',
  ];
  for (const code of silent) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await trialsOf(code), []);
    });
  }
});

describe('single-objective-search', () => {
  const count = async (code: string): Promise<number> => (await lintWith('single-objective-search', code)).length;

  it('is about studies that train', async () => {
    assert.equal(await count(study(loop)), 1);
    assert.equal(
      await count(
        study('def objective(trial):\n    return cross_val_score(make(trial.suggest_int("n", 1, 9)), X, y).mean()\n'),
      ),
      1,
    );
    assert.equal(await count(study('def objective(trial):\n    return trial.suggest_float("x", 0, 1) ** 2\n')), 0);
  });

  it('is silent where trials are pruned, which needs a single objective', async () => {
    assert.equal(
      await count(
        study(loop.replace('        train(model)\n', '        train(model)\n        trial.report(1, epoch)\n')),
      ),
      0,
    );
  });

  it('is silent with several objectives, energy among them, and on what it cannot know', async () => {
    assert.equal(await count(study(loop, undefined, 'directions=["maximize", "minimize"]')), 0);
    assert.equal(await count(study(loop, undefined, 'direction="minimize"') + 'energy = 3\n'), 0);
    assert.equal(await count(study(loop, undefined, '**settings')), 0);
    assert.equal(
      await count(`${head}${loop}study = optuna.load_study(study_name="a", storage=url)\nstudy.optimize(objective)\n`),
      0,
    );
  });
});
