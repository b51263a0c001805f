import { loadCpus, type CpuTable, type HardwareSource } from '../data/cpus';
import type { CpuIdentity } from './cpu-identity';
import { armName, cpuKind, fullLoadWatts, isServer, isSteady, kindOfChassis, type CpuKind } from './cpu-kind';
import { counted } from '../present/words';

/** The power that the load model assumes for the CPUs that this machine sees. */
export interface CpuPower {
  /** Sustained power with all threads busy. */
  readonly watts: number;
  /** Idle power. */
  readonly idleWatts: number;
  /** The range of `watts`, as factors; 1 and 1 if the maker states a single power. */
  readonly low: number;
  readonly high: number;
  /** False if the processor's own power is not known and one is assumed. */
  readonly known: boolean;
  /** True if it never draws more than its one power; others reach that with few busy threads, and less than twice that with all. */
  readonly isSteady: boolean;
  /** The most it draws at any load; null if no second power is published. */
  readonly mostWatts: number | null;
  /** For display: what was found and what was assumed. */
  readonly label: string;
}

/**
 * Converts the maker's spelling to that of the table: "Intel(R) Core(TM) i7-1165G7 @ 2.80GHz" and "11th Gen Intel
 * Core i7-1165G7" are both `intel core i7-1165g7`.
 */
export function normaliseBrand(brand: string): string {
  return (
    brand
      .toLowerCase()
      .replace(/\([^)]*\)|[®™]/g, ' ')
      .replace(/@.*$| - .*$/, ' ')
      .replace(/\bwith (radeon|near|wraith|ryzen).*$|\bw\/ radeon.*$|\bradeon (r\d|hd|vega|graphics|\d).*$/, ' ')
      .replace(/\b\d+(st|nd|rd|th) gen\b/, ' ')
      .replace(/\b(\d+|quad|dual|triple|six|eight|twelve|sixteen)-cores?\b/, ' ')
      .replace(/\b(cpu|processor|apu)\b/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      // "Core(TM) i7 CPU 920" of the first generation, and "E5-2690 0" of the first Xeon E5.
      .replace(/^(intel core i\d) (\d)/, '$1-$2')
      .replace(/^(intel xeon e[57]-\w+) 0$/, '$1')
  );
}

/** Looks the processor up in the table of powers. */
export async function findCpuPower(
  cpu: CpuIdentity | null,
  isVirtual: boolean,
  logicalCpus: number,
): Promise<CpuPower> {
  return judgeCpuPower(await loadCpus(), cpu, isVirtual, logicalCpus);
}

/** Idle power as a share of base power. */
const idleShare = 0.15;

/** The power of one busy thread of a low-power laptop. */
const leastWattsPerThread = 1;

/** On boards that lift Intel's limits a Core i9-13900K draws 330 W, 1.3 times its maximum turbo power. */
const mostOfSecond = 1.3;

/** Factors on a figure that its maker does not publish. */
const estimateBand = { low: 0.6, high: 1.6 };

/**
 * On physical hardware a processor has its published power. In a virtual machine it is shared: the CPUs seen there
 * are some of its threads. A model in no table gets the power of its kind, and a hidden brand (only "AMD EPYC") the
 * watts per thread of its generation, each with a band as wide as those powers differ.
 */
export function judgeCpuPower(
  table: CpuTable,
  cpu: CpuIdentity | null,
  isVirtual: boolean,
  logicalCpus: number,
): CpuPower {
  const brand = cpu?.brand ?? null;
  const key = brand === null ? null : normaliseBrand(brand);
  const name = brand === null ? (armName(cpu?.signature ?? null) ?? 'Unknown processor') : tidyBrand(brand);
  const byName = cpuKind(key, cpu?.signature ?? null);
  const kind =
    byName ?? (isVirtual || cpu?.chassis === undefined || cpu.chassis === null ? null : kindOfChassis[cpu.chassis]);
  const question = { table, name, kind, isVirtual, logicalCpus, sockets: cpu?.sockets ?? 1 };
  const row = key === null ? undefined : table.cpus[key];
  if (key !== null && row !== undefined) return ofModel({ ...question, key, row });
  const generation = table.generations[cpu?.signature ?? ''];
  const isClient = generation === undefined && kind !== null && !isServer(kind);
  return isClient ? ofKind(question, kind) : perThread(question, generation);
}

interface PowerQuestion {
  readonly table: CpuTable;
  readonly name: string;
  readonly kind: CpuKind | null;
  readonly isVirtual: boolean;
  readonly logicalCpus: number;
  readonly sockets: number;
}

function ofModel({
  table,
  name,
  kind,
  isVirtual,
  logicalCpus,
  sockets,
  key,
  row,
}: PowerQuestion & { readonly key: string; readonly row: readonly number[] }): CpuPower {
  const [base = 0, second = 0, cores = 0, threads = 0, index = 0] = row;
  const source = table.sources[index];
  const full = fullLoadWatts(key, kind, base, second);
  const estimate = source?.estimated === true ? estimateBand : { low: 1, high: 1 };
  const part = isVirtual
    ? threadShare(kind, logicalCpus, { threads, cores, usual: table.kinds[kind ?? 'server']?.threads ?? 2 })
    : { share: sockets, low: 1, high: 1, known: true, text: null };
  const times = isVirtual || sockets === 1 ? '' : `${sockets} × `;
  const label = `${times}${name} (${powersText(base, second, source)}${times === '' ? '' : ' each'})`;
  return {
    watts: full * part.share,
    idleWatts: idleShare * base * part.share,
    // Between its two powers a processor may settle anywhere.
    low: Math.min(1, base / full) * estimate.low * part.low,
    high: Math.max(1, second / full) * estimate.high * part.high,
    known: part.known && source?.estimated !== true,
    isSteady: isSteady(kind),
    mostWatts: second > 0 && part.known && source?.estimated !== true ? mostOfSecond * second * part.share : null,
    label: part.text === null ? label : `${label}, ${part.text}`,
  };
}

