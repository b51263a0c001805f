import { leastOfGpu } from './hardware-range';

/** From this utilisation on a card cannot draw nothing, percent. */
const busyPercent = 5;
/** Between these a card's power must differ, percent; each seen in so many readings. */
const restingPercent = 5;
const workingPercent = 60;
const readingsOfEach = 3;

/**
 * Whether a GPU's power sensor is alive, by what the GPU says of its own utilisation: one that says 0 W, or the same to
 * the last digit at rest and at work, measures nothing.
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

  /** @returns why this figure is no measurement, as the end of a sentence; null if it may be one */
  doubt(watts: number, utilisationPercent: number | null): string | null {
    if (watts !== this.watts) this.resting = this.working = 0;
    this.watts = watts;
    if (watts === 0) {
      return utilisationPercent !== null && utilisationPercent >= busyPercent
        ? `says 0 W although it is ${utilisationPercent} % busy`
        : 'says 0 W, which no GPU draws that is on';
    }
    if (watts < this.leastWatts) {
      return `says less than ${Number(this.leastWatts.toPrecision(2))} W, which is too little to be true (its unit may be another)`;
    }
    if (utilisationPercent === null) return null;
    if (utilisationPercent <= restingPercent) this.resting += 1;
    if (utilisationPercent >= workingPercent) this.working += 1;
    return this.resting >= readingsOfEach && this.working >= readingsOfEach
      ? `says ${watts} W at rest and at work alike, so its sensor stands still`
      : null;
  }
}
