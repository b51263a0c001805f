import { wattsPerGigabyte } from '../power/memory-model';

/** A job whose energy is estimated before it runs, with published formulas of calculators and papers. */
interface PlannedJob {
  /** Power of one device at full load. */
  readonly watts: number;
  readonly count: number;
  readonly hours: number;
  /** Share of its power that a device draws on average, 0 to 1. */
  readonly usage: number;
  readonly memoryGigabytes: number;
  readonly pue: number;
}

/**
 * Kilowatt-hours with the building's overhead: h × (n × W × u + GB × 0.3725) × PUE / 1000, as in Green Algorithms.
 * Without memory and at full usage this is the formula of ML CO2 Impact (W × h / 1000) and of Patterson et al. 2021
 * (chips × W × 24 × days × PUE).
 */
export function plannedKilowattHours({ watts, count, hours, usage, memoryGigabytes, pue }: PlannedJob): number {
  return (hours * (count * watts * usage + memoryGigabytes * wattsPerGigabyte) * pue) / 1000;
}
