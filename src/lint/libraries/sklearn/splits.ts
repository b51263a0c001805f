import type { Call, PythonModule } from '../../../python/module';
import { signature, type Signature } from '../../../python/signatures';
import { truth, type Value } from '../../../python/values';
import { settingsAfter } from '../../engine/later-settings';
import { product, toCount } from '../grids';

/** How often a search fits each candidate. */
export interface Splits {
  /** Null if it is not known. */
  readonly count: number | null;
  /** What to call them. */
  readonly word: 'folds' | 'splits';
}

/** What scikit-learn takes if `cv` is left out or None, since version 0.22. */
const defaultFolds = 5;

interface Splitter {
  readonly signature: Signature;
  /** The parameters whose product is the number of splits, with their defaults. */
  readonly counts: Readonly<Record<string, number>>;
  readonly word: Splits['word'];
}

const splitter = (parameters: string, counts: Readonly<Record<string, number>>, word: Splits['word']): Splitter => ({
  signature: signature(parameters),
  counts,
  word,
});

/**
 * Signatures and defaults read in scikit-learn 1.9 (`model_selection/_split.py`); those of `cross_validation`, which
 * was removed in 0.20 and is still found in notebooks, in 0.17.
 */
const splitters: Readonly<Record<string, Splitter>> = {
  'sklearn.model_selection.KFold': splitter('n_splits, *, shuffle, random_state', { n_splits: 5 }, 'folds'),
  'sklearn.model_selection.StratifiedKFold': splitter('n_splits, *, shuffle, random_state', { n_splits: 5 }, 'folds'),
  'sklearn.model_selection.GroupKFold': splitter('n_splits, *, shuffle, random_state', { n_splits: 5 }, 'folds'),
  'sklearn.model_selection.StratifiedGroupKFold': splitter('n_splits, shuffle, random_state', { n_splits: 5 }, 'folds'),
  'sklearn.model_selection.TimeSeriesSplit': splitter(
    'n_splits, *, max_train_size, test_size, gap',
    { n_splits: 5 },
    'splits',
  ),
  'sklearn.model_selection.ShuffleSplit': splitter(
    'n_splits, *, test_size, train_size, random_state',
    { n_splits: 10 },
    'splits',
  ),
  'sklearn.model_selection.StratifiedShuffleSplit': splitter(
    'n_splits, *, test_size, train_size, random_state',
    { n_splits: 10 },
    'splits',
  ),
  'sklearn.model_selection.GroupShuffleSplit': splitter(
    'n_splits, *, test_size, train_size, random_state',
    { n_splits: 5 },
    'splits',
  ),
  'sklearn.model_selection.RepeatedKFold': splitter(
    '*, n_splits, n_repeats, random_state',
    { n_splits: 5, n_repeats: 10 },
    'splits',
  ),
  'sklearn.model_selection.RepeatedStratifiedKFold': splitter(
    '*, n_splits, n_repeats, random_state',
    { n_splits: 5, n_repeats: 10 },
    'splits',
  ),
  'sklearn.cross_validation.KFold': splitter('n, n_folds, shuffle, random_state', { n_folds: 3 }, 'folds'),
  'sklearn.cross_validation.StratifiedKFold': splitter('y, n_folds, shuffle, random_state', { n_folds: 3 }, 'folds'),
  'sklearn.cross_validation.ShuffleSplit': splitter(
    'n, n_iter, test_size, train_size, random_state',
    { n_iter: 10 },
    'splits',
  ),
  'sklearn.cross_validation.StratifiedShuffleSplit': splitter(
    'y, n_iter, test_size, train_size, random_state',
    { n_iter: 10 },
    'splits',
  ),
};

/** Names that a search's `cv` may be built with. */
export const splitterNames: readonly string[] = Object.keys(splitters);

/**
 * The splits that a `cv` argument stands for.
 * @param cv null if it is left out
 */
export function splitsOf(module: PythonModule, cv: Value | null): Splits {
  if (cv === null || cv.kind === 'none') return { count: defaultFolds, word: 'folds' };
  if (cv.kind === 'number') {
    // One fold cannot be split; scikit-learn refuses it.
    const count = toCount(cv);
    return { count: count !== null && count > 1 ? count : null, word: 'folds' };
  }
  // A list of (train, test) pairs.
  if (cv.kind === 'sequence') return { count: cv.length > 0 ? cv.length : null, word: 'splits' };
  const call = module.callOf(cv);
  return call === null ? { count: null, word: 'splits' } : splitsOfCall(module, call);
}

function splitsOfCall(module: PythonModule, call: Call): Splits {
  const found = call.name === null ? undefined : splitters[call.name];
  if (found !== undefined) {
    const setting = settingsAfter(module, call, module.bind(call, found.signature));
    const factors = Object.entries(found.counts).map(([name, standard]) => {
      const given = setting(name);
      return given === null ? standard : toCount(given);
    });
    return { count: product(factors), word: found.word };
  }
  // `splitter.split(X, y)` yields as many pairs as the splitter has splits.
  if (call.receiver !== null && call.callee.childForFieldName('attribute')?.text === 'split') {
    const splitterCall = module.callOf(module.evaluate(call.receiver));
    if (splitterCall !== null && splitterCall.name !== null) return splitsOfCall(module, splitterCall);
  }
  return { count: null, word: 'splits' };
}

/** Splitters each of whose rounds tests on every sample once. */
const wholeRounds =
  /^sklearn\.(?:model_selection|cross_validation)\.(?:Repeated(?:Stratified)?KFold|(?:Stratified)?(?:Group)?KFold)$/;

/**
 * True if a `cv` argument certainly stands for folds that are the same each time, and together hold all samples. Halving searches
 * refuse others, or draw no sample at all from their small tests (scikit-learn 1.9, `_search_successive_halving.py`).
 */
export function areFixedFolds(module: PythonModule, cv: Value | null): boolean {
  if (cv === null || cv.kind === 'none' || cv.kind === 'number') return true;
  const call = module.callOf(cv);
  const found = call?.name === null || call === null ? undefined : splitters[call.name];
  if (call === null || found === undefined || !wholeRounds.test(call.name ?? '')) return false;
  const setting = settingsAfter(module, call, module.bind(call, found.signature));
  const [shuffle, seed] = [setting('shuffle'), setting('random_state')];
  const isShuffled = call.name?.includes('Repeated') === true || (shuffle !== null && truth(shuffle) !== false);
  return !isShuffled || seed?.kind === 'number' || seed?.kind === 'unknown';
}
