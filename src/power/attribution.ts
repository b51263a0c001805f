import type { TreeUsage } from '../processes/tree';
import { addEstimates, exactly, multiplyEstimates, type Estimate } from '../units/estimate';
import { isMeasured, type IdleLevels } from './idle';
import type { MachineSample } from './sample';
import type { Component, EnergyOutcome, SourceDescription, SourceReading } from './source';

/** Energy of one interval in joules. Null is unknown; 0 means there is no such device, or that it did nothing. */
export interface ScopeEnergy {
  readonly cpu: number | null;
  readonly gpu: number | null;
  readonly memory: number | null;
  /** The sum of the known parts, or the figure of a source that covers the whole machine. */
  readonly total: number | null;
  /** Limits of `total`. */
  readonly low: number | null;
  readonly high: number | null;
}

export interface EnergyGap {
  /** Null when the whole interval is lost, not only one component. */
  readonly component: Component | null;
  readonly reason: string;
  /** Wall-clock length. */
  readonly seconds: number;
  /** The most energy that can have been used, joules; null if there is no upper limit. */
  readonly atMostJoules: number | null;
  /** Set when the machine's figure is known but the run's share of it is not; absent if both are lost. */
  readonly scope?: 'run';
  /** When it ended, wall-clock milliseconds, where that is not the end of the interval. */
  readonly until?: number;
}

/** Seconds without a figure, by component. If one of two sources of a component is lost, half of the time counts. */
export type UnknownSeconds = Readonly<Partial<Record<Component, number>>>;

/** The three figures of one interval: the machine's energy, its idle part, and one run's share of the rest. */
export interface Attribution {
  /** All null for a run without known processes. */
  readonly run: ScopeEnergy;
  /** `idle` is included in `total`; null if the idle level of one source is not known. */
  readonly machine: ScopeEnergy & { readonly idle: number | null };
  readonly gaps: readonly EnergyGap[];
  /** Time that a mean must leave out because its energy is in a gap; absent if there is none. */
  readonly unknownSeconds?: { readonly run: UnknownSeconds; readonly machine: UnknownSeconds };
  /** Devices without a figure in this interval, and shares that are not known. */
  readonly missing: readonly { readonly component: Component; readonly reason: string }[];
}

interface AttributionInput {
  readonly sample: MachineSample;
  /** What the run did in the interval, one of `sample.usages`; null when no process of it is known. */
  readonly usage: TreeUsage | null;
  /** Why a run that has processes has no usage; its share is then a gap. Null or absent if it has no share. */
  readonly usageProblem?: string | null;
  readonly idle: IdleLevels;
  /** Components that this machine does not have: their energy is 0, not unknown. */
  readonly absent: ReadonlySet<Component>;
}

/** One reading and the figures derived from it, joules. */
interface AttributedReading {
  readonly component: Component;
  readonly machine: Estimate;
  readonly idle: number | null;
  readonly aboveIdle: Estimate;
  /** Null when the run's share is not known. */
  readonly run: Estimate | null;
}

const nothing = exactly(0);
const nobody: ScopeEnergy = { cpu: null, gpu: null, memory: null, total: null, low: null, high: null };
const scale = (estimate: Estimate, factor: number): Estimate => multiplyEstimates(estimate, exactly(factor));

/** Why a container's CPU times say nothing about the energy of its host. */
const ofContainer =
  "the CPU times seen here are the container's (lxcfs), so its share of the machine's energy is unknown; mount the host's /proc and pass it with --path.procfs";

/** A part of a sum, 0 to 1; 0 if the sum is 0. Never above 1, even if the parts are known better than the sum. */
function fraction(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, part / whole) : 0;
}

/**
 * Splits one interval of the machine's energy.
 *
 * - CPU, and everything that follows the CPU's work: (energy − idle) × CPU time of the run's tree / all busy CPU time.
 *   The divisor is never below what all metered runs used together, so their shares never sum to more than the
 *   machine.
 * - Modelled memory: by resident bytes; memory that no run holds is idle.
 * - A GPU: (energy − idle) × the share of its use by the run's processes; if the GPU does not report who uses it, all
 *   runs in progress on this machine that may use it share it equally.
 * - A source of the whole machine gives only the total. Known GPU energy is subtracted before the rest is shared by
 *   CPU time.
 */
