import type { Call, PythonModule } from '../../python/module';
import { signature } from '../../python/signatures';
import { toInteger, toText, type Value } from '../../python/values';
import { defineRule } from '../define';
import type { Report } from '../rule';
import { product, toCount } from '../libraries/grids';
import { SPLITTER_NAMES, splitsOf } from '../libraries/sklearn-splits';

/** Read in scikit-learn 1.9, `feature_selection/_rfe.py`, `feature_selection/_sequential.py`, `model_selection/_split.py`. */
const RFECV = 'sklearn.feature_selection.RFECV';
const SEQUENTIAL = 'sklearn.feature_selection.SequentialFeatureSelector';
const LEAVE_ONE_OUT = ['sklearn.model_selection.LeaveOneOut', 'sklearn.cross_validation.LeaveOneOut'];
const REPEATED = ['sklearn.model_selection.RepeatedKFold', 'sklearn.model_selection.RepeatedStratifiedKFold'];

export const costlySelection = defineRule({
  id: 'costly-selection',
  practice: null,
  severity: 'information',
  summary: 'A way to select features or to validate that takes very many fits.',
  details: `\`RFECV\` (one fit for each number of features and split), \`SequentialFeatureSelector\` (one for each remaining feature, step and split), \`LeaveOneOut\` (one for each sample), \`RepeatedKFold\` of 20 splits or more.`,
  why: `They multiply whatever the model costs by hundreds. The number of fits is in the message where the code shows it.`,
  remedy: `Remove several features at a time (\`step=0.1\`), choose them by importance (\`SelectFromModel\`), and validate with 5 or 10 folds.`,
  nonCompliant: [
    {
      code: `from sklearn.feature_selection import RFECV

selector = RFECV(model, cv=5)
`,
      severity: 'information',
    },
    {
      code: `from sklearn.model_selection import RepeatedStratifiedKFold

cv = RepeatedStratifiedKFold(n_splits=10, n_repeats=10)
`,
      severity: 'information',
      estimate: { splits: 100 },
    },
    {
      code: `from sklearn.model_selection import LeaveOneOut, cross_val_score

scores = cross_val_score(model, X, y, cv=LeaveOneOut())
`,
      severity: 'information',
    },
  ],
  compliant: [
    `from sklearn.feature_selection import RFECV, SelectFromModel

selector = SelectFromModel(model)
other = RFECV(model, step=0.2)
`,
    `from sklearn.model_selection import RepeatedKFold

cv = RepeatedKFold(n_splits=5, n_repeats=2)
`,
  ],
  thresholds: { splits: 20 },
  apis: [RFECV, SEQUENTIAL, ...LEAVE_ONE_OUT, ...REPEATED],
  related: SPLITTER_NAMES,
  packages: ['sklearn'],
  check(module, context) {
    for (const call of module.calls([
      'RFECV',
      'SequentialFeatureSelector',
      'LeaveOneOut',
      'RepeatedKFold',
      'RepeatedStratifiedKFold',
    ])) {
      const found = call.name === null ? null : selection(module, call, call.name, context.threshold('splits'));
      if (found !== null) context.report(found);
    }
  },
});

function selection(module: PythonModule, call: Call, name: string, mostSplits: number): Report | null {
  if (name === RFECV) return recursive(module, call);
  if (name === SEQUENTIAL) return sequential(module, call);
  if (LEAVE_ONE_OUT.includes(name))
    return report(
      call,
      'LeaveOneOut fits once for every sample of the data. 5 or 10 folds estimate the error as well for most purposes.',
      null,
    );
  if (!REPEATED.includes(name)) return null;
  const args = module.bind(call, signature('*, n_splits, n_repeats, random_state'));
  const count = (parameter: string, standard: number): number | null => {
    const value = args.value(parameter);
    return value === null ? standard : toCount(value);
  };
  const splits = product([count('n_splits', 5), count('n_repeats', 10)]);
  if (splits === null || splits < mostSplits) return null;
  return report(
    call,
    `${name.slice(name.lastIndexOf('.') + 1)} fits ${splits} times for every candidate that it validates. 5 or 10 folds take a fraction.`,
    { splits },
  );
}

function recursive(module: PythonModule, call: Call): Report | null {
  const args = module.bind(call, signature('estimator, *, step, min_features_to_select, cv'));
  const step: Value | null = args.value('step');
  // A step that takes several features at once is what we would advise.
  if (step !== null && toInteger(step) !== 1) return null;
  const splits = splitsOf(module, args.value('cv')).count;
  const folds = splits === null ? 'every split' : `${splits} splits`;
  return report(
    call,
    `RFECV fits once for each number of features, on ${folds}. step=0.1 removes a tenth of the features at a time.`,
    splits === null ? null : { splits },
  );
}

function sequential(module: PythonModule, call: Call): Report {
  const args = module.bind(call, signature('estimator, *, n_features_to_select, tol, direction, scoring, cv'));
  const splits = splitsOf(module, args.value('cv')).count;
  const wanted = args.value('n_features_to_select');
  const direction = args.value('direction');
  // Backwards it takes away one feature a step, and only the data say how many there are.
  const forward = direction === null || toText(direction) === 'forward';
  const steps = wanted === null || !forward ? null : toCount(wanted);
  const folds = splits === null ? 'every split' : `${splits} splits`;
  return report(
    call,
    `SequentialFeatureSelector fits once for each remaining feature, on ${folds}${steps === null ? '' : `, in ${steps} steps`}. SelectFromModel needs one fit.`,
    splits === null ? null : { splits },
  );
}

const report = (call: Call, message: string, estimate: { readonly splits: number } | null): Report => ({
  node: call.node,
  severity: 'information',
  message,
  headline: estimate === null ? null : `${estimate.splits} splits`,
  estimate,
  fixes: [],
});
