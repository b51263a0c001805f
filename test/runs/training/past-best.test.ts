import assert from 'node:assert/strict';
import { pastBest } from '../../../src/runs/training/past-best';
import type { RecordedProgress, RunRecord } from '../../../src/runs/record';
import { runOf } from '../../present/report/support';

/** 100 Wh (50 to 150 Wh) for 20 epochs, the best one after 40 Wh. */
function trained(changes: Partial<RecordedProgress> = {}, run: Partial<RunRecord> = {}): RunRecord {
  return {
    ...runOf({ wattHours: 100 }),
    progress: {
      unit: 'epoch',
      done: 20,
      total: 20,
      of: 20,
      fits: 1,
      metrics: { val_loss: 0.5 },
      metric: 'val_loss',
      best: { metric: 'val_loss', value: 0.4, epoch: 8, seconds: 1440, energyWh: 40 },
      ...changes,
    },
    ...run,
  };
}

describe('runs/past-best', () => {
  it('is what came after the best value, with the range of the run, and what early stopping would have saved', () => {
    const found = pastBest(trained());
    assert.deepEqual(found?.wattHours, { value: 60, low: 30, high: 90 });
    // 12 epochs came after the best one, and early stopping waits for 6.
    assert.deepEqual(found.savable, { value: 30, low: 15, high: 45 });
    assert.equal(found.metric, 'val_loss');
  });

  it('is 0 if the last value is the best, and saves nothing within the patience', () => {
    const best = { metric: 'val_loss', value: 0.4, epoch: 20, seconds: 3600, energyWh: 100 };
    assert.equal(pastBest(trained({ best }))?.wattHours.value, 0);
    const late = pastBest(trained({ best: { ...best, epoch: 15, energyWh: 75 } }));
    assert.deepEqual([late?.wattHours.value, late?.savable.value], [25, 0]);
  });

  it('is never more than the run, nor less than nothing', () => {
    const best = { metric: 'val_loss', value: 0.4, epoch: 8, seconds: 1440, energyWh: 130 };
    assert.equal(pastBest(trained({ best }))?.wattHours.value, 0);
  });

  it('is not known without a best value, without its energy, or for single batches', () => {
    const { progress, ...silent } = trained();
    assert.equal(pastBest(silent), null);
    assert.equal(pastBest(trained({ best: null })), null);
    assert.equal(pastBest(trained({ best: { ...progress!.best!, energyWh: null } })), null);
    assert.equal(pastBest(trained({ unit: 'iteration' })), null);
    assert.equal(pastBest({ ...trained(), energyWh: { ...trained().energyWh, total: null } }), null);
  });
});
