import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildRecord } from '../../../src/runs/measuring/build-record';
import { comparisonMarkdown, compareRuns, comparisonText } from '../../../src/runs/compare/compare';
import type { RecordedProgress, RunRecord } from '../../../src/runs/record';
import { addInterval, emptyTotals } from '../../../src/runs/totals';
import { headerOf, intervalOf } from '../support';

const intensity = {
  gramsPerKWh: 400,
  low: 300,
  high: 600,
  zone: 'XX',
  year: 2025,
  source: 'a test',
  basis: 'lifecycle',
  chosenBy: 'person',
} as const;

function run(
  wattHours: number | null,
  seconds: number,
  changes: Partial<RunRecord> = {},
  header: Parameters<typeof headerOf>[0] = {},
): RunRecord {
  const totals =
    wattHours === null
      ? { ...emptyTotals, seconds }
      : addInterval(emptyTotals, intervalOf({ at: 1, joules: wattHours * 3600, seconds }));
  return {
    ...buildRecord(
      {
        header: headerOf({ intensity, ...header }),
        totals,
        gaps: [],
        end: { at: 1, exitCode: 0, meterCpuSeconds: 0 },
        lastAt: 1,
      },
      'completed',
    ),
    ...changes,
  };
}

const reached = (metric: string, value: number): { progress: RecordedProgress } => ({
  progress: {
    unit: 'epoch',
    done: 3,
    total: 3,
    of: 3,
    metric,
    fits: 1,
    metrics: { [metric]: value },
    best: { metric, value, epoch: 2, seconds: 1, energyWh: 1 },
  },
});

