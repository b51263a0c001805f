import assert from 'node:assert/strict';
import { buildRecord } from '../../src/runs/measuring/build-record';
import type { RecordedIntensity, RunRecord } from '../../src/runs/record';
import { statementFacts } from '../../src/present/report/statement-facts';
import { summarise } from '../../src/runs/summary';
import { addInterval, emptyTotals } from '../../src/runs/totals';
import { headerOf, intervalOf } from './support';

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

function recordOf(
  startedAt: number,
  joules: number | null,
  changes: Parameters<typeof headerOf>[0] = {},
  status: RunRecord['status'] = 'completed',
): RunRecord {
  const totals =
    joules === null
      ? emptyTotals
      : addInterval(emptyTotals, intervalOf({ at: startedAt + 60_000, joules, seconds: 60 }));
  return buildRecord(
    {
      header: headerOf({ id: `r${startedAt}`, startedAt, intensity, ...changes }),
      totals,
      gaps: [],
      end: null,
      lastAt: startedAt + 60_000,
    },
    status,
  );
}

const day = (date: number): number => new Date(2026, 10, date, 12).getTime();

describe('runs/summary', () => {
  it('adds up the runs that have ended, with their limits, in order of time', () => {
    const summary = summarise([recordOf(day(21), 7200), recordOf(day(3), 3600), recordOf(day(22), 9e9, {}, 'running')]);
    assert.deepEqual(
      summary.runs.map(({ id }) => id),
      [`r${day(3)}`, `r${day(21)}`],
    );
    assert.deepEqual(summary.energy, {
      total: { value: 3, low: 1.5, high: 4.5 },
      cpu: 3,
      gpu: 0,
      memory: 0,
      rest: null,
    });
    assert.equal(summary.seconds, 120);
    const emissions = summary.emissions[0]!;
    assert.equal(emissions.basis, 'lifecycle');
    assert.ok(Math.abs(emissions.grams.value - 1.2) < 1e-9);
    const facts = statementFacts(summary, '1.0.0');
    assert.deepEqual(
      [facts.firstDay, facts.lastDay, facts.runs, facts.scopes],
      ['2026-11-03', '2026-11-21', 2, { run: 2, machine: 0, elsewhere: 0, boundaries: [], leavesOutIdle: true }],
    );
  });

  it('names the computers, each once, with what the figures cover', () => {
    const hardware = { id: 'x', cpu: 'AMD EPYC 9654', cpuCount: 96, memoryGigabytes: 383.6 };
    const band = { low: 1, high: 1 };
    const gpu = (name: string) =>
      ({
        component: 'gpu',
        method: 'sensor',
        name,
        label: 'NVIDIA H100 80GB HBM3, whose sensor measures only part of the time (nvidia-smi)',
        band,
      }) as const;
    const sources = [
      gpu('GPU-1'),
      gpu('GPU-2'),
      { component: 'cpu', method: 'model', name: 'cpu-model', label: 'x', band } as const,
    ];
    const facts = statementFacts(
      summarise([
        recordOf(day(1), 1, { hardware, sources }),
        recordOf(day(2), 1, { hardware, sources }),
        recordOf(day(3), 1),
      ]),
      '1',
    );
    assert.deepEqual(facts.hardware, [
      'AMD EPYC 9654 (96 logical processors, 384 GB of memory) with 2 × NVIDIA H100 80GB HBM3',
    ]);
    assert.deepEqual(facts.covered, ['CPU', 'GPU']);
    assert.deepEqual(statementFacts(summarise([recordOf(day(3), 1)]), '1').hardware, []);
    // An own instance: the chip that macmon reads is the processor's, no card beside it.
    const apple = { ...hardware, cpu: 'Apple M2', cpuCount: 1, memoryGigabytes: null };
    assert.deepEqual(
      statementFacts(
        summarise([
          recordOf(day(1), 1, {
            hardware: apple,
            sources: [{ ...gpu('macmon-gpu'), label: 'Apple M2, graphics of the chip (macmon)' }],
          }),
        ]),
        '1',
      ).hardware,
      ['Apple M2 (1 logical processor)'],
    );
    const core = { ...gpu('mill-stone'), label: 'mill stone', inProcessor: true };
    assert.deepEqual(statementFacts(summarise([recordOf(day(1), 1, { hardware, sources: [core] })]), '1').hardware, [
      'AMD EPYC 9654 (96 logical processors, 384 GB of memory)',
    ]);
  });

  it('counts the machine where a run does, and the unknown as unknown', () => {
    const summary = summarise([recordOf(day(3), 3600, { scope: 'machine' }), recordOf(day(4), null)]);
    assert.equal(summary.energy.total?.value, 2);
    assert.deepEqual([summary.runsWithoutEnergy, summary.runsWithoutEmissions], [1, 1]);
    assert.equal(summarise([recordOf(day(4), null)]).energy.total, null);
  });

  it('keeps emissions of different bases apart, and names each intensity and PUE once', () => {
    const summary = summarise([
      recordOf(day(1), 3600),
      recordOf(day(2), 3600, { pue: 1.2, pueLimits: { low: 1.1, high: 1.3 } }),
      recordOf(day(3), 3600, { intensity: { ...intensity, basis: 'operational' } }),
    ]);
    assert.deepEqual(
      summary.emissions.map(({ basis }) => basis),
      ['lifecycle', 'operational'],
    );
    assert.equal(summary.intensities.length, 2);
    const set = { ...intensity, chosenBy: 'project file', file: 'pyproject.toml' } as const;
    assert.equal(
      summarise([recordOf(day(1), 3600), recordOf(day(2), 3600, { intensity: set })]).intensities.length,
      1,
      'whoever named the place',
    );
    assert.deepEqual(summary.pues, [
      { value: 1, low: 1, high: 1 },
      { value: 1.2, low: 1.1, high: 1.3 },
    ]);
  });
});
