import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  allOf,
  clockTime,
  counted,
  countedInText,
  dayAndClock,
  dayKey,
  formatUsd,
  grouped,
  large,
  oneOf,
  plural,
  threeDigits,
  toDecimals,
  toDigits,
  wholePercent,
  formatDuration,
  formatEnergy,
  formatFactor,
  formatMass,
  formatPower,
  formatShare,
  usdAmount,
} from '../../src/present/words';

describe('present/words', () => {
  it('shows power with a suitable unit', () => {
    assert.deepEqual([0, 0.04, 4.23, 9.96, 41.4, 999.6, 1234, 2.5e6, null].map(formatPower), [
      '0 W',
      '0.04 W',
      '4.2 W',
      '10 W',
      '41 W',
      '1 kW',
      '1.23 kW',
      '2.5 MW',
      '– W',
    ]);
  });

  it('shows energy with the unit that keeps the number readable', () => {
    assert.deepEqual([0, 0.0042, 0.00004, 0.32, 3.2, 41.26, 999.7, 1234, null].map(formatEnergy), [
      '0 Wh',
      '4.2 mWh',
      '0.04 mWh',
      '0.32 Wh',
      '3.2 Wh',
      '41.3 Wh',
      '1 kWh',
      '1.23 kWh',
      '– Wh',
    ]);
  });

  it('shows mass from milligrams to tonnes', () => {
    assert.deepEqual([0, 0.012, 0.27, 1.1, 999.7, 24_700_000, null].map(formatMass), [
      '0 g',
      '12 mg',
      '0.27 g',
      '1.1 g',
      '1 kg',
      '24.7 t',
      '– g',
    ]);
  });

  it('shows durations in at most two units', () => {
    assert.deepEqual([0.44, 9.96, 42.2, 59.7, 200, 7500, 273_600].map(formatDuration), [
      '0.44 s',
      '10 s',
      '42 s',
      '1 min',
      '3 min 20 s',
      '2 h 5 min',
      '3 d 4 h',
    ]);
  });

  it('shows factors without meaningless digits', () => {
    assert.deepEqual([0.95, 1.6, 0.2131707317073171, 4.878048780487806].map(formatFactor), [
      '0.95',
      '1.6',
      '0.213',
      '4.88',
    ]);
  });

  it('shows shares as percentages', () => {
    assert.deepEqual([0.0041, 0.214, 1].map(formatShare), ['0.41 %', '21 %', '100 %']);
  });

  it('never shows an exponent, and stays within 1 % of the value', () => {
    const units: Record<string, number> = { kWh: 1000, MWh: 1e6, Wh: 1, mWh: 1e-3 };
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e8, noNaN: true }), (wattHours) => {
        const [number, unit] = formatEnergy(wattHours).split(' ');
        assert.match(number!, /^\d+(\.\d+)?$/);
        const shown = Number(number) * units[unit!]!;
        assert.ok(Math.abs(shown - wattHours) <= 0.01 * wattHours + 5e-6, `${wattHours} Wh shown as ${number} ${unit}`);
      }),
    );
  });

  it('counts with the right form of the noun', () => {
    assert.deepEqual(
      [0, 1, 2].map((count) => counted(count, 'run')),
      ['0 runs', '1 run', '2 runs'],
    );
    assert.deepEqual(
      [1, 2].map((count) => counted(count, 'finding of x', 'findings of x')),
      ['1 finding of x', '2 findings of x'],
    );
    assert.deepEqual(
      [1, 3].map((count) => countedInText(count, 'run')),
      ['one run', '3 runs'],
    );
    assert.deepEqual(
      [1, 2].map((count) => plural(count, 'has', 'have')),
      ['has', 'have'],
    );
  });

  it('lists names like a sentence', () => {
    assert.deepEqual(
      [[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map((names) => allOf(names)),
      ['', 'a', 'a and b', 'a, b and c'],
    );
    assert.equal(oneOf(['a', 'b', 'c']), 'a, b or c');
  });

  it('rounds figures, and makes large ones readable', () => {
    assert.deepEqual([21.84, 1234, 0.00421, null].map(threeDigits), ['21.8', '1230', '0.00421', '–']);
    assert.equal(toDigits(0.98765, 4), '0.9877');
    assert.deepEqual([toDecimals(2.755, 1), toDecimals(3, 2), toDecimals(0.004, 2)], ['2.8', '3', '0']);
    assert.deepEqual([21.4, null].map(wholePercent), ['21 %', '–']);
    assert.deepEqual([6.176, null].map(formatUsd), ['6.18 USD', '–']);
    assert.deepEqual([6.176, null].map(usdAmount), ['6.18', '–']);
    assert.deepEqual([16_384, 1_234_567, 16_777_216, 7e9].map(large), [
      '16,384',
      '1.23 million',
      '16.8 million',
      '7.0 billion',
    ]);
    assert.equal(grouped(1_234_567), '1,234,567');
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.double()), (number) => {
        assert.equal(grouped(number), number.toLocaleString('en'));
      }),
    );
  });

  it('writes local days and times with two digits', () => {
    const date = new Date(2026, 0, 5, 7, 3);
    assert.deepEqual([dayKey(date), clockTime(date), dayAndClock(date)], ['2026-01-05', '07:03', '2026-01-05 07:03']);
  });
});
