import assert from 'node:assert/strict';
import type { Requirements } from '../../../src/project/requirements';
import { fixed, lintWith } from '../support';

/** `severity number` of each finding: its epochs, rounds or iterations. */
async function found(rule: string, code: string, path = 'train.py'): Promise<readonly string[]> {
  const findings = await lintWith(rule, code, { path });
  return findings.map(({ severity, estimate }) => `${severity} ${Object.values(estimate ?? {}).join()}`.trim());
}

const keras =
  "from tensorflow import keras\nfrom tensorflow.keras.callbacks import *\nmodel = keras.Sequential([keras.layers.LSTM(4), keras.layers.Dense(1)])\nmodel.compile('adam', 'mse')\n";
const boost =
  'import catboost\nimport lightgbm as lgb\nimport xgboost as xgb\nfrom catboost import CatBoostClassifier\n';

const option =
  'import argparse\nimport torch\nparser = argparse.ArgumentParser()\nparser.add_argument("--epochs", type=int, default=80)\noptions = parser.parse_args()\n';
const pass = 'def train(model):\n    for x in loader:\n        f(model(x)).backward()\n';

describe('missing-early-stopping', () => {
  it('waits longer than what lowers the rate on a plateau', async () => {
    const patience = async (callback: string): Promise<string | undefined> => {
      const code = `${keras}model.fit(x, y, epochs=40, validation_split=0.1, callbacks=[${callback}])`;
      const [finding] = await lintWith('missing-early-stopping', code);
      return /patience=\d+/.exec(finding?.message ?? '')?.[0];
    };
    assert.equal(await patience('ReduceLROnPlateau()'), 'patience=20');
    assert.equal(await patience('ReduceLROnPlateau(patience=7)'), 'patience=14');
    assert.equal(await patience('ReduceLROnPlateau(patience=2)'), 'patience=8');
    assert.equal(await patience('TensorBoard()'), 'patience=8');
  });

  const cases: readonly (readonly [string, readonly string[]])[] = [
    [`${keras}model.fit(x, y, epochs=50, validation_split=0.1)`, ['warning 50']],
    [`${keras}model.fit(x, y, epochs=19, validation_split=0.1)`, ['hint 19']],
    [
      `import argparse\n${keras}parser = argparse.ArgumentParser()\nparser.add_argument('--epochs', default=25, type=int)\nargs = parser.parse_args()\nmodel.fit(x, y, epochs=args.epochs, validation_split=0.1)`,
      ['information 25'],
    ],
    [
      `import argparse\n${keras}parser = argparse.ArgumentParser()\nparser.add_argument('--epochs', type=int)\nargs = parser.parse_args()\nmodel.fit(x, y, epochs=args.epochs, validation_split=0.1)`,
      [],
    ],
    [
      `import argparse\n${keras}parser = argparse.ArgumentParser()\nparser.add_argument('--epochs', default=25)\nargs = parser.parse_args()\nmodel.fit(x, y, epochs=args.epochs)`,
      [],
    ],
    // Curves that are drawn beside each other need the same epochs; a training that goes on does not.
    [
      `${keras}a = model.fit(x, y, epochs=20, validation_split=0.1)\nb = model.fit(x2, y, epochs=20, validation_split=0.1)\ndraw([('small', a), ('large', b)])`,
      ['information 20', 'information 20'],
    ],
    [
      `${keras}a = model.fit(x, y, epochs=50, validation_split=0.1)\nb = model.fit(x2, y, epochs=50, validation_split=0.1)\ndraw(a)\ndraw(b)`,
      ['warning 50', 'warning 50'],
    ],
    [
      `${keras}a = model.fit(x, y, epochs=50, validation_split=0.1)\nb = model.fit(x, y, epochs=50, validation_split=0.1)\nloss = a.history['loss'] + b.history['loss']`,
      ['warning 50', 'warning 50'],
    ],
    [
      `${keras}s = LearningRateScheduler(lambda epoch: 1e-4 * 10**(epoch/20))\nmodel.fit(x, y, epochs=40, validation_split=0.1, callbacks=[s])`,
      [],
    ],
    [
      `${keras}s = LearningRateScheduler(lambda epoch: 0.01 * 0.1**(epoch / 20))\nmodel.fit(x, y, epochs=40, validation_split=0.1, callbacks=[s])`,
      ['information 40'],
    ],
    [`${keras}model.fit(x, y, epochs=30, validation_split=0.1, callbacks=[ReduceLROnPlateau(patience=15)])`, []],
    [
      `${keras}model.fit(x, y, epochs=50, validation_split=0.1, callbacks=[ReduceLROnPlateau(patience=15)])`,
      ['warning 50'],
    ],
    ['import torch\nfor _ in range(100):\n    criterion(w, target).backward()\n    opt.step()', []],
    ['import torch\nfor _ in range(100):\n    for x in loader:\n        model(x).backward()', ['hint 100']],
    [
      `from types import SimpleNamespace\n${keras}c = SimpleNamespace(epochs=60, lr=1)\nmodel.fit(x, y, epochs=c.epochs, validation_split=0.1)`,
      ['warning 60'],
    ],
    [
      `from types import SimpleNamespace\n${keras}c = SimpleNamespace(epochs=60)\nc.epochs = n\nmodel.fit(x, y, epochs=c.epochs, validation_split=0.1)`,
      [],
    ],
    [
      `from types import SimpleNamespace\n${keras}c = SimpleNamespace(**given, epochs=60)\nmodel.fit(x, y, epochs=c.epochs, validation_split=0.1)`,
      [],
    ],
    [
      `from dataclasses import dataclass\n${keras}@dataclass\nclass C:\n    epochs: int = 60\n    lr: float = 1\nmodel.fit(x, y, epochs=C(lr=2).epochs, validation_split=0.1)`,
      ['warning 60'],
    ],
    [
      `from dataclasses import dataclass\n${keras}@dataclass\nclass C:\n    epochs: int = 60\nc = C(epochs=5)\nmodel.fit(x, y, epochs=c.epochs, validation_split=0.1)`,
      [],
    ],
    [
      'import keras_hub\nm = keras_hub.models.TextClassifier.from_preset("bert_base_en")\nm.fit(train, validation_data=valid, epochs=60)',
      ['warning 60'],
    ],
    // Models of TensorFlow Recommenders, which need no loss to compile.
    [
      'import tensorflow as tf\nimport tensorflow_recommenders as tfrs\nclass Movies(tfrs.models.Model):\n    def compute_loss(self, x, training=False):\n        return self.task(x)\nmodel = Movies([64, 32])\nmodel.compile(optimizer=tf.keras.optimizers.Adagrad(0.1))\nmodel.fit(train, validation_data=test, epochs=100)',
      ['warning 100'],
    ],
    [`${keras}model.fit(x, y, epochs=50)`, ['information 50']],
    // The settings of a run, as it starts.
    [
      `import wandb\n${keras}wandb.init(config={"epochs": 60})\nmodel.fit(x, y, epochs=wandb.config.epochs, validation_split=0.1)`,
      ['warning 60'],
    ],
    [
      `import wandb\n${keras}run = wandb.init(config=dict(epochs=60))\nc = run.config\nmodel.fit(x, y, epochs=c["epochs"], validation_split=0.1)`,
      ['warning 60'],
    ],
    [
      `import wandb\n${keras}wandb.init(config={"epochs": 60})\nwandb.config.epochs = n\nmodel.fit(x, y, epochs=wandb.config.epochs, validation_split=0.1)`,
      [],
    ],
    [
      `import wandb\n${keras}wandb.init(config={"epochs": 60})\nwandb.config.update(args)\nmodel.fit(x, y, epochs=wandb.config.epochs, validation_split=0.1)`,
      [],
    ],
    [
      `import wandb\n${keras}wandb.init(config={"epochs": 60})\nmodel.fit(x, y, epochs=wandb.config.epochs, validation_split=0.1)\nwandb.agent(i, f)`,
      [],
    ],
    [
      `import wandb\n${keras}wandb.init(config={**given, "epochs": 60})\nmodel.fit(x, y, epochs=wandb.config.epochs, validation_split=0.1)`,
      [],
    ],
    [
      `import wandb\n${keras}wandb.init(config={"epochs": 60})\nwandb.init(config={"epochs": 6})\nmodel.fit(x, y, epochs=wandb.config.epochs, validation_split=0.1)`,
      [],
    ],
    // Loops of PyTorch whose program imports only what runs them.
    [
      'from accelerate import Accelerator\nfor epoch in range(100):\n    for x in loader:\n        accelerator.backward(model(x))',
      ['hint 100'],
    ],
    [
      'from lightning.fabric import Fabric\nfor epoch in range(100):\n    for x in loader:\n        fabric.backward(model(x))',
      ['hint 100'],
    ],
    // Trainers of other packages, other names for trainers, and data that is unpacked.
    [
      'import pyreft, transformers\nargs = transformers.TrainingArguments("o", num_train_epochs=100.0)\npyreft.ReftTrainerForCausalLM(model=m, args=args, **data_module).train()',
      ['information 100'],
    ],
    [
      'from trl import SFTConfig as C, SFTTrainer as T\nT(m, args=C("o", num_train_epochs=20), train_dataset=d).train()',
      ['information 20'],
    ],
    [
      'from transformers import Trainer, TrainingArguments\nTrainer(m, TrainingArguments("o", num_train_epochs=20), **more).train()',
      [],
    ],
    // What is commented out stops nothing.
    [
      'import lightning as L\n# stop = EarlyStopping("val_loss")\nL.Trainer(max_epochs=200).fit(m)',
      ['information 200'],
    ],
    ['import lightning as L\nstop = EarlyStopping("val_loss")\nL.Trainer(max_epochs=200).fit(m)', []],
    [
      'from transformers import Trainer, TrainingArguments\n# EarlyStoppingCallback(3)\nTrainer(m, TrainingArguments("o", num_train_epochs=20)).train()',
      ['information 20'],
    ],
    [`${keras}model.fit(batch, epochs=50)`, []],
    // Whoever made it, it is compiled and trained as a model of Keras.
    [
      'import keras\nfrom restorers.model import NAFNet\nmodel = NAFNet()\nmodel.compile(optimizer=keras.optimizers.Adam(), loss="mse")\nmodel.fit(train, validation_data=valid, epochs=50)',
      ['warning 50'],
    ],
    [
      'import keras\nfrom scikeras.wrappers import KerasClassifier\nmodel = KerasClassifier(build, loss="mse")\nmodel.compile(optimizer="adam", loss="mse")\nmodel.fit(x, y, epochs=50, validation_split=0.1)',
      [],
    ],
    // It logs what its own step returns.
    [
      `${keras}class Mine(keras.Model):\n    def test_step(self, data):\n        return {"total": 1}\nmodel.fit(x, y, epochs=50, validation_split=0.1)`,
      ['information 50'],
    ],
    [`${keras}model.fit(x, y, epochs=9, validation_split=0.1)`, []],
    [`${keras}model.fit(x, y, epochs=60, initial_epoch=5, validation_split=0.1)`, ['warning 55']],
    [`${keras}model.fit(x, y, epochs=30, initial_epoch=start, validation_split=0.1)`, []],
    [`${keras}def f(epochs=100):\n    model.fit(x, y, epochs=epochs, validation_split=0.1)`, []],
    [`${keras}settings = dict(epochs=50, validation_split=0.2)\nmodel.fit(x, y, **settings)`, ['warning 50']],
    [`${keras}model.fit(x, y, epochs=50, validation_split=0.1, **settings)`, []],
    [`${keras}model.fit(x, y, 32, 50, 1, None, 0.2)`, ['warning 50']],
    [
      `${keras}class Mine(keras.callbacks.Callback): pass\nmodel.fit(x, y, epochs=50, validation_split=0.1, callbacks=[Mine()])`,
      [],
    ],
    [`${keras}model.fit(x, y, epochs=50, validation_split=0.1, callbacks=make())`, []],
    [`${keras}model.fit(x, y, epochs=50, validation_split=0.1, callbacks=[LambdaCallback()])`, []],
    [
      `${keras}model.fit(x, y, epochs=50, validation_split=0.1, callbacks=[ModelCheckpoint("a"), TensorBoard()])`,
      ['warning 50'],
    ],
    [
      `${keras}callbacks = []\ncallbacks.append(EarlyStopping())\nmodel.fit(x, y, epochs=50, validation_split=0.1, callbacks=callbacks)`,
      [],
    ],
    [`${keras}model.fit_generator(g, steps_per_epoch=3, epochs=50, validation_data=v)`, ['warning 50']],
    [`${keras}model.fit(train, epochs=50, validation_data=valid)`, ['warning 50']],
    [`${keras}model.fit(x, y, epochs=50, callbacks=[EarlyStopping()])`, []],
    [
      'from tensorflow import keras\nmodel = tuner.hypermodel.build(hp)\nmodel.fit(x, y, epochs=50, validation_split=0.1)',
      [],
    ],
    [
      'from keras.wrappers.scikit_learn import KerasClassifier\nmodel = KerasClassifier(build_fn=f)\nmodel.fit(x, y, epochs=50)',
      [],
    ],
    [`${boost}m = xgb.XGBClassifier(n_estimators=1000)\nm.fit(X, y)`, ['information 1000']],
    [`${boost}m = xgb.XGBClassifier(n_estimators=1000)\nm.fit(X, y, eval_set=[v])`, ['warning 1000']],
    [`${boost}m = xgb.XGBClassifier(n_estimators=499)\nm.fit(X, y, eval_set=[v])`, []],
    [`${boost}m = xgb.XGBClassifier(n_estimators=1000, early_stopping_rounds=5)\nm.fit(X, y, eval_set=[v])`, []],
    [`${boost}m = xgb.XGBClassifier(n_estimators=1000)\nm.fit(X, y, eval_set=[v], early_stopping_rounds=5)`, []],
    [`${boost}m = xgb.XGBClassifier(n_estimators=xgb.cv(p, d).shape[0])\nm.fit(X, y)`, []],
    [`${boost}m = xgb.XGBClassifier(n_estimators=1000)\ndef f(m):\n    m.fit(X, y)\nf(m)`, []],
    [`${boost}m = CatBoostClassifier()\nm.fit(X, y)`, ['information 1000']],
    [`${boost}m = CatBoostClassifier(od_type="Iter")\nm.fit(X, y, eval_set=v)`, []],
    [
      `${boost}m = lgb.LGBMClassifier(n_estimators=1000)\nm.fit(X, y, eval_set=[v], callbacks=[lgb.early_stopping(5)])`,
      [],
    ],
    // LightGBM's dart and random forests cannot stop early.
    [`${boost}m = lgb.LGBMClassifier(n_estimators=1000, boosting_type="dart")\nm.fit(X, y, eval_set=[v])`, []],
    [`${boost}m = lgb.LGBMClassifier(n_estimators=1000, boosting_type="rf")\nm.fit(X, y, eval_set=[v])`, []],
    [`${boost}m = lgb.LGBMClassifier(n_estimators=1000, boosting_type=kind)\nm.fit(X, y, eval_set=[v])`, []],
    [
      `${boost}m = lgb.LGBMClassifier(n_estimators=1000, boosting_type="gbdt")\nm.fit(X, y, eval_set=[v])`,
      ['warning 1000'],
    ],
    [`${boost}lgb.train({"boosting": "dart"}, d, num_boost_round=600, valid_sets=[v])`, []],
    [`${boost}lgb.train({"boosting": "goss"}, d, num_boost_round=1600, valid_sets=[v])`, ['warning 1600']],
    [`${boost}lgb.train({"early_stopping_round": 5}, d, num_boost_round=600, valid_sets=[v])`, []],
    [`${boost}lgb.train(params, d, num_boost_round=600, valid_sets=[v])`, []],
    [`${boost}xgb.train(params, d, 500)`, ['information 500']],
    [`${boost}xgb.cv(params, d, 500)`, []],
    [`${boost}catboost.train(pool, {"iterations": 800}, eval_set=v)`, ['information 800']],
    [`${boost}catboost.train(params={"depth": 4}, dtrain=d, num_boost_round=700)`, ['information 700']],
    [`${boost}catboost.train(pool)`, ['information 1000']],
    [`${boost}catboost.train(pool, {"iterations": 800, "od_wait": 20}, eval_set=v)`, []],
    [`${boost}catboost.train(pool, {"iterations": 800}, eval_set=v, early_stopping_rounds=20)`, []],
    [`${boost}catboost.train(pool, params, eval_set=v)`, []],
    ['import lightning as L\nL.Trainer(max_epochs=20)', ['information 20']],
    [
      'import lightning as L\nfrom lightning.pytorch.callbacks import EarlyStopping\nL.Trainer(max_epochs=20)',
      ['information 20'],
    ],
    [
      'import lightning as L\nfrom lightning.pytorch.callbacks import EarlyStopping\nL.Trainer(max_epochs=20, callbacks=[EarlyStopping("a")])',
      [],
    ],
    ['import lightning as L\nL.Trainer(max_epochs=20, callbacks=callbacks)', []],
    ['from transformers import *\nTrainer(m, TrainingArguments("o", num_train_epochs=8))', ['information 8']],
    [
      'from transformers import EarlyStoppingCallback, Trainer, TrainingArguments\nTrainer(m, TrainingArguments("o", num_train_epochs=8))',
      ['information 8'],
    ],
    [
      'from transformers import *\nTrainer(m, TrainingArguments("o", num_train_epochs=8), callbacks=[EarlyStoppingCallback()])',
      [],
    ],
    ['from transformers import *\nTrainer(m, TrainingArguments("o", num_train_epochs=7))', []],
    [
      'from trl import SFTConfig, SFTTrainer\nSFTTrainer(m, args=SFTConfig("o", num_train_epochs=20), train_dataset=d)',
      ['information 20'],
    ],
    [
      'from trl.trainer.dpo_trainer import DPOTrainer\nfrom trl import DPOConfig\nDPOTrainer(m, None, DPOConfig(num_train_epochs=9))',
      ['information 9'],
    ],
    // Its reward rises and falls.
    ['from trl import GRPOConfig, GRPOTrainer\nGRPOTrainer(m, f, GRPOConfig("o", num_train_epochs=20))', []],
    [
      'from sentence_transformers import SentenceTransformerTrainer as T\nfrom sentence_transformers.training_args import SentenceTransformerTrainingArguments\nT(m, SentenceTransformerTrainingArguments("o", num_train_epochs=10), d)',
      ['information 10'],
    ],
    [
      'import transformers\nclass Weighted(transformers.Trainer):\n    def compute_loss(self, *a): ...\nWeighted(m, transformers.TrainingArguments("o", num_train_epochs=10))',
      ['information 10'],
    ],
    [
      'from transformers import *\nclass A(Trainer): pass\nclass B(A):\n    def __init__(self, args, model): ...\nB(TrainingArguments("o", num_train_epochs=10), m)\nB(m, args=TrainingArguments("o", num_train_epochs=15))\nB(model=m, args=TrainingArguments("o", num_train_epochs=12))',
      ['information 12'],
    ],
    [
      'from transformers import *\nclass Mine(Trainer):\n    def stop(self):\n        self.control.should_training_stop = True\nMine(m, TrainingArguments("o", num_train_epochs=10))',
      [],
    ],
    [
      'from transformers import *\nclass Trainer: pass\nTrainer(m, args=TrainingArguments("o", num_train_epochs=10))',
      [],
    ],
    [
      'from transformers import *\nargs = parser.parse_args_into_dataclasses()[0]\nargs.num_train_epochs = 30\nTrainer(m, args)',
      ['information 30'],
    ],
    [
      'from transformers import *\nargs = TrainingArguments("o", num_train_epochs=30)\nargs.num_train_epochs = n\nTrainer(m, args)',
      [],
    ],
    [
      'from transformers import *\nfrom transformers.integrations import TensorBoardCallback\nTrainer(m, TrainingArguments("o", num_train_epochs=9), callbacks=[TensorBoardCallback()])',
      ['information 9'],
    ],
    ['from transformers import *\nTrainer(m, TrainingArguments("o", num_train_epochs=9), callbacks=[Mine()])', []],
    ['import lightning as L\nL.Trainer(max_epochs=50, check_val_every_n_epoch=10)', []],
    ['import lightning as L\nL.Trainer(max_epochs=50, check_val_every_n_epoch=2)', ['information 50']],
    ['from sklearn.neural_network import *\nMLPClassifier(max_iter=500)', ['hint 500']],
    ['from sklearn.neural_network import *\nMLPClassifier(max_iter=500, early_stopping=True)', []],
    ['from sklearn.neural_network import *\nMLPClassifier(max_iter=500, solver="lbfgs")', []],
    ['from sklearn.neural_network import *\nMLPClassifier((8,), max_iter=500)', ['hint 500']],
    [
      'from sklearn.ensemble import *\nHistGradientBoostingClassifier(max_iter=900, early_stopping=False)',
      ['hint 900'],
    ],
    ['from sklearn.ensemble import *\nHistGradientBoostingClassifier(max_iter=900)', []],
    ['from sklearn.ensemble import *\nHistGradientBoostingClassifier(max_iter=900, early_stopping="auto")', []],
    [
      'import torch\nfrom tqdm import tqdm\nfor _ in tqdm(range(100)):\n    for x in loader:\n        model(x).backward()',
      ['hint 100'],
    ],
    [
      'import torch\nfrom tqdm.auto import trange\nfor _ in trange(100, desc="a"):\n    for x in loader:\n        model(x).backward()',
      ['hint 100'],
    ],
    [
      'import torch\nfrom tqdm import tqdm\nfor _ in tqdm(range(n)):\n    for x in loader:\n        model(x).backward()',
      [],
    ],
    ['from sklearn.neural_network import *\nMLPClassifier((8,), "relu", max_iter=500)', ['hint 500']],
    ['from sklearn.neural_network import *\nMLPClassifier((8,), "relu", "lbfgs", max_iter=500)', []],
    [`${boost}m = CatBoostClassifier(2000, 0.1)\nm.fit(X, y)`, ['information 2000']],
    [`${boost}m = catboost.CatBoost(parameters)\nm.fit(X, y)`, []],
    [`${boost}m = lgb.LGBMClassifier("gbdt", 31, -1, 0.1, 2000)\nm.fit(X, y)`, ['information 2000']],
    ['from sklearn.neural_network import *\nMLPClassifier(max_iter=500, solver="sgd")', ['hint 500']],
    ['from sklearn.ensemble import *\nHistGradientBoostingClassifier(max_iter=5000)', []],
    ['import torch\nfor e in range(50):\n    loss.backward()', ['hint 50']],
    ['import torch\nfor e in (range(50)):\n    loss.backward()', ['hint 50']],
    ['import torch\nfor e in range(49):\n    loss.backward()', []],
    // Losses that balance, and data that is made up in each round.
    [
      'import torch\nfor e in range(90):\n    for x in loader:\n        d_loss.backward()\n        g_loss.backward()',
      [],
    ],
    [
      'import torch\nfor e in range(90):\n    for x in loader:\n        y = discriminator(x)\n        loss.backward()',
      [],
    ],
    ['import torch\nfor e in range(90):\n    for x in loader:\n        netG(x)\n        errD.backward()', []],
    ['import torch\nfor k in range(90):\n    x, y = data.generate_input()\n    loss(model(x), y).backward()', []],
    ['import torch\nfor k in range(90):\n    x = make_moons(100)[0]\n    loss(model(x)).backward()', []],
    [
      'import torch\nfor e in range(90):\n    for x in loader:\n        loss.backward()\n    generate_images()',
      ['hint 90'],
    ],
    [
      'import torch\nfor k in range(1000):\n    with torch.no_grad():\n        masks = model(points)\n    loss = dice(masks * weights, mask)\n    loss.backward()',
      [],
    ],
    [
      'import torch\nfor k in range(1000):\n    loss = f(model(x))\n    loss.backward()\n    with torch.no_grad():\n        model(valid)',
      ['hint 1000'],
    ],
    [
      'import torch\nX, y = make_circles(1000)\nfor e in range(20):\n    f(a(X)).backward()\nfor e in range(900):\n    f(b(X)).backward()',
      [],
    ],
    [
      'import torch\nX = read_csv("x.csv")\ngrid = torch.arange(9)\nfor e in range(100):\n    f(a(X)).backward()\nfor e in range(900):\n    f(b(X)).backward()',
      ['hint 100', 'hint 900'],
    ],
    ['import torch\nfor e in tqdm(range(50)):\n    loss.backward()', ['hint 50']],
    ['import torch\nfor e in trange(1, 61, desc="epochs"):\n    loss.backward()', ['hint 60']],
    ['import torch\nfor e in tqdm(loader):\n    loss.backward()', []],
    // What an option is unless it is given, and a function of the file that goes over the data once.
    [`${option}for e in range(options.epochs):\n    for x in loader:\n        f(x).backward()`, ['hint 80']],
    [
      `${option}n = options.epochs\nfor e in tqdm(range(1, n + 1)):\n    for x in loader:\n        f(x).backward()`,
      ['hint 80'],
    ],
    [`${option}${pass}for epoch in range(options.epochs):\n    train(model)\n    test(model)`, ['hint 80']],
    [
      'import torch\nclass Trainer:\n    def one(self):\n        for x in self.loader:\n            f(x).backward()\n    def run(self):\n        for epoch in range(200):\n            self.one()',
      ['hint 200'],
    ],
    [`${option}${pass}for epoch in range(options.epochs):\n    train(model)\n    if test(model) < best: break`, []],
    [`${option}${pass}for run in range(60):\n    train(model)`, []],
    [
      `${option}rate = CosineAnnealingLR(optimizer, options.epochs)\n${pass}for epoch in range(options.epochs):\n    train(model)`,
      [],
    ],
    [`${option.replace('default=80', 'default=9')}${pass}for epoch in range(options.epochs):\n    train(model)`, []],
    [`${option.replace(', default=80', '')}${pass}for epoch in range(options.epochs):\n    train(model)`, []],
    [
      `import torch\nfor epoch in range(90):\n    play()\ndef play():\n    for t in range(9):\n        env.step(a)\n        f(x).backward()`,
      [],
    ],
    ['import torch\nfor e in range(50):\n    loss.backward()\n    if done: break', []],
    ['import torch\ndef train():\n    loss.backward()\nfor e in range(100):\n    train()', []],
  ];
  for (const [code, expected] of cases) {
    it(`finds ${JSON.stringify(expected)} in ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await found('missing-early-stopping', `${code}\n`), expected);
    });
  }

  it('sets when to evaluate by the name that the version of Transformers has', async () => {
    const code =
      'from transformers import Trainer, TrainingArguments\nargs = TrainingArguments("out", num_train_epochs=20)\nTrainer(model, args, train_dataset=train, eval_dataset=valid)\n';
    const told = async (requirements: Requirements): Promise<readonly (string | undefined)[]> => {
      const [finding] = await lintWith('missing-early-stopping', code, { requirements });
      assert.ok(finding);
      return [/needs (.*), metric/.exec(finding.message)?.[1], /=20, (\w+)=/.exec(fixed(code, finding))?.[1]];
    };
    assert.deepEqual(await told({ transformers: '==4.40.2' }), ['evaluation_strategy', 'evaluation_strategy']);
    assert.deepEqual(await told({ transformers: '>=4.41' }), ['eval_strategy', 'eval_strategy']);
    assert.deepEqual(await told({}), ['eval_strategy (evaluation_strategy before Transformers 4.41)', 'eval_strategy']);
  });

  it('imports the callback from transformers, whichever package the trainer is from', async () => {
    const code =
      'from trl import SFTConfig, SFTTrainer\n\nargs = SFTConfig("out", num_train_epochs=20)\ntrainer = SFTTrainer(model, args=args, train_dataset=train, eval_dataset=valid)\n';
    const [finding] = await lintWith('missing-early-stopping', code);
    assert.ok(finding);
    assert.equal(
      fixed(code, finding),
      'from transformers import EarlyStoppingCallback\nfrom trl import SFTConfig, SFTTrainer\n\nargs = SFTConfig("out", num_train_epochs=20, eval_strategy="epoch", save_strategy="epoch", metric_for_best_model="loss", load_best_model_at_end=True)\ntrainer = SFTTrainer(model, args=args, train_dataset=train, eval_dataset=valid, callbacks=[EarlyStoppingCallback(early_stopping_patience=3)])\n',
    );
  });

  it('speaks one tier more quietly in tests', async () => {
    const code = `${keras}model.fit(x, y, epochs=50, validation_split=0.1)\nmodel.fit(x, y, epochs=12, validation_split=0.1)\n`;
    assert.deepEqual(await found('missing-early-stopping', code, 'test_model.py'), ['information 50', 'hint 12']);
  });
});

describe('a loop around whole trainings of PyTorch', () => {
  const rounds = async (lines: readonly string[]): Promise<readonly unknown[]> =>
    (await lintWith('missing-early-stopping', `import torch\nfrom torch import nn, optim\n${lines.join('\n')}\n`)).map(
      ({ estimate }) => estimate?.['epochs'],
    );
  const inner = [
    '    for epoch in range(80):',
    '        for x, y in loader:',
    '            criterion(model(x), y).backward()',
    '            optimizer.step()',
  ];

  it('is not one over epochs', async () => {
    const [run, optimizer] = ['for run in range(60):', '    optimizer = optim.Adam(model.parameters(), lr=0.1)'];
    assert.deepEqual(await rounds([run, '    model = Net()', optimizer, ...inner]), [80]);
    assert.deepEqual(await rounds(['for _ in range(60):', '    model = Net()', optimizer, ...inner]), [80]);
    assert.deepEqual(await rounds([run, '    optimizer = torch.optim.SGD(build().parameters())', ...inner]), [80]);
    assert.deepEqual(await rounds([run, '    print(run)', ...inner]), [60]);
  });
});

describe('inert-early-stopping', () => {
  const fit = (given: string, stopping: string): string =>
    `${keras}model.fit(x, y, ${given}, callbacks=[EarlyStopping(${stopping})])`;
  const monitored = (monitor: string, metrics: string, loss = '"mse"'): string =>
    `import keras\nfrom keras.callbacks import EarlyStopping\nmodel = keras.Sequential([keras.layers.LSTM(4), keras.layers.Dense(1)])\nmodel.compile("adam", loss=${loss}, ${metrics})\nmodel.fit(x, y, epochs=20, validation_split=0.1, callbacks=[EarlyStopping(${monitor})])`;
  const cases: readonly (readonly [string, readonly string[]])[] = [
    [fit('epochs=20', ''), ['warning 20']],
    [fit('epochs=20, validation_split=0.1', 'patience=20'), ['information 20,20']],
    [fit('epochs=20, validation_split=0.1', 'patience=19'), []],
    [fit('epochs=20, validation_split=0.1', 'patience=n'), []],
    [fit('epochs=20, validation_split=0.1', 'patience=30, **more'), []],
    [fit('epochs=n, validation_split=0.1', 'patience=30'), []],
    [fit('epochs=9, validation_split=0.1', 'patience=30'), []],
    [fit('epochs=20, validation_split=0.1', 'patience=30, restore_best_weights=True'), ['information 20,30']],
    [fit('epochs=20, validation_split=0.1', 'patience=30), EarlyStopping("loss", patience=3'), []],
    [monitored('"val_acc"', 'metrics=["accuracy"]'), ['information 20']],
    [monitored('"val_accuracy"', 'metrics=["acc"]'), ['information 20']],
    [monitored('"val_mae"', 'metrics=["accuracy"]'), ['information 20']],
    [monitored('"val_mae", mode="min"', 'metrics=["accuracy"]'), ['warning 20']],
    [monitored('"val_accuracy", mode="max"', ''), ['warning 20']],
    [monitored('"val_accuracy"', 'metrics=["accuracy"]'), []],
    [monitored('"val_loss"', 'metrics=["acc"]'), []],
    [monitored('"val_f1"', 'metrics=["accuracy"]'), []],
    [monitored('"val_acc"', 'metrics=["accuracy", keras.metrics.AUC(name="acc")]'), []],
    [monitored('"val_acc"', 'metrics={"a": "accuracy"}'), []],
    // Keras 2 logs `auc`, and Keras 3 `AUC`.
    [monitored('"val_auc", mode="max"', 'metrics=["AUC"]'), []],
    [monitored('"val_AUC", mode="max"', 'metrics=["AUC"]'), []],
    // Keras 2 knows no metric of this name.
    [monitored('"val_AUC", mode="max"', 'metrics=["auc"]'), ['information 20']],
    [monitored('"val_acc"', 'metrics=["accuracy"], **more'), []],
    [monitored('"val_acc"', 'metrics=["accuracy"]', '["mse", "mse"]'), []],
    [monitored('"val_acc"', 'metrics=["accuracy"]', '{"a": "mse"}'), []],
    [`${monitored('"val_acc"', 'metrics=["accuracy"]')}\nplot(history.history["val_acc"])`, []],
    [monitored('"val_acc"), EarlyStopping("val_loss"', 'metrics=["accuracy"]'), []],
    [`${monitored('"val_mae", mode="min"', 'metrics=["accuracy"]')}\nlogs["val_mae"] = 1`, []],
    [
      monitored('"val_mae", mode="min"', 'metrics=["accuracy"]').replace(
        'model.compile',
        'def f(model):\n    model.compile',
      ),
      [],
    ],
  ];
  for (const [code, expected] of cases) {
    it(`finds ${JSON.stringify(expected)} in ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await found('inert-early-stopping', `${code}\n`), expected);
    });
  }

  it('can monitor the metric that is meant', async () => {
    const code = `${monitored('monitor="val_acc", patience=3', 'metrics=["accuracy"]')}\n`;
    const [finding] = await lintWith('inert-early-stopping', code);
    assert.ok(finding);
    assert.equal(fixed(code, finding), code.replace('"val_acc"', '"val_accuracy"'));
  });
});

