/** Where figures of the table come from. */
export interface HardwareSource {
  readonly source: string;
  readonly licence: string;
  /** The meaning of the second power: Intel's maximum turbo power, AMD's upper configurable TDP, or the limit of the socket. */
  readonly second: 'turbo' | 'configurable' | 'socket';
  /** The maker publishes no power: the figure was measured by others, or is that of a similar model. */
  readonly estimated: boolean;
}

/** The distribution of a figure over many processors of one kind: the median and the 5 % to 95 % range. */
interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** The power of processors of one kind, for models that are in no table. */
interface KindPower {
  /** Watts from which the idle power is derived. */
  readonly base: Spread;
  /** Watts while all threads are busy for a long time. */
  readonly full: Spread;
  readonly threads: number;
  /** The number of processors behind these figures; 0 if they are assumed. */
  readonly count: number;
}

export interface CpuTable {
  readonly sources: readonly HardwareSource[];
  /** Watts per hardware thread at full load, over all server processors. The median is that of models with many cores. */
  readonly wattsPerThread: Spread;
  readonly armWattsPerThread: Spread;
  /** By the signature that a processor shows even if its brand is hidden: `vendor:family:model`. */
  readonly generations: Readonly<
    Record<string, { readonly name: string; readonly wattsPerThread: Spread } | undefined>
  >;
  readonly kinds: Readonly<Record<string, KindPower | undefined>>;
  /**
   * By normalised brand: base power (TDP) in watts, the second power (see `HardwareSource.second`), cores, threads, and
   * the index of the source. Unknown figures are 0.
   */
  readonly cpus: Readonly<Record<string, readonly number[] | undefined>>;
}

/** Base and turbo power of processors. Written by `scripts/data/cpus.mjs`. */
export async function loadCpus(): Promise<CpuTable> {
  const { default: table } = await import('./cpus.json');
  return {
    ...table,
    sources: table.sources.map((row) => ({ ...row, second: row.second as HardwareSource['second'] })),
  };
}
