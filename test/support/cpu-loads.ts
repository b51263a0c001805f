import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { loadCpus } from '../../src/data/cpus';
import { modelWatts } from '../../src/power/cpu-model';
import { judgeCpuPower, type CpuPower } from '../../src/power/tdp';

/** A public measurement of a processor's package power at a certain load of all its threads. */
export interface MeasuredLoad {
  readonly cpu: string;
  readonly load: number;
  readonly watts: number;
  readonly power: CpuPower;
}

/** All public measurements, of servers and clients, each with the product's power figures for the processor. */
export async function loadMeasurements(): Promise<readonly MeasuredLoad[]> {
  const table = await loadCpus();
  const of = (cpu: string, sockets: number, load: string, watts: string): MeasuredLoad => ({
    cpu,
    load: Number(load),
    watts: Number(watts),
    power: judgeCpuPower(table, { brand: cpu, signature: null, logicalCpus: 1, sockets }, false, 1),
  });
  const [servers, clients] = await Promise.all([rowsOf('cpu-load.csv'), rowsOf('cpu-client-load.csv')]);
  return [
    ...servers.map(([cpu = '', , sockets = '', load = '', watts = '']) => of(cpu, Number(sockets), load, watts)),
    ...clients.map(([cpu = '', load = '', watts = '']) => of(cpu, 1, load, watts)),
  ];
}

async function rowsOf(name: string): Promise<string[][]> {
  const text = await readFile(resolve('bench/data', name), 'utf8');
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
}

/** Measured power divided by the power of a curve, by default the product's. */
export function ratioOf(
  { load, watts, power }: MeasuredLoad,
  model: (power: CpuPower, load: number) => number = modelWatts,
): number {
  return watts / model(power, load);
}

/** The band that these ratios predict for another processor: 95 % of a log-normal, with equal weight for each processor. */
export function predictedBand(
  rows: readonly MeasuredLoad[],
  model?: (power: CpuPower, load: number) => number,
): { readonly low: number; readonly high: number } {
  const counts = new Map<string, number>();
  for (const { cpu } of rows) counts.set(cpu, (counts.get(cpu) ?? 0) + 1);
  const weighted = rows.map((row) => ({ log: Math.log(ratioOf(row, model)), weight: 1 / (counts.get(row.cpu) ?? 1) }));
  const mean = weighted.reduce((sum, { log, weight }) => sum + log * weight, 0) / counts.size;
  const deviation = Math.sqrt(
    weighted.reduce((sum, { log, weight }) => sum + weight * (log - mean) ** 2, 0) / counts.size,
  );
  return { low: Math.exp(mean - 1.96 * deviation), high: Math.exp(mean + 1.96 * deviation) };
}

/** The share of rows inside the band that all other processors predict. */
export function heldOutCoverage(
  rows: readonly MeasuredLoad[],
  model?: (power: CpuPower, load: number) => number,
): number {
  const cpus = [...new Set(rows.map(({ cpu }) => cpu))];
  const covered = cpus.flatMap((cpu) => {
    const { low, high } = predictedBand(
      rows.filter((row) => row.cpu !== cpu),
      model,
    );
    return rows.filter((row) => row.cpu === cpu && ratioOf(row, model) >= low && ratioOf(row, model) <= high);
  });
  return covered.length / rows.length;
}
