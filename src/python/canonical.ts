/**
 * Libraries offer one thing under many paths: through private modules, through TensorFlow, through older package
 * names. Rules use one of these names, and the others are replaced by it here.
 */
const renamed: readonly (readonly [RegExp, string])[] = [
  [/^tensorflow\.(?:python\.|compat\.v[12]\.|contrib\.)?keras(?=\.|$)/, 'keras'],
  [/^tf_keras(?=\.|$)/, 'keras'],
  [/^keras\.(?:api|src|engine)\.(?:v[12]\.)?(?:keras\.)?/, 'keras.'],
  [/^keras\.layers\.[a-z_.]+\.(?=[A-Z])/, 'keras.layers.'],
  [/^keras\.models\.(?=Sequential$|Model$)/, 'keras.'],
  [/^keras\.(?:training|engine|sequential|functional|models)\.[a-z_.]*(?=(?:Sequential|Model|Functional)$)/, 'keras.'],
  [/^kerastuner(?=\.|$)/, 'keras_tuner'],
  [/^keras_tuner\.tuners\./, 'keras_tuner.'],
  [/^(?:pytorch_lightning|lightning\.pytorch)(?=\.|$)/, 'lightning'],
  [/^lightning\.trainer\.(?:trainer\.)?(?=Trainer$)/, 'lightning.'],
  [/^lightning\.callbacks\.[a-z_.]+\.(?=[A-Z])/, 'lightning.callbacks.'],
  [/^transformers\.[a-z_.0-9]+\.(?=[A-Z])/, 'transformers.'],
  [/^trl\.[a-z_.0-9]+\.(?=[A-Z])/, 'trl.'],
  [/^sentence_transformers\.[a-z_.0-9]+\.(?=[A-Z])/, 'sentence_transformers.'],
  [/^optuna\.samplers\.[a-z_.]+\.(?=[A-Z])/, 'optuna.samplers.'],
  [/^xgboost\.(?:sklearn|core|training)\./, 'xgboost.'],
  [/^lightgbm\.(?:sklearn|basic|engine)\./, 'lightgbm.'],
  [/^catboost\.core\./, 'catboost.'],
  [/^torch\.nn\.modules\.[a-z_.]+\.(?=[A-Z])/, 'torch.nn.'],
  [/^(?:pandas)\.core\.[a-z_.]+\.(?=[A-Z])/, 'pandas.'],
  // Scikit-learn's private modules: sklearn.svm._classes.SVC and, long ago, sklearn.svm.classes.SVC.
  [
    /^(sklearn\.[a-z_]+)\.(?:_[a-z_.]+|classes|forest|gradient_boosting|search|split|multilayer_perceptron|rfe)\.(?=[A-Z])/,
    '$1.',
  ],
];

/** The name that rules use for the thing at this dotted path. */
export function canonicalName(path: string): string {
  let name = path;
  for (const [pattern, replacement] of renamed) name = name.replace(pattern, replacement);
  return name;
}

/** Packages that `renamed` replaces, with the names that must follow them. */
const otherNames: Readonly<Record<string, readonly (readonly string[])[]>> = {
  keras: [['tf_keras'], ['tensorflow', 'keras']],
  keras_tuner: [['kerastuner']],
  lightning: [['pytorch_lightning']],
};

/**
 * The ways to import a package whose canonical names begin with this one: each is a package, and the names that must stand
 * in the code as well.
 */
export function importedAs(name: string): readonly (readonly string[])[] {
  return [[name], ...(otherNames[name] ?? [])];
}