export function attribute({ sample, usage, usageProblem = null, idle, absent }: AttributionInput): Attribution {
  const missing: { component: Component; reason: string }[] = [];
  const parts: AttributedReading[] = [];
  for (const reading of sample.readings) {
    const { outcome, source } = reading;
    if (outcome.kind === 'unknown') missing.push({ component: source.component, reason: outcome.reason });
    if (outcome.kind === 'energy') parts.push(splitReading(reading, outcome, sample, usage, idle));
  }
  const { load, loadProblem = null } = sample;
  if (load === null && loadProblem === null && usage !== null) {
    missing.push({
      component: 'cpu',
      reason: 'the load of the machine could not be read, so the share of it is unknown',
    });
  }
  const whole = sample.readings.some(({ source }) => source.component === 'system') ? combineSystem(parts) : null;
  const idleParts = (whole ?? parts).map((part) => part.idle);
  const known = idleParts.every((joules) => joules !== null);
  const shareProblem =
    usage === null
      ? usageProblem
      : (loadProblem ?? (load === null ? 'the load of the machine could not be read' : ofContainer));
  const problemOf = ({ component }: AttributedReading): string | null =>
    usage?.isFilledIn === true && component === 'gpu' ? notSharedLater : shareProblem;
  const gaps = [...findGaps(sample), ...findLostShares(whole ?? parts, sample.seconds, problemOf)];
  return {
    machine: {
      ...scope(parts, whole, absent, ({ machine }) => machine),
      idle: idleParts.length > 0 && known ? idleParts.reduce((sum, joules) => sum + joules, 0) : null,
    },
    run: usage === null ? nobody : scope(parts, whole, absent, ({ run }) => run),
    gaps,
    ...(gaps.length === 0
      ? {}
      : {
          unknownSeconds: {
            run: unknownSeconds(gaps, sample),
            machine: unknownSeconds(
              gaps.filter((gap) => gap.scope !== 'run'),
              sample,
            ),
          },
        }),
    missing,
  };
}

/** Parts whose machine figure is known but whose share is not: the run may have used everything above idle. */
function findLostShares(
  parts: readonly AttributedReading[],
  seconds: number,
  problemOf: (part: AttributedReading) => string | null,
): EnergyGap[] {
  return parts.flatMap((part): EnergyGap[] => {
    const reason = part.run === null ? problemOf(part) : null;
    return reason === null
      ? []
      : [{ component: part.component, reason, seconds, atMostJoules: part.aboveIdle.high, scope: 'run' }];
  });
}

const notSharedLater = 'the GPU does not report who used it before the process of this run was known';

function unknownSeconds(gaps: readonly EnergyGap[], { gap, readings, seconds }: MachineSample): UnknownSeconds {
  const components = [...new Set(readings.map(({ source }) => source.component))];
  if (gap !== null) return Object.fromEntries(components.map((component) => [component, seconds]));
  return Object.fromEntries(
    components.flatMap((component) => {
      const lost = gaps.filter((each) => each.component === component).length;
      const sources = readings.filter(({ source }) => source.component === component).length;
      return lost === 0 ? [] : [[component, (seconds * Math.min(lost, sources)) / sources]];
    }),
  );
}

function splitReading(
  reading: SourceReading,
  outcome: EnergyOutcome,
  sample: MachineSample,
  usage: TreeUsage | null,
  idleLevels: IdleLevels,
): AttributedReading {
  const { source } = reading;
  const machine: Estimate = { value: outcome.joules, low: outcome.low, high: outcome.high };
  if (source.component === 'memory' && outcome.idleJoules === null && source.method === 'model') {
    return splitMemory(machine, sample, usage);
  }
  const { idle, aboveIdle } = removeIdle(machine, outcome, sample.seconds, idleLevels, source);
  const isOfHost = sample.loadOfContainer === true && (source.method === 'counter' || source.method === 'sensor');
  const share =
    source.component === 'gpu' ? evenly(gpuShare(reading, sample, usage)) : isOfHost ? null : cpuShare(sample, usage);
  return {
    component: source.component,
    machine,
    idle,
    aboveIdle,
    run: share === null ? null : multiplyEstimates(aboveIdle, share),
  };
}

