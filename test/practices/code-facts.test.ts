import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { findCodeFacts } from '../../src/practices/code-facts';

function factsIn(text: string, path = 'train.py'): string[] {
  return findCodeFacts(path, text).map(
    ({ kind, name, cell, line }) => `${kind} ${name} ${cell === null ? '' : `${cell}:`}${line}`,
  );
}

describe('practices/code-facts', () => {
  it('finds what speaks for a practice, with its line', () => {
    assert.deepEqual(
      factsIn(
        [
          'from keras.callbacks import EarlyStopping',
          'stop = EarlyStopping(patience=3, restore_best_weights=True)',
          'with EmissionsTracker() as tracker:',
          '    model = AutoModel.from_pretrained("distilbert-base-uncased")',
          'study = optuna.create_study(directions=["maximize", "minimize"], pruner=MedianPruner())',
        ].join('\n'),
      ),
      [
        'early-stopping EarlyStopping 2',
        'best-weights restore_best_weights 2',
        'tracker EmissionsTracker 3',
        'pretrained AutoModel.from_pretrained 4',
        'distilled distilbert 4',
        'pruner MedianPruner 5',
        'multi-objective directions 5',
        'better-search create_study 5',
      ],
    );
  });

  it('looks past comments, imports and definitions, but not past a # in quotes', () => {
    assert.deepEqual(
      factsIn(
        '# EarlyStopping would help\nfrom optuna.pruners import MedianPruner\nx = 1  # RandomizedSearchCV\ndef save_checkpoint():',
      ),
      [],
    );
    assert.deepEqual(factsIn('run("#1", EarlyStopping())'), ['early-stopping EarlyStopping 1']);
    assert.deepEqual(factsIn('run("\\"#", EarlyStopping())'), ['early-stopping EarlyStopping 1']);
  });

  it('does not take a switched-off argument for a switched-on one', () => {
    assert.deepEqual(factsIn('resnet18(pretrained=False)\nEmbedding(weights=None)'), []);
  });

  it('reads the code cells of notebooks, and nothing from what is no notebook', () => {
    const notebook = readFileSync('examples/explore.ipynb', 'utf8');
    assert.deepEqual(factsIn(notebook, 'explore.ipynb'), ['baseline LogisticRegression 4:1']);
    for (const text of [
      'EarlyStopping {',
      '{"cells": "EarlyStopping"}',
      '{"cells": [null, 3, {"cell_type": "code"}, {"cell_type": "markdown", "source": "EarlyStopping("}]}',
    ]) {
      assert.deepEqual(factsIn(text, 'x.ipynb'), []);
    }
    assert.deepEqual(factsIn('{"cells": [{"cell_type": "code", "source": "a\\nEarlyStopping()"}]}', 'x.ipynb'), [
      'early-stopping EarlyStopping 0:2',
    ]);
  });
});
