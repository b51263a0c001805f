import assert from 'node:assert/strict';
import { loadCountries, loadRegions, loadTimeZones, loadZones } from '../../src/data/places';
import { providers } from '../../src/data/providers';
import { plain } from '../../src/present/spelling';
import { placeName } from '../../scripts/data/place-names.mjs';

/** Rough boxes (south, west, north, east) of the countries with cloud regions, to detect wrong signs or swapped figures. */
const boxes: Readonly<Record<string, readonly [number, number, number, number]>> = {
  AE: [22, 51, 27, 57],
  AT: [46, 9, 50, 18],
  AU: [-45, 112, -9, 155],
  BE: [49, 2, 52, 7],
  BH: [25, 50, 27, 51],
  BR: [-34, -75, 6, -34],
  CA: [41, -142, 84, -52],
  CH: [45, 5, 48, 11],
  CL: [-56, -76, -17, -66],
  CN: [18, 73, 54, 135],
  CO: [-5, -80, 14, -66],
  DE: [47, 5, 56, 16],
  ES: [35, -10, 44, 5],
  FI: [59, 19, 71, 32],
  FR: [41, -6, 52, 10],
  GB: [49, -9, 61, 2],
  HK: [22, 113, 23, 115],
  ID: [-12, 94, 7, 142],
  IE: [51, -11, 56, -5],
  IL: [29, 34, 34, 36],
  IN: [6, 68, 36, 98],
  IT: [36, 6, 48, 19],
  JP: [24, 122, 46, 146],
  KR: [33, 124, 39, 131],
  MX: [14, -119, 33, -86],
  MY: [0, 99, 8, 120],
  NL: [50, 3, 54, 8],
  NO: [57, 4, 72, 32],
  NZ: [-48, 166, -34, 179],
  PL: [49, 14, 55, 25],
  QA: [24, 50, 27, 52],
  RS: [42, 18, 47, 24],
  SA: [16, 34, 33, 56],
  SE: [55, 10, 70, 25],
  SG: [1, 103, 2, 105],
  TH: [5, 97, 21, 106],
  TW: [21, 119, 26, 123],
  US: [24, -125, 50, -66],
  ZA: [-35, 16, -22, 33],
};

function duplicates(names: readonly string[]): readonly string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

