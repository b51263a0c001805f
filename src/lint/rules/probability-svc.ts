import type { Call, PythonModule } from '../../python/module';
import { signature, type Argument } from '../../python/signatures';
import { truth, type Value } from '../../python/values';
import { field } from '../../python/syntax';
import { defineRule } from '../engine/define';
import { replaceNode } from '../fixes/edits';
import { calls } from '../engine/query';
import type { Fix } from '../engine/rule';
import { usesOf } from '../engine/uses';

const classes: readonly string[] = ['sklearn.svm.SVC', 'sklearn.svm.NuSVC'];
/** Read in scikit-learn 1.9, `svm/_classes.py` and libsvm's `svm_binary_svc_probability`: five folds, and the fit itself. */
const fits = 6;

export const probabilitySvc = defineRule({
  id: 'probability-svc',
  practice: null,
  severity: 'information',
  summary: 'A support-vector classifier that is fitted about six times for its probabilities.',
  details: '`SVC` and `NuSVC` with `probability=True`, as an argument or an attribute.',
  why: `libsvm calibrates the probabilities by a cross-validation of five folds inside every \`fit\`, so each fit costs about six; inside a search that multiplies. Deprecated in scikit-learn 1.9.`,
  remedy: `Use \`decision_function\` where a ranking is enough (ROC AUC takes it), or calibrate once at the end: \`CalibratedClassifierCV(SVC(), ensemble=False)\`.`,
  nonCompliant: [
    {
      code: `from sklearn.svm import SVC

model = SVC(kernel="rbf", probability=True)
`,
      severity: 'information',
      estimate: { fits: 6 },
      fixed: `from sklearn.svm import SVC

model = SVC(kernel="rbf", probability=False)
`,
    },
  ],
  compliant: [
    `from sklearn.svm import SVC

model = SVC(kernel="rbf")
`,
    `from sklearn.svm import SVC

def build(probability):
    return SVC(probability=probability)
`,
  ],
  messages: {
    probability: `probability=True fits ${fits} times for every fit: five folds inside, and once on all data. decision_function ranks without them.`,
  },
  needs: /probability/,
}).on(calls(classes), (call, { module }) => {
  const argument = module.bind(call, signature('*')).get('probability');
  const given = argument?.value ?? attributeSet(module, call.node.id);
  if (given === null || truth(given) !== true || given.kind === 'reference') return null;
  return {
    node: call.node,
    message: 'probability',
    headline: `${fits} fits in one`,
    estimate: { fits: fits },
    fixes: withoutProbabilities(module, call, argument),
  };
});

/** Methods and attributes that exist only with probabilities. */
const probabilities =
  /\bpredict_(?:log_)?proba\b|\bprob[AB]_|["'](?:neg_log_loss|neg_brier_score|d2_\w{1,30}|roc_auc_ov[or]\w{0,20}|soft)["']|\b(?:AdaBoostClassifier|SelfTrainingClassifier|ClassifierChain|StackingClassifier)\b/;

/** Functions that take a model and ask for no more than `decision_function`, unless a scorer above is named. */
const asksForRanks =
  /^(?:\w{0,20}SearchCV|cross_val\w{0,20}|cross_validate|learning_curve|validation_curve|make_pipeline|OneVsRestClassifier|OneVsOneClassifier|MultiOutputClassifier|BaggingClassifier|CalibratedClassifierCV|RFE|RFECV|clone|print|display|len|str|repr|type|dump|dumps)$/;

/** Turns them off where nothing in the module asks for them; what others do with the model is not known. */
function withoutProbabilities(module: PythonModule, call: Call, argument: Argument | null): readonly Fix[] {
  if (!argument?.node || argument.keyword === null || probabilities.test(module.text)) return [];
  const { passedTo } = usesOf(module, call);
  if (passedTo.some((other) => !asksForRanks.test(field(other, 'function')?.text.split('.').at(-1) ?? ''))) return [];
  return [{ title: 'Set probability=False', safe: false, edits: [replaceNode(argument.node, 'False')] }];
}

/** What `model.probability = …` sets on the object that this call makes. */
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
