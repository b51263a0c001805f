import { dirtyGramsPerITKWh, leastSavingPercent } from '../../place/limits';
import type { Catalogue } from './catalogue';
import { adviseRegions, questionFrom, type RegionCandidate } from './region-advice';

/** A better region of the same provider: `[g/kWh here, the other region, g/kWh there, in the same country, percent saved]`, per IT kilowatt-hour. */
type RegionHintRow = readonly [
  here: number,
  better: string,
  there: number,
  sameCountry: boolean,
  savingPercent: number,
];

/** Hints by `provider:region`, for dirty regions with a better one whose range does not overlap with theirs. */
export function regionHints(catalogue: Catalogue): Readonly<Record<string, RegionHintRow>> {
  const hints: Record<string, RegionHintRow> = {};
  for (const from of catalogue.regions) {
    if (from.gramsPerITKWh.value < dirtyGramsPerITKWh) continue;
    const { best } = adviseRegions(catalogue, questionFrom(from));
    const isBetter = (other: RegionCandidate | null): other is RegionCandidate =>
      other !== null &&
      (other.savingPercent ?? 0) >= leastSavingPercent &&
      other.gramsPerITKWhHigh < from.gramsPerITKWh.low;
    const better = [best.sameCountry, best.anywhere].find(isBetter);
    if (better !== undefined)
      hints[from.id] = [
        Math.round(from.gramsPerITKWh.value),
        better.region,
        Math.round(better.gramsPerITKWh),
        better.country === from.country,
        Math.round(better.savingPercent ?? 0),
      ];
  }
  return hints;
}
