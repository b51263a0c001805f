// Writes the table of processors.
// node scripts/data/cpus.mjs FOLDER
//   FOLDER  contains cpus.csv, a public table with one power for each processor
// cpus-two-powers.csv next to this script has current processors with both powers. It takes precedence.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importTypeScript } from '../import-typescript.mjs';
import { number, numberOrNull, readCsv, writeTable } from './tables.mjs';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Give the folder that contains cpus.csv.');
  process.exit(2);
}

// The keys of the table are processor names as the meter normalises them.
const { cpuKind, cpuKinds, fullLoadWatts, isServer, normaliseBrand, threadsPerCore } = await importTypeScript(
  "export { normaliseBrand } from './src/power/tdp'; export { cpuKind, cpuKinds, fullLoadWatts, isServer, threadsPerCore } from './src/power/cpu-kind';",
);

/** The meaning of the column `source` in cpus-two-powers.csv. */
const makers = {
  intel: {
    source: 'Intel product specifications (processor base power, maximum turbo power)',
    second: 'turbo',
    estimated: false,
  },
  'intel-pl2': {
    source: 'Intel product specifications (TDP) and datasheets of the 10th and 11th generation (power limit 2)',
    second: 'turbo',
    estimated: false,
  },
  amd: {
    source: 'AMD product specifications (default TDP, upper configurable TDP)',
    second: 'configurable',
    estimated: false,
  },
  'amd-ppt': {
    source: 'AMD product specifications (TDP) and the power limit of its socket, 1.35 × TDP',
    second: 'socket',
    estimated: false,
  },
  ampere: { source: 'Ampere product specifications (TDP)', second: 'turbo', estimated: false },
  'cloud-public': {
    source: 'public tables of processors (codecarbon, Green Algorithms); cores as the instances of clouds show them',
    second: 'turbo',
    estimated: false,
  },
  cloud: {
    source: 'a part made for one cloud: cores as its instances show them, power of the nearest public model',
    second: 'turbo',
    estimated: true,
  },
  apple: {
    source: 'CPU power at full load as reviews measured it; Apple publishes none',
    second: 'turbo',
    estimated: true,
  },
  qualcomm: { source: 'power of the reference designs; Qualcomm publishes none', second: 'turbo', estimated: true },
};
/** The meaning of the column `compared`: whether the row was compared with a public copy of the maker's pages. */
const compared = {
  yes: 'compared with a public copy of its product pages (felixsteinke/cpu-spec-dataset@4c08d88, July 2023)',
  no: "from the maker's published specification, not re-read here",
};

/** The signature that Linux shows for a generation even if a hypervisor hides the brand, and its processors. */
const generations = [
  ['AuthenticAMD:23:1', 'AMD EPYC 7001', /^amd epyc 7\d\d1p?$/],
  ['AuthenticAMD:23:49', 'AMD EPYC 7002', /^amd epyc 7.\w2p?$/],
  ['AuthenticAMD:25:1', 'AMD EPYC 7003', /^amd epyc 7.\w3[px]?$/],
  ['AuthenticAMD:25:17', 'AMD EPYC 9004', /^amd epyc 9[0-6].4[pfx]?$/],
  ['AuthenticAMD:25:160', 'AMD EPYC 97x4', /^amd epyc 97.4s?$/],
  ['AuthenticAMD:26:2', 'AMD EPYC 9005', /^amd epyc 9([0-5]\d5[pf]?|565|655p?|755)$/],
  ['AuthenticAMD:26:17', 'AMD EPYC 9005 with dense cores', /^amd epyc 9(645|745|825|845|965)$/],
  ['GenuineIntel:6:63', 'Intel Xeon E5 v3', /^intel xeon e5-\d+\w? v3$/],
  ['GenuineIntel:6:79', 'Intel Xeon E5 v4', /^intel xeon e5-\d+\w? v4$/],
  [
    'GenuineIntel:6:85',
    'Intel Xeon of the first and second scalable generation',
    /^intel xeon (silver|gold|platinum) [4-8][12]\d\d\w*$/,
  ],
  [
    'GenuineIntel:6:106',
    'Intel Xeon of the third scalable generation',
    /^intel xeon (silver|gold|platinum) \d3\d\d\w*$/,
  ],
  [
    'GenuineIntel:6:143',
    'Intel Xeon of the fourth scalable generation',
    /^intel xeon (silver|gold|platinum) \d4\d\d\w*\+?$/,
  ],
  [
    'GenuineIntel:6:207',
    'Intel Xeon of the fifth scalable generation',
    /^intel xeon (silver|gold|platinum) \d5\d\d\w*\+?$/,
  ],
  ['GenuineIntel:6:173', 'Intel Xeon 6', /^intel xeon 6[579]\d\dp\w*$/],
  ['GenuineIntel:6:175', 'Intel Xeon 6 with efficient cores', /^intel xeon 6[579]\d\de$/],
];
const servers = /^amd epyc [79]|^intel xeon (silver|gold|platinum) |^intel xeon 6[579]/;
/** Kinds with too few processors in the table, or none with a published power. */
const assumed = {
  'single-board computer': {
    base: { median: 6, low: 3, high: 15 },
    full: { median: 8, low: 4, high: 30 },
    threads: 4,
    count: 0,
  },
  'Arm server': {
    base: { median: 180, low: 90, high: 250 },
    full: { median: 180, low: 90, high: 250 },
    threads: 80,
    count: 0,
  },
};
/** From 250 W for 128 cores (Altra Max) to 250 W for 72 cores and memory (Grace). Clouds publish no power of their own. */
const armWattsPerThread = { median: 2.2, low: 1.2, high: 3.5 };

