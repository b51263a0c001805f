import { defineRule } from '../../engine/define';
import { boosterModels, boosterTrainings } from '../../libraries/boosters';
import { kerasFits } from '../../libraries/keras/fits';
import { lightningTrainers } from '../../libraries/lightning';
import { iterativeEstimators } from '../../libraries/sklearn/estimators';
import { endlessEpochLoops } from '../../libraries/torch/loops';
import { huggingFaceTrainers } from '../../libraries/hugging-face/trainers';
import { boosterTrainedToTheEnd, boosterWithoutStopping } from './boosters';
import {
  fineTuningWithoutStopping,
  lightningWithoutStopping,
  sklearnWithoutStopping,
  torchLoopWithoutStopping,
} from './frameworks';
import { kerasWithoutStopping } from './keras';
import { messages, thresholds } from './messages';

export const missingEarlyStopping = defineRule({
  id: 'missing-early-stopping',
  practice: 5,
  severity: 'warning',
  summary: 'A long training that does not stop when it no longer improves.',
  details: `Keras: \`fit\` with validation data and no \`EarlyStopping\` is a warning where the saving is proven or likely, and otherwise information; from 10 to 19 epochs, and on small tables that lessons use, it is a hint.
Where a notebook recorded the losses of the training, they decide: the message says after which epoch the validation loss was best and where the advised patience would have stopped. It is a warning if that would have saved a fifth of the epochs or more, and they took five minutes or more; a training of less than a minute, by its epochs or by the time that the notebook keeps of its cell, is a hint. Nothing is reported if early stopping would have saved less than a tenth of the epochs, or ended with a loss more than 2 % higher, nor where the recorded epochs end before the last one.
Where nothing is recorded, only a script can be a warning, from 50 epochs on. It is information with epochs that are the default of an option, a schedule of the learning rate, another model that is trained as long on the same data, records of several trainings that are compared in one call, a loop around the training or a function that is called several times, a function that nothing in its module calls, and for networks of dense layers alone, which train in seconds on most tables. Without validation data, or where that is the training data itself, it is information.
XGBoost, LightGBM and CatBoost: 500 rounds or more without early stopping are information. They are a warning with validation data if rounds × learning rate is 100 or more, which is certainly too many rounds. The rounds that CatBoost, LightGBM and XGBoost printed in a notebook decide as the epochs of Keras do. Validation on the training data alone counts as none.
Lightning from 20 epochs and the trainers of Hugging Face (Transformers, TRL, Sentence Transformers) from 8 are information, those that learn from rewards excepted, also in YAML files of axolotl and LLaMA-Factory; in those of TRL, whose script may stop them, they are hints. scikit-learn's gradient boosting and perceptrons from 500 rounds, and plain PyTorch loops of 50 epochs without a \`break\`, are hints. Files that make their data up are not reported, for Keras unless they validate on some, which is a hint, as are the toy sets of scikit-learn and Keras; nor are networks that are trained against each other (GANs), loops without data that draw a schedule, validation on rows that are trained on too (copies of rows that are balanced or augmented before the split; also by \`take\` and \`skip\` behind a \`shuffle\` of TensorFlow), models of \`keras.applications\` for images that are too small for them, trainings whose early stopping is commented out or comes with a later training of the module, and the last training on all data, after one with validation or beside one that stops early (by the name of the data or the model, or because parts of the same rows are trained on elsewhere). Data are made up too if their numbers are written in the file, also behind functions, names and arguments. A share of data that come in batches (\`validation_split\` with a generator) is not reported: Keras refuses it.
Your own callbacks, and callbacks that are unknown or come from a function, are trusted to stop. LightGBM's \`dart\` and \`rf\` and the solver \`lbfgs\` cannot stop early and are skipped.`,
  why: `Epochs after the best one cost as much as those before it and make the model worse: if the best of 100 epochs was the 40th, 60 % of the energy is wasted.
Stopping underperforming training early is practice 5.`,
  remedy: `Add your framework's early stopping with some patience, and keep the best weights. Keras' defaults (\`patience=0\`, \`restore_best_weights=False\`) are not what you want.
The patience that the fix for Keras writes is a fifth of the epochs, at least 5 and at most 20 (3 below 20 epochs). In 159 trainings recorded in public notebooks it would have saved 29 % of the epochs of the 87 that had 20 or more, and one in ten of those would have ended with a validation loss more than 2 % higher.`,
  nonCompliant: [
    {
      code: `from tensorflow import keras

model = keras.Sequential([keras.layers.LSTM(64), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, epochs=100, validation_split=0.2)
`,
      severity: 'warning',
      estimate: { epochs: 100 },
      fixed: `from tensorflow import keras

model = keras.Sequential([keras.layers.LSTM(64), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, epochs=100, validation_split=0.2, callbacks=[keras.callbacks.EarlyStopping(patience=20, restore_best_weights=True)])
`,
    },
    {
      code: `import xgboost as xgb

booster = xgb.train({"eta": 0.1}, dtrain, num_boost_round=2000, evals=[(dvalid, "valid")])
`,
      severity: 'warning',
      estimate: { rounds: 2000 },
    },
    {
      code: `from lightgbm import LGBMRegressor

model = LGBMRegressor(n_estimators=1000, learning_rate=0.05)
model.fit(X, y)
`,
      severity: 'information',
      estimate: { rounds: 1000 },
    },
    {
      code: `import lightning as L

trainer = L.Trainer(max_epochs=200)
`,
      severity: 'information',
      estimate: { epochs: 200 },
    },
    {
      code: `from transformers import Trainer, TrainingArguments

args = TrainingArguments("out", num_train_epochs=20)
trainer = Trainer(model, args, train_dataset=train)
`,
      severity: 'information',
      estimate: { epochs: 20 },
    },
    {
      code: `from sklearn.ensemble import GradientBoostingClassifier

model = GradientBoostingClassifier(n_estimators=1000)
`,
      severity: 'hint',
      estimate: { rounds: 1000 },
    },
    {
      code: `import torch

for epoch in range(300):
    for x, y in loader:
        loss = criterion(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
`,
      severity: 'hint',
      estimate: { epochs: 300 },
    },
  ],
  compliant: [
    `from keras.callbacks import EarlyStopping, ModelCheckpoint
from keras.models import Sequential

model = Sequential()
model.compile("adam", "mse")
callbacks = [ModelCheckpoint("best.keras"), EarlyStopping(patience=5, restore_best_weights=True)]
model.fit(x, y, epochs=100, validation_data=(xv, yv), callbacks=callbacks)
`,
    `import xgboost as xgb

model = xgb.XGBClassifier(n_estimators=2000, early_stopping_rounds=50)
model.fit(X, y, eval_set=[(Xv, yv)])
`,
    `import lightgbm as lgb

model = lgb.LGBMClassifier(n_estimators=5000)
model.fit(X, y, eval_set=[(Xv, yv)], callbacks=[lgb.early_stopping(50)])
`,
    `import lightgbm as lgb
from sklearn.model_selection import cross_val_score

model = lgb.LGBMClassifier(n_estimators=800)
scores = cross_val_score(model, X, y)
`,
  ],
  evidence: {
    item: 'early-stopping',
    contradicts: true,
    one: 'long training without early stopping',
    several: 'long trainings without early stopping',
  },
  thresholds,
  messages,
})
  .on(kerasFits, kerasWithoutStopping)
  .on(boosterModels, boosterWithoutStopping)
  .on(boosterTrainings, boosterTrainedToTheEnd)
  .on(lightningTrainers, lightningWithoutStopping)
  .on(huggingFaceTrainers, fineTuningWithoutStopping)
  .on(iterativeEstimators, sklearnWithoutStopping)
  .on(endlessEpochLoops, torchLoopWithoutStopping);
