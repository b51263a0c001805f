import assert from 'node:assert/strict';
import { loadPlaceFinder, type PlaceFinder } from '../../src/carbon/location';
import type { Place } from '../../src/carbon/place';
import { loadRegions, loadZones } from '../../src/data/places';

let finder: PlaceFinder;

function found(text: string): Place {
  const answer = finder.find(text, 'person');
  assert.equal(answer.kind, 'found', text);
  return (answer as { place: Place }).place;
}

function problem(text: string): string {
  const answer = finder.find(text, 'person');
  assert.equal(answer.kind, 'unknown', text);
  return (answer as { message: string }).message;
}

describe('the place that a person wrote', () => {
  before(async () => {
    finder = await loadPlaceFinder();
  });

  it('is found by zone, code, name and cloud region, whatever the case', () => {
    for (const text of ['DE', 'de', 'Germany', ' germany ', 'GERMANY']) assert.equal(found(text).zone, 'DE', text);
    for (const text of ['US-CAL-CISO', 'us-cal-ciso', 'CAISO']) assert.equal(found(text).zone, 'US-CAL-CISO', text);
    for (const text of ['GB', 'UK', 'United Kingdom', 'Great Britain']) assert.equal(found(text).zone, 'GB', text);
    for (const text of ['US', 'USA', 'United States']) assert.equal(found(text).zone, 'US', text);
    for (const text of ['aws:eu-north-1', 'AWS:EU-North-1', 'amazon:eu-north-1', 'aws/eu-north-1', 'eu-north-1']) {
      assert.equal(found(text).zone, 'SE-SE3', text);
    }
    assert.equal(found('azure:North Europe').zone, 'IE');
    assert.equal(found('Réunion').zone, 'RE');
    assert.equal(found('reunion').zone, 'RE');
    assert.equal(found('Ukraine').intensity.gramsPerKWh, 250.47);
    assert.equal(found('world').intensity.gramsPerKWh, 472.94);
  });

  it('carries the latest figure with its year, basis, source and the range of the years', () => {
    assert.deepEqual(found('Germany').intensity, {
      gramsPerKWh: 342, low: 341, high: 475, zone: 'DE', year: 2025,
      source: 'Electricity Maps, yearly average 2025 (ODbL 1.0)', basis: 'lifecycle', chosenBy: 'person',
    });
    assert.equal(found('DE').pue.value, 1);
  });

  it("has the provider's PUE in a declared region, and an assumed one where the provider publishes none", () => {
    const stockholm = found('aws:eu-north-1');
    assert.deepEqual([stockholm.intensity.gramsPerKWh, stockholm.pue.value, stockholm.pue.note], [20, 1.09, null]);
    const oracle = found('oci:eu-frankfurt-1').pue;
    assert.deepEqual([oracle.value, oracle.published], [1.2, false]);
    assert.match(oracle.note ?? '', /assumed/);
  });

  it('has limits that hold the grids which a region may lie in', () => {
    const { intensity } = found('gcp:us-west2');
    assert.deepEqual([intensity.gramsPerKWh, intensity.low, intensity.high], [208, 208, 355]);
  });

  it('is found for every row of the tables', async () => {
    for (const { zone } of (await loadZones()).zones) assert.equal(found(zone).zone, zone);
    for (const { provider, region, zone } of (await loadRegions()).regions) assert.equal(found(`${provider}:${region}`).zone, zone);
  });

  it('is suggested where it is misspelt', () => {
    assert.match(problem('Germny'), /did you mean DE\?/);
    assert.match(problem('aws:eu-noth-1'), /aws has no region "eu-noth-1".*did you mean aws:eu-north-1/);
    assert.match(problem('asw:eu-north-1'), /did you mean aws:eu-north-1/);
    assert.match(problem('gcp:us-centrall'), /did you mean gcp:us-central1/);
    assert.match(problem('US-CAL-CISCO'), /US-CAL-CISO/);
    assert.match(problem('California'), /US-CAL-CISO/);
    assert.match(problem('US-TX'), /US-TEX-ERCO/);
    assert.match(problem('frankfurt'), /did you mean .*frankfurt/);
    assert.match(problem('xyzzy-plugh'), /no place in the tables\. Write a grid zone/);
    assert.match(problem('  '), /Write a grid zone/);
  });
});
