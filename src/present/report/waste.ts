import type { CountedRun } from '../../runs/measuring/counted-once';
import { countedEnergy, isModelled } from '../../runs/describe';
import { hasFailed, programsOf, type ProgramRuns } from '../../runs/failed-runs';
import { pastBest } from '../../runs/training/past-best';
import { energyOf } from '../../runs/summary';
import { addEstimates, exactly, multiplyEstimates, type Estimate } from '../../units/estimate';
import { byKey } from './groups';

/** Energy in watt-hours that runs used after their best value. */
export interface PastBestGroup {
  readonly label: string;
  /** Runs whose output shows a best value. */
  readonly runs: number;
  /** All energy of these runs. */
  readonly all: Estimate;
  readonly pastBest: Estimate;
  /** The part that early stopping with the usual patience would have saved. */
  readonly savable: Estimate;
  /** The names of the watched metrics. */
  readonly metrics: readonly string[];
  /** True if any part of the figures is not measured. */
  readonly isModelled: boolean;
}

/** Energy that could have been saved. What a failed run used counts there alone. */
export interface Waste {
  /** The programs that show a best value; the one that used the most after it comes first. */
  readonly programs: readonly PastBestGroup[];
  /** All of them; null if no run shows a best value. */
  readonly total: PastBestGroup | null;
  readonly failed: {
    readonly runs: number;
    readonly energy: Estimate | null;
    readonly isModelled: boolean;
    /** The one with the most failures first. */
    readonly programs: readonly ProgramRuns[];
  };
}

export function wasteOf(counted: readonly CountedRun[]): Waste {
  const failed: CountedRun[] = [];
  const others: CountedRun[] = [];
  for (const each of counted) (hasFailed(each.record) ? failed : others).push(each);
  const programs = [...byKey(others, ({ name }) => name)].flatMap(([label, members]) => groupOf(label, members) ?? []);
  return {
    programs: programs.sort((a, b) => b.pastBest.value - a.pastBest.value),
    total: programs.length === 0 ? null : programs.reduce(together),
    failed: {
      runs: failed.length,
      energy: energyOf(failed).total,
      isModelled: failed.some(({ record }) => isModelled(record)),
      programs: programsOf(failed.map(({ record }) => record)),
    },
  };
}

function groupOf(label: string, members: readonly CountedRun[]): PastBestGroup | null {
  const groups = members.flatMap(({ record, energyShare }): readonly PastBestGroup[] => {
    const found = pastBest(record);
    const { total, low, high } = countedEnergy(record);
    if (found === null || total === null) return [];
    const share = exactly(energyShare);
    return [
      {
        label,
        runs: 1,
        all: multiplyEstimates({ value: total, low: low ?? total, high: high ?? total }, share),
        pastBest: multiplyEstimates(found.wattHours, share),
        savable: multiplyEstimates(found.savable, share),
        metrics: [found.metric],
        isModelled: isModelled(record),
      },
    ];
  });
  return groups.length === 0 ? null : groups.reduce(together);
}

function together(a: PastBestGroup, b: PastBestGroup): PastBestGroup {
  return {
    label: a.label,
    runs: a.runs + b.runs,
    all: addEstimates(a.all, b.all),
    pastBest: addEstimates(a.pastBest, b.pastBest),
    savable: addEstimates(a.savable, b.savable),
    metrics: b.metrics.every((metric) => a.metrics.includes(metric))
      ? a.metrics
      : [...new Set([...a.metrics, ...b.metrics])],
    isModelled: a.isModelled || b.isModelled,
  };
}
