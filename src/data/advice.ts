import type { Provenance } from './places';

/** The tables that only advice on regions and times needs. Written by `scripts/data/advice.mjs`. */

/** The shape of a zone's intensity over the year. */
export interface HourlyShape {
  readonly zone: string;
  /** The years from which the shape was averaged: `2022`, `2023+2024`. */
  readonly years: string;
  /** Intensity on weekend days, divided by that on weekdays. */
  readonly weekend: number | null;
  /** 12 months of 24 UTC hours, in thousandths of the zone's yearly mean; null if all hours are the same. */
  readonly months: readonly (readonly number[])[] | null;
}

export interface HourlyTable extends Provenance {
  readonly attribution: string;
  readonly zones: readonly HourlyShape[];
}

/** USD per GB by `provider:region`, then by the target region of the same provider. */
export type EgressPrices = Readonly<Record<string, Readonly<Record<string, number | undefined>> | undefined>>;

interface EgressTable extends Provenance {
  readonly prices: EgressPrices;
}

export interface GpuInstance {
  readonly provider: string;
  readonly type: string;
  readonly gpu: string;
  readonly count: number;
}

interface GpuInstanceTable extends Provenance {
  readonly instances: readonly GpuInstance[];
}

export async function loadHourly(): Promise<HourlyTable> {
  return (await import('./electricity-maps/hourly.json')).default;
}

export async function loadEgress(): Promise<EgressTable> {
  return (await import('./egress.json')).default;
}

export async function loadGpuInstances(): Promise<GpuInstanceTable> {
  return (await import('./gpu-instances.json')).default;
}
