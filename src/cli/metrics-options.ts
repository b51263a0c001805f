import { Option } from 'commander';
import type { Io } from './io';
import type { PublishedMetrics } from './metrics';
import { wholeNumber } from './number-option';

/** The options that give the figures of a run to Prometheus. */
export interface MetricsOptions {
  readonly metricsPort?: number;
  readonly metricsTextfile?: string;
}

export function metricsOptions(): Option[] {
  return [
    new Option(
      '--metrics-port <n>',
      'give the figures to Prometheus at http://127.0.0.1:N/metrics while the command runs; 0 takes a free port',
    ).argParser(wholeNumber(0, 65_535, 'Write a port from 0 to 65535.')),
    new Option(
      '--metrics-textfile <file>',
      "write the figures every 5 s to a file for node_exporter's textfile collector, such as green-ml.prom",
    ),
  ];
}

/**
 * What the options ask for; null if that is nothing.
 *
 * @throws CommandError if the port is in use or the file cannot be written
 */
export async function openMetrics(
  io: Io,
  options: MetricsOptions & { readonly quiet?: boolean },
  say: (sentence: string) => void,
): Promise<PublishedMetrics | null> {
  if (options.metricsPort === undefined && options.metricsTextfile === undefined) return null;
  const { publishMetrics } = await import('./metrics');
  return publishMetrics(io, options, say);
}
