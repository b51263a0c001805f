import assert from 'node:assert/strict';
import { addEvent, type RunProgress } from '../../../src/runs/progress/run-progress';
import { formatEnergy } from '../../../src/present/words';
import { boughtText, energyPerUnit, whatEnergyBought } from '../../../src/runs/training/what-energy-bought';

interface Epoch {
  readonly epoch: number;
  readonly wattHours: number | null;
  readonly metrics: Readonly<Record<string, number>>;
}

/** The progress after these epochs, one every 10 s. */
function progressOf(epochs: readonly Epoch[], unit: 'epoch' | 'step' = 'epoch'): RunProgress {
  let progress: RunProgress | null = null;
  for (const [index, { epoch, wattHours, metrics }] of epochs.entries())
    progress = addEvent(
      progress,
      { unit, epoch, of: null, metrics, at: 1e12 + index * 1e4 },
      { at: 1e12 + index * 1e4, seconds: 10 * (index + 1), wattHours },
    );
  assert.ok(progress);
  return progress;
}

const losses = (values: readonly number[], name = 'val_loss'): RunProgress =>
  progressOf(
    values.map((value, index) => ({ epoch: index + 1, wattHours: 2 * (index + 1), metrics: { [name]: value } })),
  );

describe('what the energy of a training bought', () => {
  it('is hardly anything from where its metric gets better by less than 1 %', () => {
    const bought = whatEnergyBought(losses([1, 0.6, 0.5, 0.404, 0.403, 0.41, 0.402, 0.42, 0.401, 0.43]));
    assert.deepEqual(bought?.best, { epoch: 9, seconds: 90, wattHours: 18, value: 0.401 });
    assert.deepEqual(bought.tail, { share: 0.6, wattHours: 12, fromSeconds: 40, before: 0.404, after: 0.401 });
    assert.equal(bought.lastTenth, null);
    assert.equal(
      boughtText(bought, formatEnergy),
      'The last 60 % of the energy (12 Wh) improved val_loss by 0.74 %, from 0.404 to 0.401.',
    );
  });

  it('is nothing where it does not get better at all', () => {
    const bought = whatEnergyBought(losses([0.5, 0.6, 0.7, 0.8]));
    assert.equal(
      bought && boughtText(bought, formatEnergy),
      'The last 75 % of the energy (6 Wh) did not improve val_loss, which was 0.5 by then.',
    );
  });

  it('is said of the last tenth of a training that still gets better', () => {
    const bought = whatEnergyBought(losses([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9], 'val_accuracy'));
    assert.equal(bought?.isBetterLower, false);
    assert.equal(bought.tail?.share ?? null, null);
    assert.equal(
      boughtText(bought, formatEnergy),
      'val_accuracy was still getting better at the end: the last 2 Wh improved val_accuracy by 5.9 %, from 0.85 to 0.9.',
    );
  });

  it('is not said to get better at the end where its best value came before', () => {
    const bought = whatEnergyBought(losses([1, 0.9, 0.8, 0.7, 0.6, 0.55, 0.5, 0.47, 0.46, 0.45, 0.44, 0.4, 0.41]));
    assert.ok(bought);
    assert.equal(
      boughtText(bought, formatEnergy),
      'val_loss was best after epoch 12: the last 4 Wh improved val_loss by 9.1 %, from 0.44 to 0.4.',
    );
  });

  it('is that of the last training alone, after what the ones before it used', () => {
    const bought = whatEnergyBought(
      progressOf(
        [1, 2, 3, 1, 2, 3, 4].map((epoch, index) => ({
          epoch,
          wattHours: index + 1,
          metrics: { val_loss: 1 / epoch },
        })),
      ),
    );
    assert.deepEqual(
      bought?.points.map(({ epoch, wattHours }) => [epoch, wattHours]),
      [
        [1, 1],
        [2, 2],
        [3, 3],
        [4, 4],
      ],
    );
  });

  it('is unknown without the energy, with few values, for plain steps and for a metric of unknown direction', () => {
    const values = [1, 0.9, 0.8, 0.7, 0.6];
    const unknown = values.map((value, index) => ({ epoch: index + 1, wattHours: null, metrics: { val_loss: value } }));
    assert.equal(whatEnergyBought(progressOf(unknown)), null);
    assert.equal(whatEnergyBought(losses(values.slice(0, 3))), null);
    assert.equal(whatEnergyBought(losses(values, 'gradient_norm')), null);
    const steps = values.map((value, index) => ({ epoch: index + 1, wattHours: index, metrics: { loss: value } }));
    assert.equal(whatEnergyBought(progressOf(steps, 'step')), null);
  });
});

describe('the energy of each epoch', () => {
  it('is what the run used since the one before it, for one of them where several lie between', () => {
    const progress = progressOf([
      { epoch: 1, wattHours: 3, metrics: {} },
      { epoch: 2, wattHours: 5, metrics: {} },
      { epoch: 4, wattHours: 11, metrics: {} },
    ]);
    assert.deepEqual(energyPerUnit(progress), [
      { epoch: 1, wattHours: 3, seconds: 10 },
      { epoch: 2, wattHours: 2, seconds: 10 },
      { epoch: 4, wattHours: 3, seconds: 5 },
    ]);
  });

  it('is left out where the energy is unknown', () => {
    const progress = progressOf([
      { epoch: 1, wattHours: null, metrics: {} },
      { epoch: 2, wattHours: 5, metrics: {} },
      { epoch: 3, wattHours: 7, metrics: {} },
    ]);
    assert.deepEqual(
      energyPerUnit(progress).map(({ epoch }) => epoch),
      [3],
    );
  });
});
