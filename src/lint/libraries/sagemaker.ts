import type { Call } from '../../python/module';

/** Classes of the SageMaker SDK that start training jobs (sagemaker 2.245). */
export const SAGEMAKER_ESTIMATORS: readonly string[] = [
  'sagemaker.estimator.Estimator',
  'sagemaker.estimator.Framework',
  'sagemaker.pytorch.PyTorch',
  'sagemaker.tensorflow.TensorFlow',
  'sagemaker.huggingface.HuggingFace',
  'sagemaker.sklearn.SKLearn',
  'sagemaker.xgboost.XGBoost',
  'sagemaker.mxnet.MXNet',
  'sagemaker.jumpstart.JumpStartEstimator',
];

/** True for an estimator by any of the paths it can be imported by. */
export function isSageMakerEstimator({ name }: Call): boolean {
  if (name?.startsWith('sagemaker.') !== true) return false;
  const last = name.slice(name.lastIndexOf('.') + 1);
  return SAGEMAKER_ESTIMATORS.some((estimator) => estimator.endsWith(`.${last}`));
}
