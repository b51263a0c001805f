import assert from 'node:assert/strict';
import { buildRecord } from '../../src/runs/build-record';
import { intervalOfMean, pairedChange, type RunPair } from '../../src/runs/paired-change';
import type { RecordedProgress, RunRecord } from '../../src/runs/record';
import { addInterval, emptyTotals } from '../../src/runs/totals';
import { headerOf, intervalOf } from './support';

function run(wattHours: number, changes: Partial<RunRecord> = {}): RunRecord {
  return {
    ...buildRecord(
      {
        header: headerOf(),
        totals: addInterval(emptyTotals, intervalOf({ at: 1, joules: wattHours * 3600, seconds: 100 })),
        gaps: [],
        end: { at: 1, exitCode: 0, meterCpuSeconds: 0 },
        lastAt: 1,
      },
      'completed',
    ),
    ...changes,
  };
}

const reached = (value: number, done = 3): { progress: RecordedProgress } => ({
  progress: {
    ...{ unit: 'epoch', done, total: done, of: done, metric: 'accuracy', fits: 1 },
    metrics: { accuracy: value },
    best: { metric: 'accuracy', value, epoch: 2, seconds: 1, energyWh: 1 },
  },
});

const source = (name: string): RunRecord['sources'][number] => ({
  ...{ component: 'cpu', method: 'model', name, label: name, band: { low: 0.5, high: 2 } },
});

/** Numbers that look random and are the same each time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
}

const pairsOf = (ratios: readonly number[], before = reached(0.9), after = reached(0.9)): [RunPair, ...RunPair[]] =>
  ratios.map((ratio): RunPair => [run(10, before), run(10 * ratio, after)]) as [RunPair, ...RunPair[]];

describe('runs/paired-change', () => {
  it('gives the interval of the mean as a table of Student gives it', () => {
    // Five values with mean 3 and deviation √2.5: 2.776 × 1.5811 / √5.
    const { mean, reach } = intervalOfMean([1, 2, 3, 4, 5]);
    assert.equal(mean, 3);
    assert.ok(Math.abs(reach - 1.963) < 0.001, String(reach));
  });

  it('contains the true change in about 19 of 20 experiments', () => {
    const next = random(7);
    let [held, experiments] = [0, 0];
    for (; experiments < 600; experiments++) {
      const ratios = Array.from({ length: 5 }, () => 0.8 * Math.exp(0.08 * normal(next)));
      const { ratio } = pairedChange(pairsOf(ratios));
      assert.ok(ratio !== null && ratio.high !== null);
      if (ratio.low <= 0.8 && 0.8 <= ratio.high) held++;
    }
    // Three standard errors of a share of 0.95 are 0.027.
    assert.ok(held / experiments > 0.92 && held / experiments < 0.985, `${held} of ${experiments}`);
  });

  it('finds no change where there is none in about 19 of 20 experiments', () => {
    const next = random(11);
    let found = 0;
    for (let experiment = 0; experiment < 600; experiment++) {
      const { verdict } = pairedChange(pairsOf(Array.from({ length: 4 }, () => Math.exp(0.05 * normal(next)))));
      if (verdict !== 'cannot tell') found++;
    }
    assert.ok(found / 600 < 0.08, `${found} of 600`);
  });

  it('says the change in one line', () => {
    const change = pairedChange(pairsOf([0.6, 0.62, 0.64, 0.61, 0.63]));
    assert.equal(change.verdict, 'less');
    assert.match(change.text, /^~?−38 % ± 2(\.\d)? %, 5 pairs, accuracy equal$/);
    assert.match(pairedChange(pairsOf([0.9, 1.1, 1])).text, /^Cannot be told apart: .*3 pairs, accuracy equal$/);
  });

  it('counts less work as a saving only if the result is as good', () => {
    const fewer = pairsOf([0.5, 0.52, 0.51], reached(0.9, 20), reached(0.9, 8));
    assert.equal(pairedChange(fewer).verdict, 'less');
    assert.match(pairedChange(fewer).text, /accuracy equal, they did 20 epochs and 8 epochs$/);
    const worse = pairedChange(pairsOf([0.5, 0.52, 0.51], reached(0.9, 20), reached(0.7, 8)));
    assert.equal(worse.verdict, 'not the same work');
    assert.match(worse.text, /^Not the same work: .*accuracy worse \(0\.9 and 0\.7\)/);
    const failed = pairsOf([0.5, 0.52]).map(([a, b]): RunPair => [a, { ...b, exitCode: 1 }]);
    assert.equal(pairedChange(failed as [RunPair, ...RunPair[]]).verdict, 'not the same work');
  });

  it('lets the error of a model cancel only where both sides have the same', () => {
    const same = pairedChange(pairsOf([0.8, 0.8, 0.8]));
    const elsewhere = pairsOf([0.8, 0.8, 0.8]).map(
      ([a, b]): RunPair => [
        { ...a, sources: [source('one')] },
        {
          ...b,
          sources: [source('another')],
          energyWh: { ...b.energyWh, low: 4, high: 16 },
        },
      ],
    );
    const other = pairedChange(elsewhere as [RunPair, ...RunPair[]]);
    assert.equal(same.verdict, 'less');
    assert.equal(other.verdict, 'cannot tell');
  });

  it('uses the usual noise for a single pair, and says that more are needed', () => {
    const change = pairedChange(pairsOf([0.95]));
    assert.equal(change.verdict, 'cannot tell');
    assert.ok(change.assumed.some((sentence) => /Measure three pairs or more/.test(sentence)));
  });

  it('is null where the energy is unknown or counted differently', () => {
    const [pair] = pairsOf([0.5]);
    const machine: RunPair = [pair[0], { ...pair[1], scope: 'machine' }];
    assert.equal(pairedChange([machine, machine]).ratio, null);
    assert.match(pairedChange([machine]).text, /^The energies cannot be compared/);
  });
});
