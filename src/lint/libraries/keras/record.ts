import { briefSeconds, mostOfIt, muchOfIt, shortSeconds } from '../recorded-runs';

/** What one training of Keras printed about its epochs. */
interface Recorded {
  /** The validation loss of each epoch; NaN where it was none. */
  readonly losses: readonly number[];
  /** How long all epochs took, about; null if the epochs do not say. */
  readonly seconds: number | null;
}

/** An epoch of Keras 1 to 3, verbose or not, ends with its losses; the time of a step is another figure. */
const validationLoss = /[ -]val_loss: (nan|\d[\d.]{0,20}(?:e[+-]?\d{1,3})?)/g;
/** What is still to wait for is no time that was spent. */
const time = /(?<!ETA: ?)\b(\d{1,6})(m?s)(?= - | \d{1,6}(?:us|ms|s)\/)/g;

/**
 * The only training of so many epochs that a cell printed, from its first epoch to its last; null if there is none, or there
 * are several.
 */
function recordedTraining(printed: string, epochs: number): Recorded | null {
  const [only, ...others] = printed.split(/(?=Epoch 1\/\d)/).filter((part) => part.startsWith(`Epoch 1/${epochs}`));
  if (only === undefined || others.length > 0) return null;
  const losses = [...only.matchAll(validationLoss)].map(([, loss]) => Number(loss));
  // Versions that do not log the loss print 0.
  if (losses.length !== epochs || losses.includes(0)) return null;
  const times = only
    .split(/(?=Epoch \d{1,6}\/\d)/)
    .map((part) =>
      Math.max(...[...part.matchAll(time)].map(([, count, unit]) => Number(count) * (unit === 'ms' ? 0.001 : 1))),
    );
  const isTimed = times.length === epochs && times.every((each) => each >= 0);
  // Whole seconds are printed rounded down.
  return { losses, seconds: isTimed ? times.reduce((sum, each) => sum + each + 0.5, 0) : null };
}

/** A stop that costs more than this share of the best loss is no saving. */
const worse = 1.02;

const epochLine = /\bEpoch (\d{1,6})\/(\d{1,6})/g;

/** True if something ended the only training of so many epochs that a cell printed before its last epoch. */
export function endedBefore(printed: string | null, epochs: number): boolean {
  const lines = printed === null ? [] : [...printed.matchAll(epochLine)];
  const reached = lines.map(([, epoch]) => Number(epoch));
  return (
    reached[0] === 1 &&
    lines.every(([, , total]) => Number(total) === epochs) &&
    reached.every((epoch, index) => index === 0 || epoch >= (reached[index - 1] ?? 0)) &&
    (reached.at(-1) ?? epochs) < epochs
  );
}

/** What EarlyStopping would have done to the training that a notebook recorded. */
interface RecordedStop {
  /** The epoch with the best validation loss, from 1. */
  readonly best: number;
  /** After how many epochs it would have stopped. */
  readonly stopped: number;
  /** How much higher the best loss until then was than the best of all, as a share of it. */
  readonly cost: number;
  /** True if the whole training took less than a minute. */
  readonly isBrief: boolean;
  /** True if it would have saved a fifth of the epochs or more, of a training that took minutes. */
  readonly isWorthwhile: boolean;
  /** True if it would have saved a tenth of the epochs or more, with a loss that is at most 2 % above the best. */
  readonly saves: boolean;
}

/**
 * What this patience would have done to the training that a cell printed; null if that is not known.
 * @param cellSeconds how long the whole cell took, where its epochs do not say; null if that is not known
 */
export function recordedStop(
  printed: string | null,
  epochs: number,
  patience: number,
  cellSeconds: number | null,
): RecordedStop | null {
  const recorded = printed === null ? null : recordedTraining(printed, epochs);
  if (recorded === null) return null;
  const { losses, seconds } = recorded;
  const least = Math.min(...losses);
  const { epoch: stopped, best } = stoppedBy(losses, patience);
  const took = seconds ?? cellSeconds ?? Infinity;
  return {
    best: losses.indexOf(least) + 1,
    stopped,
    cost: least > 0 ? best / least - 1 : 0,
    isBrief: took < briefSeconds,
    isWorthwhile: took >= shortSeconds && stopped <= muchOfIt * epochs,
    saves: stopped <= mostOfIt * epochs && best <= worse * least,
  };
}

/** After how many epochs EarlyStopping with this patience ends a training with these losses, and the best loss until then. */
export function stoppedBy(
  losses: readonly number[],
  patience: number,
): { readonly epoch: number; readonly best: number } {
  let best = Infinity;
  let since = 0;
  for (const [index, loss] of losses.entries()) {
    since = loss < best ? 0 : since + 1;
    best = Math.min(best, loss);
    if (since >= patience) return { epoch: index + 1, best };
  }
  return { epoch: losses.length, best };
}