/** The published powers of a processor, for display. */
export function powersText(base: number, second: number, source: HardwareSource | undefined): string {
  if (source?.estimated === true)
    return `about ${second === 0 ? base : `${base} to ${second}`} W, not published by its maker`;
  if (second === 0) return `${base} W TDP`;
  switch (source?.second) {
    case 'configurable':
      return `${base} W TDP, configurable to ${second} W`;
    case 'socket':
      return `${base} W TDP, ${second} W socket limit`;
    default:
      return `${base} W base, ${second} W maximum turbo`;
  }
}

interface ProcessorPower {
  /** Of one processor; above 1 where a virtual machine spans several. */
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly known: boolean;
  readonly text: string | null;
}

/** The share of a processor that the CPUs of a virtual machine are. */
function threadShare(
  kind: CpuKind | null,
  logicalCpus: number,
  { threads, cores, usual }: { readonly threads: number; readonly cores: number; readonly usual: number },
): ProcessorPower {
  const mine = counted(logicalCpus, 'thread');
  const exact = { low: 1, high: 1, known: true };
  // Only servers have several processors; elsewhere, more CPUs than threads means that they are shared.
  const spans = isServer(kind) || kind === 'workstation';
  if (threads > 0) {
    if (logicalCpus < threads)
      return { ...exact, share: logicalCpus / threads, text: `${logicalCpus} of its ${threads} threads` };
    if (!spans || logicalCpus === threads) return { ...exact, share: 1, text: `all of its ${threads} threads` };
    const processors = Math.ceil(logicalCpus / threads);
    return {
      ...exact,
      share: logicalCpus / threads,
      text: `${logicalCpus} threads of ${processors} processors with ${threads} each`,
    };
  }
  const [one, two] = cores > 0 ? [cores, 2 * cores] : [usual / 2, 2 * usual];
  const capped = (share: number): number => (spans ? share : Math.min(1, share));
  const share = capped(logicalCpus / Math.sqrt(one * two));
  return {
    share,
    low: capped(logicalCpus / two) / share,
    high: capped(logicalCpus / one) / share,
    known: cores > 0,
    text: cores > 0 ? `${mine} of its ${cores} cores` : mine,
  };
}

/** A model in no table whose kind is known, such as next year's laptop. */
function ofKind({ table, name, isVirtual, logicalCpus, sockets }: PowerQuestion, kind: CpuKind): CpuPower {
  const power = table.kinds[kind];
  if (power === undefined) throw new Error(`no power of the kind ${kind}`);
  const { base, full, threads } = power;
  const share = isVirtual ? Math.min(1, logicalCpus / threads) : sockets;
  const part = isVirtual && share < 1 ? `, ${counted(logicalCpus, 'thread')}` : '';
  return {
    watts: full.median * share,
    idleWatts: idleShare * base.median * share,
    low: base.low / full.median,
    high: full.high / full.median,
    known: false,
    isSteady: isSteady(kind),
    mostWatts: null,
    label: `${name}, not in the tables, so treated as ${article(kind)} processor${part} (${whole(full.low)} to ${whole(full.high)} W at full load)`,
  };
}

/** A server of unknown model, or a processor about which nothing is known. */
function perThread(
  { table, name, kind, isVirtual, logicalCpus }: PowerQuestion,
  generation: CpuTable['generations'][string],
): CpuPower {
  const { median, low, high } =
    generation?.wattsPerThread ?? (kind === 'Arm server' ? table.armWattsPerThread : table.wattsPerThread);
  // On physical hardware it may be a laptop or a server.
  const isAny = generation === undefined && kind === null && !isVirtual;
  const taken =
    generation !== undefined
      ? `${generation.name} of unknown model`
      : isAny
        ? 'a processor of unknown kind'
        : `${kind === 'Arm server' ? 'an Arm' : 'a'} server processor of unknown model`;
  const watts = median * logicalCpus;
  return {
    watts,
    idleWatts: idleShare * watts,
    low: (isAny ? Math.min(low, leastWattsPerThread) : low) / median,
    high: high / median,
    known: false,
    isSteady: true,
    mostWatts: null,
    label: `${name}, treated as ${taken}: ${counted(logicalCpus, 'thread')} at ${median} W`,
  };
}

function article(kind: CpuKind): string {
  return `${/^[aeiou]/i.test(kind) ? 'an' : 'a'} ${kind}`;
}

function whole(watts: number): string {
  return String(Math.round(watts));
}

function tidyBrand(brand: string): string {
  return brand
    .replace(/\((R|TM|C)\)/gi, '')
    .replace(/\s+/g, ' ')
    .replace(/ (CPU )?@.*$/, '')
    .trim();
}
