// Writes the tables of places: grid zones, countries, time zones and cloud regions.
// node scripts/data/places.mjs FOLDER [TZDATA]
//   FOLDER  contains zones.csv, countries.csv and regions.csv
//   TZDATA  contains zone.tab and tzdata.zi of the tz database (default /usr/share/zoneinfo)
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { placeName } from './place-names.mjs';
import { number, numberOrNull, readCsv, writeTable } from './tables.mjs';

const [folder, tzdata = '/usr/share/zoneinfo'] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Give the folder that contains zones.csv, countries.csv and regions.csv.');
  process.exit(2);
}

const updated = '2026-06-30';
const years = [2021, 2022, 2023, 2024, 2025];
const electricityMaps = {
  source:
    'Electricity Maps yearly averages, through co2.js of the Green Web Foundation (data/output/electricity-maps, 27cbe83)',
  url: 'https://www.electricitymaps.com/data-portal',
  licence: 'ODbL 1.0',
  attribution:
    'Contains information from Electricity Maps, which is made available under the Open Database License (ODbL) 1.0.',
};

// From the tz database: the country of each IANA time zone, and other names of zones.
const countryOf = {};
for (const line of (await readFile(join(tzdata, 'zone.tab'), 'utf8')).split('\n')) {
  if (line === '' || line.startsWith('#')) continue;
  const [country, , zone] = line.split('\t');
  countryOf[zone] = country;
}
const rules = (await readFile(join(tzdata, 'tzdata.zi'), 'utf8')).split('\n');
const targets = Object.fromEntries(
  rules.filter((line) => line.startsWith('L ')).map((line) => line.split(' ').slice(1, 3).reverse()),
);
const canonical = (zone) => (zone in countryOf || !(zone in targets) ? zone : canonical(targets[zone]));
// Old names that the database now links to a zone of another country with the same time.
const sameClockOtherCountry = {
  'Africa/Asmera': 'Africa/Asmara',
  'Africa/Timbuktu': 'Africa/Bamako',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Virgin': 'America/St_Thomas',
  Iceland: 'Atlantic/Reykjavik',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
  'Pacific/Yap': 'Pacific/Chuuk',
};
const withoutGrid = ['Antarctica/South_Pole', 'Atlantic/Jan_Mayen'];
const links = Object.fromEntries(
  Object.keys(targets)
    .filter((name) => !(name in countryOf) && canonical(name) in countryOf && !withoutGrid.includes(name))
    .map((name) => [name, sameClockOtherCountry[name] ?? canonical(name)]),
);
await writeTable('src/data/timezones.json', {
  source: `IANA tz database ${rules[0].replace('# version ', '')}, zone.tab and links`,
  url: 'https://www.iana.org/time-zones',
  licence: 'public domain',
  countries: countryOf,
  links,
});

const onlyTimeZone = (country) => {
  const zones = Object.keys(countryOf).filter((zone) => countryOf[zone] === country);
  return zones.length === 1 ? zones[0] : null;
};
/** The time zone of a grid zone, corrected if it is in another country: upstream has Bosnia's for Bahrain, for example. */
const timeZoneOf = ({ timezone, country_iso2: country }) =>
  timezone === '' || countryOf[canonical(timezone)] !== country
    ? (onlyTimeZone(country) ?? canonical(timezone))
    : canonical(timezone);
const profiles = {
  ok_2023_2024: 'measured',
  vintage_2022: '2022',
  provider_estimated: 'estimated',
  flat_no_hourly_signal: 'flat',
  none: null,
};
const zones = (await readCsv(folder, 'zones.csv')).map((row) => ({
  zone: row.zone,
  name: row.zone_name,
  country: row.country_iso2,
  timeZone: timeZoneOf(row),
  gramsPerKWh: years.map((year) => number(row[`ci_${year}`])),
  carbonFreePercent: numberOrNull(row.grid_CFE_2025),
  renewablePercent: numberOrNull(row.grid_renewable_2025),
  profile: profiles[row.time_profile_quality],
}));
await writeTable('src/data/electricity-maps/zones.json', {
  ...electricityMaps,
  basis: 'lifecycle',
  method: 'consumption, flow-traced',
  updated,
  years,
  zones,
});

// Countries without a grid zone of their own, and the world, from Ember's yearly figures.
const countries = await readCsv(folder, 'countries.csv');
const ember = countries.filter((row) => row.basis.startsWith('generation, lifecycle') && Number(row.year) >= 2020);
const national = countries
  .filter((row) => row.level === 'country')
  .map((row) => number(row.intensity_g_per_kwh))
  .sort((a, b) => a - b);
