import type { Call } from '../../python/module';
import { signature } from '../../python/signatures';
import { toInteger, toText } from '../../python/values';
import { defineRule, type Judgement, type RuleContext } from '../engine/define';
import { toCount } from '../libraries/grids';
import { splitterNames, splitsOf } from '../libraries/sklearn/splits';
import { calls, lastName } from '../engine/query';

/** Read in scikit-learn 1.9, `feature_selection/_rfe.py`, `feature_selection/_sequential.py`, `model_selection/_split.py`. */
const rfecv = 'sklearn.feature_selection.RFECV';
const sequentialSelector = 'sklearn.feature_selection.SequentialFeatureSelector';
const leaveOneOut = ['sklearn.model_selection.LeaveOneOut', 'sklearn.cross_validation.LeaveOneOut'];
const repeated = ['sklearn.model_selection.RepeatedKFold', 'sklearn.model_selection.RepeatedStratifiedKFold'];

const rfecvParameters = signature('estimator, *, step, min_features_to_select, cv');
const sequentialParameters = signature('estimator, *, n_features_to_select, tol, direction, scoring, cv');

const messages = {
  leaveOneOut:
    'LeaveOneOut fits once for every sample of the data. 5 or 10 folds estimate the error as well for most purposes.',
  repeated: ({ name, splits }: { readonly name: string; readonly splits: number }) =>
    `${name} fits ${splits} times for every candidate that it validates. 5 or 10 folds take a fraction.`,
  recursive: ({ splits }: { readonly splits: number | null }) =>
    `RFECV fits once for each number of features, on ${folds(splits)}. step=0.1 removes a tenth of the features at a time.`,
  sequential: ({ splits, steps }: { readonly splits: number | null; readonly steps: number | null }) =>
    `SequentialFeatureSelector fits once for each remaining feature, on ${folds(splits)}${steps === null ? '' : `, in ${steps} steps`}. SelectFromModel needs one fit.`,
};

const folds = (splits: number | null): string => (splits === null ? 'every split' : `${splits} splits`);

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
  thresholds: {
    splits: { default: 20, unit: 'splits', meaning: 'a repeated cross-validation of so many splits is reported' },
  },
  messages,
})
  .on(calls([rfecv]), recursive)
  .on(calls([sequentialSelector]), sequential)
  .on(calls(leaveOneOut), ({ node }) => ({ node, message: 'leaveOneOut' }))
  .on(calls(repeated, { related: splitterNames }), (call, { module, threshold }) => {
    const splits = splitsOf(module, { kind: 'instance', call: call.node }).count;
    if (splits === null || splits < threshold('splits')) return null;
    return {
      node: call.node,
      message: 'repeated',
      data: { name: lastName(call.name), splits },
      headline: `${splits} splits`,
      estimate: { splits },
    };
  });

type FoundSelection = Judgement<typeof messages>;

function recursive(call: Call, { module }: RuleContext): FoundSelection | null {
  const args = module.bind(call, rfecvParameters);
  const step = args.value('step');
  // A step that takes several features at once is what we would advise.
  if (step !== null && toInteger(step) !== 1) return null;
  const splits = splitsOf(module, args.value('cv')).count;
  return { node: call.node, message: 'recursive', data: { splits }, ...figures(splits) };
}

function sequential(call: Call, { module }: RuleContext): FoundSelection {
  const args = module.bind(call, sequentialParameters);
  const splits = splitsOf(module, args.value('cv')).count;
  const wanted = args.value('n_features_to_select');
  const direction = args.value('direction');
  // Backwards it takes away one feature a step, and only the data say how many there are.
  const isForward = direction === null || toText(direction) === 'forward';
  const steps = wanted === null || !isForward ? null : toCount(wanted);
  return { node: call.node, message: 'sequential', data: { splits, steps }, ...figures(splits) };
}

const figures = (splits: number | null): Pick<FoundSelection, 'headline' | 'estimate'> =>
  splits === null ? {} : { headline: `${splits} splits`, estimate: { splits } };