const sources = [];
function sourceIndex(source) {
  const index = sources.findIndex((known) => known.source === source.source && known.second === source.second);
  return index < 0 ? sources.push(source) - 1 : index;
}

const cpus = {};
/** Processors from cpus-two-powers.csv: the current ones, from which the figures of kinds are derived. */
const todays = new Set();
for (const row of await readCsv(dirname(fileURLToPath(import.meta.url)), 'cpus-two-powers.csv')) {
  const maker = makers[row.source];
  if (maker === undefined) throw new Error(`unknown source ${row.source}`);
  const index = sourceIndex({
    ...maker,
    source:
      maker.estimated || row.source === 'cloud-public' ? maker.source : `${maker.source}; ${compared[row.compared]}`,
    licence: 'facts',
  });
  const key = normaliseBrand(row.name);
  if (cpus[key] !== undefined) throw new Error(`${row.name} is there twice`);
  cpus[key] = [number(row.base_w), numberOrNull(row.turbo_w) ?? 0, number(row.cores), number(row.threads), index];
  todays.add(key);
}
for (const row of await readCsv(folder, 'cpus.csv')) {
  // A name without a maker never occurs on a real machine.
  if (!/^(AMD|Intel|Apple) /.test(row.name)) continue;
  const key = normaliseBrand(row.name);
  const cores = numberOrNull(row.cores) ?? 0;
  // If a processor has two rows, take the one that has its cores.
  if (cpus[key] !== undefined && (todays.has(key) || cpus[key][2] > 0)) continue;
  const base = number(row.tdp_w);
  const kind = cpuKind(key, null);
  // AMD's sockets AM4 and AM5 allow a processor 1.35 × its TDP.
  const hasSocketLimit = /^amd ryzen/.test(key) && ['low-power desktop', 'desktop', 'unlocked desktop'].includes(kind);
  const index = sourceIndex({
    source: row.source.replace(/, .*/, ''),
    licence: row.licence,
    second: hasSocketLimit ? 'socket' : 'turbo',
    estimated: false,
  });
  cpus[key] = [
    base,
    hasSocketLimit ? Math.round(1.35 * base) : 0,
    cores,
    cores === 0 ? 0 : cores * (threadsPerCore(key, cores) ?? 0),
    index,
  ];
}

function spread(values, medianOf = values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = [...medianOf].sort((a, b) => a - b);
  const at = (list, share) => Number(list[Math.round(share * (list.length - 1))].toFixed(2));
  return { median: at(middle, 0.5), low: Math.min(at(sorted, 0.05), at(middle, 0)), high: at(sorted, 0.95) };
}

/** Clouds buy models with many cores, so the median is over models with at least 3/4 of the most cores of their generation. */
function wattsPerThread(pattern, everyModel = false) {
  const rows = Object.entries(cpus)
    .filter(([name, [, , , threads, index]]) => pattern.test(name) && threads > 0 && !sources[index].estimated)
    .map(([, row]) => row);
  if (rows.length < 3) throw new Error(`too few processors match ${pattern}: ${rows.length}`);
  const most = Math.max(...rows.map(([, , cores]) => cores));
  const perThread = (list) => list.map(([base, , , threads]) => base / threads);
  return spread(perThread(rows), perThread(everyModel ? rows : rows.filter(([, , cores]) => cores >= 0.75 * most)));
}

function kindPower(kind) {
  if (assumed[kind] !== undefined) return assumed[kind];
  const rows = Object.entries(cpus)
    .filter(([name]) => cpuKind(name, null) === kind && (isServer(kind) || todays.has(name)))
    .map(([name, row]) => [fullLoadWatts(name, kind, row[0], row[1]), ...row]);
  if (rows.length < 2) throw new Error(`too few processors of the kind ${kind}`);
  const threads = rows.map(([, , , , count]) => count).filter((count) => count > 0);
  return {
    base: spread(rows.map(([, base]) => base)),
    full: spread(rows.map(([full]) => full)),
    threads: spread(threads).median,
    count: rows.length,
  };
}

await writeTable('src/data/cpus.json', {
  about:
    'Powers of processors. cpus: base power (TDP) in watts, second power (0: not known; what it is says the source), cores and threads (0: not known), index into sources. kinds: median and 5 % to 95 % range of the processors of a kind. wattsPerThread: base power / threads of server processors.',
  sources,
  wattsPerThread: wattsPerThread(servers, true),
  armWattsPerThread,
  generations: Object.fromEntries(
    generations.map(([signature, name, pattern]) => [signature, { name, wattsPerThread: wattsPerThread(pattern) }]),
  ),
  kinds: Object.fromEntries(cpuKinds.map((kind) => [kind, kindPower(kind)])),
  cpus: Object.fromEntries(Object.entries(cpus).sort(([a], [b]) => (a < b ? -1 : 1))),
});
