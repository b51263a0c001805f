import { secondsIn } from '../../python/cell-time';
import type { BoosterModel } from './boosters';
import { mostOfIt, muchOfIt } from './recorded-runs';

/** What a notebook recorded of the trainings of a booster. */
export interface RecordedRounds {
  /** The round with the best validation metric, from 1; of several trainings, as for folds, the middle one. */
  readonly best: number;
  /** True if stopping 50 rounds after the best one would have saved a tenth of the rounds or more. */
  readonly saves: boolean;
  /** True if it would have saved a fifth or more. */
  readonly isWorthwhile: boolean;
  /** How long one training took; null if that was not printed. */
  readonly seconds: number | null;
}

/** The rounds without improvement that the advice waits for. */
const patience = 50;

/** What the cells of some fits printed about so many rounds of a library; null if nothing of it is kept. */
export function recordedRounds(
  printed: readonly (string | null)[],
  library: BoosterModel['library'],
  rounds: number,
): RecordedRounds | null {
  const texts = printed.filter((text) => text !== null);
  const found = texts.flatMap((text) =>
    library === 'catboost' ? ofCatBoost(text, rounds) : ofLines(text, library, rounds),
  );
  const sorted = found.map(({ best }) => best).sort((a, b) => a - b);
  const best = sorted[Math.floor(sorted.length / 2)];
  if (best === undefined) return null;
  const times = found.flatMap(({ seconds }) => seconds ?? []);
  return {
    best,
    saves: best + patience <= mostOfIt * rounds,
    isWorthwhile: best + patience <= muchOfIt * rounds,
    seconds: times.length === 0 ? null : Math.max(...times),
  };
}

interface Training {
  readonly best: number;
  readonly seconds: number | null;
}

/** `999:	learn: 0.1	test: 0.2	best: 0.2 (855)	total: 6.88s	remaining: 0us`, then `bestIteration = 855` */
const catboostLine = /^(\d{1,7}):\t[^\n]{0,200}\btotal: ([\dhms.u ]{2,20})\tremaining/gm;
const bestIteration = /^bestIteration = (\d{1,7})/m;

/** The trainings of CatBoost that ran so many rounds to the end. */
function ofCatBoost(text: string, rounds: number): readonly Training[] {
  return text.split(/(?=^0:\t)/m).flatMap((part) => {
    const best = bestIteration.exec(part)?.[1];
    const last = [...part.matchAll(catboostLine)].at(-1);
    // The lines say which training it was.
    if (best === undefined || last === undefined || Number(last[1]) !== rounds - 1) return [];
    return [{ best: Number(best) + 1, seconds: secondsIn(last[2] ?? '') }];
  });
}

/** `[99]	validation_0-rmse:0.5	validation_1-rmse:0.6` of XGBoost, `[100]	training's l2: 0.5	valid_1's l2: 0.6` of LightGBM */
const roundLine = /^\[(\d{1,7})\]\s([^\n]{1,400})/gm;
const lastMetric = { xgboost: /-([^\s:-]{1,40}):(\S{1,30})$/, lightgbm: /'s ([^\n:']{1,40}): (\S{1,30})$/ } as const;

/** Metrics that are better when they are higher. */
const rising = /^(?:auc|aucpr|map|ndcg|average_precision|acc\w{0,10}|f1\w{0,10}|r2\w{0,10}|kappa\w{0,10})(?:@|$)/i;

/** Metrics that are better when they are lower. Of others, nothing says which way they should go. */
const falling =
  /^(?:(?:root_)?(?:mean_)?(?:squared?|absolute)\w{0,24}|rmsl?e|mse|mae|mape|mphe|l[12]|huber|fair|poisson\w{0,20}|quantile|tweedie\w{0,20}|gamma\w{0,20}|m?error|multi_error|binary_error|(?:\w{1,20}_)?(?:log)?loss|mlogloss|(?:\w{1,20}_)?cross_?entropy|xentropy|kldiv|(?:cox|aft)-nloglik|hamming\w{0,10})(?:@|$)/i;

/** The trainings of XGBoost and LightGBM that ran so many rounds to the end, by the last metric, which early stopping watches. */
function ofLines(text: string, library: 'xgboost' | 'lightgbm', rounds: number): readonly Training[] {
  const lines = [...text.matchAll(roundLine)].flatMap(([, round, values = '']) => {
    const found = lastMetric[library].exec(values.trimEnd().split('\t').at(-1) ?? '');
    const value = Number(found?.[2]);
    return found === null || Number.isNaN(value) ? [] : [{ round: Number(round), metric: found[1] ?? '', value }];
  });
  const trainings: (typeof lines)[] = [];
  for (const line of lines) {
    const current = trainings.at(-1);
    if (current === undefined || line.round <= (current.at(-1)?.round ?? 0)) trainings.push([line]);
    else current.push(line);
  }
  // XGBoost counts from 0, LightGBM from 1.
  const first = library === 'xgboost' ? 1 : 0;
  return trainings.flatMap((training) => {
    const last = training.at(-1);
    const period = (training[1]?.round ?? 0) - (training[0]?.round ?? 0);
    const end = (last?.round ?? 0) + first;
    if (last === undefined || period < 1 || end > rounds || end <= rounds - Math.max(1, period)) return [];
    const isRising = rising.test(last.metric);
    if (!isRising && !falling.test(last.metric)) return [];
    const sign = isRising ? -1 : 1;
    const best = training.reduce((a, b) => (sign * b.value < sign * a.value ? b : a));
    return [{ best: best.round === last.round ? rounds : best.round + first, seconds: null }];
  });
}
