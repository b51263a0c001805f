import { isTie, type RegionCandidate } from './region-advice';

/**
 * Groups regions, cleanest first, of which none is clearly dirtier than the first of its group: their ranges overlap with
 * its range. A region that is clearly dirtier begins the next group.
 */
export function tieGroups(candidates: readonly RegionCandidate[]): readonly (readonly RegionCandidate[])[] {
  const groups: RegionCandidate[][] = [];
  for (const candidate of candidates) {
    const group = groups.at(-1);
    const first = group?.[0];
    if (group !== undefined && first !== undefined && isTie(first, candidate)) group.push(candidate);
    else groups.push([candidate]);
  }
  return groups;
}
