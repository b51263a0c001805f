import { curveWatts, dayOf, type LoadCurve } from './calibration';
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
interface PublishedCurve {
  readonly bend: number;
  /** The band at and above `busyLoad`. */
  readonly busy: Band;
  /** The band at and below `lightLoad`; in between it narrows steadily. */
  readonly light: Band;
}

/** Servers with little to do differ most: their governors and clocks do, and a few busy threads wake whole sockets. */
export const steadyCurve: PublishedCurve = {
  bend: 1,
  busy: { low: 0.46, high: 2 },
  light: { low: 0.34, high: 2.9 },
};
/** The same at all loads: there are too few measurements at part load to tell loads apart. */
export const turboCurve: PublishedCurve = {
  bend: 0.5,
  busy: { low: 0.39, high: 2.9 },
  light: { low: 0.39, high: 2.9 },
};
const [lightLoad, busyLoad] = [0.2, 0.7];

/** Watts at a load from 0 to 1, by the model. */
export function modelWatts(
  { idleWatts, watts, isSteady }: Pick<CpuPower, 'idleWatts' | 'watts' | 'isSteady'>,
  utilisation: number,
): number {
  return curveWatts({ idleWatts, fullWatts: watts, bend: publishedCurve(isSteady).bend }, utilisation);
}

/**
 * The band of the model at a load from 0 to 1, as factors of `modelWatts`. For a known processor it always contains
 * both of its powers. For an assumed one, the errors of the power and of the curve are independent, and their
 * logarithms are added as such.
 */
export function modelBand({ low, high, known, isSteady }: CpuPower, utilisation: number): Band {
  const curve = bandOfCurve(publishedCurve(isSteady), utilisation);
  if (known) return { low: Math.min(curve.low, low), high: Math.max(curve.high, high) };
  return {
    low: Math.exp(-Math.hypot(Math.log(curve.low), Math.log(low))),
    high: Math.exp(Math.hypot(Math.log(curve.high), Math.log(high))),
  };
}

function publishedCurve(isSteady: boolean): PublishedCurve {
  return isSteady ? steadyCurve : turboCurve;
}

function bandOfCurve({ light, busy }: PublishedCurve, utilisation: number): Band {
  const part = Math.min(1, Math.max(0, (utilisation - lightLoad) / (busyLoad - lightLoad)));
  return { low: between(light.low, busy.low, part), high: between(light.high, busy.high, part) };
}

/** A value between two positive ones, so that equal steps of `part` are equal ratios. */
function between(from: number, to: number, part: number): number {
  return from * (to / from) ** part;
}

/** Below this the rounding to ticks matters. */
const fewTicksSeconds = 0.1;

/** CPU power from utilisation when no counter can be read: from published powers, or as measured on this machine. */
export class CpuModel implements PowerSource {
  readonly descriptions: readonly [SourceDescription];

  private readonly curve: Pick<LoadCurve, 'idleWatts' | 'fullWatts' | 'bend'>;
  /** The most that the processor draws at any load, watts; null if nobody publishes it. */
  private readonly mostWatts: number | null;
  private readonly bandAt: (utilisation: number) => Band;

  /** @param curve what was measured on this machine, if anything; it may cover the whole machine */
  constructor(power: CpuPower, curve: LoadCurve | null = null) {
    this.curve = curve ?? {
      idleWatts: power.idleWatts,
      fullWatts: power.watts,
      bend: publishedCurve(power.isSteady).bend,
    };
    this.mostWatts = curve === null ? power.mostWatts : null;
    this.bandAt = curve === null ? (utilisation) => modelBand(power, utilisation) : () => curve.band;
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
        band: this.bandAt(1),
      },
    ];
  }

  /** The assumed idle power of the processor. */
  get idleWatts(): number {
    return this.curve.idleWatts;
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
    const { idleWatts, fullWatts } = this.curve;
    const atMostJoules = Math.min(fullWatts * this.bandAt(1).high, this.mostWatts ?? Infinity) * seconds;
    if (late) return { kind: 'gap', reason: 'the interval cannot be trusted', atMostJoules };
    if (load === null) return { kind: 'gap', reason: 'the load of the machine could not be read', atMostJoules };
    const joules = curveWatts(this.curve, load.utilisation) * seconds;
    const band = this.bandAt(load.utilisation);
    // CPU time is counted in ticks, rounded down: at almost no load one tick may be missing.
    const hidden =
      load.busyCpuSeconds < fewTicksSeconds ? ((fullWatts - idleWatts) * tickSeconds) / load.logicalCpus : 0;
    const high = Math.max(joules, Math.min(joules * band.high, atMostJoules));
    return {
      kind: 'energy',
      joules,
      low: joules * band.low,
      high: high + hidden * band.high,
      idleJoules: idleWatts * seconds,
    };
  }
}
