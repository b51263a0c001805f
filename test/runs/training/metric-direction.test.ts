import assert from 'node:assert/strict';
import { isHeldOut, metricDirection } from '../../../src/runs/training/metric-direction';

describe('runs/metric-direction', () => {
  it("knows the common measures by any framework's spelling", () => {
    for (const name of [
      'loss',
      'val_loss',
      'eval_loss',
      'valid_0 binary_logloss',
      'validation-rmse',
      'test_error',
      'perplexity',
      'valLoss',
      'f1_loss',
      'mean_absolute_error',
    ]) {
      assert.equal(metricDirection(name), 'lower', name);
    }
    for (const name of [
      'accuracy',
      'val_acc',
      'eval_f1',
      'validation-auc',
      'valid_1 auc',
      'sparse_categorical_accuracy',
      'mAP50',
      'acc@1',
      'rougeL',
    ]) {
      assert.equal(metricDirection(name), 'higher', name);
    }
  });

  it('does not guess', () => {
    for (const name of ['', 'lr', 'time', 'learn', 'test', 'gpu_mem', 'x'])
      assert.equal(metricDirection(name), null, name);
  });

  it('tells data that the model does not learn from', () => {
    assert.deepEqual(['val_loss', 'validation-auc', 'valid_0 l2', 'eval_loss', 'test loss'].map(isHeldOut), [
      true,
      true,
      true,
      true,
      true,
    ]);
    assert.deepEqual(['loss', 'train_loss', 'training auc', 'evaluated', 'invalid'].map(isHeldOut), [
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
