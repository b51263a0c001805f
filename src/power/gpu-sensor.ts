import { leastOfGpu } from './hardware-range';
import { formatPower } from '../present/words';

/** At or above this utilisation a card cannot draw 0 W, percent. */
const busyPercent = 5;
/** Power must differ between rest and work, given as utilisation in percent, each seen in a minimum of readings. */
const restingPercent = 5;
const workingPercent = 60;
const readingsOfEach = 3;

/**
 * Checks a GPU's power sensor against the GPU's own utilisation: a sensor that reports 0 W, or exactly the same
 * figure at rest and at work, does not measure.
 */
export class GpuSensorCheck {
  private watts: number | null = null;
  /** Readings in a row with this figure, at rest and at work. */
  private resting = 0;
  private working = 0;
  private readonly leastWatts: number;

  /** @param limitWatts the card's power limit; null if it is not known */
  constructor(limitWatts: number | null) {
    this.leastWatts = leastOfGpu(limitWatts);
  }

  /** @returns why this figure is not a measurement, as the end of a sentence; null if it may be one */
  doubt(watts: number, utilisationPercent: number | null): string | null {
    if (watts !== this.watts) this.resting = this.working = 0;
    this.watts = watts;
    if (watts === 0) {
      return utilisationPercent !== null && utilisationPercent >= busyPercent
        ? `reports 0 W although it is ${utilisationPercent} % busy`
        : 'reports 0 W, although a GPU that is on always draws power';
    }
    if (watts < this.leastWatts) {
      return `reports less than ${formatPower(this.leastWatts)}, which is too low to be true (perhaps in another unit)`;
    }
    if (utilisationPercent === null) return null;
    if (utilisationPercent <= restingPercent) this.resting += 1;
    if (utilisationPercent >= workingPercent) this.working += 1;
    return this.resting >= readingsOfEach && this.working >= readingsOfEach
      ? `reports ${watts} W both at rest and at work, so its sensor does not move`
      : null;
  }
}
