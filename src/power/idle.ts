import { dayOf, type CalibratedIdle } from './calibration';
import type { MachineSample } from './sample';
import type { Component } from './source';

/**
 * How an idle level became known: measured just before the run; measured on this machine at another time; taken from
 * a table; or only limited from above, because the source once drew no more than `high`.
 */
type IdleBasis = 'baseline' | 'calibrated' | 'assumed' | 'bound';

/** The power of a source while the machine is idle, in watts. The truth lies between `low` and `high`. */
export interface IdleLevel {
  readonly watts: number;
  readonly low: number;
  readonly high: number;
  readonly basis: IdleBasis;
}

/** Idle levels by the name of the source. Models know their own idle part and have no entry. */
export type IdleLevels = ReadonlyMap<string, IdleLevel>;

/** Whether a level was measured on this machine, so that it may be shown as its idle power. */
export function isMeasured(level: IdleLevel): boolean {
  return level.basis === 'baseline' || level.basis === 'calibrated';
}

/** Above this utilisation a machine is too busy for its power to count as idle power. */
const quietUtilisation = 0.1;
/** Shorter intervals are too noisy to limit an idle level: sensors and counters have steps. */
const shortestSeconds = 0.5;

/** Idle power changes from day to day: with temperature, screen, and what else is installed. */
const calibratedError = 0.25;
/** A baseline this far above the learned idle power is not idle, whatever the processor's load says. */
const restlessFactor = 1.5;
/** A lasting rise of the idle level is learned within a few runs, and a disturbance is forgotten as quickly. */
const learningShare = 0.25;
/** Idle accelerators draw 5 to 20 % of their power at work, according to their makers. */
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
  /** Utilisation of the device if it reports one, else of the processor; null if unknown. */
  readonly utilisation: number | null;
  /** Whether the device itself reports the utilisation. */
  readonly isOwnUtilisation: boolean;
}

/** Learns the idle power of each source: from a baseline before a run, and as upper limits from every later sample. */
export class IdleObserver {
  private readonly baselines = new Map<string, IdleLevel>();
  /** The baselines as they were measured, watts. */
  private readonly baselineWatts = new Map<string, number>();
  private readonly least = new Map<string, Watts>();
  private readonly mostOfGpus = new Map<string, number>();

  /**
   * @param assumed usual idle power by the name of a source, watts, used without a baseline
   * @param calibrated idle power measured on this machine earlier, used if it is too busy to be measured again
   */
  constructor(
    private readonly assumed: ReadonlyMap<string, number> = new Map(),
    private readonly calibrated: Readonly<Record<string, CalibratedIdle>> = {},
  ) {}

  /** The idle power to remember from baselines, by the name of the source. */
  measured(): readonly (readonly [string, number])[] {
    return [...this.baselineWatts].map(([name, watts]) => {
      const known = this.calibrated[name]?.watts ?? watts;
      return [name, watts > known ? known + learningShare * (watts - known) : watts];
    });
  }

  /** Idle power is never above the power of any interval. */
  observe(sample: MachineSample): void {
    for (const { name, component, watts, low, high } of observed(sample)) {
      if (sample.seconds < shortestSeconds) continue;
      const least = this.least.get(name);
      if (least === undefined || watts < least.watts) this.least.set(name, { watts, low, high });
      if (component === 'gpu') this.mostOfGpus.set(name, Math.max(watts, this.mostOfGpus.get(name) ?? 0));
    }
  }

  /**
   * Derives idle levels from the time before a run, using the quiet parts of each source, in which neither it nor
   * the processor did anything. Returns why there is no level, or null.
   */
  takeBaseline(before: MachineSample | readonly MachineSample[]): string | null {
    const samples = 'readings' in before ? [before] : before;
    const gap = samples.find((sample) => sample.gap !== null)?.gap ?? null;
    if (gap !== null) return `The idle power of this machine is unknown: ${gap.reason} while it was measured.`;
    const busy = new Map<string, number>();
    for (const [name, parts] of byName(samples)) {
      const withOwnUtilisation = parts.filter(({ isOwnUtilisation }) => isOwnUtilisation);
      // If a GPU reports its utilisation in some parts, the processor's load says nothing about the GPU in the others.
      const chosen = withOwnUtilisation.length > 0 ? withOwnUtilisation : parts;
      const quiet = chosen.filter(({ utilisation }) => (utilisation ?? 0) <= quietUtilisation);
      if (quiet.length > 0) this.keep(name, quietest(quiet, parts));
      else busy.set(name, chosen.reduce((sum, { utilisation }) => sum + (utilisation ?? 0), 0) / chosen.length);
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
    // The level lies between 0 and the lowest power ever seen; the middle is wrong by half of that at most.
    return assumed === undefined
      ? { watts: (least?.watts ?? 0) / 2, low: 0, high: most, basis: 'bound' }
      : { watts: Math.min(assumed, least?.watts ?? assumed), low: 0, high: most, basis: 'assumed' };
  }

  private keep(name: string, baseline: Watts): void {
    this.baselineWatts.set(name, baseline.watts);
    this.baselines.set(name, this.judged(name, baseline));
  }

  /** A baseline far above the known idle power was not idle: the known level is used instead. */
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

/** If parts of a baseline differ by more than this, some were disturbed. */
const steadyFactor = 1.5;

/**
 * Idle power from the quiet parts of a baseline. Disturbances only raise power, so the lower half of the parts
 * counts, or only the lowest if they differ much. What the other parts had on top is in the upper limit.
 */
function quietest(quiet: readonly Watts[], all: readonly Watts[]): Watts {
  const mean = (of: (part: Watts) => number, parts: readonly Watts[]): number =>
    parts.reduce((sum, part) => sum + of(part), 0) / parts.length;
  const sorted = [...quiet].sort((a, b) => a.watts - b.watts);
  const [least = 0, most = 0] = [sorted[0]?.watts, sorted.at(-1)?.watts];
  // For a counter that steps only now and then, only the mean is meaningful.
  const rest = least <= 0 ? all : sorted.slice(0, most > steadyFactor * least ? 1 : Math.ceil(quiet.length / 2));
  // A single quiet part may itself be half disturbed, and nothing confirms it.
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

/** Power of the sources whose idle part must be measured. */
function observed({ readings, seconds, load, loadOfContainer = false }: MachineSample): Observed[] {
  if (seconds <= 0) return [];
  return readings.flatMap(({ source, outcome, utilisation: own = null }) => {
    if (outcome.kind !== 'energy' || outcome.idleJoules !== null || source.method === 'model') return [];
    const isGpu = source.component === 'gpu';
    // A GPU works while its processor waits, and the other way round.
    const utilisation = isGpu && own !== null ? own : (load?.utilisation ?? null);
    // A device of unknown load may have been working.
    const isOpen = isGpu ? own === null : utilisation === null || loadOfContainer;
    return [
      {
        name: source.name,
        component: source.component,
        watts: outcome.joules / seconds,
        low: isOpen ? 0 : outcome.low / seconds,
        high: outcome.high / seconds,
        utilisation,
        isOwnUtilisation: isGpu && own !== null,
      },
    ];
  });
}
