import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FinalResults } from '../../../src/runs/progress/final-results';
import { ProgressReader } from '../../../src/runs/progress/progress-reader';

function resultsOf(text: string): Readonly<Record<string, number>> {
  const reader = new ProgressReader();
  reader.feed(text, 0);
  reader.end(0);
  return reader.results;
}

describe('runs/progress/final-results', () => {
  const examples: readonly (readonly [text: string, results: Readonly<Record<string, number>>])[] = [
    ['accuracy: 0.98', { accuracy: 0.98 }],
    ['{"accuracy": 0.98}', { accuracy: 0.98 }],
    ['{"accuracy":0.98,"test":{"f1":0.9}}', { accuracy: 0.98, test_f1: 0.9 }],
    ["{'eval_loss': 0.31, 'eval_accuracy': 0.9, 'eval_runtime': 3.2}", { eval_loss: 0.31, eval_accuracy: 0.9 }],
    ['test accuracy = 98.1%', { test_accuracy: 98.1 }],
    ['Final test accuracy: 98.1 %', { test_accuracy: 98.1 }],
    ['Test loss: 0.0265, Test accuracy: 0.9913', { test_loss: 0.0265, test_accuracy: 0.9913 }],
    ['2026-11-20 18:00:00,123 - INFO - AUC 0.91', { auc: 0.91 }],
    ['[INFO] ROC AUC: 0.93', { roc_auc: 0.93 }],
    ['Accuracy of the network on the 10000 test images: 53 %', { test_accuracy: 53 }],
    ['Test set: Average loss: 0.0265, Accuracy: 9913/10000 (99%)', { test_set_loss: 0.0265, test_accuracy: 99 }],
    ['Root mean squared error: 3.2', { rmse: 3.2 }],
    ['MSE 10.2 | MAE 2.5 | R² 0.87', { mse: 10.2, mae: 2.5, r2: 0.87 }],
    ['R^2: 0.87', { r2: 0.87 }],
    ['F1-score: 0.91 (+/- 0.02)', { f1: 0.91 }],
    ['Best CV score: 0.97', { best_cv_score: 0.97 }],
    ['best accuracy 0.97', { best_accuracy: 0.97 }],
    ['Perplexity: 18.3', { perplexity: 18.3 }],
    ['BLEU = 31.2', { bleu: 31.2 }],
    ['rouge1: 0.41, rougeL: 0.38', { rouge1: 0.41, rougel: 0.38 }],
    ['    accuracy                           0.98       360', { accuracy: 0.98 }],
    ['svc_accuracy=0.95, forest_accuracy=0.96', { svc_accuracy: 0.95, forest_accuracy: 0.96 }],
    ['score: 0.95', { score: 0.95 }],
    ['test error: 0.021', { test_error: 0.021 }],
  ];
  for (const [text, results] of examples)
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.deepEqual(resultsOf(`${text}\n`), results);
    });

  const others = [
    'Error: 404 files were not found',
    'error: 3',
    'map: 7',
    'hits: 300',
    'Precision: 16',
    'precision: 16-mixed',
    'loss decreased 0.3 --> 0.2',
    'accuracy improved from 0.90 to 0.91',
    'accuracy threshold: 0.9',
    'Target accuracy: 0.95',
    'AssertionError: accuracy > 0.9',
    'if accuracy == 1:',
    'loss weight: 0.5',
    'loss: nan',
    'accuracy: 1e999',
    '  File "loss.py", line 98, in loss',
    'Accuracy for class 3 of the plane: 60 %',
    'learning rate 0.1, batch 32, seed 7',
    'score of the game of 12',
    'accuracy',
    `accuracy ${'x'.repeat(2000)} 0.9`,
  ];
  for (const text of others)
    it(`takes nothing from ${JSON.stringify(text.slice(0, 60))}`, () => {
      assert.deepEqual(resultsOf(`${text}\n`), {});
    });

  it('keeps the last value', () => {
    assert.deepEqual(resultsOf('accuracy: 0.5\nf1: 0.4\naccuracy: 0.9\n'), { f1: 0.4, accuracy: 0.9 });
  });

  it('leaves to the progress what is printed in epochs', () => {
    assert.deepEqual(
      resultsOf('iter 0: loss 2.3\nEpoch 1/2 | loss 0.9\nEpoch 2/2 | loss 0.5 | val_loss 0.6\nTest accuracy: 0.9\n'),
      { test_accuracy: 0.9 },
    );
    assert.deepEqual(resultsOf('Epoch 1/2\nloss: 0.9\nEpoch 2/2\nloss: 0.5\n'), {});
    assert.deepEqual(resultsOf('Epoch 1/2\nloss: 0.9\nEpoch 2/2\nloss: 0.5\nTest accuracy: 0.9\n'), {
      test_accuracy: 0.9,
    });
  });

  it('reads any line, in bounded memory, and gives finite values of clean names', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'accuracy',
        'Test',
        'loss',
        ':',
        '=',
        '0.9',
        '98 %',
        '{',
        '"f1"',
        'best',
        '__proto__',
        '10/10 (',
        '│',
      ),
      fc.string({ maxLength: 8 }),
      fc.double().map(String),
    );
    const results = new FinalResults();
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        results.read(words.join(' '));
        results.read(words.join(''));
        const all = Object.entries(results.all);
        assert.ok(all.length <= 20);
        for (const [name, value] of all) {
          assert.match(name, /^[\w/@.]{1,60}$/);
          assert.ok(Number.isFinite(value));
        }
      }),
      { numRuns: 2000 },
    );
    for (let index = 0; index < 500; index++) results.read(`model${index}_accuracy: 0.${index}`);
    assert.equal(Object.keys(results.all).length, 20);
    assert.equal(Object.keys(results.all).at(-1), 'model499_accuracy');
  });

  it('costs nothing on hostile lines', () => {
    const parts = ['accuracy ', 'best a ', '"loss":', '1/1 (', 'accuracy of ', '_', 'f1=', ': ', 'mean squared '];
    const begin = performance.now();
    const results = new FinalResults();
    for (const part of parts)
      for (let times = 0; times < 50; times++) results.read(part.repeat(Math.floor(1000 / part.length)));
    const millisecondsEach = (performance.now() - begin) / (parts.length * 50);
    assert.ok(millisecondsEach < 20, `${millisecondsEach} ms`);
  });
});
