import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { MetricFamily } from '../../src/present/exposition';
import { buildRecord } from '../../src/runs/measuring/build-record';
import type { RecordedSource } from '../../src/runs/header';
import { RunMetrics } from '../../src/runs/metrics';
import type { RunRecord } from '../../src/runs/record';
import { addInterval, emptyTotals } from '../../src/runs/totals';
import { headerOf, intervalOf } from './support';

const source = (component: RecordedSource['component'], method: RecordedSource['method']): RecordedSource => ({
  component,
  method,
  name: `${component} ${method}`,
  label: component,
  band: { low: 0.9, high: 1.1 },
});

/** A run with 100 J each second. */
function recordOf(seconds: number, changes: Partial<RunRecord> = {}): RunRecord {
  const header = headerOf({
    id: 'r1',
    startedAt: 1_000_000,
    sources: [source('cpu', 'counter'), source('memory', 'model')],
    intensity: {
      gramsPerKWh: 360,
      low: 360,
      high: 360,
      zone: 'XX',
      year: 2025,
      source: 'a test',
      basis: 'lifecycle',
      chosenBy: 'person',
    },
  });
  const totals = Array.from({ length: seconds }, (_, second) =>
    intervalOf({ at: 1_000_000 + 1000 * (second + 1), joules: 100 }),
  ).reduce(addInterval, emptyTotals);
  const lastAt = 1_000_000 + 1000 * seconds;
  return { ...buildRecord({ header, totals, gaps: [], end: null, lastAt }, 'running'), ...changes };
}

/** Each sample as "name label label": its value, without the labels that all have. */
function samplesOf(families: readonly MetricFamily[]): Record<string, number> {
  return Object.fromEntries(
    families.flatMap(({ name, samples }) =>
      samples.map(({ labels, value }) => [
        [name.replace('green_ml_', ''), labels['component'], labels['method']]
          .filter((each) => each !== undefined)
          .join(' '),
        value,
      ]),
    ),
  );
}

describe('runs/metrics', () => {
  it('gives joules, grams and watts of a run, and of the machine', () => {
    const families = new RunMetrics('1.2.3').families(recordOf(10), 100);
    const samples = samplesOf(families);
    const rounded = Object.fromEntries(
      Object.entries(samples).map(([name, value]) => [name, Math.round(value * 1e6) / 1e6]),
    );
    assert.deepEqual(rounded, {
      run: 1,
      energy_joules: 1000,
      energy_low_joules: 500,
      energy_high_joules: 1500,
      'component_energy_joules cpu counter': 1000,
      'component_energy_joules memory model': 0,
      machine_energy_joules: 2000,
      machine_idle_energy_joules: 500,
      'machine_component_energy_joules cpu counter': 2000,
      'machine_component_energy_joules memory model': 0,
      power_watts: 100,
      emissions_grams: 0.1,
      emissions_low_grams: 0.05,
      emissions_high_grams: 0.15,
      measured_seconds: 10,
      gap_seconds: 0,
      run_start_timestamp_seconds: 1000,
    });
    assert.deepEqual(families[0]?.samples[0]?.labels, {
      run: 'r1',
      name: 'train.py',
      kind: 'command',
      scope: 'run',
      version: '1.2.3',
    });
    for (const { name, unit } of families) if (unit !== null) assert.ok(name.endsWith(`_${unit}`), name);
  });

  it('has no sample for what is unknown', () => {
    const unknown = { total: null, low: null, high: null, cpu: null, gpu: null, memory: null };
    const record = recordOf(10, { energyWh: unknown, machineWh: { ...unknown, idle: null }, emissionsGrams: null });
    assert.deepEqual(Object.keys(samplesOf(new RunMetrics('1').families(record, null))), [
      'run',
      'measured_seconds',
      'gap_seconds',
      'run_start_timestamp_seconds',
    ]);
  });

  it('gives the energy of the whole machine, which the record counts, and its only source', () => {
    const machineWh = { total: 2, low: 1.8, high: 2.2, cpu: null, gpu: null, memory: null, idle: null };
    const record = recordOf(10, { scope: 'machine', machineWh, sources: [source('system', 'sensor')] });
    const samples = samplesOf(new RunMetrics('1').families(record, null));
    assert.equal(samples['energy_joules'], 7200);
    assert.equal(samples['component_energy_joules system sensor'], 7200);
    assert.equal(samples['machine_component_energy_joules system sensor'], 7200);
  });

  it('says at the end when and how it ended, and no power', () => {
    const ended = recordOf(10, { status: 'completed', exitCode: 3, endedAt: '1970-01-01T00:16:50.500Z' });
    const samples = samplesOf(new RunMetrics('1').families(ended, null));
    assert.equal(samples['run_end_timestamp_seconds'], 1010.5);
    assert.equal(samples['run_exit_code'], 3);
    assert.equal(samples['power_watts'], undefined);
  });

  it('counts energy as found by the method in use, so that the parts add up', () => {
    const metrics = new RunMetrics('1');
    metrics.families(recordOf(4), null);
    const modelled = [source('cpu', 'counter'), source('cpu', 'model'), source('memory', 'model')];
    const samples = samplesOf(metrics.families(recordOf(10, { sources: modelled }), null));
    assert.ok(Math.abs((samples['component_energy_joules cpu counter'] ?? 0) - 400) < 1e-6);
    assert.ok(Math.abs((samples['component_energy_joules cpu model'] ?? 0) - 600) < 1e-6);
  });

  it('has counters that never fall, whatever a record says, and a bounded number of samples', () => {
    const figure = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: null });
    const energy = fc.record({
      total: figure,
      low: figure,
      high: figure,
      cpu: figure,
      gpu: figure,
      memory: figure,
      idle: figure,
    });
    const sources = fc.array(
      fc
        .tuple(
          fc.constantFrom('cpu', 'gpu', 'memory', 'system'),
          fc.constantFrom('counter', 'sensor', 'calibrated', 'model', 'assumed'),
        )
        .map(([component, method]) => source(component, method)),
    );
    const records = fc.array(fc.record({ energyWh: energy, machineWh: energy, sources }), { maxLength: 20 });
    fc.assert(
      fc.property(records, (changes) => {
        const metrics = new RunMetrics('1');
        const before = new Map<string, number>();
        for (const change of changes) {
          const families = metrics.families(recordOf(1, change), 1);
          const samples = families.flatMap((family) => family.samples.map((sample) => ({ family, sample })));
          assert.ok(samples.length <= 12 + 2 * 4 * 5 + 4, String(samples.length));
          for (const { family, sample } of samples) {
            const key = `${family.name} ${JSON.stringify(sample.labels)}`;
            if (family.type === 'counter') {
              assert.ok(sample.value >= (before.get(key) ?? 0), key);
              before.set(key, sample.value);
            }
          }
          assert.equal(
            new Set(samples.map(({ family, sample }) => `${family.name} ${JSON.stringify(sample.labels)}`)).size,
            samples.length,
          );
        }
      }),
    );
  });
});
