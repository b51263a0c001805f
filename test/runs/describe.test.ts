import assert from 'node:assert/strict';
import { buildRecord } from '../../src/runs/measuring/build-record';
import {
  describeRun,
  gridInWords,
  headline,
  headlineInWords,
  howItEnded,
  machineParts,
  recentWatts,
  summaryLine,
} from '../../src/runs/describe';
import type { RecordedSource } from '../../src/runs/header';
import { addInterval, emptyTotals } from '../../src/runs/totals';
import { headerOf, intervalOf } from './support';

const counter: RecordedSource = {
  component: 'cpu',
  method: 'counter',
  name: 'intel-rapl:0',
  label: 'RAPL package',
  band: { low: 0.95, high: 1.05 },
};
const model: RecordedSource = {
  component: 'memory',
  method: 'model',
  name: 'memory-model',
  label: '0.3725 W/GB',
  band: { low: 0.5, high: 2 },
};

function recordOf(changes: Parameters<typeof headerOf>[0] = {}) {
  const totals = addInterval(emptyTotals, intervalOf({ at: 60_000, joules: 3600, seconds: 60 }));
  return buildRecord(
    { header: headerOf({ sources: [counter], ...changes }), totals, gaps: [], end: null, lastAt: 60_000 },
    'running',
  );
}

