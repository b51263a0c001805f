import { buildRecord } from '../../../src/runs/measuring/build-record';
import type { RunHeader } from '../../../src/runs/header';
import type { RunRecord } from '../../../src/runs/record';
import { addInterval, emptyTotals } from '../../../src/runs/totals';
import { headerOf, intervalOf } from '../../runs/support';

/** A run of 20 s with a modelled processor, in Germany. */
export function recordOf(header: Partial<RunHeader>, status: RunRecord['status']): RunRecord {
  const intervals = Array.from({ length: 20 }, (_, index) => intervalOf({ at: (index + 1) * 1000, joules: index + 1 }));
  const known = headerOf({
    sources: [
      { component: 'cpu', method: 'model', name: 'cpu-model', label: 'a CPU', band: { low: 0.5, high: 1.5 } },
      { component: 'memory', method: 'model', name: 'memory-model', label: '4 W', band: { low: 0.5, high: 2 } },
    ],
    intensity: {
      gramsPerKWh: 381,
      low: 300,
      high: 450,
      zone: 'DE',
      year: 2025,
      source: 'a table',
      basis: 'lifecycle',
      chosenBy: 'person',
    },
    ...header,
  });
  const state = { header: known, totals: intervals.reduce(addInterval, emptyTotals), gaps: [], end: null, lastAt: 0 };
  return buildRecord(state, status);
}
