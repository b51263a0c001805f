import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { EpochEvent } from '../../../src/runs/progress/epoch-event';
import { PlateauWatch, type Plateau } from '../../../src/runs/training/plateau';
import { addEvent, type RunProgress } from '../../../src/runs/progress/run-progress';
import { ProgressReader } from '../../../src/runs/progress/progress-reader';

const folder = join('test', 'fixtures', 'progress');
const recordings = readdirSync(folder).filter((name) => name.endsWith('.txt'));

function readAll(chunks: readonly string[]): EpochEvent[] {
  const reader = new ProgressReader();
  return [...chunks.flatMap((chunk) => reader.feed(chunk, 0)), ...reader.end(0)];
}

function recorded(name: string): string {
  return readFileSync(join(folder, `${name}.txt`), 'utf8');
}

/** Each number done once, with what was last told of it: "1/4" is one of four. */
function done(name: string): string[] {
  const told = readAll([recorded(name)]).map(({ unit, epoch, of }) => `${unit} ${epoch}/${of ?? '?'}`);
  return told.filter((each, index) => each !== told[index - 1]);
}

function metricsAt(name: string, epoch: number): Readonly<Record<string, number>> {
  return readAll([recorded(name)])
    .filter((event) => event.unit !== 'step' && event.epoch === epoch)
    .reduce((all, { metrics }) => ({ ...all, ...metrics }), {});
}

/** What each recording tells, by hand from the recording. */
const expected: Readonly<
  Record<string, { readonly done: readonly string[]; readonly last: Readonly<Record<string, number>> }>
