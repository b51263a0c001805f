import * as v from 'valibot';
import type { Expectation } from '../../system/shapes';

/** A part of the name of runs that compute on a cluster, and what measures them there. */
export interface ClusterMapping {
  readonly match: string;
  readonly preset: string;
  /** The selector, or the query of the presets `joules` and `watts`. */
  readonly select: string;
}

const words = v.pipe(
  v.string(),
  v.check((text) => text.trim() !== ''),
);

/** A list of mappings, as a setting has it. */
export const clusterMappings: Expectation<readonly ClusterMapping[]> = {
  shape: v.array(v.object({ match: words, preset: words, select: words })),
  expected: 'a list of objects with match, preset and select',
};

/**
 * The mappings of a run: the first whose `match` is in one of the names, and others with the same `match`, which measure other
 * components of the same run. Upper and lower case differ. Empty if none fits.
 */
export function mappingsOf(
  mappings: readonly ClusterMapping[],
  names: readonly (string | null | undefined)[],
): readonly ClusterMapping[] {
  const first = mappings.find(({ match }) => names.some((name) => name?.includes(match) === true));
  return first === undefined ? [] : mappings.filter(({ match }) => match === first.match);
}