describe('runs/describe', () => {
  const intensity = {
    gramsPerKWh: 381.4,
    low: 300,
    high: 400,
    zone: 'DE',
    year: 2025,
    source: 'Some Source',
    basis: 'lifecycle',
    chosenBy: 'guess',
  } as const;

  it('puts power, energy and emissions into one short line, with ~ before what is modelled', () => {
    assert.equal(headline(recordOf({ intensity })), '60 W · 1 Wh · 0.4 g');
    assert.equal(headline(recordOf({ intensity, sources: [counter, model] }), 41.4), '~41 W · ~1 Wh · ~0.4 g');
    assert.equal(headline(recordOf()), '60 W · 1 Wh');
  });

  it('shows the unknown as a dash, never as 0', () => {
    const unknown = buildRecord({ header: headerOf(), totals: emptyTotals, gaps: [], end: null, lastAt: 0 }, 'running');
    assert.equal(headline(unknown), '– W · – Wh');
    assert.match(headlineInWords(unknown), /power unknown, energy unknown, emissions unknown/);
  });

  it('takes the memory alone for no figure of a run whose processor could not be read at all', () => {
    const record = recordOf({ intensity });
    const gap = {
      component: 'cpu',
      reason: 'counter reset',
      from: record.startedAt,
      to: record.endedAt,
      seconds: 60,
    } as const;
    const lost = { ...record, energyWh: { ...record.energyWh, cpu: null, memory: 0.001, total: 0.001 }, gaps: [gap] };
    assert.equal(headline(lost, 0.1), '– W · – Wh');
    assert.match(headlineInWords(lost, 0.1), /power unknown, energy unknown, emissions unknown/);
    assert.match(summaryLine(lost), /could not be measured and are left out/);
    // A gap in a part of the time leaves a figure of the rest.
    assert.equal(headline({ ...record, gaps: [gap] }), '60 W · 1 Wh · 0.4 g');
  });

  it('names all parts of what the machine used, so that they add up', () => {
    const interval = intervalOf({ at: 60_000, joules: 360, seconds: 60 });
    const machine = { ...interval.machine, total: 3600, idle: 1800, low: 3600, high: 3600 };
    const of = (gaps: Parameters<typeof buildRecord>[0]['gaps']): ReturnType<typeof machineParts> => {
      const totals = addInterval(emptyTotals, { ...interval, machine });
      return machineParts(
        buildRecord({ header: headerOf({ sources: [counter] }), totals, gaps, end: null, lastAt: 60_000 }, 'running'),
      );
    };
    const { total, parts } = of([]);
    assert.match(parts ?? '', /^[\d.]+ m?Wh idle \+ [\d.]+ m?Wh this run \+ [\d.]+ m?Wh other programs$/);
    const values = (parts ?? '').match(/[\d.]+(?= m?Wh)/g)?.map(Number) ?? [];
    assert.equal(
      values.reduce((sum, each) => sum + each, 0),
      Number.parseFloat(total),
    );
    assert.equal(machineParts(recordOf()).parts?.includes('other programs'), true);
  });

  it('says it in words for a screen reader', () => {
    assert.equal(
      headlineInWords(recordOf({ intensity, sources: [model] })),
      'train.py: about 60 watts, about 1 watt-hours, about 0.4 grams of CO2 equivalent',
    );
  });

  it('tells band, sources, grid year and that the place is a guess', () => {
    const line = summaryLine(recordOf({ intensity, sources: [counter, model] }));
    assert.match(line, /0\.5 to 1\.5 Wh/);
    assert.match(line, /CPU measured \(energy counter\), memory modelled/);
    assert.match(line, /381 g\/kWh \(DE, 2025, lifecycle, guessed from the time zone\)/);
  });

  it('names the file of the project that set the place or the PUE, once where it set both', () => {
    const file = '../pyproject.toml';
    const set = { ...intensity, chosenBy: 'project file', file } as const;
    const from = { by: 'project file', file } as const;
    const given = { ...intensity, gramsPerKWh: 44, zone: null, year: null, basis: 'given' } as const;
    const grid = (changes: Parameters<typeof headerOf>[0]): string => gridInWords(recordOf(changes));
    assert.equal(
      grid({ intensity: set, pue: 1.2, pueFrom: from }),
      '381 g/kWh (DE, 2025, lifecycle, PUE 1.2, set in ../pyproject.toml)',
    );
    assert.equal(
      grid({ intensity: set, pue: 1.2, pueFrom: { by: 'person' } }),
      '381 g/kWh (DE, 2025, lifecycle, set in ../pyproject.toml, PUE 1.2)',
    );
    assert.equal(
      grid({ intensity, pue: 1, pueFrom: from }),
      '381 g/kWh (DE, 2025, lifecycle, guessed from the time zone, PUE 1 set in ../pyproject.toml)',
    );
    assert.equal(
      grid({ intensity: { ...given, chosenBy: 'project file', file }, pueFrom: null }),
      '44 g/kWh (set in ../pyproject.toml)',
    );
    assert.equal(grid({ intensity: { ...given, chosenBy: 'person' }, pue: 1.3 }), '44 g/kWh (as given, PUE 1.3)');
  });

  it('tells a place that nobody knows from one that the time zone suggested', () => {
    const world = { ...intensity, zone: null, source: 'world' };
    // Records of earlier versions call both a guess.
    for (const chosenBy of ['none', 'guess'] as const) {
      const line = summaryLine(recordOf({ intensity: { ...world, chosenBy } }));
      assert.match(line, /381 g\/kWh \(2025, lifecycle, place unknown, world average\)/);
      assert.doesNotMatch(line + describeRun(recordOf({ intensity: { ...world, chosenBy } })), /guess/);
    }
    for (const chosenBy of ['person', 'setting'] as const)
      assert.doesNotMatch(summaryLine(recordOf({ intensity: { ...intensity, chosenBy } })), /guess|unknown/);
  });

  it('says in the line at the end how much of the run could not be measured, and of what', () => {
    const gap = (component: 'cpu' | 'gpu' | 'system', to: number, seconds: number) => ({
      from: '',
      to: new Date(to * 1000).toISOString(),
      seconds,
      reason: 'x',
      component,
    });
    const line = (...gaps: ReturnType<typeof gap>[]): string => summaryLine({ ...recordOf(), gaps });
    assert.match(
      line(gap('system', 9, 5.5)),
      /\(0\.5 to 1\.5 Wh\); 5\.5 s could not be measured and are left out; CPU/,
    );
    assert.match(line(gap('gpu', 9, 5.5)), /; 5\.5 s of the GPU could not be measured/);
    // Two parts at one time are one time.
    assert.match(line(gap('gpu', 9, 5), gap('cpu', 10, 5)), /; 6 s of the GPU and CPU could not be measured/);
    assert.doesNotMatch(line(), /could not be measured/);
  });

  it('says of a GPU that does not say whose work it did that it is shared', () => {
    const gpu: RecordedSource = {
      component: 'gpu',
      method: 'sensor',
      name: 'GPU-1',
      label: 'NVIDIA L4',
      band: { low: 0.9, high: 1.1 },
      shared: true,
    };
    assert.match(summaryLine(recordOf({ sources: [counter, gpu] })), /GPU \(shared\) measured \(power sensor\)/);
    assert.match(
      describeRun(recordOf({ sources: [counter, gpu] })),
      /NVIDIA L4 .*, shared: it does not report who uses it/,
    );
    assert.doesNotMatch(summaryLine(recordOf({ scope: 'machine', sources: [gpu] })), /shared/);
  });

  it("lists every source with its band, and the meter's own cost", () => {
    const text = describeRun(
      recordOf({
        intensity,
        sources: [counter, model],
        missing: [{ component: 'gpu', reason: 'it gave no answer' }],
        notes: ['A note.'],
      }),
    );
    for (const part of [
      '×0.95 to ×1.05',
      '×0.5 to ×2',
      'GPU: unknown, it gave no answer',
      'The meter itself',
      'Note: A note.',
      'Some Source',
    ]) {
      assert.ok(text.includes(part), `${part} is missing in:\n${text}`);
    }
  });

  it('takes recent power from energy over time of what is known', () => {
    assert.equal(
      recentWatts([
        { joules: 10, seconds: 1 },
        { joules: null, seconds: 5 },
        { joules: 50, seconds: 2 },
      ]),
      20,
    );
    assert.equal(recentWatts([{ joules: null, seconds: 1 }]), null);
    assert.equal(recentWatts([]), null);
  });
});

describe('how a run ended', () => {
  const ended = (changes: Partial<Parameters<typeof howItEnded>[0]>): ReturnType<typeof howItEnded> =>
    howItEnded({ status: 'completed', exitCode: 0, stoppedBy: null, ...changes });

  it('is said where it did not simply end, and is a failure only where it was not asked for', () => {
    assert.equal(ended({}), null);
    assert.equal(ended({ exitCode: null }), null);
    assert.equal(ended({ status: 'running', exitCode: null }), null);
    assert.deepEqual(ended({ exitCode: 1 }), { text: 'exit code 1', isFailure: true });
    assert.deepEqual(ended({ exitCode: 247, stoppedBy: 'person' }), { text: 'stopped by you', isFailure: false });
    assert.deepEqual(ended({ exitCode: 130, stoppedBy: 'budget' }), {
      text: 'stopped at its budget',
      isFailure: false,
    });
    assert.deepEqual(ended({ exitCode: 130 }), { text: 'stopped with Ctrl+C', isFailure: false });
    assert.deepEqual(ended({ status: 'interrupted', exitCode: null }), { text: 'interrupted', isFailure: false });
  });
});
