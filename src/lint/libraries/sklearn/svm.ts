import type { Call, PythonModule } from '../../../python/module';
import { signature, type Argument } from '../../../python/signatures';
import { field } from '../../../python/syntax';
import { truth, type Value } from '../../../python/values';
import { calls, query, type Query } from '../../engine/query';
import { usesOf } from '../../engine/uses';

/** Read in scikit-learn 1.9, `svm/_classes.py`, and in libsvm's `svm_binary_svc_probability`. */
const classifiers = calls(['sklearn.svm.SVC', 'sklearn.svm.NuSVC']);
/** Fits for one `fit` with probabilities: five folds, and one on all data. */
export const fitsWithProbabilities = 6;

/** A support-vector classifier that certainly computes probabilities. */
export interface ProbabilityClassifier {
  readonly call: Call;
  /** Where `probability` is given to the constructor; null if it is set as an attribute. */
  readonly argument: Argument | null;
}

export const probabilityClassifiers: Query<ProbabilityClassifier> = query(classifiers, function* (module) {
  for (const call of classifiers.find(module)) {
    const argument = module.bind(call, signature('*')).get('probability');
    const given = argument?.value ?? attributeSet(module, call.node.id);
    if (given !== null && truth(given) === true && given.kind !== 'reference') yield { call, argument };
  }
});

/** The value that `model.probability = …` gives to the object that this call makes. */
function attributeSet(module: PythonModule, call: number): Value | null {
  for (const name of module.identifiers('probability')) {
    const attribute = name.parent;
    const assignment = attribute?.parent;
    const object = attribute?.type === 'attribute' ? field(attribute, 'object') : null;
    const right =
      assignment?.type === 'assignment' && field(assignment, 'left')?.id === attribute?.id
        ? field(assignment, 'right')
        : null;
    if (object === null || right === null) continue;
    const value = module.evaluate(object);
    if (value.kind === 'instance' && value.call.id === call) return module.evaluate(right);
  }
  return null;
}

/** Methods and attributes that exist only with probabilities, and what asks for them. */
const needProbabilities =
  /\bpredict_(?:log_)?proba\b|\bneeds_proba\b|\bprob[AB]_|["'](?:neg_log_loss|neg_brier_score|d2_\w{1,30}|roc_auc_ov[or]\w{0,20}|soft)["']|\b(?:AdaBoostClassifier|SelfTrainingClassifier|ClassifierChain|StackingClassifier)\b/;

/** Functions that take a model and need no more than `decision_function`, unless one of the scorers above is named. */
const needRanks =
  /^(?:\w{0,20}SearchCV|cross_val\w{0,20}|cross_validate|learning_curve|validation_curve|make_pipeline|OneVsRestClassifier|OneVsOneClassifier|MultiOutputClassifier|BaggingClassifier|CalibratedClassifierCV|RFE|RFECV|clone|print|display|len|str|repr|type|dump|dumps)$/;

/** True if the module, or a function that is given the model, may use its probabilities. */
export function mayUseProbabilities(module: PythonModule, { call }: ProbabilityClassifier): boolean {
  if (needProbabilities.test(module.text)) return true;
  return usesOf(module, call).passedTo.some(
    (other) => !needRanks.test(field(other, 'function')?.text.split('.').at(-1) ?? ''),
  );
}
