// Writes the tables that only advice on regions and times needs: hourly shapes, prices of moving data, GPU instances.
// node scripts/data/advice.mjs FOLDER
//   FOLDER  contains hourly_profiles.csv, zone_time_stats.csv, zones.csv, egress_usd_per_gb.csv, gpu_instances.csv and regions.csv
import { number, numberOrNull, readCsv, writeTable } from './tables.mjs';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Give the folder that contains hourly_profiles.csv and the other tables.');
  process.exit(2);
}
const updated = '2026-06-30';

// The 24 values of a row are ratios to the zone's yearly mean, so they include the level of the month.
const hours = Array.from({ length: 24 }, (_, hour) => `r${String(hour).padStart(2, '0')}_utc`);
const profiles = new Map();
for (const row of await readCsv(folder, 'hourly_profiles.csv')) {
  if (row.month === 'all') continue;
  const zone = profiles.get(row.zone) ?? { years: row.years, sources: new Set(), months: [] };
  zone.months[Number(row.month) - 1] = hours.map((hour) => Math.round(number(row[hour]) * 1000));
  profiles.set(row.zone, zone);
}
// Zones that Electricity Maps no longer has (states of India) are left out.
const zones = new Set((await readCsv(folder, 'zones.csv')).map((row) => row.zone));
const stats = (await readCsv(folder, 'zone_time_stats.csv')).filter((row) => zones.has(row.zone));
await writeTable('src/data/electricity-maps/hourly.json', {
  source:
    'Hourly intensity of Electricity Maps, averaged by month and hour: 2023 and 2024 as published with sustain-cluster (293fbd1), 2022 as published with decarbonization-potential of UMass Amherst (3493a63)',
  url: 'https://www.electricitymaps.com/data-portal',
  licence: 'ODbL 1.0',
  attribution:
    'Contains information from Electricity Maps, which is made available under the Open Database License (ODbL) 1.0.',
  basis: 'lifecycle',
  updated,
  unit: "thousandths of the mean of the zone's year, by month, 24 hours UTC; weekend is a weekend day over a weekday",
  zones: stats.map((row) => {
    const profile = profiles.get(row.zone);
    const flat = row.quality === 'flat_no_hourly_signal';
    return {
      zone: row.zone,
      years: profile.years,
      weekend: numberOrNull(row.weekend_over_weekday),
      months: flat ? null : profile.months,
    };
  }),
});

// Prices between two regions of one provider. Azure's are listed by display name. Local zones, and regions that are not
// in the table of regions, are left out.
const regions = new Set((await readCsv(folder, 'regions.csv')).map((row) => `${row.provider}:${row.region}`));
const id = (provider, name) => (provider === 'azure' ? name.toLowerCase().replaceAll(' ', '') : name);
const prices = {};
for (const { provider, from, to, usd_per_gb: price } of await readCsv(folder, 'egress_usd_per_gb.csv')) {
  const source = `${provider}:${id(provider, from)}`;
  const target = id(provider, to);
  if (!regions.has(source) || !regions.has(`${provider}:${target}`)) continue;
  prices[source] ??= {};
  prices[source][target] = number(price);
}
await writeTable('src/data/egress.json', {
  source:
    'List prices of moving data between regions, as published with sustain-cluster (HewlettPackard/sustain-cluster, 293fbd1)',
  licence: 'MIT',
  updated,
  unit: 'USD per GB',
  prices,
});

// The name of an instance corrects wrong entries in the list.
const corrected = (type, gpu) =>
  type.startsWith('l40s-')
    ? 'NVIDIA L40S'
    : type.startsWith('gpu-3070')
      ? 'NVIDIA RTX 3070'
      : type.startsWith('trn1')
        ? 'AWS Trainium'
        : gpu.replace(/^Nvidia /, 'NVIDIA ');
const instances = await readCsv(folder, 'gpu_instances.csv');
await writeTable('src/data/gpu-instances.json', {
  source: "Providers' own instance lists",
  licence: 'facts',
  updated,
  instances: instances.map((row) => ({
    provider: row.provider,
    type: row.instance_type,
    gpu: corrected(row.instance_type, row.gpu),
    count: number(row.gpu_count),
  })),
});