function removeIdle(
  machine: Estimate,
  outcome: EnergyOutcome,
  seconds: number,
  levels: IdleLevels,
  { name, band }: SourceDescription,
): { readonly idle: number | null; readonly aboveIdle: Estimate } {
  if (outcome.idleJoules !== null) {
    // A model is wrong by a factor, and its idle part by the same factor.
    const aboveIdle = scale(machine, 1 - fraction(outcome.idleJoules, machine.value));
    // At almost no load the upper limit matters more than the value: it holds what rounding to CPU ticks may have hidden.
    return {
      idle: outcome.idleJoules,
      aboveIdle: { ...aboveIdle, high: Math.max(aboveIdle.high, machine.high - outcome.idleJoules * band.high) },
    };
  }
  // Its idle level was never measured and may be anything up to the present power; half of that has the smallest error.
  const most = seconds > 0 ? machine.value / seconds : 0;
  const level = levels.get(name) ?? { watts: most / 2, low: 0, high: most, basis: 'bound' as const };
  const above = (joules: number, watts: number): number => Math.max(0, joules - watts * seconds);
  return {
    // Idle energy cannot exceed what was used, even if the idle level was measured a little too high.
    idle: isMeasured(level) ? Math.min(machine.value, level.watts * seconds) : null,
    aboveIdle: {
      value: above(machine.value, level.watts),
      low: above(machine.low, level.high),
      high: above(machine.high, level.low),
    },
  };
}

function splitMemory(
  machine: Estimate,
  { load, memoryTotalBytes, usages }: MachineSample,
  usage: TreeUsage | null,
): AttributedReading {
  const held = usages.reduce((sum, { residentBytes }) => sum + residentBytes, 0);
  const heldAtMost = usages.reduce(
    (sum, { residentBytes, residentLimits }) => sum + (residentLimits?.high ?? residentBytes),
    0,
  );
  const total = load?.memoryTotalBytes ?? memoryTotalBytes ?? null;
  if (total === null) return { component: 'memory', machine, idle: null, aboveIdle: machine, run: null };
  const ofRuns = scale(machine, fraction(held, total));
  return {
    component: 'memory',
    machine,
    idle: machine.value - ofRuns.value,
    aboveIdle: ofRuns,
    // Runs that share pages can add up to more memory than there is; they then share what there is.
    run:
      usage === null
        ? null
        : multiplyEstimates(machine, memoryShare(usage, Math.max(total, held), Math.max(total, heldAtMost))),
  };
}

function memoryShare({ residentBytes, residentLimits }: TreeUsage, total: number, atMost: number): Estimate {
  const { low, high } = residentLimits ?? { low: residentBytes, high: residentBytes };
  const value = fraction(residentBytes, total);
  return { value, low: Math.min(value, fraction(low, atMost)), high: Math.max(value, fraction(high, atMost)) };
}

function evenly(share: number | null): Estimate | null {
  return share === null ? null : exactly(share);
}

/** The run's part of the busy CPU time; its upper limit includes what the rounding to ticks may have hidden. */
function cpuShare({ load, usages }: MachineSample, usage: TreeUsage | null): Estimate | null {
  if (load === null || usage === null) return null;
  const ofRuns = usages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  const open = ({ cpuErrorSeconds = 0, possible }: TreeUsage): number => cpuErrorSeconds + (possible?.cpuSeconds ?? 0);
  const errors = usages.reduce((sum, each) => sum + open(each), 0);
  const value = fraction(usage.cpuSeconds, Math.max(load.busyCpuSeconds, ofRuns));
  const high = fraction(usage.cpuSeconds + open(usage), Math.max(load.busyCpuSeconds, ofRuns + errors));
  const low = fraction(usage.leastCpuSeconds ?? usage.cpuSeconds, Math.max(load.busyCpuSeconds, ofRuns));
  return { value, low: Math.min(low, value), high: Math.max(value, high) };
}

