import assert from 'node:assert/strict';
import { buildRecord } from '../../src/runs/measuring/build-record';
import { parseBudget, type PeriodBudget } from '../../src/runs/budget/budget';
import { forecastDetail, forecastText, RunInsight } from '../../src/runs/insight';
import { addEvent, type RunProgress } from '../../src/runs/progress/run-progress';
import type { RunRecord } from '../../src/runs/record';
import { addInterval, emptyTotals } from '../../src/runs/totals';
import { headerOf, intervalOf } from './support';

/** A run of 10 W, `seconds` after its start. */
function recordAt(seconds: number): RunRecord {
  const interval = intervalOf({ at: seconds * 1000, joules: 10 * seconds, seconds });
  return buildRecord(
    { header: headerOf(), totals: addInterval(emptyTotals, interval), gaps: [], end: null, lastAt: seconds * 1000 },
    'running',
  );
}

/** Feeds Keras' output of epochs of 60 s each, with the losses given. */
function train(insight: RunInsight, losses: readonly number[], of: number, move: (seconds: number) => void): void {
  insight.readOutput(`Epoch 1/${of}\n`, 0);
  for (const [index, loss] of losses.entries()) {
    const seconds = 60 * (index + 1);
    move(seconds);
    insight.readOutput(
      `10/10 - 60s - 6s/step - loss: 0.5000 - val_loss: ${loss.toFixed(4)}\nEpoch ${index + 2}/${of}\n`,
      seconds * 1000,
    );
  }
}

function limits(budget: string): PeriodBudget[] {
  const parsed = parseBudget(budget);
  return parsed === null ? [] : [{ period: 'run', budget: parsed }];
}

