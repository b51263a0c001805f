import assert from 'node:assert/strict';
import { loadPlaceFinder, type PlaceFinder } from '../../src/place/location';
import type { Place } from '../../src/place/place';
import { loadRegions, loadZones } from '../../src/data/places';
import { loadCatalogue } from '../../src/advice/where/catalogue';

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

  it('carries the latest figure with its year, basis, source and the range of the last two years', () => {
    assert.deepEqual(found('Germany').intensity, {
      gramsPerKWh: 342,
      low: 341,
      high: 342,
      zone: 'DE',
      year: 2025,
      source: 'Electricity Maps, yearly average 2025 (ODbL 1.0)',
      basis: 'lifecycle',
      chosenBy: 'person',
    });
    assert.equal(found('DE').pue.value, 1);
  });

  it("has the provider's PUE in a cloud region, and an assumed one if the provider publishes none", () => {
    const stockholm = found('aws:eu-north-1');
    assert.deepEqual([stockholm.intensity.gramsPerKWh, stockholm.pue.value, stockholm.pue.note], [20, 1.09, null]);
    const oracle = found('oci:eu-frankfurt-1').pue;
    assert.deepEqual([oracle.value, oracle.published], [1.2, false]);
    assert.match(oracle.note ?? '', /assumed/);
  });

  it('has limits that include all grids that a region may be in', () => {
    const { intensity } = found('gcp:us-west2');
    assert.deepEqual([intensity.gramsPerKWh, intensity.low, intensity.high], [208, 208, 355]);
  });

  it('is found for every row of the tables', async () => {
    for (const { zone } of (await loadZones()).zones) assert.equal(found(zone).zone, zone);
    for (const { provider, region, zone } of (await loadRegions()).regions)
      assert.equal(found(`${provider}:${region}`).zone, zone);
  });

  it('is suggested if it is misspelt', () => {
    assert.match(problem('Germny'), /did you mean DE\?/);
    assert.match(problem('aws:eu-noth-1'), /aws has no region "eu-noth-1".*did you mean aws:eu-north-1/);
    assert.match(problem('asw:eu-north-1'), /did you mean aws:eu-north-1/);
    assert.match(problem('gcp:us-centrall'), /did you mean gcp:us-central1/);
    assert.match(problem('US-CAL-CISCO'), /US-CAL-CISO/);
    assert.match(problem('California'), /US-CAL-CISO/);
    assert.match(problem('US-TX'), /US-TEX-ERCO/);
    assert.match(problem('frankfurt'), /did you mean .*frankfurt/);
    assert.match(problem('xyzzy-plugh'), /not a known place\. Write a grid zone/);
    assert.match(problem('  '), /Write a grid zone/);
  });

  it('is found by the name that a country has in its own language or another, and by its three letters', () => {
    const cases: readonly (readonly [written: string, country: string])[] = [
      ['Deutschland', 'DE'],
      ['日本', 'JP'],
      ['germany', 'DE'],
      ['España', 'ES'],
      ['Espana', 'ES'],
      ['Österreich', 'AT'],
      ['Россия', 'RU'],
      ['Ελλάδα', 'GR'],
      ['भारत', 'IN'],
      ['대한민국', 'KR'],
      ['中国', 'CN'],
      ['Suisse', 'CH'],
      ['die Schweiz', 'CH'],
      ['The Netherlands', 'NL'],
      ['Republic of Korea', 'KR'],
      ["Côte d'Ivoire", 'CI'],
      ['ivory coast', 'CI'],
      ['Großbritannien', 'GB'],
      ['Türkiye', 'TR'],
      ['Turkey', 'TR'],
      ['Allemagne', 'DE'],
      ['Japón', 'JP'],
      ['DEU', 'DE'],
      ['fra', 'FR'],
      ['USA', 'US'],
      ['Česko', 'CZ'],
      ['Sverige', 'SE'],
      ['ไทย', 'TH'],
    ];
    for (const [written, country] of cases) assert.equal(found(written).country, country, written);
  });

  it('is found by every name that the runtime has for a country of the tables, if the name is unique', async () => {
    const countries = [...new Set((await loadZones()).zones.map(({ country }) => country))];
    for (const locale of ['de', 'ja', 'ar', 'pl', 'pt']) {
      const names = new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' });
      for (const code of countries) {
        const name = names.of(code);
        const answer = name === undefined ? null : finder.find(name, 'person');
        if (answer?.kind === 'found') assert.equal(answer.place.country, code, `${locale}: ${name ?? ''}`);
        else if (answer !== null)
          assert.ok(
            finder.find(code, 'person').kind === 'unknown' || /kongo|congo/i.test(name ?? ''),
            `${locale}: ${name ?? ''}`,
          );
      }
    }
  });

  it('is suggested for market areas, states and time zones, and never by two letters of another code', () => {
    for (const nonsense of ['XX', 'ZZ', 'qq']) assert.match(problem(nonsense), /not a known place\. Write a grid zone/);
    assert.match(problem('DE-LU'), /did you mean DE or LU\?/);
    assert.match(problem('DE_AT_LU'), /did you mean DE, AT or LU\?/);
    assert.match(problem('US-WA'), /did you mean US\?/);
    assert.match(problem('GB-SCT'), /did you mean GB\?/);
    assert.match(problem('SE3'), /did you mean SE-SE3\?/);
    assert.match(problem('Kongo'), /did you mean CG or CD\?/);
    assert.match(problem('Congo'), /did you mean CG or CD\?/);
    assert.match(problem('Deutschlnd'), /did you mean DE\?/);
    assert.match(problem('Europe/Berlin'), /is a time zone, not a place; did you mean DE\?/);
  });

  it('is not a country for a two-letter abbreviation of another language, only for its code', () => {
    // In French, "É.-U." is the United States, but EU is not.
    for (const written of ['EU', 'eu', 'E.U.', 'É-U', 'VS', 'V.S.'])
      assert.equal(finder.find(written, 'person').kind, 'unknown', written);
    for (const [written, suggestion] of [
      ['ERCOT', 'US-TEX-ERCO'],
      ['NYISO', 'US-NY-NYIS'],
    ] as const) {
      const answer = finder.find(written, 'person');
      assert.deepEqual(answer.kind === 'unknown' ? answer.suggestions : [], [suggestion]);
    }
  });

  it('has the same band in region advice, estimates and runs', async () => {
    const { regions } = await loadCatalogue();
    for (const { id, intensity } of regions) {
      const place = found(id).intensity;
      assert.deepEqual(
        [place.low, place.gramsPerKWh, place.high],
        [intensity.low, intensity.value, intensity.high],
        id,
      );
    }
    const zones = new Map((await loadZones()).zones.map((zone) => [zone.zone, zone]));
    for (const { id, zone, intensity } of regions) {
      const { low, high } = found(zone).intensity;
      const [before = 0, latest = 0] = zones.get(zone)?.gramsPerKWh.slice(-2) ?? [];
      assert.deepEqual([low, high], [Math.min(before, latest), Math.max(before, latest)]);
      // A region that may also be in other grids has a wider band.
      assert.ok(intensity.low <= low && high <= intensity.high, id);
    }
    assert.deepEqual(
      [
        found('FR').intensity.low,
        found('aws:eu-west-3').intensity.low,
        found('FR').intensity.high,
        found('aws:eu-west-3').intensity.high,
      ],
      [31, 31, 33, 33],
    );
  });
});
