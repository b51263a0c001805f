import { once } from '../engine/once';
import { withoutComments } from '../../python/comments';

/** The kinds of searches that people compare, as they are called. */
const kinds: readonly RegExp[] = [
  /\b(?:GridSearchCV|ParameterGrid|GridSampler|BruteForceSampler|GridSearch|tune\.grid_search)\s{0,3}\(/,
  /\b(?:RandomizedSearchCV|ParameterSampler|RandomSampler|RandomSearch)\s{0,3}\(/,
  /\b(?:BayesSearchCV|BayesianOptimization|TPESampler|gp_minimize|fmin|OptunaSearchCV|TuneSearchCV)\s{0,3}\(/,
  /\b(?:Halving(?:Grid|Random)SearchCV|HyperbandPruner|Hyperband|HyperbandSearchCV)\s{0,3}\(/,
  /\b(?:GASearchCV|EvolutionaryAlgorithmSearchCV|CmaEsSampler|NSGAIISampler|TPOTClassifier|TPOTRegressor)\s{0,3}\(/,
];

const clock = /\btime\.(?:time|perf_counter|process_time|monotonic)\s{0,3}\(|\btimeit\b/;

/**
 * True if a module compares searches with each other: three kinds of them, or two whose time is measured. Another search in the
 * place of one of them would end its purpose.
 */
export const comparesSearches = once(({ text }): boolean => {
  if (kinds.filter((kind) => kind.test(text)).length < 2) return false;
  const code = withoutComments(text);
  const found = kinds.filter((kind) => kind.test(code)).length;
  return found > 2 || (found === 2 && clock.test(code));
});
