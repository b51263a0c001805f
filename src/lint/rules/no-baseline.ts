import { defineRule } from '../define';
import { TRAINING_APIS, TRAINING_METHODS, trainings } from '../libraries/trainings';

/** Models that are fitted in seconds, and what people call a comparison with one. */
const BASELINES =
  /\b(?:Dummy(?:Classifier|Regressor)|(?:Logistic|Linear)Regression(?:CV)?|Ridge(?:CV|Classifier)?|Lasso(?:CV)?|ElasticNet|SGD(?:Classifier|Regressor)|\w+NB|LinearSV[CR]|DecisionTree\w+|RandomForest\w+|ExtraTrees\w+|KNeighbors\w+|HistGradientBoosting\w+|XGB\w+|LGBM\w+|CatBoost\w+|TfidfVectorizer|Naive\w*|baseline\w*)\b/i;

export const noBaseline = defineRule({
  id: 'no-baseline',
  practice: 3,
  severity: 'information',
  enabled: false,
  summary: 'A project that trains a deep model, and no simple one to compare it with.',
  details: `The first training of a deep model in a project in which no file names a simple model: a linear one, a tree, a forest, nearest neighbours, a dummy.`,
  why: `A linear model or boosted trees take seconds on a processor. Where they are as good, the deep model's energy buys nothing; where they are not, the difference is what it buys.`,
  remedy: `Fit \`DummyClassifier\` and \`LogisticRegression\` or \`HistGradientBoostingClassifier\` on the same split first, and write their scores beside the deep model's.`,
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
  apis: TRAINING_APIS,
  methods: TRAINING_METHODS,
  packages: ['keras', 'torch', 'lightning', 'transformers'],
  settledBy: BASELINES,
  check(module, context) {
    const [first] = BASELINES.test(module.text) ? [] : trainings(module);
    if (first === undefined) return;
    context.report({
      node: first.call.node,
      severity: 'information',
      message:
        'A deep model is trained here, and no simple one to compare it with. Fit a linear model or boosted trees on the same split first: that takes seconds.',
    });
  },
});
