import { cpus, loadavg } from 'node:os';

/** Prints how busy the machine is: timings on a busy machine are not comparable. */
export function printLoad(): void {
  const loads = loadavg().map((load) => load.toFixed(1));
  console.log(`load before the benchmark: ${loads.join(', ')}; ${cpus().length} cores`);
}

/** NaN for an empty list. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
