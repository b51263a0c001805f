import assert from 'node:assert/strict';
import { buildRecord, type RunState } from '../../src/runs/build-record';
import type { RecordedIntensity } from '../../src/runs/record';
import { addInterval, emptyTotals } from '../../src/runs/totals';
import { headerOf, intervalOf } from './support';

const intensity: RecordedIntensity = {
  gramsPerKWh: 400, low: 300, high: 600, zone: 'XX', year: 2025, source: 'a test', basis: 'lifecycle', chosenBy: 'person',
};

function stateOf(changes: Parameters<typeof headerOf>[0] = {}): RunState {
  return {
    header: headerOf(changes),
    totals: [1, 2].map((at) => intervalOf({ at, joules: 1_800_000 })).reduce(addInterval, emptyTotals),
    gaps: [],
    end: { at: 2000, exitCode: 3, meterCpuSeconds: 0.01 },
    lastAt: 2000,
  };
}

describe('runs/build-record', () => {
  it('states energy in watt-hours, power as energy over time, and emissions with PUE once', () => {
    const record = buildRecord(stateOf({ intensity, pue: 1.5 }), 'completed');
    assert.equal(record.energyWh.total, 1000);
    assert.equal(record.averageWatts, 1_800_000);
    assert.deepEqual(record.emissionsGrams, { value: 600, low: 225, high: 1350 });
    assert.equal(record.exitCode, 3);
    assert.equal(record.endedAt, '1970-01-01T00:00:02.000Z');
  });

  it('counts the machine where that is the scope', () => {
    const record = buildRecord(stateOf({ intensity, scope: 'machine' }), 'completed');
    assert.equal(record.emissionsGrams?.value, 800);
    assert.equal(record.averageWatts, 3_600_000);
    assert.equal(record.energyWh.total, 1000);
  });

  it('keeps the unknown unknown', () => {
    const record = buildRecord({ ...stateOf({ intensity }), totals: emptyTotals, end: null }, 'interrupted');
    assert.deepEqual(
      [record.energyWh.total, record.machineWh.idle, record.averageWatts, record.emissionsGrams, record.exitCode, record.meter.cpuSeconds],
      [null, null, null, null, null, null],
    );
    assert.equal(buildRecord(stateOf(), 'completed').emissionsGrams, null);
  });
});
