import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PlateauWatch, plateauOf, plateauText } from '../../../src/runs/training/plateau';
import { addEvent, type RunProgress } from '../../../src/runs/progress/run-progress';

const usageAt = (epoch: number) => ({ at: epoch * 1000, seconds: epoch * 60, wattHours: epoch * 200 });

function training(losses: readonly number[], metric = 'val_loss', unit: 'epoch' | 'round' = 'epoch'): RunProgress[] {
  const steps: RunProgress[] = [];
  for (const [index, loss] of losses.entries()) {
    const event = { unit, epoch: index + 1, of: null, metrics: { [metric]: loss }, at: (index + 1) * 1000 };
    steps.push(addEvent(steps.at(-1) ?? null, event, usageAt(index + 1)));
  }
  return steps;
}

describe('runs/plateau', () => {
  it('tells once that there was nothing better for six epochs, and what was used since', () => {
    const watch = new PlateauWatch();
    const told = training([3, 2, 1, 2, 2, 2, 2, 2, 2, 2, 2]).map((progress, index) =>
      watch.check(progress, usageAt(index + 1)),
    );
    assert.deepEqual(
      told.map((each) => each !== null),
      [...Array<boolean>(8).fill(false), true, false, false],
    );
    assert.deepEqual(told[8], {
      metric: 'val_loss',
      best: 1,
      bestEpoch: 3,
      unit: 'epoch',
      since: 6,
      secondsSince: 360,
      wattHoursSince: 1200,
    });
    assert.equal(
      plateauText(told[8]),
      'val_loss has not improved for 6 epochs (best 1 at epoch 3); 1.2 kWh used since.',
    );
  });

  it('knows that some metrics rise, and waits longer for rounds of boosting', () => {
    const falling = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3];
    assert.notEqual(plateauOf(training(falling, 'val_accuracy').at(-1)!, usageAt(7)), null);
    assert.equal(plateauOf(training(falling, 'val_loss').at(-1)!, usageAt(7)), null);
    assert.equal(plateauOf(training(falling, 'valid_0 auc', 'round').at(-1)!, usageAt(7)), null);
    assert.notEqual(
      plateauOf(training([0.9, ...Array<number>(50).fill(0.8)], 'valid_0 auc', 'round').at(-1)!, usageAt(51)),
      null,
    );
  });

  it('gives a metric that is told every tenth epoch its chances', () => {
    let progress: RunProgress | null = null;
    const told: number[] = [];
    for (let epoch = 1; epoch <= 50; epoch++) {
      progress = addEvent(
        progress,
        { unit: 'epoch', epoch, of: null, metrics: epoch % 10 === 0 ? { val_loss: epoch } : {}, at: epoch },
        usageAt(epoch),
      );
      if (plateauOf(progress, usageAt(epoch)) !== null) told.push(epoch);
    }
    assert.equal(told[0], 40);
  });

  it('says nothing without a metric whose direction is known', () => {
    assert.equal(plateauOf(training(Array<number>(20).fill(1), 'something').at(-1)!, usageAt(20)), null);
  });

  it('never speaks while the loss falls, and always once it has not for so long', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 60 }), (losses) => {
        const watch = new PlateauWatch();
        const first = training(losses).findIndex(
          (progress, index) => watch.check(progress, usageAt(index + 1)) !== null,
        );
        const expected = losses.findIndex((_, index) => {
          const best = Math.min(...losses.slice(0, index + 1));
          return index - losses.indexOf(best) >= 6;
        });
        assert.equal(first, expected);
      }),
    );
  });
});
