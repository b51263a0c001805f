import assert from 'node:assert/strict';
import { buildRecord } from '../../../src/runs/measuring/build-record';
import { intervalOfMean, pairedChange, type RunPair } from '../../../src/runs/compare/paired-change';
import type { RecordedProgress, RunRecord } from '../../../src/runs/record';
import { addInterval, emptyTotals } from '../../../src/runs/totals';
import { headerOf, intervalOf } from '../support';

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
    assert.match(worse.text, /^Not the same work: .*accuracy 0\.9 to 0\.7 \(worse\)/);
    const failed = pairsOf([0.5, 0.52]).map(([a, b]): RunPair => [a, { ...b, exitCode: 1 }]);
    assert.equal(pairedChange(failed as [RunPair, ...RunPair[]]).verdict, 'not the same work');
  });

  describe('metrics', () => {
    const printed = (results: Readonly<Record<string, number>>): Partial<RunRecord> => ({ results });
    const compared = (values: readonly (readonly [number, number])[], name = 'accuracy') =>
      pairedChange(
        values.map(
          ([before, after]): RunPair => [run(10, printed({ [name]: before })), run(6, printed({ [name]: after }))],
        ) as [RunPair, ...RunPair[]],
      );
    const verdictOf = (values: readonly (readonly [number, number])[], name?: string): string | undefined =>
      compared(values, name).metric?.verdict;

    it('are equal if they are identical, or as close as the pairs are apart', () => {
      assert.equal(verdictOf([[0.98, 0.98]]), 'equal');
      assert.equal(
        verdictOf([
          [0.98, 0.98],
          [0.97, 0.97],
        ]),
        'equal',
      );
      assert.equal(
        verdictOf([
          [0.981, 0.979],
          [0.978, 0.981],
          [0.98, 0.98],
        ]),
        'equal',
      );
      assert.match(
        compared([
          [0.98, 0.98],
          [0.97, 0.97],
        ]).text,
        /^~?−40 % ± \d+(\.\d)? %, 2 pairs, accuracy equal$/,
      );
    });

    it('are better or worse by the direction of their name if all pairs show it', () => {
      const worse = compared([
        [0.962, 0.951],
        [0.962, 0.951],
        [0.962, 0.951],
      ]);
      assert.match(worse.text, /3 pairs, accuracy 0\.962 to 0\.951 \(worse\)$/);
      assert.equal(
        verdictOf(
          [
            [0.951, 0.962],
            [0.952, 0.961],
            [0.951, 0.961],
          ],
          'test_f1',
        ),
        'better',
      );
      assert.equal(
        verdictOf(
          [
            [0.31, 0.35],
            [0.31, 0.35],
          ],
          'test_loss',
        ),
        'worse',
      );
      assert.equal(
        verdictOf(
          [
            [0.35, 0.31],
            [0.35, 0.31],
          ],
          'rmse',
        ),
        'better',
      );
      // A fixed seed shows a difference that is small but certain.
      assert.equal(
        verdictOf([
          [0.962, 0.96],
          [0.962, 0.96],
        ]),
        'worse',
      );
      // No program prints that many digits for a reason.
      assert.equal(
        verdictOf([
          [0.9621, 0.962],
          [0.9621, 0.962],
        ]),
        'equal',
      );
    });

    it('are not called equal if the pairs are too far apart to tell', () => {
      const open = compared([
        [0.9, 0.5],
        [0.9, 0.9],
      ]);
      assert.equal(open.metric?.verdict, 'cannot tell');
      assert.match(open.text, /accuracy cannot be told apart \(0\.9 and 0\.7\)$/);
    });

    it('name the one that says most, and others only if they are worse', () => {
      const before = { train_accuracy: 1, loss: 0.2, test_accuracy: 0.95, other: 1, f1: 0.9 };
      const after = { train_accuracy: 0.9, loss: 0.2, test_accuracy: 0.95, f1: 0.8, more: 1 };
      const both: RunPair = [run(10, printed(before)), run(6, printed(after))];
      const { metric, otherMetrics, text } = pairedChange([both, both]);
      assert.equal(metric?.name, 'test_accuracy');
      assert.deepEqual(
        otherMetrics.map(({ name, verdict }) => `${name} ${verdict}`),
        ['f1 worse', 'loss equal', 'train_accuracy worse'],
      );
      assert.match(text, /test_accuracy equal, f1 0\.9 to 0\.8 \(worse\), train_accuracy 1 to 0\.9 \(worse\)$/);
    });

    it('of the progress count if the runs have no common results', () => {
      const pairs = pairsOf([0.6, 0.6]).map(([a, b]): RunPair => [{ ...a, results: { f1: 1 } }, b]);
      assert.match(pairedChange(pairs as [RunPair, ...RunPair[]]).text, /accuracy equal$/);
    });

    it('that got worse make less work no saving', () => {
      const [first] = pairsOf([0.5], reached(0.9, 20), reached(0.9, 8));
      const pair: RunPair = [
        { ...first[0], results: { accuracy: 0.9, f1: 0.9 } },
        { ...first[1], results: { accuracy: 0.9, f1: 0.5 } },
      ];
      assert.equal(pairedChange([pair, pair]).verdict, 'not the same work');
    });
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
