import { defineRule } from '../engine/define';
import { overSamplers } from '../libraries/imblearn';

export const imbalancedClasses = defineRule({
  id: 'imbalanced-classes',
  practice: null,
  severity: 'information',
  enabled: false,
  summary: 'Over-sampling, which balances classes by adding rows that are then all trained on.',
  details: 'The over-samplers of imbalanced-learn: `RandomOverSampler`, `SMOTE` and its variants, and `ADASYN`.',
  why: `If one row in a hundred is positive, over-sampling nearly doubles the data, and with it the work of every epoch. The synthetic rows of SMOTE add no new information, and finding their neighbours costs time as well.
Balanced classes are worth having: on imbalanced classes, training took three times the energy and twice the data ([MIT Sloan Management Review](https://mitsloan.mit.edu/ideas-made-to-matter/how-developers-can-lower-ais-climate-impact)). But they do not need more rows.`,
  remedy: `Weight the classes (\`class_weight="balanced"\`, \`scale_pos_weight\`, \`class_weight=\` in Keras' \`fit\`), or draw fewer rows of the large class (\`RandomUnderSampler\`). Then choose the decision threshold on validation data.`,
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
      'Over-sampling adds rows until the classes are balanced, and every epoch trains on all of them. class_weight="balanced" and under-sampling add none.',
  },
}).on(overSamplers, ({ node }) => ({ node, message: 'oversampled' }));
