import assert from 'node:assert/strict';
import fc from 'fast-check';
import { massesAlike, massWithin } from '../../../src/present/advice/masses';

describe('present/advice/masses', () => {
  it('shows masses that stand beside each other in one unit', () => {
    assert.deepEqual(massesAlike([0.000_41, 0.017]), ['0.41 mg', '17 mg']);
    assert.deepEqual(massesAlike([273, 5770, null, 0]), ['273 g', '5770 g', '– g', '0 g']);
    assert.deepEqual(massesAlike([0.2, 48_000]), ['0.0002 kg', '48 kg']);
    assert.deepEqual(massesAlike([null]), ['– g']);
  });

  it('shows a value and its limits in one unit, with the digits that they allow', () => {
    assert.deepEqual(massWithin({ value: 5505, low: 5282, high: 5511 }), { value: '5.5 kg', range: '5.3 to 5.5 kg' });
    assert.deepEqual(massWithin({ value: 0.004, low: 0.0007, high: 0.0093 }), { value: '4 mg', range: '0.7 to 9 mg' });
    assert.deepEqual(massWithin({ value: 3, low: 3, high: 3 }), { value: '3 g', range: null });
  });

  it('never needs an exponent', () => {
    const grams = fc.double({ min: 1e-12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(fc.array(grams, { minLength: 1, maxLength: 5 }), (masses) => {
        for (const text of massesAlike(masses)) assert.doesNotMatch(text, /e[-+]?\d/);
      }),
    );
  });
});
