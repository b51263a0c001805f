import { dayOf, type CalibratedIdle } from './calibration';
import type { MachineSample } from './sample';
import type { Component } from './source';

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
/** A baseline so far above what was learned of a source is no rest, whatever the processor's load says. */
const restlessFactor = 1.5;
/** An idle level that has risen for good is learned in a few runs; one that was only disturbed is forgotten as soon. */
const learningShare = 0.25;
/** Accelerators rest at 5 to 20 % of what they draw at work, by their makers' idle figures. */
const gpuIdleShare = 0.15;

interface Watts {
  readonly watts: number;
  readonly low: number;
  readonly high: number;
}

/** One source in one interval. */
interface Observed extends Watts {
  readonly name: string;
  readonly component: Component;
  /** Of the device itself where it tells, else of the processor; null if nobody knows. */
  readonly utilisation: number | null;
  /** The utilisation is the device's own word. */
  readonly saysItself: boolean;
}

/** Learns what each source draws at rest: from a baseline before a run, and as bounds from every sample since. */
export class IdleObserver {
  private readonly baselines = new Map<string, IdleLevel>();
  /** The baselines as they were heard, watts. */
  private readonly heard = new Map<string, number>();
  private readonly least = new Map<string, Watts>();
  private readonly mostOfGpus = new Map<string, number>();

  /**
   * @param assumed usual idle power by the name of a source, watts, for want of a baseline
   * @param calibrated what was measured on this machine at an earlier time, for when it is too busy to be measured again
   */
  constructor(
    private readonly assumed: ReadonlyMap<string, number> = new Map(),
    private readonly calibrated: Readonly<Record<string, CalibratedIdle>> = {},
  ) {}

  /** What baselines have told, by the name of the source, as it should be remembered. */
  measured(): readonly (readonly [string, number])[] {
    return [...this.heard].map(([name, watts]) => {
      const known = this.calibrated[name]?.watts ?? watts;
      return [name, watts > known ? known + learningShare * (watts - known) : watts];
    });
  }

  /** No source's idle power is above what it drew in any interval. */
  observe(sample: MachineSample): void {
    for (const { name, component, watts, low, high } of observed(sample)) {
      if (sample.seconds < shortestSeconds) continue;
      const least = this.least.get(name);
      if (least === undefined || watts < least.watts) this.least.set(name, { watts, low, high });
      if (component === 'gpu') this.mostOfGpus.set(name, Math.max(watts, this.mostOfGpus.get(name) ?? 0));
    }
  }

  /**
   * Takes what was seen before a run for the idle level: of each source the quiet parts of the time, in which it and
   * the processor did nothing. Resolves to why there is none, or null.
   */
  takeBaseline(before: MachineSample | readonly MachineSample[]): string | null {
    const samples = 'readings' in before ? [before] : before;
    const gap = samples.find((sample) => sample.gap !== null)?.gap ?? null;
    if (gap !== null) return `The idle power of this machine is not known: ${gap.reason} while it was measured.`;
    const busy = new Map<string, number>();
    for (const [name, parts] of byName(samples)) {
      const said = parts.filter(({ saysItself }) => saysItself);
      // A GPU that tells in some parts how busy it is was not at rest in the others because the processor was.
      const told = said.length > 0 ? said : parts;
      const quiet = told.filter(({ utilisation }) => (utilisation ?? 0) <= quietUtilisation);
      if (quiet.length > 0) this.keep(name, quietest(quiet, parts));
      else busy.set(name, told.reduce((sum, { utilisation }) => sum + (utilisation ?? 0), 0) / told.length);
    }
    return this.busyText(samples, busy);
  }

  levels(): IdleLevels {
    const names = new Set([...this.baselines.keys(), ...this.least.keys(), ...Object.keys(this.calibrated)]);
    return new Map([...names].map((name) => [name, this.level(name)]));
  }

  private level(name: string): IdleLevel {
    const baseline = this.baselines.get(name);
    const least = this.least.get(name);
    if (baseline !== undefined) {
      return least !== undefined && least.watts < baseline.watts
        ? { ...least, low: Math.min(least.low, baseline.low), basis: 'baseline' }
        : baseline;
    }
    const calibrated = this.calibrated[name]?.watts;
    if (calibrated !== undefined) {
      const watts = Math.min(calibrated, least?.watts ?? calibrated);
      return {
        watts,
        low: watts * (1 - calibratedError),
        high: Math.min(watts * (1 + calibratedError), least?.high ?? Infinity),
        basis: 'calibrated',
      };
    }
    const most = least?.high ?? Infinity;
    const mostOfGpu = this.mostOfGpus.get(name);
    const assumed = this.assumed.get(name) ?? (mostOfGpu === undefined ? undefined : gpuIdleShare * mostOfGpu);
    // Anything from nothing to the least that it ever drew: the middle errs by half of that at most.
    return assumed === undefined
      ? { watts: (least?.watts ?? 0) / 2, low: 0, high: most, basis: 'bound' }
      : { watts: Math.min(assumed, least?.watts ?? assumed), low: 0, high: most, basis: 'assumed' };
  }

