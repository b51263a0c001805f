// Writes the table of processors.
// node scripts/data/cpus.mjs FOLDER
//   FOLDER  holds cpus.csv
import { importTypeScript } from '../import-typescript.mjs';
import { number, numberOrNull, readCsv, writeTable } from './tables.mjs';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Say which folder holds cpus.csv.');
  process.exit(2);
}

// The keys of the table are what the meter makes of a processor's name.
const { normaliseBrand } = await importTypeScript("export { normaliseBrand } from './src/power/tdp';");

/** What Linux tells of a generation even where a hypervisor hides the brand, and which processors belong to it. */
const generations = [
  ['AuthenticAMD:23:1', 'AMD EPYC 7001', /^amd epyc 7\d\d1p?$/],
  ['AuthenticAMD:23:49', 'AMD EPYC 7002', /^amd epyc 7.\w2p?$/],
  ['AuthenticAMD:25:1', 'AMD EPYC 7003', /^amd epyc 7.\w3[px]?$/],
  ['AuthenticAMD:25:17', 'AMD EPYC 9004', /^amd epyc 9.\w4[pfx]?$/],
  ['AuthenticAMD:26:2', 'AMD EPYC 9005', /^amd epyc 9.\w5p?$/],
  ['GenuineIntel:6:63', 'Intel Xeon E5 v3', /^intel xeon e5-\d+\w? v3$/],
  ['GenuineIntel:6:79', 'Intel Xeon E5 v4', /^intel xeon e5-\d+\w? v4$/],
  ['GenuineIntel:6:85', 'Intel Xeon of the first and second scalable generation', /^intel xeon (silver|gold|platinum) \d[12]\d\d\w*$/],
  ['GenuineIntel:6:106', 'Intel Xeon of the third scalable generation', /^intel xeon (silver|gold|platinum) \d3\d\d\w*$/],
  ['GenuineIntel:6:143', 'Intel Xeon of the fourth scalable generation', /^intel xeon (silver|gold|platinum) \d4\d\d\w*\+?$/],
  ['GenuineIntel:6:207', 'Intel Xeon of the fifth scalable generation', /^intel xeon (silver|gold|platinum) \d5\d\d\w*\+?$/],
  ['GenuineIntel:6:173', 'Intel Xeon 6', /^intel xeon 6[579]\d\dp\w*$/],
];
const servers = /^amd epyc [79]|^intel xeon (silver|gold|platinum) |^intel xeon 6[579]/;
const threadsPerCore = 2;

const rows = await readCsv(folder, 'cpus.csv');
const sources = [];
const cpus = {};
for (const row of rows) {
  // Without a maker's name no machine spells itself so.
  if (!/^(AMD|Intel|Apple) /.test(row.name)) continue;
  const source = row.source.replace(/, .*/, '');
  let index = sources.findIndex((known) => known.source === source && known.licence === row.licence);
  if (index < 0) index = sources.push({ source, licence: row.licence }) - 1;
  const key = normaliseBrand(row.name);
  const cores = numberOrNull(row.cores) ?? 0;
  // Of two rows of one processor the one that knows its cores.
  if (cpus[key] === undefined || cpus[key][1] === 0) cpus[key] = [number(row.tdp_w), cores, index];
}

function wattsPerThread(pattern) {
  const watts = Object.entries(cpus)
    .filter(([name, [, cores]]) => pattern.test(name) && cores > 0)
    .map(([, [tdp, cores]]) => tdp / (cores * threadsPerCore))
    .sort((a, b) => a - b);
  if (watts.length < 5) throw new Error(`too few processors match ${pattern}: ${watts.length}`);
  const at = (share) => Number(watts[Math.round(share * (watts.length - 1))].toFixed(2));
  return { median: at(0.5), low: at(0.05), high: at(0.95) };
}

await writeTable('src/data/cpus.json', {
  about: 'Thermal design powers of processors. cpus: TDP in watts, cores (0: not known), index into sources. wattsPerThread: TDP / (2 × cores), the median and the 5 % to 95 % range over the server processors here.',
  sources,
  wattsPerThread: wattsPerThread(servers),
  generations: Object.fromEntries(
    generations.map(([signature, name, pattern]) => [signature, { name, wattsPerThread: wattsPerThread(pattern) }]),
  ),
  cpus: Object.fromEntries(Object.entries(cpus).sort(([a], [b]) => (a < b ? -1 : 1))),
});
