import { plain } from '../../present/spelling';
import type { GpuInstance } from '../../data/advice';

/** Providers whose instances the table lists. For the others, we do not know which GPUs they have. */
export function providersListed(instances: readonly GpuInstance[]): ReadonlySet<string> {
  // Azure's rows are a single old family of AMD cards, not a list of its GPUs.
  return new Set(instances.map(({ provider }) => provider).filter((provider) => provider !== 'azure'));
}

/** Providers that have an instance with this GPU: `A100`, `nvidia h100`. */
export function providersWithGpu(instances: readonly GpuInstance[], gpu: string): ReadonlySet<string> {
  const words = wordsOf(gpu).filter((word) => !['nvidia', 'tesla', 'gpu'].includes(word));
  const has = (instance: GpuInstance): boolean =>
    words.length > 0 && words.every((word) => wordsOf(instance.gpu).includes(word));
  return new Set(instances.filter(has).map(({ provider }) => provider));
}

/** Splits a name into words, so that only whole words match: `L4` does not mean `L40S`. */
function wordsOf(name: string): readonly string[] {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map(plain)
    .filter((word) => word !== '');
}

export function gpuNames(instances: readonly GpuInstance[]): readonly string[] {
  return [...new Set(instances.map(({ gpu }) => gpu))].sort();
}