const quantile = (share) => national[Math.round(share * (national.length - 1))];
const world = ember.find((row) => row.code === 'REGION:World');
// A single year does not show the spread. For four in five grid zones, half the range over 2021-2025 is below 20 %.
const assumedSpread = 0.2;
const spread = (row) => {
  const value = number(row.intensity_g_per_kwh);
  const low = number(row.low);
  const high = number(row.high);
  return low < high
    ? { low, high }
    : { low: Math.round(value * (1 - assumedSpread)), high: Math.round(value * (1 + assumedSpread)) };
};
await writeTable('src/data/countries.json', {
  source:
    'Ember, yearly electricity data, through co2.js of the Green Web Foundation (27cbe83); Bermuda and Saint Helena from Our World in Data, after Ember',
  url: 'https://ember-energy.org/data/yearly-electricity-data/',
  licence: 'CC BY 4.0',
  attribution: 'Carbon intensity of countries without a grid zone: Ember (CC BY 4.0).',
  basis: 'lifecycle',
  method: 'generation',
  updated,
  countries: ember
    .filter((row) => row.level === 'country')
    .map((row) => ({
      code: row.code,
      name: row.name.replace(/ \(the\)$/, ''),
      year: Number(row.year),
      gramsPerKWh: number(row.intensity_g_per_kwh),
      ...spread(row),
    })),
  world: {
    name: 'World',
    year: Number(world.year),
    gramsPerKWh: number(world.intensity_g_per_kwh),
    low: quantile(0.05),
    high: quantile(0.95),
  },
});

// Cloud regions. Those for governments and the military need a clearance. Some Azure regions are only open on request
// (https://learn.microsoft.com/azure/reliability/regions-list). Mainland China is a separate cloud.
const government = /(^|-)us-?gov|^usdod|^ussec|uk-gov|^us-langley|^us-luke/;
const onRequest = new Set([
  'australiacentral',
  'australiacentral2',
  'brazilsoutheast',
  'francesouth',
  'germanynorth',
  'jioindiacentral',
  'jioindiawest',
  'norwaywest',
  'southafricawest',
  'swedensouth',
  'switzerlandwest',
  'uaecentral',
]);
const access = ({ provider, region, country }) =>
  government.test(region)
    ? 'government'
    : provider === 'azure' && onRequest.has(region)
      ? 'on request'
      : country === 'CN'
        ? 'mainland China'
        : null;
const pueBasis = (text) =>
  text === ''
    ? null
    : text === 'provider, region'
      ? 'region'
      : text.startsWith('provider, geography')
        ? 'geography'
        : text.startsWith('provider average')
          ? 'provider'
          : 'fleet';
const regions = await readCsv(folder, 'regions.csv');
const pueSources = [...new Set(regions.map((row) => row.pue_source))].filter((text) => text !== '');
await writeTable('src/data/regions.json', {
  source:
    'Region lists and PUE as the providers publish them; see pueSources. Carbon-free share and g/kWh of Google Cloud: GoogleCloudPlatform/region-carbon-info',
  licence: 'facts; Apache-2.0 for the figures of Google Cloud',
  updated,
  googleYear: Math.max(...regions.map((row) => Number(row.google_published_year))),
  pueSources,
  regions: regions.map((row) => ({
    provider: row.provider,
    region: row.region,
    place: placeName(row.location),
    country: row.country,
    latitude: number(row.latitude),
    longitude: number(row.longitude),
    zone: row.zone,
    pue: numberOrNull(row.pue),
    pueBasis: pueBasis(row.pue_basis),
    pueYear: row.pue_year === '' ? null : Number(row.pue_year.slice(0, 4)),
    pueSource: row.pue_source === '' ? null : pueSources.indexOf(row.pue_source),
    carbonFreePercent: numberOrNull(row.provider_cfe_percent),
    publishedGramsPerKWh: numberOrNull(row.google_published_g_per_kwh),
    access: access(row),
  })),
});
await writeTable('src/data/electricity-maps/regions.json', {
  ...electricityMaps,
  updated,
  note: 'Lowest and highest yearly average of 2024 and 2025 over the grid zones that a cloud region may lie in',
  ranges: Object.fromEntries(
    regions.map((row) => [`${row.provider}:${row.region}`, [number(row.intensity_low), number(row.intensity_high)]]),
  ),
});
