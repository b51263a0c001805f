import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildRecord } from '../../src/runs/build-record';
import { compareRuns, comparisonText } from '../../src/runs/compare';
import type { RecordedProgress, RunRecord } from '../../src/runs/record';
import { addInterval, emptyTotals } from '../../src/runs/totals';
import { headerOf, intervalOf } from './support';

const intensity = { gramsPerKWh: 400, low: 300, high: 600, zone: 'XX', year: 2025, source: 'a test', basis: 'lifecycle', chosenBy: 'person' } as const;

function run(wattHours: number | null, seconds: number, changes: Partial<RunRecord> = {}, header: Parameters<typeof headerOf>[0] = {}): RunRecord {
  const totals = wattHours === null ? { ...emptyTotals, seconds } : addInterval(emptyTotals, intervalOf({ at: 1, joules: wattHours * 3600, seconds }));
  return { ...buildRecord({ header: headerOf({ intensity, ...header }), totals, gaps: [], end: { at: 1, exitCode: 0, meterCpuSeconds: 0 }, lastAt: 1 }, 'completed'), ...changes };
}

const reached = (metric: string, value: number): { progress: RecordedProgress } => ({
  progress: { unit: 'epoch', done: 3, of: 3, fits: 1, metrics: { [metric]: value }, best: { metric, value, epoch: 2, seconds: 1, energyWh: 1 } },
});

describe('runs/compare', () => {
  it('says when faster did not mean less energy', () => {
    const { change, fasterWithoutSaving, sentences } = compareRuns(run(10, 100, { name: 'one GPU' }), run(13, 60, { name: 'four GPUs' }));
    assert.ok(Math.abs((change.energyPercent ?? 0) - 30) < 1e-9 && Math.abs((change.durationPercent ?? 0) + 40) < 1e-9);
    assert.equal(fasterWithoutSaving, true);
    assert.equal(sentences[0], 'Against one GPU, four GPUs took 40 % less time and used 30 % more energy.');
    assert.match(sentences[1]!, /^Faster did not mean less energy/);
  });

  it('does not say so where the faster run used less, or none was faster', () => {
    assert.equal(compareRuns(run(10, 100), run(6, 60)).fasterWithoutSaving, false);
    assert.equal(compareRuns(run(10, 100), run(20, 101)).fasterWithoutSaving, false);
    assert.deepEqual(compareRuns(run(10, 100), run(50, 102)).sentences, ['Against the first run, the second run took about the same time and used 5 times the energy.']);
  });

  it('compares the metric that both reached, in its direction', () => {
    const { metric, sentences } = compareRuns(run(1, 1, reached('val_loss', 0.41)), run(1, 1, reached('val_loss', 0.43)));
    assert.deepEqual(metric, { name: 'val_loss', first: 0.41, second: 0.43, better: 'first' });
    assert.ok(sentences.includes('val_loss reached 0.41 and 0.43, better in the first run.'));
    assert.equal(compareRuns(run(1, 1, reached('val_acc', 0.8)), run(1, 1, reached('val_acc', 0.9))).metric?.better, 'second');
    assert.equal(compareRuns(run(1, 1, reached('val_acc', 0.8)), run(1, 1)).metric, null);
  });

  it('compares no energy of different scopes and no emissions of different bases, and says why', () => {
    const scopes = compareRuns(run(1, 10), run(2, 5, {}, { scope: 'machine' }));
    assert.deepEqual([scopes.change.energyPercent, scopes.change.emissionsPercent, scopes.fasterWithoutSaving], [null, null, null]);
    assert.match(scopes.cautions.join(' '), /the whole machine, so their energy is not compared/);
    const bases = compareRuns(run(1, 1), run(1, 1, {}, { intensity: { ...intensity, basis: 'operational' } }));
    assert.equal(bases.change.emissionsPercent, null);
    assert.match(bases.cautions.join(' '), /different bases \(lifecycle and operational\)/);
  });

  it('takes the unknown for unknown', () => {
    const { change, fasterWithoutSaving, sentences } = compareRuns(run(null, 10), run(2, 5));
    assert.deepEqual([change.energyPercent, fasterWithoutSaving], [null, null]);
    assert.deepEqual(sentences, ['Against the first run, the second run took 50 % less time; their energy cannot be compared.']);
  });

  it('names what makes runs less comparable', () => {
    const { cautions } = compareRuns(run(1, 1, { name: 'a', status: 'interrupted' }), run(1, 1, { name: 'b', exitCode: 3, gaps: [{ from: '', to: '', seconds: 1, reason: 'x', component: 'cpu' }] }));
    assert.deepEqual(cautions, ['a was interrupted, so its figures are those up to then.', 'b ended with exit code 3.', 'b has gaps in its measurement.']);
  });

  it('tells the same of two runs in either order', () => {
    const amount = fc.double({ min: 0.01, max: 1000, noNaN: true });
    fc.assert(
      fc.property(amount, amount, amount, amount, (e1, t1, e2, t2) => {
        // Percentages are not symmetrical near the limit of what counts as a difference.
        fc.pre([e1 / e2, t1 / t2].every((ratio) => Math.abs(ratio - 1) < 0.04 || Math.abs(ratio - 1) > 0.06));
        assert.equal(compareRuns(run(e1, t1), run(e2, t2)).fasterWithoutSaving, compareRuns(run(e2, t2), run(e1, t1)).fasterWithoutSaving);
      }),
    );
  });

  it('prints a table', () => {
    const text = comparisonText(compareRuns(run(10, 100, { id: 'a' }), run(13, 60, { id: 'b' })));
    assert.match(text, /^Energy +10 Wh +13 Wh$/m);
    assert.match(text, /^Time +1 min 40 s +1 min$/m);
  });
});
