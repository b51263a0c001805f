import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Curve, type Segment } from '../../src/grid/curve';

/** A curve of steps of 1 to 90 min from time 0. */
const curves: fc.Arbitrary<Curve> = fc
  .array(fc.record({ length: fc.integer({ min: 1, max: 90 }), gramsPerKWh: fc.integer({ min: 0, max: 1000 }) }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((steps) => {
    let from = 0;
    return new Curve(
      steps.map(({ length, gramsPerKWh }): Segment => {
        const segment = { from, until: from + length, gramsPerKWh };
        from += length;
        return segment;
      }),
    );
  });

/** A curve, and a window that fits into it. */
const windows = curves.chain((curve) =>
  fc
    .tuple(fc.constant(curve), fc.integer({ min: 1, max: curve.end }), fc.integer({ min: 0, max: curve.end }))
    .map(([, length, earliest]) => ({ curve, length, earliest: Math.min(earliest, curve.end - length) })),
);

describe('a curve of carbon intensity', () => {
  it('has the mean of its steps', () => {
    const curve = new Curve([
      { from: 0, until: 10, gramsPerKWh: 100 },
      { from: 10, until: 30, gramsPerKWh: 400 },
    ]);
    assert.equal(curve.mean(0, 30), 300);
    assert.equal(curve.mean(5, 15), 250);
    assert.equal(curve.mean(12, 13), 400);
  });

  it('finds a window between the steps', () => {
    const curve = new Curve([
      { from: 0, until: 10, gramsPerKWh: 300 },
      { from: 10, until: 14, gramsPerKWh: 100 },
      { from: 14, until: 20, gramsPerKWh: 200 },
    ]);
    assert.deepEqual(curve.best(0, 20, 4), { start: 10, end: 14, gramsPerKWh: 100 });
    assert.deepEqual(curve.best(0, 13, 4), { start: 9, end: 13, gramsPerKWh: 150 });
    assert.equal(curve.best(0, 3, 4), null);
    assert.equal(curve.best(0, 30, 25), null);
  });

  it('takes the first of several equal windows, so that a flat grid means now', () => {
    const flat = new Curve(
      Array.from({ length: 24 }, (_, hour) => ({ from: hour, until: hour + 1, gramsPerKWh: 0.1 + 0.2 })),
    );
    assert.equal(flat.best(0.5, 24, 3)?.start, 0.5);
  });

  it('must not have gaps', () => {
    assert.throws(
      () =>
        new Curve([
          { from: 0, until: 1, gramsPerKWh: 1 },
          { from: 2, until: 3, gramsPerKWh: 1 },
        ]),
      /must not have gaps/,
    );
  });

  it('never has a window mean outside its lowest and highest step', () => {
    fc.assert(
      fc.property(windows, ({ curve, length, earliest }) => {
        const values = curve.segments.map(({ gramsPerKWh }) => gramsPerKWh);
        const mean = curve.mean(earliest, earliest + length);
        assert.ok(mean <= Math.max(...values) + 1e-9 && mean >= Math.min(...values) - 1e-9);
      }),
    );
  });

  it('finds a window at least as good as trying every minute', () => {
    fc.assert(
      fc.property(windows, ({ curve, length, earliest }) => {
        const best = curve.best(earliest, curve.end, length) ?? assert.fail('a window fits');
        assert.ok(best.start >= earliest && best.end <= curve.end && best.end - best.start === length);
        for (let start = earliest; start + length <= curve.end; start += 1)
          assert.ok(best.gramsPerKWh <= curve.mean(start, start + length) + 1e-6);
      }),
    );
  });

  it('never finds a worse window with more slack', () => {
    fc.assert(
      fc.property(windows, fc.integer({ min: 0, max: 500 }), ({ curve, length, earliest }, slack) => {
        const tight = curve.best(earliest, earliest + length, length) ?? assert.fail('a window fits');
        const loose =
          curve.best(earliest, Math.min(curve.end, earliest + length + slack), length) ?? assert.fail('a window fits');
        assert.ok(loose.gramsPerKWh <= tight.gramsPerKWh + 1e-9);
      }),
    );
  });
});
