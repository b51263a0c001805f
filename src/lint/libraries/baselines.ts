/**
 * Models that are fitted in seconds to minutes, to compare a deep one with: of scikit-learn 1.9, xgboost 3.2, lightgbm 4.7,
 * catboost 1.2 and sktime.
 */
export const baselineModels: readonly string[] = [
  'Dummy(?:Classifier|Regressor)',
  '(?:Logistic|Linear)Regression(?:CV)?',
  'Ridge(?:CV|Classifier)?',
  'Lasso(?:CV)?',
  'ElasticNet',
  'SGD(?:Classifier|Regressor)',
  String.raw`\w{1,40}NB`,
  'LinearSV[CR]',
  ...[
    'DecisionTree',
    'RandomForest',
    'ExtraTrees',
    'KNeighbors',
    'HistGradientBoosting',
    'XGB',
    'LGBM',
    'CatBoost',
  ].map((start) => String.raw`${start}\w{1,40}`),
  'NaiveForecaster',
];

/** What people call a comparison with a simple model, and what prepares one. */
const words: readonly string[] = ['TfidfVectorizer', String.raw`Naive\w*`, String.raw`baseline\w*`];

/** What in a text shows that its project has a simple model. */
export const baseline = new RegExp(String.raw`\b(?:${[...baselineModels, ...words].join('|')})\b`, 'i');