describe('runs/insight', () => {
  let now = 0;
  const move = (seconds: number): void => void (now = seconds);
  const insightOf = (budget: string, readTotals?: ConstructorParameters<typeof RunInsight>[3]) => {
    let progress: RunProgress | null = null;
    const usage = () => ({ at: now * 1000, seconds: now, wattHours: (10 * now) / 3600 });
    return new RunInsight(
      {
        record: () => recordAt(now),
        get progress() {
          return progress;
        },
        addProgress: (events) => {
          for (const event of events) progress = addEvent(progress, event, usage());
        },
        setResults: (found) => void results.push(found),
      },
      limits(budget),
      () => [],
      readTotals,
    );
  };

  const results: Readonly<Record<string, number>>[] = [];

  beforeEach(() => {
    move(1);
    results.length = 0;
  });

  it('gives the results of the output, once for each change, and what is left at its end', () => {
    const insight = insightOf('');
    insight.readOutput('loading\nTest accuracy: 0.98\nloading\nSaved the mo', 0);
    insight.readOutput('del\nEpoch 1/2\nloss: 0.5\nEpoch 2/2\nloss: 0.4\nf1 = 0.9', 0);
    assert.deepEqual(results, [{ test_accuracy: 0.98 }, { test_accuracy: 0.98, loss: 0.4 }]);
    insight.endOutput(0);
    // The loss below the last epoch is that of the epoch.
    assert.deepEqual(results.at(-1), { test_accuracy: 0.98, f1: 0.9 });
    assert.deepEqual(insight.marks().at(-1)?.metrics, { loss: 0.4, f1: 0.9 });
  });

  it('tells nothing of a run that prints nothing', () => {
    const insight = insightOf('');
    assert.deepEqual(
      [insight.progressText(), insight.forecast(), insight.tightestBudget(0), insight.marks()],
      [null, null, null, []],
    );
    assert.deepEqual(insight.check(0), []);
  });

  it('tells how far a training is and what it will have used at the end', () => {
    const insight = insightOf('');
    train(insight, [0.9, 0.8, 0.7, 0.6], 10, move);
    assert.equal(insight.progressText(), '4 of 10 epochs done');
    const expected = insight.forecast();
    assert.ok(expected !== null && !expected.rough && expected.wattHours !== null);
    assert.ok(
      Math.abs(expected.wattHours.value - 6000 / 3600) < 0.01 * (6000 / 3600),
      `${expected.wattHours.value} Wh`,
    );
    assert.ok(Math.abs(expected.secondsLeft.value - 360) < 4);
    assert.match(
      forecastText(expected),
      /^about 1\.\d+ Wh \(likely .* to .*\), (.* g, )?(5|6) min.* left \(likely .* to .*\)$/,
    );
  });

  it('takes the number of rounds from the script where the output does not say it, and says so', async () => {
    let asked = 0;
    const insight = insightOf('', async () => {
      asked += 1;
      return Promise.resolve({ round: 10 });
    });
    const round = (number: number): void => {
      move(10 * number + 5);
      insight.readOutput(`[${number}]\tvalidation-logloss:0.${900 - number}\n`, now * 1000);
    };
    for (let number = 0; number < 5; number++) round(number);
    insight.forecast();
    await new Promise(setImmediate);
    assert.equal(insight.progressText(), '5 of 10 rounds done');
    const expected = insight.forecast()!;
    assert.ok(Math.abs(expected.secondsLeft.value - 50) < 1e-6, String(expected.secondsLeft.value));
    assert.match(
      forecastDetail(expected),
      /^round 10 \(the number is from the script; early stopping may end it earlier\);/,
    );
    for (let number = 5; number < 12; number++) round(number);
    assert.deepEqual([insight.progressText(), insight.forecast(), asked], ['12 rounds done', null, 1]);
  });

  it('says roughly before the third epoch', () => {
    const insight = insightOf('');
    train(insight, [0.9, 0.8], 10, move);
    const expected = insight.forecast();
    assert.ok(expected?.rough);
    assert.match(forecastText(expected), /^roughly/);
  });

  it('says that it is too early to tell while the epochs vary much, with an upper limit, and tells later', () => {
    const insight = insightOf('');
    let epoch = 0;
    move(0);
    const epochs = (lengths: readonly number[]): void => {
      for (const seconds of lengths) {
        move(now + seconds);
        epoch += 1;
        insight.readOutput(`Epoch ${epoch}/200 - val_loss: 0.5\n`, now * 1000);
      }
    };
    epochs([5, 90, 12, 70]);
    const early = insight.forecast();
    assert.ok(early?.tooEarly === true && !early.rough);
    assert.ok(early.seconds.high! > 4 * early.seconds.low!);
    assert.match(forecastText(early), /^too early to tell; likely at most [\d.,]+ Wh, ([\d.,]+ k?g, )?.* left$/);
    assert.doesNotMatch(forecastText(early), / to \d|about/);
    epochs(Array.from({ length: 60 }, (_, index) => 40 + (index % 3)));
    const later = insight.forecast();
    assert.ok(later?.tooEarly === false);
    assert.match(forecastText(later), /^about .*\(likely .* to .*\), .* left/);
  });

  it('tells a plateau once, with the energy since the best', () => {
    const insight = insightOf('');
    train(insight, [0.9, 0.4, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5], 50, move);
    const notices = insight.check(now * 1000);
    assert.deepEqual(
      notices.map(({ kind }) => kind),
      ['plateau'],
    );
    assert.match(
      notices[0]!.text,
      /^train\.py: val_loss has not improved for 6 epochs \(best 0\.4 at epoch 2\); 1 Wh used since\.$/,
    );
    assert.deepEqual(insight.check(now * 1000), []);
  });

  it('tells the budget at 80 % and at 100 %', () => {
    const insight = insightOf('1Wh');
    const kinds = [200, 300, 350, 400, 500].map((seconds) => {
      move(seconds);
      return insight.check(seconds * 1000).map(({ kind }) => kind);
    });
    assert.deepEqual(kinds, [[], ['budget near'], [], ['budget reached'], []]);
    assert.ok(Math.abs((insight.tightestBudget(0)?.use ?? 0) - 5000 / 3600) < 1e-9);
  });
});
