/** What the findings of one linter rule say about the checklist. */
export interface RuleEvidence {
  readonly practice: number;
  readonly item: string;
  /** Whether findings contradict a ticked item; the others are only worth a look. */
  readonly contradicts: boolean;
  /** What one finding is called, and several. */
  readonly one: string;
  readonly several: string;
}

const against = (practice: number, item: string, one: string, several = `${one}s`): RuleEvidence => ({
  practice,
  item,
  contradicts: true,
  one,
  several,
});

const worthALook = (practice: number, item: string, one: string, several = `${one}s`): RuleEvidence => ({
  practice,
  item,
  contradicts: false,
  one,
  several,
});

/** By rule id. A rule that is not here speaks of the practice that it names itself, and contradicts nothing. */
export const ruleEvidence: ReadonlyMap<string, RuleEvidence> = new Map(
  Object.entries({
    'unmeasured-training': worthALook(
      1,
      'runs-measured',
      'training without a tracker in the code',
      'trainings without a tracker in the code',
    ),
    'unbounded-training': against(
      2,
      'time-cap',
      'training or search without an end',
      'trainings or searches without an end',
    ),
    'run-cap': against(
      2,
      'time-cap',
      'job that may run for more than 72 hours',
      'jobs that may run for more than 72 hours',
    ),
    'no-baseline': against(
      3,
      'baseline-trained',
      'deep model without a simple baseline',
      'deep models without a simple baseline',
    ),
    'oversized-dense-layer': against(4, 'pooling-before-dense', 'oversized dense layer'),
    'deep-dense-stack': worthALook(
      4,
      'small-network-first',
      'deep stack of dense layers',
      'deep stacks of dense layers',
    ),
    'missing-early-stopping': against(
      5,
      'early-stopping',
      'long training without early stopping',
      'long trainings without early stopping',
    ),
    'inert-early-stopping': against(
      5,
      'early-stopping',
      'early stopping that can never stop',
      'early stoppings that can never stop',
    ),
    'full-data-debugging': worthALook(
      6,
      'subset-switch',
      'place where a subset could be used',
      'places where a subset could be used',
    ),
    'training-from-scratch': against(
      7,
      'fine-tuned',
      'model trained from random weights',
      'models trained from random weights',
    ),
    'high-carbon-region': against(8, 'region-chosen', 'region with a dirty grid', 'regions with a dirty grid'),
    'fixed-schedule': worthALook(9, 'start-chosen', 'schedule with a fixed hour', 'schedules with a fixed hour'),
    'old-hardware': against(
      10,
      'recent-hardware',
      'job on an old generation of hardware',
      'jobs on an old generation of hardware',
    ),
    'always-on-endpoint': against(11, 'scales-to-zero', 'service that is always on', 'services that are always on'),
    'single-objective-search': against(
      12,
      'energy-objective',
      'search for accuracy alone',
      'searches for accuracy alone',
    ),
    'search-without-pruning': against(
      12,
      'bad-trials-pruned',
      'search that never ends a bad trial early',
      'searches that never end a bad trial early',
    ),
    'oversized-random-search': worthALook(
      12,
      'search-bounded',
      'very large random search',
      'very large random searches',
    ),
    'slow-recurrent-kernel': against(
      13,
      'fused-kernels',
      'recurrent layer without the fused kernel',
      'recurrent layers without the fused kernel',
    ),
    'saturating-activation': against(
      13,
      'hidden-activations',
      'saturating activation in a hidden layer',
      'saturating activations in hidden layers',
    ),
    'large-model-inference': worthALook(
      14,
      'distilled-considered',
      'model that has a distilled version',
      'models that have a distilled version',
    ),
    'parallel-search': worthALook(15, 'parallel-measured', 'search on all cores', 'searches on all cores'),
    'data-parallel': worthALook(15, 'parallel-measured', 'use of DataParallel', 'uses of DataParallel'),
    'many-devices': worthALook(
      15,
      'parallel-measured',
      'job on eight devices or more',
      'jobs on eight devices or more',
    ),
    'grid-search': against(16, 'no-grid-search', 'grid search', 'grid searches'),
    'manual-grid-search': against(
      16,
      'no-grid-search',
      'grid search written as loops',
      'grid searches written as loops',
    ),
    'dense-feed-forward': worthALook(17, 'sparse-considered', 'large dense network'),
  }),
);
