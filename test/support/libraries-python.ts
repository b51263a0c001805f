import { pythonWith } from './python-with';

/** Without CUDA, which none of the tests needs and which takes hundreds of megabytes. */
const xgboost = process.platform === 'darwin' ? 'xgboost==3.2.0' : 'xgboost-cpu==3.2.0';

const packages: readonly string[] = [
  ...['scikit-learn==1.7.2', 'numpy==2.2.6', 'scipy==1.15.3', 'optuna==5.0.0', 'lightgbm==4.7.0', xgboost],
  ...['catboost==1.2.10', 'transformers==5.24.0', 'tokenizers==0.23.3'],
];

/** A Python with the libraries whose wheels are small enough for every test run; null if it cannot be obtained. */
export const librariesPython = (): string | null =>
  pythonWith('libraries', packages, 'sklearn.model_selection, optuna, lightgbm, xgboost, catboost, transformers');

/** A Python with Keras, which calculates with JAX; null if it cannot be obtained. */
export const kerasPython = (): string | null =>
  pythonWith('keras', ['keras==3.12.0', 'numpy==2.2.6', 'jax==0.6.2'], 'keras');

/** The Python that has PyTorch and what is built on it: several gigabytes, which no test downloads by itself. */
export const torchPython = (): string | null => process.env['GREEN_ML_TORCH_PYTHON'] ?? null;

export const noLibraries =
  'the libraries cannot be installed here: there is no Python with venv, or PyPI cannot be reached';
export const noTorch = 'GREEN_ML_TORCH_PYTHON names no Python with PyTorch and the libraries that are built on it';
