/**
 * Arguments that limit a program to a part of its data: of Lightning's `Trainer` (2.6), of training loops around Keras, of
 * pandas' readers.
 */
export const subsetArguments: readonly string[] = [
  'fast_dev_run',
  'limit_train_batches',
  'overfit_batches',
  'max_steps_per_epoch',
  'nrows',
];

/** What in a text shows that its program can run on a part of its data, whatever the library. */
export const subset =
  /\b(?:fast_dev_run|limit_(?:train|val|test)_batches|overfit_batches|max_(?:train|eval)_samples|max_steps|max_(?:items|examples|samples|rows)|sample_sizes?|n(?:um)?_samples|nrows|debug|DEBUG|smoke|dry_run|dryrun|streaming|LightningCLI|HfArgumentParser|TrlParser)\b|\b\w*[sS]ubset\s*[=(,)]|\.(?:select|take|sample)\(|\[:\s*(?:\d{3}|\d+%|[a-z])/;

/** What data of all rows are called, and models of them: `X_all`, `full_train`, `model_fulldata`. */
export const allData = /(?:^|_)(?:all|full|whole|entire)(?:data|train(?:ing)?|set)?(?:_|$)/i;
