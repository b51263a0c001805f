import { formatShare, grouped } from '../../../present/words';
import type { Judgement, RuleContext } from '../../engine/define';

/** How many fewer depends on the data. */
export const fewer = 'fewer with early stopping';

export const messages = {
  keras: ({ patience, ...run }: KerasEpochs & { readonly patience: number }) =>
    `${allEpochs(run)} run, whether they help or not. EarlyStopping(patience=${patience}, restore_best_weights=True) stops training when the validation loss no longer improves.`,
  kerasRecorded: ({ epochs, patience, best, stopped, cost }: RecordedEpochs) =>
    `All ${grouped(epochs)} epochs run. In the run that this notebook recorded, the validation loss was best after epoch ${grouped(best)}, and EarlyStopping(patience=${patience}, restore_best_weights=True) would have stopped it after epoch ${grouped(stopped)}${best > stopped ? `, with a loss ${formatShare(cost)} higher` : ''}.`,
  kerasOwnSteps: (run: KerasEpochs) =>
    `${allEpochs(run)} run, whether they help or not. EarlyStopping stops training when a metric no longer improves: set its monitor to one that this model computes in its own steps.`,
  kerasUnvalidated: ({ patience, ...run }: KerasEpochs & { readonly patience: number }) =>
    `${allEpochs(run)} run, and nothing shows whether they help. Add validation data and EarlyStopping(patience=${patience}, restore_best_weights=True).`,
  kerasOnItself: ({ patience, ...run }: KerasEpochs & { readonly patience: number }) =>
    `${allEpochs(run)} run, and the validation data is the training data, which does not show whether they help. Validate on other data, and add EarlyStopping(patience=${patience}, restore_best_weights=True).`,
  xgboost: (run: Rounds) =>
    `${wasted(run)} XGBoost takes early_stopping_rounds=50 in the constructor and eval_set in fit.`,
  lightgbm: (run: Rounds) =>
    `${wasted(run)} LightGBM takes callbacks=[lightgbm.early_stopping(50)] and eval_set in fit.`,
  catboost: (run: Rounds) => `${wasted(run)} CatBoost takes early_stopping_rounds=50 and eval_set in fit.`,
  boosterTraining: ({ add, ...run }: Rounds & { readonly add: string }) => `${wasted(run)} Add ${add}.`,
  lightning: ({ epochs, monitor }: Epochs & { readonly monitor: string | null }) =>
    `All ${grouped(epochs)} epochs run, whether they help or not. EarlyStopping${monitor === null ? '' : `(monitor="${monitor}")`} in callbacks stops training when the metric that it monitors no longer improves.`,
  fineTuning: ({ epochs, evaluation }: Epochs & { readonly evaluation: string }) =>
    `All ${grouped(epochs)} fine-tuning epochs run, whether they help or not. EarlyStoppingCallback stops them; it needs ${evaluation}, metric_for_best_model and load_best_model_at_end=True in the arguments.`,
  fineTuningFile: ({ epochs, setting }: Epochs & { readonly setting: string }) =>
    `All ${grouped(epochs)} fine-tuning epochs run, whether they help or not. ${setting} stops them when the evaluation no longer improves; it needs evaluation data.`,
  fineTuningScript: ({ epochs }: Epochs) =>
    `Nothing here stops these ${grouped(epochs)} fine-tuning epochs. EarlyStoppingCallback in the script does, with eval_strategy, metric_for_best_model and load_best_model_at_end: true in this file.`,
  trees: ({ rounds }: Rounds) =>
    `All ${grouped(rounds)} trees are grown, whether they help or not. n_iter_no_change=10 holds out a tenth of the data and stops when its score no longer improves.`,
  histogramTrees: ({ rounds }: Rounds) =>
    `early_stopping=False grows all ${grouped(rounds)} trees, whether they help or not. early_stopping=True holds out a tenth of the data and stops when its score no longer improves.`,
  iterations: ({ rounds }: Rounds) =>
    `Up to ${grouped(rounds)} iterations run, and only the training loss can stop them. early_stopping=True holds out a tenth of the data and stops when its score no longer improves.`,
  loop: ({ epochs }: Epochs) =>
    `All ${grouped(epochs)} epochs of this loop run, whether they help or not. Break out of it when the validation loss has not improved for some epochs.`,
};

interface Rounds {
  readonly rounds: number;
  /** The best round in the run that the notebook recorded; left out without one. */
  readonly best?: number;
}

interface Epochs {
  readonly epochs: number;
}

interface KerasEpochs extends Epochs {
  readonly isOption: boolean;
}

interface RecordedEpochs extends Epochs {
  readonly patience: number;
  readonly best: number;
  readonly stopped: number;
  readonly cost: number;
}

const allEpochs = ({ epochs, isOption }: KerasEpochs): string =>
  isOption ? `By default, all ${grouped(epochs)} epochs` : `All ${grouped(epochs)} epochs`;

const wasted = ({ rounds, best }: Rounds): string =>
  best === undefined
    ? `All ${grouped(rounds)} boosting rounds run, whether they help or not.`
    : `All ${grouped(rounds)} boosting rounds run. In the run that this notebook recorded, the best one was round ${grouped(best)}.`;

export const thresholds = {
  'information-epochs': { default: 10, unit: 'epochs', meaning: 'Keras: at least this many epochs are reported' },
  'warning-epochs': {
    default: 20,
    unit: 'epochs',
    meaning:
      'at least this many epochs are a warning for Keras if a recording proves the saving, and information for Lightning',
  },
  'unrecorded-epochs': {
    default: 50,
    unit: 'epochs',
    meaning: 'at least this many epochs are a warning for Keras in scripts, where nothing is recorded',
  },
  'fine-tuning-epochs': {
    default: 8,
    unit: 'epochs',
    meaning: 'Hugging Face: at least this many epochs are information',
  },
  'loop-epochs': { default: 50, unit: 'epochs', meaning: 'plain PyTorch loops: at least this many epochs are a hint' },
  rounds: {
    default: 500,
    unit: 'rounds',
    meaning: 'boosters and scikit-learn: at least this many rounds are reported',
  },
};

export type FoundTraining = Judgement<typeof messages>;
export type Context = RuleContext<typeof thresholds>;
