import { loadCpus, type CpuTable } from '../data/cpus';
import type { CpuIdentity } from './cpu-identity';

/** What the load model takes for the full power of the CPUs that this machine sees. */
export interface CpuPower {
  /** Thermal design power of them all together, watts. */
  readonly watts: number;
  /** Factors on `watts` between which it lies; 1 and 1 if the maker states it. */
  readonly low: number;
  readonly high: number;
  /** False when the processor's own TDP is not known and one is assumed. */
  readonly known: boolean;
  /** For people: what was found and what was assumed. */
  readonly label: string;
}

/**
 * Brings the maker's spelling to the one of the table: "Intel(R) Core(TM) i7-1165G7 @ 2.80GHz" and "11th Gen Intel
 * Core i7-1165G7" are both `intel core i7-1165g7`.
 */
export function normaliseBrand(brand: string): string {
  return brand
    .toLowerCase()
    .replace(/\((r|tm|c)\)|[®™]/g, ' ')
    .replace(/@.*$/, ' ')
    .replace(/\bwith (radeon|near|wraith|ryzen).*$|\bw\/ radeon.*$|\bradeon (r\d|hd|vega|graphics|\d).*$/, ' ')
    .replace(/\b\d+(st|nd|rd|th) gen\b/, ' ')
    .replace(/\b(\d+|quad|dual|triple|six|eight|twelve|sixteen)-core\b/, ' ')
    .replace(/\b(cpu|processor|apu)\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Looks the processor up in the table of TDPs. */
export async function findCpuPower(cpu: CpuIdentity | null, isVirtual: boolean, logicalCpus: number): Promise<CpuPower> {
  return judgeCpuPower(await loadCpus(), cpu, isVirtual, logicalCpus);
}

/**
 * On hardware of its own a processor has its TDP. In a virtual machine it is shared: the CPUs seen there are so many
 * of its threads. A hidden brand ("AMD EPYC" and no more) gets the watts per thread that are usual for its
 * generation or, unknown too, for server processors, with a band as wide as these differ.
 */
export function judgeCpuPower(table: CpuTable, cpu: CpuIdentity | null, isVirtual: boolean, logicalCpus: number): CpuPower {
  const brand = cpu?.brand ?? null;
  const row = brand === null ? undefined : table.cpus[normaliseBrand(brand)];
  const name = brand === null ? 'Unknown processor' : tidyBrand(brand);
  const [tdp, cores] = row ?? [];
  if (tdp !== undefined && !isVirtual) {
    const sockets = cpu?.sockets ?? 1;
    const label = sockets === 1 ? `${name} (${tdp} W TDP)` : `${sockets} × ${name} (${tdp} W TDP each)`;
    return { watts: tdp * sockets, low: 1, high: 1, known: true, label };
  }
  if (tdp !== undefined && cores !== undefined && cores > 0) {
    const threads = Math.max(cores * threadsPerCore(name), 1);
    const share = logicalCpus / threads;
    return { watts: tdp * share, low: 1, high: 1, known: true, label: `${name} (${tdp} W TDP), ${logicalCpus} of its ${threads} threads` };
  }
  const generation = table.generations[cpu?.signature ?? ''];
  const { median, low, high } = generation?.wattsPerThread ?? table.wattsPerThread;
  const kind = generation === undefined ? 'a server processor of unknown model' : `${generation.name} of unknown model`;
  return {
    watts: median * logicalCpus,
    low: low / median,
    high: high / median,
    known: false,
    label: `${name}, taken for ${kind}: ${logicalCpus} ${logicalCpus === 1 ? 'thread' : 'threads'} at ${median} W`,
  };
}

/** Servers run two threads a core, save those that have one by design (Ampere, Graviton: not in the table). */
function threadsPerCore(name: string): number {
  return /\b(xeon|epyc|core|ryzen|threadripper)\b/i.test(name) ? 2 : 1;
}

function tidyBrand(brand: string): string {
  return brand.replace(/\((R|TM|C)\)/gi, '').replace(/\s+/g, ' ').replace(/ (CPU )?@.*$/, '').trim();
}
