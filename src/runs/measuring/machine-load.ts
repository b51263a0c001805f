import type { MachineSample } from '../../power/sample';
import { formatShare, significant } from '../../present/words';

type Loaded = Pick<MachineSample, 'load' | 'readings'>;

/**
 * How busy the machine was: "CPU 63 % of 8 threads · GPU 91 % · GPU memory 22 of 80 GB". What is not known is left out;
 * null if nothing is.
 */
export function loadInWords({ load, readings }: Loaded): string | null {
  const shares = readings.flatMap(({ utilisation }) => utilisation ?? []);
  const memories = readings.flatMap(({ memory }) => memory ?? []);
  const parts = [
    ...(load === null ? [] : [`CPU ${formatShare(load.utilisation)} of ${load.logicalCpus} threads`]),
    ...(shares.length === 0
      ? []
      : [`${shares.length === 1 ? 'GPU' : `${shares.length} GPUs`} ${formatShare(mean(shares))}`]),
    ...(memories.length === 0 ? [] : [`GPU memory ${memoryInWords(memories)}`]),
  ];
  return parts.length === 0 ? null : parts.join(' · ');
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Drivers count in steps of 1024, and cards are sold by that. */
const gigabyte = 2 ** 30;

function memoryInWords(memories: readonly { readonly usedBytes: number; readonly totalBytes: number }[]): string {
  const of = (each: 'usedBytes' | 'totalBytes'): number =>
    memories.reduce((sum, memory) => sum + memory[each], 0) / gigabyte;
  return `${significant(of('usedBytes'), 2)} of ${significant(of('totalBytes'), 2)} GB`;
}
