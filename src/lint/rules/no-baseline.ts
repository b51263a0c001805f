import { defineRule } from '../engine/define';
import { baseline } from '../libraries/baselines';
import { trainings } from '../libraries/trainings';
import { together } from '../engine/query';

export const noBaseline = defineRule({
  id: 'no-baseline',
  practice: 3,
  severity: 'information',
  enabled: false,
  summary: 'A project that trains a deep model without a simple one to compare it with.',
  details:
    'The first training of a deep model in a project in which no file mentions a simple model: a linear one, a tree, a forest, nearest neighbours or a dummy.',
  why: 'A linear model or boosted trees train in seconds on a CPU. If they are as good, the energy of the deep model buys nothing. If they are not, the difference shows what it buys.',
  remedy: `Fit \`DummyClassifier\` and \`LogisticRegression\` or \`HistGradientBoostingClassifier\` on the same split first, and report their scores next to the deep model's.`,
  nonCompliant: [
    {
      code: `import keras

model = keras.Sequential([keras.layers.Dense(64, activation="relu"), keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit(x, y, epochs=5)
`,
      severity: 'information',
    },
  ],
  compliant: [
    `import keras
from sklearn.linear_model import LinearRegression

print(LinearRegression().fit(x, y).score(x_val, y_val))
model = keras.Sequential([keras.layers.Dense(64, activation="relu"), keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit(x, y, epochs=5)
`,
  ],
  evidence: {
    item: 'baseline-trained',
    contradicts: true,
    one: 'deep model without a simple baseline',
    several: 'deep models without a simple baseline',
  },
  messages: {
    deep: 'This trains a deep model, and the project has no simple one to compare it with. Fit a linear model or boosted trees on the same split first: that takes seconds.',
  },
  settledBy: baseline,
}).on(together(trainings), ([first]) => (first === undefined ? null : { node: first.call.node, message: 'deep' }));
