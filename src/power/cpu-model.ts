import { dayOf, type LoadCurve } from './calibration';
import { tickSeconds } from './plausible';
import type { Band, Outcome, PowerSource, ReadContext, SourceDescription, SourceReading } from './source';
import type { CpuPower } from './tdp';
import { formatPower } from '../present/words';

/**
 * P = idle + (full − idle) × utilisation ^ bend, and the factors between which measured power lies (95 % of a
 * log-normal over the machines that were measured, each with the same weight). A server's power follows the load; the
 * first busy threads of a laptop or desktop draw the most, because they run at turbo clocks until all threads share
 * the limit: one thread in twelve of a Core i7-8700 draws half of its TDP. See bench/power-model.md.
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
 * The band of the model. For a known processor it always contains both of its powers. For an assumed one, the errors
 * of the power and of the curve are independent, and their logarithms are added as such.
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

/** CPU power from utilisation when no counter can be read: from published powers, or as measured on this machine. */
export class CpuModel implements PowerSource {
  readonly descriptions: readonly [SourceDescription];

  private readonly power: Pick<CpuPower, 'idleWatts' | 'watts' | 'isSteady' | 'mostWatts'>;

  /** @param curve what was measured on this machine, if anything; it may cover the whole machine */
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
        label: `${power.label}, load model up to ${formatPower(power.watts)}`,
        band: modelBand(power),
      },
    ];
  }

  /** The assumed idle power of the processor. */
  get idleWatts(): number {
    return this.power.idleWatts;
  }

  read(context: ReadContext): Promise<readonly SourceReading[]> {
    const [source] = this.descriptions;
    return Promise.resolve(context.seconds === 0 ? [] : [{ source, outcome: this.outcome(context), users: null }]);
  }

  pause(): void {
    // There is nothing to stop between reads.
  }

  dispose(): void {
    // There is nothing to close.
  }

  private outcome({ seconds, late, load }: ReadContext): Outcome {
    const { low, high: bandHigh } = this.descriptions[0].band;
    const atMostJoules = Math.min(this.power.watts * bandHigh, this.power.mostWatts ?? Infinity) * seconds;
    if (late) return { kind: 'gap', reason: 'the interval cannot be trusted', atMostJoules };
    if (load === null) return { kind: 'gap', reason: 'the load of the machine could not be read', atMostJoules };
    const joules = modelWatts(this.power, load.utilisation) * seconds;
    // CPU time is counted in ticks, rounded down: at almost no load one tick may be missing.
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
