import assert from 'node:assert/strict';
import fc from 'fast-check';
import { about, digitsWithin, energiesAlike, energyWithin, massWithin } from '../../src/present/quantities';

describe('present/quantities', () => {
  it('shows no more digits than the limits allow', () => {
    const cases: readonly (readonly [value: number, low: number, high: number, expected: string])[] = [
      [0.003_68, 0.0015, 0.009, '4 mWh'],
      [3.213, 3.2, 3.23, '3.21 Wh'],
      [3.213, 2, 5, '3.2 Wh'],
      [0.0136, 0.004, 0.09, '14 mWh'],
      [1043, 300, 2000, '1 kWh'],
      [1143, 300, 2000, '1.1 kWh'],
    ];
    for (const [value, low, high, expected] of cases) assert.equal(energyWithin(value, { low, high }).value, expected);
  });

  it('shows a value and its limits in one unit', () => {
    assert.deepEqual(energyWithin(0.0211, { low: 0.004_64, high: 0.126 }), {
      value: '20 mWh',
      range: '4.6 to 130 mWh',
    });
    assert.deepEqual(massWithin(0.12, { low: 0.05, high: 0.19 }), { value: '0.12 g', range: '0.05 to 0.19 g' });
    assert.deepEqual(massWithin(950, { low: 800, high: 1400 }), { value: '950 g', range: '800 to 1400 g' });
  });

  it('says "up to" where the lower limit is nothing, or too small to show', () => {
    assert.equal(energyWithin(0.002, { low: 0, high: 0.004 }).range, 'up to 4 mWh');
    assert.equal(energyWithin(0.002, { low: 0.000_001, high: 0.004 }).range, 'up to 4 mWh');
    assert.deepEqual(energyWithin(0, { low: 0, high: 0.004 }), { value: '0 Wh', range: 'up to 4 mWh' });
  });

  it('has no range where none is known', () => {
    assert.deepEqual(energyWithin(null, { low: null, high: null }), { value: '– Wh', range: null });
    assert.deepEqual(massWithin(3.456, { low: null, high: null }), { value: '3.46 g', range: null });
    assert.equal(massWithin(3.456, { low: 3.456, high: 3.456 }).range, null);
  });

  it('shows figures of one row in one unit', () => {
    assert.deepEqual(energiesAlike([0.0211, 0.413]), ['21.1 mWh', '413 mWh']);
    assert.deepEqual(energiesAlike([0.0211, 413]), ['0.0211 Wh', '413 Wh']);
    assert.deepEqual(energiesAlike([null, 3.2, 0]), ['– Wh', '3.2 Wh', '0 Wh']);
    assert.deepEqual(energiesAlike([null, null]), ['– Wh', '– Wh']);
    const rough = { value: 0.0211, low: 0.01, high: 0.09 };
    assert.deepEqual(energiesAlike([rough, { value: 0.413, low: 0.3, high: 0.5 }]), ['20 mWh', '410 mWh']);
    assert.equal(energiesAlike([rough])[0], energyWithin(rough.value, rough).value, 'alone as on its own');
  });

  it('marks what is modelled, once', () => {
    assert.equal(about(true, '3 Wh'), '~3 Wh');
    assert.equal(about(false, '3 Wh'), '3 Wh');
    assert.equal(about(true, '<0.01 mWh'), '<0.01 mWh');
  });

  it('never shows a value outside its limits by more than a rounding, for any estimate', () => {
    const positive = fc.double({ min: 1e-4, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(
        positive,
        fc.double({ min: 1, max: 50, noNaN: true }),
        fc.double({ min: 1, max: 50, noNaN: true }),
        (value, down, up) => {
          const limits = { low: value / down, high: value * up };
          const shown = energyWithin(value, limits).value;
          const [number = '', unit = ''] = shown.split(' ');
          const factor = { mWh: 1e-3, Wh: 1, kWh: 1e3, MWh: 1e6 }[unit] ?? Number.NaN;
          if (number.startsWith('<')) return value / factor < 0.01;
          const off = Math.abs(Number(number) * factor - value) / value;
          const digits = digitsWithin(limits);
          return off <= (digits === 1 ? 0.26 : digits === 2 ? 0.051 : 0.0051);
        },
      ),
    );
  });
});
