import assert from 'node:assert/strict';
import fc from 'fast-check';
import { emissionsGrams, givenIntensity, intensityEstimate } from '../../src/place/intensity';
import { equivalents } from '../../src/runs/equivalents';
import { regionPue } from '../../src/place/pue';
import { embodiedGrams, softwareCarbonIntensity } from '../../src/runs/sci';
import { exactly, type Estimate } from '../../src/units/estimate';

const estimates = (least: number): fc.Arbitrary<Estimate> =>
  fc
    .tuple(
      fc.double({ min: least, max: 1e4, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 1, max: 3, noNaN: true }),
    )
    .map(([value, down, up]) => ({ value, low: Math.max(least, value * down), high: value * up }));

describe('emissions', () => {
  it('are energy times PUE times intensity', () => {
    assert.deepEqual(emissionsGrams(exactly(2), exactly(1.1), exactly(300)), exactly(2 * 1.1 * 300));
    assert.deepEqual(
      emissionsGrams(
        { value: 2, low: 1, high: 3 },
        { value: 1.2, low: 1.1, high: 1.5 },
        { value: 100, low: 50, high: 200 },
      ),
      { value: 240, low: 55.00000000000001, high: 900 },
    );
  });

  it('stay within their limits, whatever the figures', () => {
    fc.assert(
      fc.property(estimates(0), estimates(1), estimates(0), (energy, pue, intensity) => {
        const { value, low, high } = emissionsGrams(energy, pue, intensity);
        assert.ok(low <= value && value <= high);
      }),
    );
  });

  it('treat a given intensity as exact', () => {
    const given = givenIntensity(400, 'DE');
    assert.deepEqual(intensityEstimate(given), exactly(400));
    assert.deepEqual([given.basis, given.zone, given.chosenBy], ['given', 'DE', 'person']);
  });

  it('have a PUE whose range depends on its basis', () => {
    const pue = (pueBasis: 'region' | 'geography' | null): Estimate =>
      regionPue({ provider: 'aws', pue: pueBasis === null ? null : 1.2, pueBasis, pueYear: 2025 });
    assert.equal(pue('region').high, 1.2);
    assert.ok(pue('geography').low < 1.1 && pue('geography').high > 1.3);
    assert.equal(pue(null).value, 1.2);
  });
});

describe('the software carbon intensity', () => {
  it('shares the hardware by time and resources', () => {
    // 1000 kg over 4 years, half of the machine for 10 h: 1e6 g × 10/35040 × 0.5.
    assert.ok(Math.abs(embodiedGrams(1000, 10, 35_040, 0.5) - 142.694_063_926_94) < 1e-9);
  });

  it('is (E × I + M) / R', () => {
    assert.deepEqual(softwareCarbonIntensity(300, 100, 1000, 'inference'), { value: 0.4, unit: 'gCO2e/inference' });
  });
});

describe('equivalents', () => {
  it('convert grams to distances and flights', () => {
    assert.equal(equivalents(175).find(({ name }) => name.includes('European'))?.value, 1);
    assert.equal(equivalents(50_000).find(({ name }) => name.includes('London'))?.value, 1);
  });
});