describe('unbounded-training', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['import lightning as L\nL.Trainer().fit(m)', ['warning 1000']],
    ['import lightning as L\nt = L.Trainer(max_epochs=-1)\nt.fit(m)', ['warning']],
    ['import lightning as L\nt = L.Trainer(max_epochs=-1, max_time="00:01:00:00")\nt.fit(m)', []],
    ['import lightning as L\nt = L.Trainer(max_steps=-1)\nt.fit(m)', ['warning 1000']],
    ['import lightning as L\nt = L.Trainer(callbacks=[L.pytorch.callbacks.Timer("00:01:00:00")])\nt.fit(m)', []],
    ['import lightning as L\nt = L.Trainer()\nt.validate(m)', []],
    [
      'import lightning as L\nfrom lightning.pytorch.callbacks import EarlyStopping\nL.Trainer(callbacks=[EarlyStopping("val_loss")]).fit(m)',
      [],
    ],
    [
      'import lightning as L\nfrom lightning.pytorch.callbacks import EarlyStopping\nstop = EarlyStopping("val_loss")\nL.Trainer(max_epochs=-1, callbacks=make(stop)).fit(m)',
      [],
    ],
    [
      'import lightning as L\nfrom lightning.pytorch.callbacks import ModelCheckpoint\nL.Trainer(callbacks=[ModelCheckpoint()]).fit(m)',
      ['warning 1000'],
    ],
    ['import lightning as L\ndef make():\n    return L.Trainer(accelerator="gpu")\nmake().fit(m)', ['warning 1000']],
    ['import lightning as L\ndef make():\n    return L.Trainer(accelerator="gpu")\nmake().test(m)', []],
    ['import optuna\noptuna.create_study().optimize(f)', ['warning']],
    ['import optuna\n# study.stop()\noptuna.create_study().optimize(f)', ['warning']],
    ['from ray import tune\ntune.Tuner(f, tune_config=tune.TuneConfig(num_samples=-1)).fit()', ['warning']],
    ['from ray import tune\ntune.run(f, num_samples=-1)', ['warning']],
    ['from ray import tune\ntune.Tuner(f, tune_config=tune.TuneConfig(num_samples=-1, time_budget_s=60)).fit()', []],
    ['from ray import tune\ntune.Tuner(f, tune_config=tune.TuneConfig(num_samples=-1, search_alg=s)).fit()', []],
    ['from ray import tune\ntune.Tuner(f, run_config=r, tune_config=tune.TuneConfig(num_samples=-1)).fit()', []],
    ['from ray import tune\ntune.run(f, num_samples=-1, stop=s)', []],
    ['from ray import tune\ntune.run(f, num_samples=n)', []],
    ['import optuna\nstudy = optuna.create_study()\nstudy.optimize(f, n_trials=None)', ['warning']],
    ['import optuna\nstudy = optuna.create_study()\nstudy.optimize(f, n_trials=n)', []],
    ['import optuna\nstudy = optuna.create_study()\nstudy.optimize(f, **settings)', []],
    ['import optuna\ndef f(trial):\n    trial.study.stop()\nstudy = optuna.create_study()\nstudy.optimize(f)', []],
    ...[
      'try:\n    study.optimize(f)\nexcept BudgetExceededException as e:\n    print(e)',
      'def search():\n    study.optimize(f)\ntry:\n    search()\nexcept (KeyError, errors.StopSearch):\n    pass',
      'class A:\n    def run(self):\n        study.optimize(f)\n    def main(self):\n        try:\n            self.run()\n        except EnergyBudgetReached:\n            pass',
    ].map((code): readonly [string, readonly string[]] => [
      `import optuna\nstudy = optuna.create_study()\n${code}`,
      [],
    ]),
    ...[
      'try:\n    study.optimize(f)\nexcept ValueError:\n    pass',
      'study.optimize(f)\ntry:\n    next(rows)\nexcept StopIteration:\n    pass',
      'study.optimize(f)\ntry:\n    other()\nexcept BudgetExceeded:\n    pass',
    ].map((code): readonly [string, readonly string[]] => [
      `import optuna\nstudy = optuna.create_study()\n${code}`,
      ['warning'],
    ]),
    ['import wandb\nwandb.agent(wandb.sweep({"method": "random", "parameters": {}}), f)', ['warning']],
    ['import wandb\nwandb.agent(wandb.sweep({"method": "random", "run_cap": 9, "parameters": {}}), f)', []],
    ['import wandb\nwandb.agent(wandb.sweep({"method": "random", "parameters": {}}), f, count=9)', []],
  ];
  for (const [code, expected] of cases) {
    it(`finds ${JSON.stringify(expected)} in ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await found('unbounded-training', `${code}\n`), expected);
    });
  }
});