describe('runs/compare', () => {
  it('says when faster did not mean less energy', () => {
    const { change, fasterWithoutSaving, sentences } = compareRuns(
      run(10, 100, { name: 'one GPU' }),
      run(13, 60, { name: 'four GPUs' }),
    );
    assert.ok(Math.abs((change.energyPercent ?? 0) - 30) < 1e-9 && Math.abs((change.durationPercent ?? 0) + 40) < 1e-9);
    assert.equal(fasterWithoutSaving, true);
    assert.equal(sentences[0], 'Against one GPU, four GPUs took 40 % less time and used 30 % more energy.');
    assert.match(sentences[1]!, /^Faster did not mean less energy/);
  });

  it('has a title that says what tells the runs apart, and a name that both have once', () => {
    const titleOf = (first: RunRecord, second: RunRecord): string | undefined =>
      comparisonMarkdown(compareRuns(first, second)).split('\n')[0];
    assert.match(titleOf(run(10, 100), run(13, 60)) ?? '', /^# train\\?\.py: \S+ \S+ and \S+ \S+$/);
    assert.equal(titleOf(run(10, 100, { name: 'a' }), run(13, 60, { name: 'b' })), '# a and b');
  });

  it('does not say so where the faster run used less, or none was faster', () => {
    assert.equal(compareRuns(run(10, 100), run(6, 60)).fasterWithoutSaving, false);
    assert.equal(compareRuns(run(10, 100), run(20, 101)).fasterWithoutSaving, false);
    assert.deepEqual(compareRuns(run(10, 100), run(50, 102)).sentences, [
      'Against the first run, the second run took about the same time and used 5 times the energy.',
    ]);
  });

  it('compares the metric that both reached, in its direction', () => {
    const { metric, sentences } = compareRuns(
      run(1, 1, reached('val_loss', 0.41)),
      run(1, 1, reached('val_loss', 0.43)),
    );
    assert.deepEqual(metric, { name: 'val_loss', first: 0.41, second: 0.43, better: 'first' });
    assert.ok(sentences.includes('val_loss reached 0.41 and 0.43, better in the first run.'));
    assert.equal(
      compareRuns(run(1, 1, reached('val_acc', 0.8)), run(1, 1, reached('val_acc', 0.9))).metric?.better,
      'second',
    );
    assert.equal(compareRuns(run(1, 1, reached('val_acc', 0.8)), run(1, 1)).metric, null);
  });

  it('calls no metric better that another seed would change as much, nor one that is no number', () => {
    for (const [name, a, b] of [
      ['val_acc', 0.9501, 0.9502],
      ['val_loss', 0.41, 0.4101],
      ['val_loss', -2.001, -2.002],
    ] as const) {
      const { metric, sentences } = compareRuns(run(1, 1, reached(name, a)), run(1, 1, reached(name, b)));
      assert.equal(metric?.better, null);
      assert.match(sentences.at(-1)!, /too close to call\.$/);
    }
    assert.equal(
      compareRuns(run(1, 1, reached('val_acc', 0.99)), run(1, 1, reached('val_acc', 0.996))).metric?.better,
      'second',
    );
    const alike = compareRuns(run(1, 1, reached('loss', 0.4)), run(1, 1, reached('loss', 0.4)));
    assert.equal(alike.sentences.at(-1), 'loss reached 0.4 in both.');
    const broken = compareRuns(run(1, 1, reached('loss', NaN)), run(1, 1, reached('loss', 1)));
    assert.equal(broken.metric?.better, null);
    assert.doesNotMatch(broken.sentences.join(' '), /better/);
  });

  it('compares no energy of different scopes and no emissions of different bases, and says why', () => {
    const scopes = compareRuns(run(1, 10), run(2, 5, {}, { scope: 'machine' }));
    assert.deepEqual(
      [scopes.change.energyPercent, scopes.change.emissionsPercent, scopes.fasterWithoutSaving],
      [null, null, null],
    );
    assert.match(scopes.cautions.join(' '), /the whole machine, so their energy is not compared/);
    const bases = compareRuns(run(1, 1), run(1, 1, {}, { intensity: { ...intensity, basis: 'operational' } }));
    assert.equal(bases.change.emissionsPercent, null);
    assert.match(bases.cautions.join(' '), /different bases \(lifecycle and operational\)/);
  });

  it('takes the unknown for unknown', () => {
    const { change, fasterWithoutSaving, sentences } = compareRuns(run(null, 10), run(2, 5));
    assert.deepEqual([change.energyPercent, fasterWithoutSaving], [null, null]);
    assert.deepEqual(sentences, [
      'Against the first run, the second run took 50 % less time; their energy cannot be compared.',
    ]);
  });

  it('names what makes runs less comparable', () => {
    const { cautions } = compareRuns(
      run(1, 1, { name: 'a', status: 'interrupted' }),
      run(1, 1, { name: 'b', exitCode: 3, gaps: [{ from: '', to: '', seconds: 1, reason: 'x', component: 'cpu' }] }),
    );
    assert.deepEqual(cautions, [
      'a was interrupted, so its figures end there.',
      'b ended with exit code 3.',
      'b has gaps in its measurement.',
    ]);
  });

  describe('whether two runs can be told apart', () => {
    const loop = [100, 104, 108, 113, 117, 120].map((wattHours, index) =>
      run(wattHours, wattHours, { id: `loop-${index}` }),
    );

    it('does not tell runs of one fixed loop apart, by its repetitions', () => {
      const { verdict, ratio, noise, sentences, certainty } = compareRuns(loop[0]!, loop[5]!, loop);
      assert.deepEqual([verdict, noise.repetitions], ['cannot tell', 6]);
      assert.ok(
        ratio !== null && Math.abs(ratio.value - 1.2) < 1e-9 && ratio.low < 1 && ratio.high! > 1.2,
        JSON.stringify(ratio),
      );
      assert.match(
        sentences[0]!,
        /took 20 % more time \(no more than repeated runs differ\); their energy is too close to call \(the figures differ by 20 %\)\.$/,
      );
      assert.match(certainty.join(' '), /in 6 recorded repetitions, single runs differ by a factor of up to 1\.\d+/);
    });

    it('does not tell them apart without repetitions either, and says what would help', () => {
      const { verdict, noise, certainty } = compareRuns(loop[0]!, loop[5]!);
      assert.deepEqual([verdict, noise.repetitions], ['cannot tell', 0]);
      assert.match(certainty.join(' '), /record each three times or more/);
    });

    it('tells small differences apart on a machine whose repetitions agree', () => {
      const steady = [100, 100.5, 101, 99.5].map((wattHours, index) => run(wattHours, 60, { id: `steady-${index}` }));
      const other = run(112, 60, { id: 'other', command: ['python3', 'train.py', '--compile'] });
      assert.equal(compareRuns(steady[0]!, other, steady).verdict, 'more');
      assert.equal(compareRuns(other, steady[0]!, steady).verdict, 'less');
      assert.match(
        compareRuns(steady[0]!, other, steady).certainty[0]!,
        /^It is unknown whether they did the same work: their commands differ\.$/,
      );
      // Runs of another program, of another machine, or that failed, are no repetitions.
      for (const change of [
        { command: ['python3', 'other.py'] },
        { exitCode: 1 },
        { hardware: { id: 'elsewhere', cpu: null, cpuCount: null, memoryGigabytes: null } },
      ]) {
        const strangers = steady.map((each) => ({ ...each, ...change }));
        const here = { ...steady[0]!, hardware: { id: 'here', cpu: null, cpuCount: null, memoryGigabytes: null } };
        assert.equal(compareRuns(here, other, strangers).noise.repetitions, 0);
      }
    });

    it('knows the ratio of two modelled runs of one machine better than each of them, and says so', () => {
      const model = {
        sources: [{ component: 'cpu', method: 'model', name: 'cpu-model', label: 'x', band: { low: 0.2, high: 6 } }],
      } as const;
      const pair = [run(10, 100, { id: 'a' }, model), run(20, 200, { id: 'b' }, model)] as const;
      const shared = compareRuns(...pair);
      assert.equal(shared.verdict, 'more');
      assert.match(
        shared.certainty[0]!,
        /^The ratio of their energies is 2 \(1\.\d+ to 2\.\d+\)\. Both use the same sources on the same machine/,
      );
      // On two machines both limits count: half to one and a half times each.
      const elsewhere = { ...pair[1], hardware: { id: 'b', cpu: null, cpuCount: null, memoryGigabytes: null } };
      const apart = compareRuns(
        { ...pair[0], hardware: { id: 'a', cpu: null, cpuCount: null, memoryGigabytes: null } },
        elsewhere,
      );
      assert.equal(apart.verdict, 'cannot tell');
      assert.ok(apart.ratio!.low < 2 / 3 && apart.ratio!.high! > 6);
      assert.match(apart.certainty[0]!, /different sources or machines/);
      // A modelled run that loads the machine eight times as much is not so well known: 30 % more energy is not told.
      assert.equal(
        compareRuns(run(10, 800, { id: 'a' }, model), run(13, 100, { id: 'b' }, model)).verdict,
        'cannot tell',
      );
      assert.equal(compareRuns(run(10, 800, { id: 'a' }), run(13, 100, { id: 'b' })).verdict, 'more');
    });

    it('takes what a gap may have held for unknown', () => {
      const gap = { from: '', to: '1970-01-01T00:00:30.000Z', seconds: 30, reason: 'x', component: 'cpu' } as const;
      assert.equal(compareRuns(run(10, 60), run(6, 60, { gaps: [gap] })).verdict, 'cannot tell');
      assert.equal(compareRuns(run(10, 60), run(6, 60)).verdict, 'less');
      // Nothing but a gap: no upper limit is known, and JSON has no infinity.
      assert.equal(
        compareRuns(run(10, 60), run(6, 60, { gaps: [{ ...gap, to: '1970-01-01T00:01:00.000Z', seconds: 60 }] })).ratio
          ?.high,
        null,
      );
    });

    it('holds the truth for noise of any size, in 19 of 20 pairs', () => {
      // Runs of one program with a known ratio to another one; a fixed sequence of numbers, so the share is always the same.
      let seed = 1;
      const uniform = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
      const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
      for (const deviation of [0.02, 0.06, 0.15]) {
        let held = 0;
        for (let trial = 0; trial < 400; trial += 1) {
          const repeat = (name: string, mean: number): RunRecord[] =>
            Array.from({ length: 4 }, (_, index) =>
              run(mean * Math.exp(deviation * normal()), 60, { id: `${name}-${index}`, command: ['python3', name] }),
            );
          const [first, second] = [repeat('a.py', 100), repeat('b.py', 130)];
          const { ratio } = compareRuns(first[0]!, second[0]!, [...first, ...second]);
          if (ratio!.low <= 1.3 && 1.3 <= ratio!.high!) held += 1;
        }
        assert.ok(held >= 0.92 * 400 && held <= 0.99 * 400, `${held} of 400 at ${deviation}`);
      }
    });
  });

  describe('whether two runs did the same work', () => {
    const epochs = (
      done: number,
      of = 20,
      unit: RecordedProgress['unit'] = 'epoch',
      fits = 1,
    ): { progress: RecordedProgress } => ({
      progress: { unit, done, total: of, of, metric: null, fits, metrics: {}, best: null },
    });
    const answer = (first: RunRecord, second: RunRecord) => compareRuns(first, second).work.answer;

    it('says no of a run of 20 epochs and one stopped after 10, and gives the energy of an epoch', () => {
      const whole = run(0.028, 119, { name: 'whole', ...epochs(20) });
      const stopped = run(0.032, 100, { name: 'stopped', exitCode: 130, ...epochs(10) });
      const { verdict, fasterWithoutSaving, perUnit, sentences } = compareRuns(whole, stopped);
      assert.deepEqual(
        [verdict, fasterWithoutSaving, perUnit?.verdict, perUnit?.counts],
        ['not the same work', null, 'more', [20, 10]],
      );
      assert.ok(Math.abs(perUnit!.energyWh[0] - 0.0014) < 1e-9 && Math.abs(perUnit!.energyWh[1] - 0.0032) < 1e-9);
      assert.deepEqual(sentences, [
        'whole and stopped did not do the same work: one ran to its end and the other was stopped before its end. Their energy and time do not show which one is better.',
        'For each epoch, whole used 1.4 mWh and stopped 3.2 mWh: 2.3 times the energy in stopped.',
      ]);
    });

    it('asks how they ended, how far they came, and what their commands ask for', () => {
      assert.equal(answer(run(1, 60, epochs(20)), run(1, 60, epochs(10, 10))), 'different');
      assert.equal(answer(run(1, 60, epochs(1000, 1000, 'step')), run(1, 60, epochs(999, 1000, 'step'))), 'same');
      assert.equal(answer(run(1, 60, epochs(5, 5, 'epoch', 4)), run(1, 60, epochs(5, 5, 'epoch', 3))), 'different');
      assert.equal(answer(run(1, 60), run(1, 60, { exitCode: 1 })), 'different');
      assert.equal(answer(run(1, 60), run(1, 60, { status: 'running' })), 'different');
      assert.equal(answer(run(1, 60, { status: 'interrupted' }), run(1, 60, { status: 'interrupted' })), 'unknown');
      assert.equal(answer(run(1, 60), run(1, 60)), 'same');
      const asking = (...args: string[]): RunRecord => run(1, 60, { command: ['python3', 'train.py', ...args] });
      assert.equal(answer(asking('--epochs', '20'), asking('--epochs', '10')), 'different');
      assert.equal(answer(asking('--max_steps=500'), asking('--max_steps=100')), 'different');
      assert.equal(answer(asking('trainer.max_epochs=20'), asking('trainer.max_epochs=40')), 'different', 'Hydra');
      assert.equal(answer(asking('+trainer.limit=20'), asking('+trainer.limit=40')), 'different');
      assert.equal(answer(asking('epochs=20'), asking('epochs=40')), 'different', 'YOLO');
      assert.equal(answer(asking('--train-frac', '0.1'), asking('--train-frac', '1')), 'different');
      assert.equal(answer(asking('steps', '1'), asking('steps', '2')), 'unknown', 'a word is no option');
      assert.equal(answer(asking('--lr', '0.1'), asking('--lr', '0.2')), 'unknown');
      assert.equal(answer(run(1, 60, { command: null }), run(1, 60, { command: null })), 'unknown');
      assert.equal(answer(run(1, 60, { command: null }), asking()), 'unknown');
    });
  });

  it('is the only place of the product that compares the energy of runs', async () => {
    // Whoever puts two runs side by side in a sentence asks `tellApart`: what compares is listed here, and what asks.
    const sources = await Promise.all(
      (await readdir('src', { recursive: true }))
        .filter((path) => path.endsWith('.ts'))
        .map(async (path) => [path.replaceAll('\\', '/'), await readFile(join('src', path), 'utf8')] as const),
    );
    const phrases = /(?:%|times) (?:more|less|the \$\{|as much)\b(?! than)|less energy|more energy|times the \$\{/;
    const inCode = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
    const comparing = sources
      .filter(
        ([path, text]) =>
          !/^(?:lint|data|practices\/table|advice|present\/advice|editor\/advice|editor\/contributions)\//.test(path) &&
          phrases.test(inCode(text)),
      )
      .map(([path]) => path);
    const asking = sources.filter(([, text]) => /\btellApart\(/.test(text)).map(([path]) => path);
    assert.deepEqual(comparing.sort(), ['practices/evidence.ts', 'runs/compare/compare.ts']);
    assert.deepEqual(asking.sort(), [
      ...[
        'practices/evidence.ts',
        'runs/compare/compare.ts',
        'runs/compare/paired-change.ts',
        'runs/compare/tell-apart.ts',
      ],
    ]);
  });

  it('tells the same of two runs in either order', () => {
    const amount = fc.double({ min: 0.01, max: 1000, noNaN: true });
    fc.assert(
      fc.property(amount, amount, amount, amount, (e1, t1, e2, t2) => {
        // Percentages are not symmetrical near the limit of what counts as a difference.
        fc.pre([e1 / e2, t1 / t2].every((ratio) => Math.abs(ratio - 1) < 0.04 || Math.abs(ratio - 1) > 0.06));
        assert.equal(
          compareRuns(run(e1, t1), run(e2, t2)).fasterWithoutSaving,
          compareRuns(run(e2, t2), run(e1, t1)).fasterWithoutSaving,
        );
      }),
    );
  });

  it('prints a table', () => {
    const text = comparisonText(compareRuns(run(10, 100, { id: 'a' }), run(13, 60, { id: 'b' })));
    assert.match(text, /^Energy +10 Wh +13 Wh$/m);
    assert.match(text, /^Time +1 min 40 s +1 min$/m);
  });
});
