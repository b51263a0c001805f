import type { Call } from '../../../python/module';
import { signature } from '../../../python/signatures';
import { toInteger, toText } from '../../../python/values';
import { calls, query, type NamedCall, type Query } from '../../engine/query';
import { toCount } from '../grids';
import { splitterNames, splitsOf } from './splits';

/** Read in scikit-learn 1.9: `feature_selection/_rfe.py`, `feature_selection/_sequential.py`, `model_selection/_split.py`. */
const recursive = calls(['sklearn.feature_selection.RFECV']);
const recursiveParameters = signature('estimator, *, step, min_features_to_select, cv');
const sequential = calls(['sklearn.feature_selection.SequentialFeatureSelector']);
const sequentialParameters = signature('estimator, *, n_features_to_select, tol, direction, scoring, cv');
const repeated = calls(['sklearn.model_selection.RepeatedKFold', 'sklearn.model_selection.RepeatedStratifiedKFold'], {
  related: splitterNames,
});

/** `RFECV`: cross-validates once for each number of features. */
interface RecursiveElimination {
  readonly call: Call;
  /** True if each step removes one feature, which is the default. */
  readonly isOneByOne: boolean;
  /** Null if it is not known. */
  readonly splits: number | null;
}

export const recursiveEliminations: Query<RecursiveElimination> = query(recursive, function* (module) {
  for (const call of recursive.find(module)) {
    const args = module.bind(call, recursiveParameters);
    const step = args.value('step');
    yield {
      call,
      isOneByOne: step === null || toInteger(step) === 1,
      splits: splitsOf(module, args.value('cv')).count,
    };
  }
});

/** `SequentialFeatureSelector`: in each step, cross-validates once for each feature that is left. */
interface SequentialSelection {
  readonly call: Call;
  /** Null if it is not known. */
  readonly splits: number | null;
  /** Features that are added, one a step; null if the number is not known, or if features are removed instead. */
  readonly steps: number | null;
}

export const sequentialSelections: Query<SequentialSelection> = query(sequential, function* (module) {
  for (const call of sequential.find(module)) {
    const args = module.bind(call, sequentialParameters);
    const wanted = args.value('n_features_to_select');
    const direction = args.value('direction');
    // Backwards, the number of steps depends on how many features the data has.
    const isForward = direction === null || toText(direction) === 'forward';
    yield {
      call,
      splits: splitsOf(module, args.value('cv')).count,
      steps: wanted === null || !isForward ? null : toCount(wanted),
    };
  }
});

export const leaveOneOuts = calls(['sklearn.model_selection.LeaveOneOut', 'sklearn.cross_validation.LeaveOneOut']);

/** A cross-validation that is repeated with other folds. */
interface RepeatedValidation {
  readonly call: NamedCall;
  /** Folds × repeats; null if it is not known. */
  readonly splits: number | null;
}

export const repeatedValidations: Query<RepeatedValidation> = query(repeated, function* (module) {
  for (const call of repeated.find(module))
    yield { call, splits: splitsOf(module, { kind: 'instance', call: call.node }).count };
});