function gpuShare(
  { users, source }: SourceReading,
  { usages, runsElsewhere = 0, mayUse = () => true }: MachineSample,
  usage: TreeUsage | null,
): number | null {
  if (usage === null) return null;
  if (users === null) {
    if (usage.isFilledIn === true) return mayUse(usage, source.name) ? null : 0;
    if (!mayUse(usage, source.name)) return 0;
    return 1 / Math.max(1, usages.filter((each) => mayUse(each, source.name)).length + runsElsewhere);
  }
  let share = 0;
  for (const pid of usage.pids) {
    const runsWithIt = usages.filter(({ pids }) => pids.includes(pid)).length;
    share += (users.get(pid) ?? 0) / Math.max(1, runsWithIt);
  }
  return Math.min(1, share);
}

/**
 * A source of the whole machine contains the GPUs. Their known energy is theirs; the rest follows the CPU. Empty if
 * the source gave no figure in this interval.
 */
function combineSystem(parts: readonly AttributedReading[]): readonly AttributedReading[] {
  const systems = parts.filter(({ component }) => component === 'system');
  const gpus = parts.filter(({ component }) => component === 'gpu');
  const gpuAboveIdle = gpus.reduce((sum, { aboveIdle }) => addEstimates(sum, aboveIdle), nothing);
  const gpuOfRun = gpus.reduce((sum, { run }) => addEstimates(sum, run ?? nothing), nothing);
  return systems.map((system) => {
    if (system.run === null) return system;
    const ofGpus = fraction(gpuAboveIdle.value, system.aboveIdle.value);
    // Two meters never agree to the joule: the GPUs get no more than the whole machine used, also at its upper limit.
    const trust = gpuAboveIdle.value > 0 ? (ofGpus * system.aboveIdle.value) / gpuAboveIdle.value : 0;
    // Nor do all runs together get more than the whole machine can have used: its limit caps the GPUs' uncertainty.
    const spread = trust * (gpuAboveIdle.high - gpuAboveIdle.value);
    const room = ofGpus * (system.aboveIdle.high - system.aboveIdle.value);
    const high = gpuOfRun.value + (gpuOfRun.high - gpuOfRun.value) * (spread > room ? room / spread : 1);
    return { ...system, run: addEstimates(scale(system.run, 1 - ofGpus), scale({ ...gpuOfRun, high }, trust)) };
  });
}

function scope(
  parts: readonly AttributedReading[],
  whole: readonly AttributedReading[] | null,
  absent: ReadonlySet<Component>,
  figure: (part: AttributedReading) => Estimate | null,
): ScopeEnergy {
  const sum = (some: readonly AttributedReading[]): Estimate | null => {
    const known = some.map(figure).filter((estimate) => estimate !== null);
    return known.length === 0 ? null : known.reduce(addEstimates);
  };
  const value = (component: Component): number | null => {
    const estimate = sum(parts.filter((part) => part.component === component));
    return estimate?.value ?? (absent.has(component) ? 0 : null);
  };
  const total = sum(whole ?? parts);
  return {
    cpu: value('cpu'),
    gpu: value('gpu'),
    memory: value('memory'),
    total: total?.value ?? null,
    low: total?.low ?? null,
    high: total?.high ?? null,
  };
}

/** An interval that is lost as a whole is one gap; otherwise each source that lost it is one. */
function findGaps({ gap, readings, seconds }: MachineSample): EnergyGap[] {
  const lost = readings.flatMap(({ source, outcome }) =>
    outcome.kind === 'gap'
      ? [{ component: source.component, reason: outcome.reason, seconds, atMostJoules: outcome.atMostJoules }]
      : [],
  );
  if (gap === null) return lost;
  const bounds = lost.map(({ atMostJoules }) => atMostJoules).filter((joules) => joules !== null);
  const atMostJoules = bounds.length === 0 ? null : bounds.reduce((sum, joules) => sum + joules, 0);
  return [{ component: null, reason: gap.reason, seconds: gap.seconds, atMostJoules }];
}
