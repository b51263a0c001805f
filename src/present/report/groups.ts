import type { CountedRun } from '../../runs/measuring/counted-once';
import { isModelled } from '../../runs/describe';
import { emissionsByBasis, energyOf, secondsOf, type GroupEnergy, type RunsSummary } from '../../runs/summary';

/** A row or a bar of the report: the runs of one day, of one week or of one program. */
export interface ReportGroup {
  readonly label: string;
  readonly runs: number;
  readonly seconds: number;
  readonly energy: GroupEnergy;
  readonly emissions: RunsSummary['emissions'];
  /** True if any part of its figures is not measured. */
  readonly isModelled: boolean;
}

/** Runs that add energy or time of their own. Runs inside others would be counted twice. */
export function ownOf(counted: readonly CountedRun[]): readonly CountedRun[] {
  return counted.filter(({ energyShare, timeShare }) => energyShare > 0 || timeShare > 0);
}

/** The runs by a key, in the order in which the keys first occur. */
export function byKey(
  counted: readonly CountedRun[],
  key: (run: CountedRun['record']) => string,
): ReadonlyMap<string, readonly CountedRun[]> {
  const groups = new Map<string, CountedRun[]>();
  for (const each of counted) {
    const label = key(each.record);
    const group = groups.get(label) ?? [];
    group.push(each);
    groups.set(label, group);
  }
  return groups;
}

export function grouped(
  counted: readonly CountedRun[],
  key: (run: CountedRun['record']) => string,
): readonly ReportGroup[] {
  return [...byKey(counted, key)].map(([label, members]) => ({
    label,
    runs: members.length,
    seconds: secondsOf(members),
    energy: energyOf(members),
    emissions: emissionsByBasis(members),
    isModelled: members.some(({ record }) => isModelled(record)),
  }));
}
