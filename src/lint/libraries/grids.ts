import { toNumber, type Value } from '../../python/values';

/**
 * The number of combinations in a parameter grid: a dict of lists, or a list of such dicts. An empty dict is one
 * combination, that of the defaults.
 * @returns null if it is not known
 */
export function gridSize(grid: Value): number | null {
  if (grid.kind === 'dict') return grid.open ? null : product(grid.entries.map(({ value }) => optionCount(value)));
  if (grid.kind !== 'sequence' || grid.items === null || grid.items.length === 0) return null;
  if (grid.type === 'set' || grid.type === 'iterator') return null;
  return grid.items.reduce<number | null>((sum, item) => {
    const size = item.kind === 'dict' ? gridSize(item) : null;
    return sum === null || size === null ? null : sum + size;
  }, 0);
}

/** The number of options that one parameter has; null if it is not known or not a sequence of options. */
export function optionCount(options: Value): number | null {
  if (options.kind !== 'sequence' || options.type === 'set' || options.type === 'iterator') return null;
  return options.length === 0 ? null : options.length;
}

/**
 * The number of candidates that scikit-learn draws at random. If the space consists of lists only, it draws none twice, so there
 * are no more than the space holds. Measured with `ParameterSampler` of 1.9.1.
 * @param distributions the space; null if it is not known
 */
export function drawnCandidates(draws: number | null, distributions: Value | null): number | null {
  const size = distributions === null ? null : gridSize(distributions);
  return draws === null || size === null ? draws : Math.min(draws, size);
}

export function product(factors: readonly (number | null)[]): number | null {
  return factors.reduce<number | null>((all, factor) => (all === null || factor === null ? null : all * factor), 1);
}

/** A whole number above zero; null for everything else. */
export function toCount(value: Value): number | null {
  const number = toNumber(value);
  return number !== null && Number.isInteger(number) && number > 0 ? number : null;
}
