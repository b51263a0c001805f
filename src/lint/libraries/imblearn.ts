import { calls } from '../engine/query';

/** The over-samplers of imbalanced-learn, read in 0.14, `over_sampling/__init__.py`. */
export const overSamplers = calls(
  ['RandomOverSampler', 'SMOTE', 'SMOTENC', 'SMOTEN', 'ADASYN', 'BorderlineSMOTE', 'KMeansSMOTE', 'SVMSMOTE'].map(
    (name) => `imblearn.over_sampling.${name}`,
  ),
);
