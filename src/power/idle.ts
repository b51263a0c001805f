import { dayOf, type CalibratedIdle } from './calibration';
import type { MachineSample } from './sample';

/**
 * How an idle level became known: measured before the run, or once on this machine; taken from a table; or only
 * bounded, because the source never drew less than `high`.
 */
export type IdleBasis = 'baseline' | 'calibrated' | 'assumed' | 'bound';

/** What a source draws while the machine does nothing, in watts. The truth lies between `low` and `high`. */
export interface IdleLevel {
  readonly watts: number;
  readonly low: number;
  readonly high: number;
  readonly basis: IdleBasis;
}

/** Idle levels by the name of the source. Models know their own idle part and need none. */
export type IdleLevels = ReadonlyMap<string, IdleLevel>;

/** Whether a level was measured here, so that it may be shown as the machine's idle power. */
export function isMeasured(level: IdleLevel): boolean {
  return level.basis === 'baseline' || level.basis === 'calibrated';
}

/** Above this utilisation a machine does too much for its power to pass as idle power. */
const quietUtilisation = 0.1;
/** Shorter intervals are too noisy to bound an idle level: sensors and counters have steps. */
const shortestSeconds = 0.5;

/** What a machine draws at rest changes from day to day: with its temperature, its screen, what else is installed. */
const calibratedError = 0.25;

/** Learns what each source draws at rest: from a baseline before a run, and as bounds from every sample since. */
export class IdleObserver {
  private readonly baselines = new Map<string, IdleLevel>();
  private readonly least = new Map<string, { watts: number; low: number; high: number }>();

  /**
   * @param assumed usual idle power by the name of a source, watts, for want of a baseline
   * @param calibrated what was measured on this machine at an earlier time, for when it is too busy to be measured again
   */
  constructor(
    private readonly assumed: ReadonlyMap<string, number> = new Map(),
    private readonly calibrated: Readonly<Record<string, CalibratedIdle>> = {},
  ) {}

  /** What baselines have told, by the name of the source. */
  measured(): readonly (readonly [string, number])[] {
    return [...this.baselines].map(([name, { watts }]) => [name, watts]);
  }

  /** No source's idle power is above what it drew in any interval. */
  observe(sample: MachineSample): void {
    for (const [name, level] of wattsOf(sample)) {
      const least = this.least.get(name);
      if (sample.seconds >= shortestSeconds && (least === undefined || level.watts < least.watts)) this.least.set(name, level);
    }
  }

  /** Takes a sample from before a run for the idle level; resolves to why it is none, or null. */
  takeBaseline(sample: MachineSample): string | null {
    const utilisation = sample.load?.utilisation ?? 0;
    if (sample.gap !== null) return `The idle power of this machine is not known: ${sample.gap.reason} while it was measured.`;
    const levels = wattsOf(sample);
    if (levels.length > 0 && utilisation > quietUtilisation) {
      const percent = Math.round(utilisation * 100);
      const days = levels.map(([name]) => this.calibrated[name]?.at);
      const known = days.filter((at) => at !== undefined);
      if (known.length === days.length) {
        return `The idle power of this machine is that of ${dayOf(Math.min(...known))}: its processor was ${percent} % busy before the run.`;
      }
      return `The idle power of this machine is only estimated: its processor was ${percent} % busy before the run.`;
    }
    for (const [name, level] of levels) this.baselines.set(name, { ...level, basis: 'baseline' });
    return null;
  }

  levels(): IdleLevels {
    const names = new Set([...this.baselines.keys(), ...this.least.keys(), ...Object.keys(this.calibrated)]);
    return new Map([...names].map((name) => [name, this.level(name)]));
  }

  private level(name: string): IdleLevel {
    const baseline = this.baselines.get(name);
    const least = this.least.get(name);
    if (baseline !== undefined) {
      return least !== undefined && least.watts < baseline.watts ? { ...least, basis: 'baseline' } : baseline;
    }
    const calibrated = this.calibrated[name]?.watts;
    if (calibrated !== undefined) {
      const watts = Math.min(calibrated, least?.watts ?? calibrated);
      return { watts, low: watts * (1 - calibratedError), high: Math.min(watts * (1 + calibratedError), least?.high ?? Infinity), basis: 'calibrated' };
    }
    const most = least?.high ?? Infinity;
    const assumed = this.assumed.get(name);
    // Anything from nothing to the least that it ever drew: the middle errs by half of that at most.
    return assumed === undefined
      ? { watts: (least?.watts ?? 0) / 2, low: 0, high: most, basis: 'bound' }
      : { watts: Math.min(assumed, least?.watts ?? assumed), low: 0, high: most, basis: 'assumed' };
  }
}

/** Power of the sources whose idle part only listening can tell. */
function wattsOf({ readings, seconds }: MachineSample): [string, { watts: number; low: number; high: number }][] {
  if (seconds <= 0) return [];
  return readings.flatMap(({ source, outcome }) =>
    outcome.kind === 'energy' && outcome.idleJoules === null && source.method !== 'model'
      ? [[source.name, { watts: outcome.joules / seconds, low: outcome.low / seconds, high: outcome.high / seconds }]]
      : [],
  );
}
