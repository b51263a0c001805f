import { dayOf, type LoadCurve } from './calibration';
import { tickSeconds } from './plausible';
import type { Outcome, PowerSource, ReadContext, SourceDescription, SourceReading } from './source';
import type { CpuPower } from './tdp';

/**
 * P = TDP × (0.15 + 0.85 × utilisation). On 199 public measurements of eleven processors its energy is 4 % too high on
 * the mean, and measured power lies between 0.51 and 2.03 of it (5 % to 95 %; 0.46 on a part of them alone); a curve
 * fitted to the other processors does no better. See bench/power-model.md.
 */
const idleShare = 0.15;
const loadShare = 0.85;
const curveBand = { low: 0.46, high: 2 };

/** Below this the rounding to ticks matters. */
const fewTicksSeconds = 0.1;

/** CPU power from utilisation, where no counter can be read: by its TDP, or as it was measured on this machine. */
export class CpuModel implements PowerSource {
  readonly descriptions: readonly [SourceDescription];

  private readonly idle: number;
  private readonly full: number;

  /** @param curve what was measured on this machine, if it was; it stands for the whole machine where that was measured */
  constructor(power: CpuPower, curve: LoadCurve | null = null) {
    this.idle = curve?.idleWatts ?? power.watts * idleShare;
    this.full = curve?.fullWatts ?? power.watts * (idleShare + loadShare);
    if (curve !== null) {
      const against = curve.component === 'system' ? 'the whole machine, calibrated against its battery' : `${power.label}, calibrated against its counter`;
      this.descriptions = [{ component: curve.component, method: 'calibrated', name: curve.component === 'system' ? 'machine-model' : 'cpu-model', label: `${against} on ${dayOf(curve.at)}`, band: curve.band }];
      return;
    }
    this.descriptions = [
      {
        component: 'cpu',
        method: power.known ? 'model' : 'assumed',
        name: 'cpu-model',
        label: `${power.label}, load model`,
        band: { low: curveBand.low * power.low, high: curveBand.high * power.high },
      },
    ];
  }

  /** What the processor is taken to draw at rest. */
  get idleWatts(): number {
    return this.idle;
  }

  read(context: ReadContext): Promise<readonly SourceReading[]> {
    const [source] = this.descriptions;
    return Promise.resolve(context.seconds === 0 ? [] : [{ source, outcome: this.outcome(context), users: null }]);
  }

  pause(): void {
    // Nothing runs between reads.
  }

  dispose(): void {
    // Nothing is open.
  }

  private outcome({ seconds, late, load }: ReadContext): Outcome {
    const { low, high } = this.descriptions[0].band;
    const atMostJoules = this.full * seconds * high;
    if (late) return { kind: 'gap', reason: 'the interval cannot be trusted', atMostJoules };
    if (load === null) return { kind: 'gap', reason: 'the load of the machine could not be read', atMostJoules };
    const joules = (this.idle + (this.full - this.idle) * load.utilisation) * seconds;
    // CPU time comes in ticks, rounded down: at next to no load one of them may be missing.
    const hidden = load.busyCpuSeconds < fewTicksSeconds ? ((this.full - this.idle) * tickSeconds) / load.logicalCpus : 0;
    return { kind: 'energy', joules, low: joules * low, high: (joules + hidden) * high, idleJoules: this.idle * seconds };
  }
}
