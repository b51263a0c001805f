/** Where a table's figures come from. */
export interface HardwareSource {
  readonly source: string;
  readonly licence: string;
  /** What the second power of its rows is: Intel's maximum turbo, AMD's upper configurable TDP or the limit of its socket. */
  readonly second: 'turbo' | 'configurable' | 'socket';
  /** The maker publishes no power: the figure is a measurement of others, or that of a sibling. */
  readonly estimated: boolean;
}

/** A figure over many processors of a kind: the median, and the 5 % to 95 % range. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** What processors of one kind draw, for models that are in no table. */
export interface KindPower {
  /** Watts on which the idle power is reckoned. */
  readonly base: Spread;
  /** Watts with all threads busy for long. */
  readonly full: Spread;
  readonly threads: number;
  /** How many processors these are the figures of; 0 where they are assumed. */
  readonly count: number;
}

export interface CpuTable {
  readonly sources: readonly HardwareSource[];
  /** Watts of one hardware thread at full load, over all server processors; the median is that of the models with many cores. */
  readonly wattsPerThread: Spread;
  readonly armWattsPerThread: Spread;
  /** By the signature that a processor has even where its brand is hidden: `vendor:family:model`. */
  readonly generations: Readonly<
    Record<string, { readonly name: string; readonly wattsPerThread: Spread } | undefined>
  >;
  readonly kinds: Readonly<Record<string, KindPower | undefined>>;
  /**
   * By normalised brand: base power (TDP) in watts, the second power (see `HardwareSource.second`), cores, threads, and
   * the index of the source; 0 where a figure is not known.
   */
  readonly cpus: Readonly<Record<string, readonly number[] | undefined>>;
}

/** Base and turbo powers of processors. Written by `scripts/data/cpus.mjs`. */
export async function loadCpus(): Promise<CpuTable> {
  const { default: table } = await import('./cpus.json');
  return {
    ...table,
    sources: table.sources.map((row) => ({ ...row, second: row.second as HardwareSource['second'] })),
  };
}
