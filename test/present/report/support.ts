import { buildRecord } from '../../../src/runs/measuring/build-record';
import { PowerSeries } from '../../../src/runs/power-series';
import type { RecordedIntensity, RunRecord } from '../../../src/runs/record';
import { projectReport, type FunctionalUnit, type ProjectReport } from '../../../src/present/report/project-report';
import { addInterval, emptyTotals } from '../../../src/runs/totals';
import { headerOf, intervalOf } from '../../runs/support';

export const intensity: RecordedIntensity = {
  gramsPerKWh: 400,
  low: 300,
  high: 600,
  zone: 'XX',
  year: 2025,
  source: 'a table of 2025',
  basis: 'lifecycle',
  chosenBy: 'person',
};

export interface RunSpec {
  readonly name?: string;
  readonly day?: number;
  /** Null if nothing was measured. */
  readonly wattHours?: number | null;
  readonly seconds?: number;
  readonly header?: Parameters<typeof headerOf>[0];
}

const startOf = (day: number): number => new Date(2026, 10, day, 12).getTime();

export function runOf({ name = 'train.py', day = 21, wattHours = 1, seconds = 3600, header = {} }: RunSpec): RunRecord {
  const startedAt = startOf(day);
  const totals =
    wattHours === null
      ? emptyTotals
      : addInterval(emptyTotals, intervalOf({ at: startedAt + seconds * 1000, joules: wattHours * 3600, seconds }));
  const state = {
    header: headerOf({ id: `${name}-${day}`, name, startedAt, intensity, ...header }),
    totals,
    gaps: [],
    end: { at: startedAt + seconds * 1000, exitCode: 0, meterCpuSeconds: 1 },
    lastAt: startedAt,
  };
  return buildRecord(state, 'completed');
}

export function reportOf(runs: readonly RunRecord[], unit: FunctionalUnit | null = null): ProjectReport {
  const report = projectReport(runs, {
    title: 'digits',
    version: '1.2.3',
    generatedAt: new Date(2026, 10, 22, 12).getTime(),
    unit,
    power: null,
    practices: null,
  });
  const [record] = report.largest;
  if (record === undefined) return report;
  const startedAt = Date.parse(record.startedAt);
  const samples = [1, 2, 3].map((second) => intervalOf({ at: startedAt + second * 1000, joules: 100 * second }));
  return { ...report, power: { record, points: PowerSeries.of(samples).points } };
}
