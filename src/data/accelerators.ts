import type { Provenance } from './places';

/** An accelerator and its power at full load. Written by `scripts/data/accelerators.mjs`. */
export interface Accelerator {
  readonly name: string;
  readonly kind: 'gpu' | 'tpu' | 'accelerator' | 'system';
  /** Thermal design power; for TPUs, a mean that Google published, as `note` says. */
  readonly watts: number;
  readonly idleWatts: number | null;
  /** Emissions from making it, kg CO2e. */
  readonly embodiedKilograms: number | null;
  readonly embodiedSource: string | null;
  readonly source: string;
  readonly note: string | null;
}

interface AcceleratorTable extends Provenance {
  readonly accelerators: readonly Accelerator[];
}

export async function loadAccelerators(): Promise<AcceleratorTable> {
  const { default: table } = await import('./accelerators.json');
  return {
    ...table,
    accelerators: table.accelerators.map((row) => ({ ...row, kind: row.kind as Accelerator['kind'] })),
  };
}
