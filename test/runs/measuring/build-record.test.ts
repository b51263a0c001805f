import assert from 'node:assert/strict';
import { buildRecord, type RunState } from '../../../src/runs/measuring/build-record';
import type { RunInterval } from '../../../src/runs/interval';
import type { RecordedIntensity } from '../../../src/runs/record';
import { addInterval, emptyTotals } from '../../../src/runs/totals';
import { headerOf, intervalOf } from '../support';

const intensity: RecordedIntensity = {
  gramsPerKWh: 400,
  low: 300,
  high: 600,
  zone: 'XX',
  year: 2025,
  source: 'a test',
  basis: 'lifecycle',
  chosenBy: 'person',
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
  it('never ends before it began, nor before the time that was measured is over, whoever sets the clock', () => {
    const at = (startedAt: number, end: number): string =>
      buildRecord(
        { ...stateOf({ startedAt }), end: { at: end, exitCode: 0, meterCpuSeconds: 0 }, lastAt: end },
        'completed',
      ).endedAt;
    assert.equal(at(3_600_000, 2000), '1970-01-01T01:00:02.000Z', 'set back by an hour');
    assert.equal(at(10_000, 11_500), '1970-01-01T00:00:11.500Z', 'half a second is what clocks drift by');
    assert.equal(at(0, 3_600_000), '1970-01-01T01:00:00.000Z', 'it slept');
    assert.equal(
      buildRecord({ ...stateOf({ startedAt: 60_000 }), end: null, lastAt: 1000 }, 'interrupted').endedAt,
      '1970-01-01T00:01:02.000Z',
    );
  });

  it('states energy in watt-hours, power as energy over time, and emissions with PUE once', () => {
    const record = buildRecord(stateOf({ intensity, pue: 1.5 }), 'completed');
    assert.equal(record.energyWh.total, 1000);
    assert.equal(record.averageWatts, 1_800_000);
    assert.deepEqual(record.emissionsGrams, { value: 600, low: 225, high: 1350 });
    assert.equal(record.exitCode, 3);
    assert.equal(record.endedAt, '1970-01-01T00:00:02.000Z');
  });

  it('widens the emissions by the limits of the PUE', () => {
    const record = buildRecord(stateOf({ intensity, pue: 1.2, pueLimits: { low: 1.1, high: 1.5 } }), 'completed');
    assert.deepEqual([record.pue, record.pueLow, record.pueHigh], [1.2, 1.1, 1.5]);
    const { value, low, high } = record.emissionsGrams ?? { value: NaN, low: NaN, high: NaN };
    for (const [figure, expected] of [
      [value, 480],
      [low, 165],
      [high, 1350],
    ] as const)
      assert.ok(Math.abs(figure - expected) < 1e-9, `${figure}`);
    const exact = buildRecord(stateOf({ pue: 1.2 }), 'completed');
    assert.deepEqual([exact.pueLow, exact.pueHigh], [1.2, 1.2]);
  });

  it('widens the upper limit by a gap from before any good reading, once later readings tell how much it can be', () => {
    const lost = {
      ...intervalOf({ at: 1000, joules: 0 }),
      gaps: [{ component: 'cpu' as const, reason: 'no reading before', seconds: 1, atMostJoules: null }],
    };
    const unknown = { cpu: null, gpu: null, memory: null, total: null, low: null, high: null };
    const first = { ...lost, run: unknown, machine: { ...unknown, idle: null } };
    const good = [1, 2].map((at) => intervalOf({ at: 1000 * (at + 1), joules: 3600 }));
    const recordOf = (intervals: readonly RunInterval[]) =>
      buildRecord({ ...stateOf(), totals: intervals.reduce(addInterval, emptyTotals) }, 'running');
    assert.equal(recordOf([first]).energyWh.high, null);
    // 2 Wh a second of the machine's CPU: twice that may have flowed in the lost second.
    const { energyWh, machineWh } = recordOf([first, ...good]);
    assert.deepEqual([energyWh.total, energyWh.low, energyWh.high], [2, 1, 3 + 4]);
    assert.equal(machineWh.high, 6 + 4);
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
      [
        record.energyWh.total,
        record.machineWh.idle,
        record.averageWatts,
        record.emissionsGrams,
        record.exitCode,
        record.meter.cpuSeconds,
      ],
      [null, null, null, null, null, null],
    );
    assert.equal(buildRecord(stateOf(), 'completed').emissionsGrams, null);
  });
});
