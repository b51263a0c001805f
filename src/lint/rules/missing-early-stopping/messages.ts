import type { RuleContext } from '../../engine/define';
import type { Judgement } from '../../engine/define';

export const messages = {
  keras: ({ epochs, patience }: { readonly epochs: number; readonly patience: number }) =>
    `All ${epochs} epochs run, whether they help or not. EarlyStopping(patience=${patience}, restore_best_weights=True) ends the training when the validation loss stops falling.`,
  kerasUnvalidated: ({ epochs, patience }: { readonly epochs: number; readonly patience: number }) =>
    `All ${epochs} epochs run, and nothing says whether they help. Add validation data and EarlyStopping(patience=${patience}, restore_best_weights=True).`,
  xgboost: ({ rounds }: Rounds) =>
    `${wasted(rounds)} XGBoost takes early_stopping_rounds=50 in the constructor and eval_set in fit.`,
  lightgbm: ({ rounds }: Rounds) =>
    `${wasted(rounds)} LightGBM takes callbacks=[lightgbm.early_stopping(50)] and eval_set in fit.`,
  catboost: ({ rounds }: Rounds) => `${wasted(rounds)} CatBoost takes early_stopping_rounds=50 and eval_set in fit.`,
  boosterTraining: ({ rounds, add }: Rounds & { readonly add: string }) => `${wasted(rounds)} Add ${add}.`,
  lightning: ({ epochs }: Epochs) =>
    `All ${epochs} epochs run, whether they help or not. EarlyStopping(monitor="val_loss") in callbacks ends the training when that stops falling.`,
  fineTuning: ({ epochs }: Epochs) =>
    `All ${epochs} epochs of fine-tuning run, whether they help or not. EarlyStoppingCallback ends them; it needs eval_strategy, metric_for_best_model and load_best_model_at_end=True in the arguments.`,
  trees: ({ rounds }: Rounds) =>
    `All ${rounds} trees are grown, whether they help or not. n_iter_no_change=10 stops when a tenth of the data that is held back gets no better.`,
  iterations: ({ rounds }: Rounds) =>
    `Up to ${rounds} iterations run on the training loss alone. early_stopping=True stops when a tenth of the data that is held back gets no better.`,
  loop: ({ epochs }: Epochs) =>
    `All ${epochs} rounds of this training run, whether they help or not. Leave the loop when the validation loss has not fallen for some epochs.`,
};

interface Rounds {
  readonly rounds: number;
}

interface Epochs {
  readonly epochs: number;
}

const wasted = (rounds: number): string => `All ${rounds} rounds of boosting run, whether they help or not.`;

export const thresholds = {
  'information-epochs': { default: 10, unit: 'epochs', meaning: 'Keras: so many epochs are information' },
  'warning-epochs': {
    default: 20,
    unit: 'epochs',
    meaning: 'Keras: so many with validation data are a warning; Lightning: information',
  },
  'fine-tuning-epochs': { default: 8, unit: 'epochs', meaning: 'Hugging Face: so many epochs are information' },
  'loop-epochs': { default: 50, unit: 'epochs', meaning: 'plain PyTorch loops: so many epochs are a hint' },
  rounds: { default: 500, unit: 'rounds', meaning: 'boosters and scikit-learn: so many rounds are reported' },
};

export type FoundTraining = Judgement<typeof messages>;
export type Context = RuleContext<typeof thresholds>;