  private keep(name: string, baseline: Watts): void {
    this.heard.set(name, baseline.watts);
    this.baselines.set(name, this.judged(name, baseline));
  }

  /** A baseline that is far above what this source is known to rest at was none: then the known level counts. */
  private judged(name: string, baseline: Watts): IdleLevel {
    const known = this.calibrated[name]?.watts;
    if (known === undefined || known <= 0 || baseline.watts <= known * (1 + calibratedError))
      return { ...baseline, basis: 'baseline' };
    const low = Math.min(baseline.low, known * (1 - calibratedError));
    return baseline.watts <= known * restlessFactor
      ? { ...baseline, low, basis: 'baseline' }
      : { watts: known, low, high: baseline.high, basis: 'calibrated' };
  }

  private busyText(samples: readonly MachineSample[], busy: ReadonlyMap<string, number>): string | null {
    if (busy.size === 0) return null;
    const components = new Map(samples.flatMap(observed).map(({ name, component }) => [name, component]));
    const ofGpus = [...busy.keys()].every((name) => components.get(name) === 'gpu');
    const percent = Math.round(Math.min(...busy.values()) * 100);
    const days = [...busy.keys()].map((name) => this.calibrated[name]?.at);
    const known = days.filter((at) => at !== undefined);
    const how = known.length === days.length ? `that of ${dayOf(Math.min(...known))}` : 'only estimated';
    const [whose, what] = ofGpus ? ['the GPU', 'it'] : ['this machine', 'its processor'];
    return `The idle power of ${whose} is ${how}: ${what} was ${percent} % busy before the run.`;
  }
}

/** Parts of a baseline that differ by more than this were disturbed. */
const steadyFactor = 1.5;

/**
 * Power at rest from the quiet parts of a baseline. Nothing disturbs a machine downwards, so the lower half of them
 * tells it, or the lowest if they differ much; what the others had more is in the upper limit.
 */
function quietest(quiet: readonly Watts[], all: readonly Watts[]): Watts {
  const mean = (of: (part: Watts) => number, parts: readonly Watts[]): number =>
    parts.reduce((sum, part) => sum + of(part), 0) / parts.length;
  const sorted = [...quiet].sort((a, b) => a.watts - b.watts);
  const [least = 0, most = 0] = [sorted[0]?.watts, sorted.at(-1)?.watts];
  // A counter that steps only now and then tells by its mean alone.
  const rest = least <= 0 ? all : sorted.slice(0, most > steadyFactor * least ? 1 : Math.ceil(quiet.length / 2));
  // One quiet part alone may itself be half disturbed: nothing bears it out.
  const isAlone = least > 0 && (sorted[1]?.watts ?? least) > steadyFactor * least;
  return {
    watts: mean(({ watts }) => watts, rest),
    low: isAlone ? 0 : mean(({ low }) => low, rest),
    high: Math.max(
      mean(({ high }) => high, rest),
      mean(({ high }) => high, quiet),
    ),
  };
}

function byName(samples: readonly MachineSample[]): ReadonlyMap<string, readonly Observed[]> {
  const found = new Map<string, Observed[]>();
  for (const sample of samples) {
    for (const each of observed(sample)) found.set(each.name, [...(found.get(each.name) ?? []), each]);
  }
  return found;
}

/** Power of the sources whose idle part only listening can tell. */
function observed({ readings, seconds, load, loadOfContainer = false }: MachineSample): Observed[] {
  if (seconds <= 0) return [];
  return readings.flatMap(({ source, outcome, utilisation: own = null }) => {
    if (outcome.kind !== 'energy' || outcome.idleJoules !== null || source.method === 'model') return [];
    const isGpu = source.component === 'gpu';
    // A GPU works while its processor waits, and the other way round.
    const utilisation = isGpu && own !== null ? own : (load?.utilisation ?? null);
    // What nobody knows to rest may have worked.
    const isOpen = isGpu ? own === null : utilisation === null || loadOfContainer;
    return [
      {
        name: source.name,
        component: source.component,
        watts: outcome.joules / seconds,
        low: isOpen ? 0 : outcome.low / seconds,
        high: outcome.high / seconds,
        utilisation,
        saysItself: isGpu && own !== null,
      },
    ];
  });
}
