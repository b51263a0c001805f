import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { EpochEvent } from '../../../src/runs/progress/epoch-event';
import { ProgressTracker } from '../../../src/runs/progress/progress-tracker';
import { addEvent, currentFit, monitored, type RunProgress } from '../../../src/runs/progress/run-progress';

const event = (epoch: number, metrics: Record<string, number> = {}, more: Partial<EpochEvent> = {}): EpochEvent => ({
  unit: 'epoch',
  epoch,
  of: 10,
  metrics,
  at: epoch * 1000,
  ...more,
});

function after(...events: EpochEvent[]): RunProgress {
  return events.reduce<RunProgress | null>(
    (progress, each) => addEvent(progress, each, { at: each.at, seconds: each.at / 1000, wattHours: each.at / 500 }),
    null,
  )!;
}

describe('runs/progress/run-progress', () => {
  it('keeps one mark an epoch, with all that was told of it and the last time', () => {
    const { marks } = after(
      event(0),
      event(1, { loss: 3 }),
      event(1, { val_loss: 4 }, { at: 1500, of: null }),
      event(2, { loss: 2 }),
    );
    assert.deepEqual(
      marks.map(({ epoch, metrics, at, of }) => ({ epoch, metrics, at, of })),
      [
        { epoch: 0, metrics: {}, at: 0, of: 10 },
        { epoch: 1, metrics: { loss: 3, val_loss: 4 }, at: 1500, of: 10 },
        { epoch: 2, metrics: { loss: 2 }, at: 2000, of: 10 },
      ],
    );
  });

  it('tells the trainings of one run apart', () => {
    const progress = after(
      event(1),
      event(2, { loss: 1 }),
      event(0, {}, { at: 2500 }),
      event(1, { loss: 5 }, { at: 3000 }),
    );
    assert.equal(progress.last.fit, 2);
    assert.deepEqual(
      currentFit(progress).map(({ epoch }) => epoch),
      [0, 1],
    );
    assert.equal(progress.best?.value, 5);
  });

  it('takes the lines of a slower process of the same training for no other training', () => {
    // Two processes print each epoch, one of them late: 1, 2, 1, 3, 2, 2, 3.
    const told = [
      [1, 1000],
      [2, 2000],
      [1, 2050],
      [3, 3000],
      [2, 3020],
      [2, 3030],
      [3, 3040],
      [4, 4000],
    ] as const;
    const progress = after(...told.map(([epoch, at]) => event(epoch, { loss: 5 - epoch }, { at })));
    assert.deepEqual([progress.last.fit, progress.marks.map(({ epoch }) => epoch)], [1, [1, 2, 3, 4]]);
    // One that starts again takes its time for its first epoch, or says that it begins.
    const again = after(
      event(1, {}, { at: 1000 }),
      event(2, {}, { at: 2000 }),
      event(1, {}, { at: 3000 }),
      event(2, {}, { at: 4000 }),
    );
    assert.deepEqual(
      again.marks.map(({ epoch, fit }) => `${epoch} ${fit}`),
      ['1 1', '2 1', '1 2', '2 2'],
    );
    const halves = after(
      event(0, {}, { at: 1 }),
      event(0.5, {}, { at: 1000 }),
      event(1, {}, { at: 2000 }),
      event(0.5, {}, { at: 3000 }),
    );
    assert.equal(halves.last.fit, 2);
  });

  it('takes the steps of a bar for the beginning of the epochs that follow', () => {
    const step = (done: number): EpochEvent => event(done, {}, { unit: 'step', of: 30, at: done * 100 });
    const progress = after(step(0), step(3), event(0.5, { loss: 2 }, { of: 3 }), event(1, { loss: 1 }, { of: 3 }));
    assert.deepEqual(
      progress.marks.map(({ unit, epoch, fit }) => `${unit} ${epoch} ${fit}`),
      ['epoch 0 1', 'epoch 0.5 1', 'epoch 1 1'],
    );
  });

  it('watches a loss on held-out data before all, in its direction', () => {
    assert.equal(monitored(['lr', 'loss', 'val_accuracy', 'eval_loss', 'val_loss']), 'val_loss');
    assert.equal(
      monitored(['train-logloss', 'train-auc', 'validation-auc', 'validation-logloss']),
      'validation-logloss',
    );
    assert.equal(monitored(['train/loss', 'rollout/ep_rew_mean', 'train/value_loss']), 'rollout/ep_rew_mean');
    assert.equal(monitored(['box_loss', 'precision', 'mAP50']), 'mAP50');
    assert.equal(monitored(['lr', 'time']), null);
    const progress = after(event(1, { accuracy: 0.5 }), event(2, { accuracy: 0.9 }), event(3, { accuracy: 0.7 }));
    assert.deepEqual([progress.best?.epoch, progress.best?.value, progress.best?.evaluationsSince], [2, 0.9, 1]);
    const changed = after(
      event(1, { loss: 1 }),
      event(2, { loss: 0.5, val_loss: 0.8 }),
      event(3, { loss: 0.2, val_loss: 0.9 }),
    );
    assert.deepEqual([changed.best?.metric, changed.best?.epoch], ['val_loss', 2]);
  });

  it('counts an epoch that is told twice as one evaluation', () => {
    const { best } = after(
      event(1, { val_loss: 1 }),
      event(2, { loss: 9 }),
      event(2, { val_loss: 2 }),
      event(2, { val_loss: 2, x: 1 }),
      event(3, { val_loss: 1.5 }),
    );
    assert.deepEqual([best?.epoch, best?.evaluationsSince], [1, 2]);
  });

  it('keeps its memory bounded, with the first and the last of each training', () => {
    const progress = after(
      ...Array.from({ length: 20_000 }, (_, index) =>
        event((index % 9000) + 1, { loss: 1 }, { unit: 'round', of: null, at: index }),
      ),
    );
    assert.ok(progress.marks.length <= 1000 && progress.marks.length > 400);
    assert.equal(progress.last, progress.marks.at(-1));
    for (const fit of [1, 2]) assert.equal(progress.marks.filter((mark) => mark.fit === fit)[0]?.epoch, 1);
  });
});

