import assert from 'node:assert/strict';
import { findMetrics, parseNumber } from '../../../src/runs/progress/metric-text';

describe('runs/progress/metric-text', () => {
  it('takes finite numbers alone', () => {
    assert.deepEqual(['0.5', '-1', '.5', '1e-3', '5.', '+2E5'].map(parseNumber), [0.5, -1, 0.5, 0.001, 5, 200_000]);
    for (const text of ['nan', 'inf', '', '.', '1.2.3', '0x10', '1e999', '5s', '1_000'])
      assert.equal(parseNumber(text), null, text);
  });

  const examples: readonly (readonly [text: string, metrics: Readonly<Record<string, number>>])[] = [
    ['loss: 0.52 - val_loss: 0.61', { loss: 0.52, val_loss: 0.61 }],
    [' | train loss 0.5 | val loss 0.6 | acc 91.2%', { train_loss: 0.5, val_loss: 0.6, acc: 91.2 }],
    ['loss=1e-3, f1=0.8 (best 0.9)', { loss: 0.001, f1: 0.8 }],
    ['val Loss: 0.4200 Acc: 0.8300', { val_loss: 0.42, val_acc: 0.83 }],
    ['train loss 0.5 acc 0.8, val loss 0.6', { train_loss: 0.5, train_acc: 0.8, val_loss: 0.6 }],
    ['Average loss: 0.0432, Accuracy: 98.8%', { loss: 0.0432, accuracy: 98.8 }],
    ['Loss 6.9 (7.0)\tAcc@1 12.5 (13.0)', { loss: 6.9, 'acc@1': 12.5 }],
    ['time: 3.2s lr: 0.001 ETA 0:01:02 loss: nan', {}],
    ['val_loss improved from 0.6 to 0.5', {}],
    ['best val_loss 0.4', {}],
    ['took 12 seconds for 3 batches of 64', {}],
    ["{'val_loss': 0.5, 'step': 10}", { val_loss: 0.5 }],
    ['Loss/train: 0.31 Loss/valid: 0.35', { 'loss/train': 0.31, 'loss/valid': 0.35 }],
    [`loss ${'x'.repeat(5000)} 0.5`, {}],
  ];
  for (const [text, metrics] of examples) {
    it(`reads "${text.slice(0, 50)}"`, () => {
      assert.deepEqual(findMetrics(text), metrics);
    });
  }
});