> = {
  'keras-pty': {
    done: ['epoch 0/4', 'epoch 1/4', 'epoch 2/4', 'epoch 3/4', 'epoch 4/4'],
    last: { accuracy: 0.5542, loss: 0.6847, val_accuracy: 0.45, val_loss: 0.7253 },
  },
  'keras-pipe': {
    done: ['epoch 0/4', 'epoch 1/4', 'epoch 2/4', 'epoch 3/4', 'epoch 4/4'],
    last: { accuracy: 0.5542, loss: 0.6847, val_accuracy: 0.45, val_loss: 0.7253 },
  },
  'keras-verbose-2': {
    done: ['epoch 0/4', 'epoch 1/4', 'epoch 2/4', 'epoch 3/4', 'epoch 4/4'],
    last: { accuracy: 0.5542, loss: 0.6847, val_accuracy: 0.45, val_loss: 0.7253 },
  },
  'keras2-pty': {
    done: ['epoch 0/3', 'epoch 1/3', 'epoch 2/3', 'epoch 3/3'],
    last: { loss: 0.688, accuracy: 0.5208, val_loss: 0.6853, val_accuracy: 0.55 },
  },
  'keras2-pipe': {
    done: ['epoch 0/3', 'epoch 1/3', 'epoch 2/3', 'epoch 3/3'],
    last: { loss: 0.688, accuracy: 0.5208, val_loss: 0.6853, val_accuracy: 0.55 },
  },
  'tqdm-epochs-pty': {
    done: ['epoch 0/3', 'epoch 1/3', 'epoch 2/3', 'epoch 3/3'],
    last: { loss: 0.2564, train_loss: 0.3333, val_loss: 0.4, val_acc: 90 },
  },
  'tqdm-epochs-pipe': {
    done: ['epoch 0/3', 'epoch 1/3', 'epoch 2/3', 'epoch 3/3'],
    last: { loss: 0.2564, train_loss: 0.3333, val_loss: 0.4, val_acc: 90 },
  },
  'tqdm-nested-pty': {
    done: ['epoch 0/3', 'epoch 1/3', 'epoch 2/3', 'epoch 3/3'],
    last: { loss: 0.333, val_loss: 0.5 },
  },
  'tqdm-nested-pipe': {
    done: ['epoch 0/3', 'epoch 1/3', 'epoch 2/3', 'epoch 3/3'],
    last: { loss: 0.333, val_loss: 0.5 },
  },
  'tqdm-steps-pty': {
    done: [0, 11, 21, 31, 41, 51, 61, 71, 81, 91, 101, 111, 120].map((step) => `step ${step}/120`),
    last: {},
  },
  'tqdm-unnamed-pty': {
    done: [
      'step 0/25',
      'step 5/25',
      'step 10/25',
      'step 15/25',
      'step 20/25',
      'step 25/25',
      'epoch 1/?',
      'epoch 2/?',
      'epoch 3/?',
    ],
    last: {},
  },
  // The text of the bar changes with each step; which steps are drawn depends on the time that they took.
  'tqdm-loss-text-pty': {
    done: [0, 4, 8, 12, 15, 19, 22, 25, 29, 33, 37, 40, 44, 47, 50].map((step) => `step ${step}/50`),
    last: {},
  },
  'tqdm-loss-text-pipe': {
    done: [0, 3, 7, 11, 15, 19, 23, 27, 30, 33, 36, 39, 42, 45, 48, 50].map((step) => `step ${step}/50`),
    last: {},
  },
  'tqdm-words-text-pty': {
    done: [0, 4, 8, 11, 14, 17, 20, 23, 26, 29, 32, 35, 38, 40].map((step) => `step ${step}/40`),
    last: {},
  },
  'tqdm-words-text-pipe': {
    done: [0, 3, 6, 9, 13, 17, 20, 24, 27, 31, 34, 38, 40].map((step) => `step ${step}/40`),
    last: {},
  },
  'tqdm-epochs-text-pty': {
    done: ['step 0/12', 'epoch 0/?', ...Array.from({ length: 12 }, (_, index) => `epoch ${index + 1}/12`)],
    last: { loss: 0.083 },
  },
  'tqdm-epochs-text-pipe': {
    done: ['step 0/12', 'epoch 0/?', ...Array.from({ length: 12 }, (_, index) => `epoch ${index + 1}/12`)],
    last: { loss: 0.083 },
  },
  'lightning-tqdm-pty': {
    done: ['epoch 0/?', 'epoch 1/?', 'epoch 2/?', 'epoch 3/?'],
    last: { train_loss: 0.638, val_loss: 0.615 },
  },
  'lightning-tqdm-pipe': {
    done: ['epoch 0/?', 'epoch 1/?', 'epoch 2/?', 'epoch 3/?'],
    last: { train_loss: 0.638, val_loss: 0.615 },
  },
  'lightning-rich-pty': {
    done: ['epoch 0/3', 'epoch 1/3', 'epoch 2/3', 'epoch 3/3'],
    last: { train_loss: 0.638, val_loss: 0.615 },
  },
  // Without a terminal, the rich bar is drawn once, at the end.
  'lightning-rich-pipe': { done: ['epoch 3/3'], last: { train_loss: 0.638, val_loss: 0.615 } },
  'hf-trainer-pty': {
    done: [
      'step 0/30',
      'step 3/30',
      'epoch 0.5/3',
      'epoch 1/3',
      'epoch 1.5/3',
      'epoch 2/3',
      'epoch 2.5/3',
      'epoch 3/3',
    ],
    last: { loss: 0.6927, eval_loss: 0.6922 },
  },
  'hf-trainer-pipe': {
    done: [
      'step 0/30',
      'step 3/30',
      'epoch 0.5/3',
      'epoch 1/3',
      'epoch 1.5/3',
      'epoch 2/3',
      'epoch 2.5/3',
      'epoch 3/3',
    ],
    last: { loss: 0.6927, eval_loss: 0.6922 },
  },
  'hf-trainer-4-pipe': {
    done: [
      'step 0/30',
      'step 1/30',
      'step 2/30',
      'step 3/30',
      'step 4/30',
      'epoch 0.5/3',
      'epoch 1/3',
      'epoch 1.5/3',
      'epoch 2/3',
      'epoch 2.5/3',
      'epoch 3/3',
    ],
    last: { loss: 0.6927, eval_loss: 0.6921966075897217 },
  },
  'fastai-pty': {
    done: ['epoch 0/4', 'epoch 1/4', 'epoch 2/4', 'epoch 3/4', 'epoch 4/4'],
    last: { train_loss: 0.615406, valid_loss: 0.549682, accuracy: 0.765625 },
  },
  'fastai-pipe': {
    done: ['epoch 0/4', 'epoch 1/4', 'epoch 2/4', 'epoch 3/4', 'epoch 4/4'],
    last: { train_loss: 0.618983, valid_loss: 0.561956, accuracy: 0.703125 },
  },
  'fastai-1.0-pty': {
    done: ['epoch 0/4', 'epoch 1/4', 'epoch 2/4', 'epoch 3/4', 'epoch 4/4'],
    last: { train_loss: 0.644948, valid_loss: 0.583127, accuracy: 0.6875 },
  },
  'fastai-1.0-pipe': {
    done: ['epoch 0/4', 'epoch 1/4', 'epoch 2/4', 'epoch 3/4', 'epoch 4/4'],
    last: { train_loss: 0.644544, valid_loss: 0.595881, accuracy: 0.625 },
  },
  'fastai-plain': {
    done: ['epoch 1/?', 'epoch 2/?', 'epoch 3/?', 'epoch 4/?'],
    last: { train_loss: 0.6637421250343323, valid_loss: 0.616779088973999 },
  },
  xgboost: {
    done: Array.from({ length: 12 }, (_, index) => `round ${index + 1}/?`),
    last: { 'train-logloss': 0.3291, 'train-auc': 0.97303, 'validation-logloss': 0.42136, 'validation-auc': 0.89834 },
  },
  lightgbm: {
    done: [1, 2, 3, 4, 5, 6, 7, 8, 10, 20, 30, 40, 50, 60].map((round) => `round ${round}/?`),
    last: { 'valid_0 binary_logloss': 0.2949 },
  },
  'catboost-pty': {
    done: Array.from({ length: 40 }, (_, index) => `round ${index + 1}/40`),
    last: { learn: 0.3557319, test: 0.4238527 },
  },
  'catboost-pipe': {
    done: Array.from({ length: 40 }, (_, index) => `round ${index + 1}/40`),
    last: { learn: 0.3557319, test: 0.4238527 },
  },
  'catboost-worse-logloss': {
    done: Array.from({ length: 120 }, (_, index) => `round ${index + 1}/120`),
    last: { learn: 0.0060408, test: 1.0849178 },
  },
  'catboost-worse-auc': {
    done: Array.from({ length: 120 }, (_, index) => `round ${index + 1}/120`),
    last: { test: 0.4905962 },
  },
  'sklearn-mlp': { done: Array.from({ length: 12 }, (_, index) => `epoch ${index + 1}/?`), last: { loss: 0.66267235 } },
  'sklearn-mlp-early': {
    done: Array.from({ length: 12 }, (_, index) => `epoch ${index + 1}/?`),
    last: { loss: 0.66540687, validation_score: 0.605 },
  },
  'sklearn-hist': {
    done: Array.from({ length: 10 }, (_, index) => `round ${index + 1}/10`),
    last: { train_loss: 0.43751, val_loss: 0.54907 },
  },
  'sklearn-gbc': {
    done: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30].map((round) => `round ${round}/?`),
    last: { train_loss: 0.8767 },
  },
  'sklearn-sgd': { done: Array.from({ length: 7 }, (_, epoch) => `epoch ${epoch}/?`), last: { loss: 0.50865 } },
  // Two starts of five iterations.
  'sklearn-kmeans': {
    done: [1, 2, 3, 4, 5, 1, 2, 3, 4, 5].map((iteration) => `iteration ${iteration}/?`),
    last: { inertia: 3151.997294321152 },
  },
  'sklearn-grid': { done: Array.from({ length: 10 }, (_, fit) => `trial ${fit}/9`), last: { score: 0.913 } },
  'optuna-log': {
    done: Array.from({ length: 12 }, (_, trial) => `trial ${trial + 1}/?`),
    last: { value: 2.9049452991493183 },
  },
  'optuna-bar-pty': {
    done: ['step 0/12', 'trial 1/?', ...Array.from({ length: 12 }, (_, trial) => `trial ${trial + 1}/12`)],
    last: { value: -2.9049452991493183 },
  },
  ignite: {
    done: [
      'epoch 0/4',
      'epoch 1/?',
      'epoch 1/4',
      'epoch 2/?',
      'epoch 2/4',
      'epoch 3/?',
      'epoch 3/4',
      'epoch 4/?',
      'epoch 4/4',
    ],
    last: { accuracy: 0.53, loss: 0.69 },
  },
  'catboost-every-10': {
    done: [1, 11, 21, 31, 40].map((round) => `round ${round}/40`),
    last: { learn: 0.3557319, test: 0.4238527 },
  },
};

