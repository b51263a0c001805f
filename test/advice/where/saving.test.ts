import assert from 'node:assert/strict';
import fc from 'fast-check';
import { loadCatalogue, type Catalogue, type CatalogueRegion } from '../../../src/advice/where/catalogue';
import { adviseRegions, type RegionCandidate, type RegionQuestion } from '../../../src/advice/where/region-advice';
import { isClearSaving, regionSaving } from '../../../src/advice/where/saving';
import { anyRegion } from '../../support/region-question';

let catalogue: Catalogue;

const region = (id: string): CatalogueRegion => catalogue.regions.find((each) => each.id === id) ?? assert.fail(id);

function candidate(question: RegionQuestion, name: string): RegionCandidate {
  return adviseRegions(catalogue, question).candidates.find((each) => each.region === name) ?? assert.fail(name);
}

describe('the saving of a region', () => {
  before(async () => {
    catalogue = await loadCatalogue();
  });

  it('has limits from those of both regions, and grams less what moving the data emits', () => {
    const question = { ...anyRegion, provider: 'aws' as const, from: region('aws:us-east-1'), kilowattHours: 12 };
    const best = candidate(question, 'eu-north-1');
    const saving = regionSaving(best, question) ?? assert.fail();
    const here = question.from.gramsPerITKWh;
    assert.ok(Math.abs((saving.grams?.value ?? 0) - 12 * (here.value - best.gramsPerITKWh)) < 1e-6);
    assert.ok(Math.abs((saving.grams?.low ?? 0) - 12 * (here.low - best.gramsPerITKWhHigh)) < 1e-6);
    assert.equal(Math.round(saving.percent.value), Math.round(best.savingPercent ?? 0));
    assert.ok(isClearSaving(saving));
    const moving = { ...question, dataGigabytes: 50, embodiedKilograms: 3 };
    const moved = regionSaving(candidate(moving, 'eu-north-1'), moving) ?? assert.fail();
    const transfer = 50 * 0.001 * ((question.from.intensity.value + best.intensity) / 2);
    assert.ok(Math.abs((saving.grams?.value ?? 0) - (moved.grams?.value ?? 0) - transfer) < 1e-6);
  });

  it('is unknown without a region in use, has no grams without energy, and is not clear for the region in use', () => {
    const from = region('aws:eu-west-1');
    assert.equal(regionSaving(candidate(anyRegion, 'eu-west-3'), anyRegion), null);
    const question = { ...anyRegion, from };
    assert.equal(regionSaving(candidate(question, 'eu-west-3'), question)?.grams, null);
    const same = regionSaving(candidate(question, 'eu-west-1'), question) ?? assert.fail();
    assert.equal(same.percent.value, 0);
    assert.ok(!isClearSaving(same));
  });

  it('lies between its limits for any two regions', () => {
    fc.assert(
      fc.property(fc.constantFrom(...catalogue.regions), fc.nat(), (from, pick) => {
        const question = { ...anyRegion, from, kilowattHours: 7 };
        const { candidates } = adviseRegions(catalogue, question);
        const other = candidates[pick % candidates.length] ?? assert.fail();
        const { percent, grams } = regionSaving(other, question) ?? assert.fail();
        for (const { low, value, high } of [percent, grams ?? assert.fail()])
          assert.ok(low <= value + 1e-9 && value <= high + 1e-9);
      }),
    );
  });
});