describe('runs/progress/progress-tracker', () => {
  it('gives an event its share of the interval that it lies in', () => {
    const tracker = new ProgressTracker();
    tracker.measure({ at: 1000, seconds: 1, wattHours: 10 });
    tracker.add([event(1, {}, { at: 1250 }), event(2, {}, { at: 2500 })]);
    const [entry, ...others] = tracker.measure({ at: 2000, seconds: 2, wattHours: 20 });
    assert.deepEqual(others, []);
    assert.deepEqual([entry?.mark.wattHours, entry?.mark.seconds, entry?.mark.at], [12.5, 1.25, 1250]);
    assert.equal(tracker.finish({ at: 2100, seconds: 2.1, wattHours: 21 })[0]?.mark.wattHours, 21);
  });

  it('knows no energy before the first is known', () => {
    const tracker = new ProgressTracker();
    tracker.add([event(1, {}, { at: 10 })]);
    assert.equal(tracker.measure({ at: 1000, seconds: 1, wattHours: null })[0]?.mark.wattHours, null);
  });

  it('writes ever fewer marks of a long training, and always the last', () => {
    const tracker = new ProgressTracker();
    let written = 0;
    for (let round = 1; round <= 50_000; round++) {
      tracker.add([event(round, { loss: 1 / round }, { at: round, of: null, unit: 'round' })]);
      written += tracker.measure({ at: round, seconds: round, wattHours: round }).length;
    }
    assert.ok(written > 1000 && written < 5000, String(written));
    tracker.add([event(50_001, {}, { at: 50_001, of: null, unit: 'round' })]);
    const last = tracker.finish({ at: 50_001, seconds: 50_001, wattHours: 50_001 }).at(-1);
    assert.equal(last?.mark.epoch, 50_001);
    assert.equal(last.best?.epoch, 50_000);
  });

  it('never lets energy or time run back', () => {
    const step = fc.record({
      seconds: fc.double({ min: 0, max: 5, noNaN: true }),
      wattHours: fc.double({ min: 0, max: 5, noNaN: true }),
      events: fc.array(fc.integer({ min: -3000, max: 3000 }), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const tracker = new ProgressTracker();
        let usage = { at: 0, seconds: 0, wattHours: 0 };
        let epoch = 0;
        const marks = steps.flatMap(({ seconds, wattHours, events }) => {
          usage = {
            at: usage.at + seconds * 1000,
            seconds: usage.seconds + seconds,
            wattHours: usage.wattHours + wattHours,
          };
          tracker.add(events.map((offset) => event((epoch += 1), {}, { at: usage.at + offset, of: null })));
          return tracker.measure(usage).map(({ mark }) => mark);
        });
        for (const mark of marks)
          assert.ok(
            mark.wattHours! >= 0 && mark.wattHours! <= usage.wattHours + 1e-9 && mark.seconds <= usage.seconds + 1e-9,
          );
      }),
    );
  });
});