describe('runs/progress on recorded output', function () {
  this.timeout(60_000);

  it('has an expectation for every recording', () => {
    assert.deepEqual(recordings.map((name) => name.replace('.txt', '')).sort(), Object.keys(expected).sort());
  });

  for (const [name, { done: steps, last }] of Object.entries(expected)) {
    it(`reads ${name}`, () => {
      assert.deepEqual(done(name), steps);
      const epoch = Number(/ ([\d.]+)\//.exec(steps.at(-1)!)![1]);
      assert.deepEqual(metricsAt(name, epoch), last);
    });
  }

  it('knows which round CatBoost calls the best, and the plateau after it, for a metric that falls and one that rises', () => {
    for (const [name, value, epoch] of [
      ['catboost-worse-logloss', 0.7113498, 1],
      ['catboost-worse-auc', 0.5338135, 21],
    ] as const) {
      let progress: RunProgress | null = null;
      const watch = new PlateauWatch();
      const told: Plateau[] = [];
      for (const [index, event] of readAll([recorded(name)]).entries()) {
        const usage = { at: index, seconds: index, wattHours: index };
        progress = addEvent(progress, event, usage);
        told.push(...[watch.check(progress, usage)].filter((each) => each !== null));
      }
      assert.deepEqual(
        [progress?.best?.metric, progress?.best?.value, progress?.best?.epoch, progress?.best?.wattHours],
        ['test', value, epoch, epoch - 1],
      );
      assert.deepEqual(
        told.map(({ since }) => since),
        [50],
      );
    }
  });

  it('knows the best trial of a study, and the direction does not matter', () => {
    for (const [name, value] of [
      ['optuna-log', 1.4973568152063914],
      ['optuna-bar-pty', -1.4973568152063914],
    ] as const) {
      const progress = readAll([recorded(name)]).reduce<RunProgress | null>(
        (all, event) => addEvent(all, event, { at: 0, seconds: 0, wattHours: 0 }),
        null,
      );
      assert.deepEqual(
        [progress?.best?.value, progress?.best?.epoch, progress?.best?.evaluationsSince],
        [value, 10, 2],
      );
    }
  });

  it('tells the same however the output is cut into chunks', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...recordings),
        fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 400 }),
        (name, sizes) => {
          const text = readFileSync(join(folder, name), 'utf8');
          const chunks: string[] = [];
          let start = 0;
          for (const size of sizes) {
            chunks.push(text.slice(start, start + size));
            start += size;
          }
          assert.deepEqual(readAll([...chunks, text.slice(start)]), readAll([text]));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('survives any damage to a recording', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...recordings),
        fc.nat(),
        fc.nat({ max: 500 }),
        fc.string({ unit: 'binary', maxLength: 30 }),
        (name, at, length, garbage) => {
          const text = readFileSync(join(folder, name), 'utf8');
          const from = at % text.length;
          for (const { epoch, of, metrics } of readAll([text.slice(0, from) + garbage + text.slice(from + length)])) {
            assert.ok(epoch >= 0 && Number.isFinite(epoch));
            assert.ok(of === null || of >= epoch - 1e-9, `${epoch} of ${of}`);
            assert.ok(Object.values(metrics).every(Number.isFinite));
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
