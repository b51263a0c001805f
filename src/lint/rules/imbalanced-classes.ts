import { defineRule } from '../engine/define';
import { calls } from '../engine/query';

/** The over-samplers of imbalanced-learn, in `imblearn.over_sampling`; not checked against its source. */
const samplers = [
  'RandomOverSampler',
  'SMOTE',
  'SMOTENC',
  'SMOTEN',
  'ADASYN',
  'BorderlineSMOTE',
  'KMeansSMOTE',
  'SVMSMOTE',
].map((name) => `imblearn.over_sampling.${name}`);

export const imbalancedClasses = defineRule({
  id: 'imbalanced-classes',
  practice: null,
  severity: 'information',
  enabled: false,
  summary: 'Classes that are made even by adding rows, which are then all trained on.',
  details: `The over-samplers of imbalanced-learn: \`RandomOverSampler\`, \`SMOTE\` and its kin, \`ADASYN\`.`,
  why: `Where one row of a hundred is positive, making the classes even by adding rows nearly doubles the data, and with it the work of each epoch; the synthetic rows of SMOTE bring no new information, and finding their neighbours costs as well.
Balanced data is worth having: on imbalanced classes training took three times the energy and twice the data ([MIT Sloan Management Review](https://mitsloan.mit.edu/ideas-made-to-matter/how-developers-can-lower-ais-climate-impact)). It can be had without more rows.`,
  remedy: `Weigh the classes (\`class_weight="balanced"\`, \`scale_pos_weight\`, \`class_weight=\` of Keras' \`fit\`), or draw fewer rows of the large class (\`RandomUnderSampler\`). Then choose the threshold on validation data.`,
  nonCompliant: [
    {
      code: `from imblearn.over_sampling import SMOTE

x, y = SMOTE(random_state=1).fit_resample(x, y)
`,
      severity: 'information',
    },
  ],
  compliant: [
    `from imblearn.under_sampling import RandomUnderSampler

x, y = RandomUnderSampler().fit_resample(x, y)
`,
    `from sklearn.linear_model import LogisticRegression

model = LogisticRegression(class_weight="balanced").fit(x, y)
`,
  ],
  messages: {
    oversampled:
      'Over-sampling adds rows until the classes are even, and every epoch trains on them all. class_weight="balanced" or under-sampling need none.',
  },
}).on(calls(samplers), ({ node }) => ({ node, message: 'oversampled' }));
