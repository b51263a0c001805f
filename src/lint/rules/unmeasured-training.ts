import { defineRule } from '../engine/define';
import { unmeasuredTrainingId } from '../engine/special-ids';
import { tracker } from '../libraries/trackers';
import { trainings } from '../libraries/trainings';
import { together } from '../engine/query';

export const unmeasuredTraining = defineRule({
  id: unmeasuredTrainingId,
  practice: 1,
  severity: 'hint',
  inTests: false,
  summary: 'A project that trains without measuring its energy.',
  details:
    'The first training of a project (Keras, Lightning, Hugging Face, or a PyTorch loop) that uses no tracker anywhere (CodeCarbon, CarbonTracker, Zeus, eco2AI, pyJoules) and for which Green ML has recorded no run.',
  why: 'What is not measured cannot be compared: a training that uses twice the energy of the last one looks the same.',
  remedy:
    'Start it in the editor, which measures it, or with `green-ml run -- python train.py`. The code does not have to change.',
  nonCompliant: [
    {
      code: `import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit(x, y, epochs=5)
`,
      severity: 'hint',
    },
  ],
  compliant: [
    `import keras
from codecarbon import EmissionsTracker

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
with EmissionsTracker():
    model.fit(x, y, epochs=5)
`,
  ],
  evidence: {
    item: 'runs-measured',
    contradicts: false,
    one: 'training without a tracker in the code',
    several: 'trainings without a tracker in the code',
  },
  messages: {
    unmeasured:
      'Nothing measures the energy of this training. Start it in the editor, or with "green-ml run -- python …". The code does not have to change.',
  },
  settledBy: tracker,
}).on(together(trainings), ([first]) =>
  first === undefined ? null : { node: first.call.node, message: 'unmeasured' },
);
