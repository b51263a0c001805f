import { defineRule } from '../engine/define';
import type { Fix } from '../engine/rule';
import type { PythonModule } from '../../python/module';
import { replaceNode } from '../fixes/edits';
import {
  fitsWithProbabilities,
  mayUseProbabilities,
  probabilityClassifiers,
  type ProbabilityClassifier,
} from '../libraries/sklearn/svm';

const fits = fitsWithProbabilities;

export const probabilitySvc = defineRule({
  id: 'probability-svc',
  practice: null,
  severity: 'information',
  summary: 'A support-vector classifier that takes about six fits for one, to compute probabilities.',
  details: '`SVC` and `NuSVC` with `probability=True`, as an argument or an attribute.',
  why: 'To calibrate the probabilities, libsvm runs a cross-validation of five folds inside every `fit`, so that each fit costs about six. A search multiplies that. The option is deprecated in scikit-learn 1.9.',
  remedy:
    'Use `decision_function` if a ranking is enough (ROC AUC accepts it), or calibrate once at the end: `CalibratedClassifierCV(SVC(), ensemble=False)`.',
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
    probability: `probability=True takes ${fits} fits for every fit: five folds, and one on all data. If a ranking is enough, use decision_function.`,
  },
  needs: /probability/,
}).on(probabilityClassifiers, (classifier, { module }) => ({
  node: classifier.call.node,
  message: 'probability',
  headline: `${fits} fits in one`,
  wayOut: '1 with decision_function',
  estimate: { fits },
  fixes: withoutProbabilities(module, classifier),
}));

/** Turns probabilities off if nothing in the module uses them. What others do with the model is not known. */
function withoutProbabilities(module: PythonModule, classifier: ProbabilityClassifier): readonly Fix[] {
  const { argument } = classifier;
  if (!argument?.node || argument.keyword === null || mayUseProbabilities(module, classifier)) return [];
  return [{ title: 'Set probability=False', safe: false, edits: [replaceNode(argument.node, 'False')] }];
}