describe('the tables of places', () => {
  it('have grid zones with plausible figures, each once', async () => {
    const { zones, years } = await loadZones();
    assert.equal(zones.length, 352);
    assert.deepEqual(years, [2021, 2022, 2023, 2024, 2025]);
    assert.deepEqual(duplicates(zones.map(({ zone }) => zone)), []);
    for (const zone of zones) {
      assert.match(zone.zone, /^[A-Z]{2}(-[A-Z0-9]+)*$/, zone.zone);
      assert.ok(zone.zone.startsWith(zone.country), zone.zone);
      assert.ok(zone.name.length > 1, zone.zone);
      assert.equal(zone.gramsPerKWh.length, years.length, zone.zone);
      for (const grams of zone.gramsPerKWh) assert.ok(grams >= 10 && grams <= 1300, `${zone.zone}: ${grams} g/kWh`);
      for (const share of [zone.carbonFreePercent, zone.renewablePercent])
        assert.ok(share === null || (share >= 0 && share <= 100), zone.zone);
      assert.ok(
        (zone.renewablePercent ?? 0) <= (zone.carbonFreePercent ?? 100),
        `${zone.zone}: renewable is part of carbon-free`,
      );
      assert.ok(isTimeZone(zone.timeZone), `${zone.zone}: ${zone.timeZone}`);
    }
  });

  it('have zones whose time zone is in their country', async () => {
    const [{ zones }, { countries }] = await Promise.all([loadZones(), loadTimeZones()]);
    // Places with the time zone of a neighbour.
    const neighbours = new Set(['XK', 'GS']);
    const wrong = zones.filter(({ timeZone, country }) => !neighbours.has(country) && countries[timeZone] !== country);
    assert.deepEqual(
      wrong.map(({ zone, timeZone }) => [zone, timeZone]),
      [],
    );
  });

  it('have other countries than the zones, each once, with the value within its limits', async () => {
    const [{ countries, world }, { zones }] = await Promise.all([loadCountries(), loadZones()]);
    assert.deepEqual(duplicates([...countries.map(({ code }) => code), ...zones.map(({ zone }) => zone)]), []);
    for (const row of [...countries, world]) {
      assert.ok(row.low <= row.gramsPerKWh && row.gramsPerKWh <= row.high && row.low < row.high, row.name);
      assert.ok(row.low > 10 && row.high <= 1300 && row.year >= 2020, row.name);
    }
    assert.equal(world.gramsPerKWh, 472.94);
  });

  it('have cloud regions with coordinates in their country, on one of its grid zones', async () => {
    const [{ regions }, { zones }] = await Promise.all([loadRegions(), loadZones()]);
    assert.equal(regions.length, 218);
    assert.deepEqual(duplicates(regions.map(({ provider, region }) => `${provider}:${region}`)), []);
    for (const region of regions) {
      const id = `${region.provider}:${region.region}`;
      assert.ok(providers.includes(region.provider), id);
      const zone = zones.find((each) => each.zone === region.zone);
      assert.ok(zone !== undefined, id);
      assert.equal(zone.country, region.country, id);
      const [south, west, north, east] = boxes[region.country] ?? assert.fail(`no box for ${id}`);
      assert.ok(
        region.latitude >= south && region.latitude <= north && region.longitude >= west && region.longitude <= east,
        id,
      );
      const value = zone.gramsPerKWh.at(-1)!;
      assert.ok(region.lowGramsPerKWh <= value && value <= region.highGramsPerKWh, id);
      assert.ok(
        region.pue === null
          ? region.pueBasis === null
          : region.pue >= 1.03 && region.pue <= 1.7 && region.pueBasis !== null,
        id,
      );
      assert.equal(region.pue === null, region.pueSource === null, id);
      assert.ok(
        region.carbonFreePercent === null || (region.carbonFreePercent >= 0 && region.carbonFreePercent <= 100),
        id,
      );
      assert.ok(region.publishedGramsPerKWh === null || region.provider === 'gcp', id);
    }
    for (const provider of providers)
      assert.ok(
        regions.some((region) => region.provider === provider),
        provider,
      );
  });

  it('name each place once, with one pair of brackets', async () => {
    for (const { place } of (await loadRegions()).regions) {
      assert.ok(place.split('(').length <= 2, place);
      const words = place.split(/[ (),]+/).map(plain);
      const repeated = words.filter((word, index) => word.length > 3 && words.indexOf(word) !== index);
      assert.deepEqual(repeated, [], place);
      assert.equal(placeName(place), place);
    }
    assert.equal(placeName('US West (Oregon) (Hermiston)'), 'US West (Hermiston, Oregon)');
    assert.equal(placeName('Europe (Zurich) (Zürich)'), 'Europe (Zürich)');
    assert.equal(placeName('Canada (Central) (Montréal)'), 'Canada Central (Montréal)');
    assert.equal(placeName('Sao Paulo (São Paulo)'), 'São Paulo');
  });

  it('mark government regions', async () => {
    const { regions } = await loadRegions();
    const access = (id: string): unknown =>
      regions.find(({ provider, region }) => `${provider}:${region}` === id)?.access;
    assert.equal(access('aws:us-gov-west-1'), 'government');
    assert.equal(access('azure:usdodeast'), 'government');
    assert.equal(access('oci:uk-gov-london-1'), 'government');
    assert.equal(access('aws:cn-north-1'), 'mainland China');
    assert.equal(access('aws:us-west-1'), null);
  });

  it('have a country for every time zone, and new names for old ones', async () => {
    const { countries, links } = await loadTimeZones();
    for (const [zone, country] of Object.entries(countries)) assert.match(country, /^[A-Z]{2}$/, zone);
    for (const [name, target] of Object.entries(links)) assert.ok(target in countries && !(name in countries), name);
    assert.equal(countries[links['US/Eastern'] ?? ''], 'US');
    assert.equal(countries[links['Asia/Calcutta'] ?? ''], 'IN');
    assert.equal(countries[links['Iceland'] ?? ''], 'IS');
  });

  it('have their source, licence and date', async () => {
    for (const table of [await loadZones(), await loadCountries(), await loadRegions()]) {
      assert.ok(table.source.length > 10 && table.licence.length > 2);
      assert.match(table.updated, /^\d{4}-\d\d-\d\d$/);
    }
    assert.equal((await loadZones()).licence, 'ODbL 1.0');
  });
});
