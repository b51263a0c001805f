import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { loadCpus } from '../../src/data/cpus';
import { curveWatts, fitPoints } from '../../src/power/calibration';
import { modelBand, modelWatts } from '../../src/power/cpu-model';
import { judgeCpuPower, type CpuPower } from '../../src/power/tdp';

/** A public measurement of a processor's package power at a certain load of all its threads. */
export interface MeasuredLoad {
  readonly cpu: string;
  /** The rows of one source were measured on one machine. */
  readonly source: string;
  readonly load: number;
  readonly watts: number;
  readonly power: CpuPower;
}

/** All public measurements, of servers and clients, each with the product's power figures for the processor. */
export async function loadMeasurements(): Promise<readonly MeasuredLoad[]> {
  const table = await loadCpus();
  const of = (cpu: string, sockets: number, load: string, watts: string, source: string): MeasuredLoad => ({
    cpu,
    source,
    load: Number(load),
    watts: Number(watts),
    power: judgeCpuPower(table, { brand: cpu, signature: null, logicalCpus: 1, sockets }, false, 1),
  });
  const [servers, clients] = await Promise.all([rowsOf('cpu-load.csv'), rowsOf('cpu-client-load.csv')]);
  return [
    ...servers.map(([cpu = '', , sockets = '', load = '', watts = '', source = '']) =>
      of(cpu, Number(sockets), load, watts, source),
    ),
    ...clients.map(([cpu = '', load = '', watts = '', source = '']) => of(cpu, 1, load, watts, source)),
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

/** Loads that are judged apart: rows with more than `from` up to `to`. */
export const loadClasses: readonly { readonly name: string; readonly from: number; readonly to: number }[] = [
  { name: 'up to 15 %', from: -1, to: 0.15 },
  { name: '15 to 40 %', from: 0.15, to: 0.4 },
  { name: '40 to 70 %', from: 0.4, to: 0.7 },
  { name: 'over 70 %', from: 0.7, to: 1 },
];

/** Whether a row lies in the band that the product shows at its load. */
export function isInBand(row: MeasuredLoad): boolean {
  const { low, high } = modelBand(row.power, row.load);
  return ratioOf(row) >= low && ratioOf(row) <= high;
}

/**
 * The errors of a curve that was fitted to three rows of each machine (its least load, half, and full load), on the
 * other rows of that machine, as |told / measured − 1|.
 */
export function calibratedErrors(rows: readonly MeasuredLoad[], straight: boolean): readonly number[] {
  return [...new Set(rows.map(({ source }) => source))].flatMap((source) => {
    const mine = rows.filter((row) => row.source === source);
    const least = Math.min(...mine.map(({ load }) => load));
    const chosen = [least, 0.5, 1].map((wanted) =>
      mine.reduce((best, row) => (Math.abs(row.load - wanted) < Math.abs(best.load - wanted) ? row : best)),
    );
    const fit = fitPoints(chosen, straight ? [1] : undefined);
    if (fit === null) return [];
    return mine
      .filter((row) => !chosen.includes(row))
      .map(({ load, watts }) => Math.abs(curveWatts(fit, load) / watts - 1));
  });
}
