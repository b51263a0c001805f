/** Where a table's figures come from. */
export interface HardwareSource {
  readonly source: string;
  readonly licence: string;
}

/** Watts of one hardware thread at full load, over many processors of a kind: the median and the 5 % to 95 % range. */
export interface WattsPerThread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface CpuTable {
  readonly sources: readonly HardwareSource[];
  readonly wattsPerThread: WattsPerThread;
  /** By the signature that a processor tells even where its brand is hidden: `vendor:family:model`. */
  readonly generations: Readonly<Record<string, { readonly name: string; readonly wattsPerThread: WattsPerThread } | undefined>>;
  /** By normalised brand: TDP in watts, cores (0 if not known), and the index of the source. */
  readonly cpus: Readonly<Record<string, readonly number[] | undefined>>;
}

/** Thermal design powers of processors. Written by `scripts/data/cpus.mjs`. */
export async function loadCpus(): Promise<CpuTable> {
  return (await import('./cpus.json')).default;
}
