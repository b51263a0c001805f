import { dayOf, type LoadCurve } from './calibration';
import { tickSeconds } from './plausible';
import type { Band, Outcome, PowerSource, ReadContext, SourceDescription, SourceReading } from './source';
import type { CpuPower } from './tdp';

/**
 * P = idle + (full − idle) × utilisation ^ bend, and the factors between which measured power lies (95 % of a
 * log-normal over the machines that were measured, each with the same weight). A server's power follows
 * the load; a laptop's or desktop's first busy threads draw the most, for they run at turbo clocks until all share the
 * limit: one thread in twelve of a Core i7-8700 draws half of its TDP. See bench/power-model.md.
 */
export const steadyCurve = { bend: 1, low: 0.46, high: 2 };
export const turboCurve = { bend: 0.5, low: 0.39, high: 2.9 };

/** Watts at a load from 0 to 1, by the model. */
export function modelWatts(
  { idleWatts, watts, isSteady }: Pick<CpuPower, 'idleWatts' | 'watts' | 'isSteady'>,
  utilisation: number,
): number {
  return idleWatts + (watts - idleWatts) * utilisation ** (isSteady ? steadyCurve : turboCurve).bend;
}

/**
 * The band of the model. It always holds both powers of a processor whose model is known; where that is assumed, not
 * knowing the power and not knowing the curve are two errors, and their logarithms add up as independent ones do.
 */
export function modelBand({ low, high, known, isSteady }: CpuPower): Band {
  const curve = isSteady ? steadyCurve : turboCurve;
  if (known) return { low: Math.min(curve.low, low), high: Math.max(curve.high, high) };
  return {
    low: Math.exp(-Math.hypot(Math.log(curve.low), Math.log(low))),
    high: Math.exp(Math.hypot(Math.log(curve.high), Math.log(high))),
  };
}

/** Below this the rounding to ticks matters. */
const fewTicksSeconds = 0.1;

/** CPU power from utilisation, where no counter can be read: by its published powers, or as it was measured on this machine. */
export class CpuModel implements PowerSource {
  readonly descriptions: readonly [SourceDescription];

  private readonly power: Pick<CpuPower, 'idleWatts' | 'watts' | 'isSteady' | 'mostWatts'>;

  /** @param curve what was measured on this machine, if it was; it stands for the whole machine where that was measured */
  constructor(power: CpuPower, curve: LoadCurve | null = null) {
    this.power =
      curve === null ? power : { idleWatts: curve.idleWatts, watts: curve.fullWatts, isSteady: true, mostWatts: null };
    if (curve !== null) {
      const against =
        curve.component === 'system'
          ? 'the whole machine, calibrated against its battery'
          : `${power.label}, calibrated against its counter`;
      this.descriptions = [
        {
          component: curve.component,
          method: 'calibrated',
          name: curve.component === 'system' ? 'machine-model' : 'cpu-model',
          label: `${against} on ${dayOf(curve.at)}`,
          band: curve.band,
        },
      ];
      return;
    }
    this.descriptions = [
      {
        component: 'cpu',
        method: power.known ? 'model' : 'assumed',
        name: 'cpu-model',
        label: `${power.label}, load model up to ${power.watts >= 10 ? Math.round(power.watts) : Number(power.watts.toPrecision(2))} W`,
        band: modelBand(power),
      },
    ];
  }

  /** What the processor is taken to draw at rest. */
  get idleWatts(): number {
    return this.power.idleWatts;
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
    const { low, high: bandHigh } = this.descriptions[0].band;
    const atMostJoules = Math.min(this.power.watts * bandHigh, this.power.mostWatts ?? Infinity) * seconds;
    if (late) return { kind: 'gap', reason: 'the interval cannot be trusted', atMostJoules };
    if (load === null) return { kind: 'gap', reason: 'the load of the machine could not be read', atMostJoules };
    const joules = modelWatts(this.power, load.utilisation) * seconds;
    // CPU time comes in ticks, rounded down: at next to no load one of them may be missing.
    const hidden =
      load.busyCpuSeconds < fewTicksSeconds
        ? ((this.power.watts - this.power.idleWatts) * tickSeconds) / load.logicalCpus
        : 0;
    const high = Math.max(joules, Math.min(joules * bandHigh, atMostJoules));
    return {
      kind: 'energy',
      joules,
      low: joules * low,
      high: high + hidden * bandHigh,
      idleJoules: this.power.idleWatts * seconds,
    };
  }
}
