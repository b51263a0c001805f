import { isHeldOut, metricDirection } from './training/metric-direction';
import type { RunRecord } from './record';

/** Final results that all runs have and whose direction is known, the one that says most about the model first. */
export function commonResults(runs: readonly Pick<RunRecord, 'results'>[]): readonly string[] {
  const [first, ...others] = runs.map(({ results = {} }) => results);
  return Object.keys(first ?? {})
    .filter((name) => metricDirection(name) !== null && others.every((each) => Object.hasOwn(each, name)))
    .sort((a, b) => rank(b) - rank(a));
}

/** A value that `commonResults` has found. */
export function resultOf({ results = {} }: Pick<RunRecord, 'results'>, name: string): number {
  return results[name] ?? NaN;
}

/** What people quote: the test set before all data, before the training set; an accuracy before a loss. */
function rank(name: string): number {
  const isOfTraining = /(?:^|[^a-z])train(?:ing)?(?:[^a-z]|$)/i.test(name);
  const isOfTest = isHeldOut(name) && !/(?:^|[^a-z])val(?:id|idation)?(?:[^a-z]|$)/i.test(name);
  const set = isOfTraining ? 0 : isOfTest ? 2 : 1;
  return set + (/loss/i.test(name) ? 0 : 3) - (/best/i.test(name) ? 0.5 : 0) - (isOfTraining ? 3 : 0);
}
