import type { Origin } from '../runs/origin';
import type { Io } from './io';

/** The environment variable that says where Prometheus is, for the terminal. */
export const prometheusVariable = 'GREEN_ML_PROMETHEUS_URL';

/** The address that the environment sets; null if it sets none. */
export function prometheusOf({ env }: Pick<Io, 'env'>): {
  readonly url: string;
  readonly from: Origin;
  readonly variable: string;
} | null {
  const url = env[prometheusVariable] ?? '';
  return url === '' ? null : { url, from: { by: 'environment' }, variable: prometheusVariable };
}
