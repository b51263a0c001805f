import type { Attribution, EnergyGap, ScopeEnergy } from '../attribution';
import type { Band, Component } from '../source';
import { addEstimates, type Estimate } from '../../units/estimate';
import { stepsAllowed, type ServerTimes, type Window } from './devices';
import type { Device } from './one-device';
import type { ChosenPart } from './queries';

/** The energy of a cluster's devices in a window, as a run's record takes it. */
export type ClusterEnergy = Pick<Attribution, 'run' | 'machine' | 'gaps' | 'unknownSeconds' | 'missing'>;

/** Energy counters of processors and cards, and what exporters add, are within this of the truth. */
const counterBand: Band = { low: 0.95, high: 1.05 };
/** Power that is read every few seconds; as for other power sensors. */
const sensorBand: Band = { low: 0.9, high: 1.1 };

/** Energy that may be lost is bounded by twice the mean power, as in other gaps without a limit. */
const mostTimesMean = 2;

const nobody: ScopeEnergy = { cpu: null, gpu: null, memory: null, total: null, low: null, high: null };

/** The band of a part's figures. */
export function bandOf({ kind }: Pick<ChosenPart, 'kind'>): Band {
  return kind === 'counter' ? counterBand : sensorBand;
}

/**
 * Adds up the devices of a window. At its edges, a sample may be missing for up to one step on each side; the limits
 * contain that. What is missing within it is a gap: it raises the upper limit, and is in no value.
 */
export function energyOfWindow(
  devices: readonly Device[],
  parts: readonly ChosenPart[],
  server: ServerTimes | null,
  window: Window,
): ClusterEnergy {
  const { windowSeconds, stepSeconds } = window;
  const isWorkloads = parts.some((part) => part.of === 'workloads');
  const unstored = edgesOf(server, window);
  const storedSeconds = Math.max(stepSeconds, windowSeconds - unstored.reduce((sum, { seconds }) => sum + seconds, 0));
  const edge = Math.min(1, stepSeconds / windowSeconds);
  const gaps: EnergyGap[] = [];
  const missing: { component: Component; reason: string }[] = [];
  const known: [ChosenPart, Estimate][] = [];
  const watts = new Map<Component, number>();
  for (const [index, part] of parts.entries()) {
    const own = devices.filter((device) => device.part === index);
    const read = own.filter((device) => device.joules !== null);
    if (read.length === 0) {
      if (!part.isIdle) missing.push({ component: part.component, reason: noneOf(own, part) });
      continue;
    }
    const band = bandOf(part);
    const joules = read.reduce((sum, device) => sum + (device.joules ?? 0), 0);
    known.push([part, { value: joules, low: joules * band.low * (1 - edge), high: joules * band.high * (1 + edge) }]);
    watts.set(part.component, (watts.get(part.component) ?? 0) + joules / storedSeconds);
    gaps.push(...gapsOf(own, part, stepSeconds, isWorkloads));
  }
  gaps.push(...serverGaps(unstored, watts));
  return { ...addUp(known, isWorkloads), gaps, missing, ...lostSeconds(gaps, isWorkloads) };
}

/**
 * The parts as the two scopes of a run. Whole devices are the machine of the run. The share of workloads is the run, with the
 * GPUs that they have for themselves; with the idle part that the exporter tells apart, it is their machine too.
 */
export function addUp(
  known: readonly (readonly [ChosenPart, Estimate])[],
  isWorkloads: boolean,
): Pick<Attribution, 'run' | 'machine'> {
  const of =
    (fits: (part: ChosenPart) => boolean) =>
    (component: Component): Estimate | null =>
      total(known.flatMap(([part, sum]) => (part.component === component && fits(part) ? [sum] : [])));
  const idle = total(known.flatMap(([part, sum]) => (part.isIdle ? [sum] : [])));
  return {
    run: isWorkloads ? scopeOf(of(({ isIdle }) => !isIdle)) : nobody,
    // Without the idle part, the share of workloads says nothing of a machine.
    machine: { ...(isWorkloads && idle === null ? nobody : scopeOf(of(() => true))), idle: idle?.value ?? null },
  };
}

function total(parts: readonly Estimate[]): Estimate | null {
  return parts.length === 0 ? null : parts.reduce(addEstimates);
}

function scopeOf(of: (component: Component) => Estimate | null): ScopeEnergy {
  const [cpu, gpu, memory, system] = [of('cpu'), of('gpu'), of('memory'), of('system')];
  const sum = system ?? total([cpu, gpu, memory].filter((each) => each !== null));
  return {
    cpu: cpu?.value ?? null,
    gpu: gpu?.value ?? null,
    memory: memory?.value ?? null,
    total: sum?.value ?? null,
    low: sum?.low ?? null,
    high: sum?.high ?? null,
  };
}

function noneOf(devices: readonly Device[], { exporter }: ChosenPart): string {
  if (devices.length === 0) return `${exporter} has no such series that fit the selector`;
  return devices.some(({ isImpossible }) => isImpossible)
    ? `${exporter} gives figures that are not possible`
    : devices.some(({ isStill }) => isStill)
      ? `${exporter} gives a counter that did not move`
      : `${exporter} was read less than twice`;
}

/** What is lost of single devices: scrapes of a gauge, and what a counter had counted before it restarted. */
function gapsOf(devices: readonly Device[], part: ChosenPart, stepSeconds: number, isWorkloads: boolean): EnergyGap[] {
  const power = ({ joules, seconds, missedSeconds }: Device): number =>
    joules === null || seconds - missedSeconds <= 0 ? 0 : joules / (seconds - missedSeconds);
  const gaps: EnergyGap[] = [];
  const add = (
    some: readonly Device[],
    secondsOf: (device: Device) => number,
    reason: (count: number) => string,
  ): void => {
    const lost = some.filter((device) => secondsOf(device) > 0);
    if (lost.length === 0) return;
    gaps.push({
      component: part.component,
      reason: reason(lost.length),
      seconds: Math.max(...lost.map(secondsOf)),
      atMostJoules: lost.reduce((sum, device) => sum + mostTimesMean * power(device) * secondsOf(device), 0),
      ...(isWorkloads ? { scope: 'run' as const } : {}),
    });
  };
  const devicesInWords = (count: number): string => (count === 1 ? 'one device' : `${count} devices`);
  if (part.kind === 'gauge')
    add(
      devices,
      (device) => device.missedSeconds,
      (count) => `scrapes of ${devicesInWords(count)} are missing`,
    );
  else
    for (const hasFallen of [false, true])
      add(
        devices.filter((device) => device.hasFallen === hasFallen),
        // A counter continues over missing scrapes, unless it restarted during them.
        (device) => (device.resets > 0 ? device.resets * stepSeconds + device.missedSeconds : 0),
        (count) => `the counters of ${devicesInWords(count)} ${hasFallen ? 'went down' : 'restarted'}`,
      );
  return gaps;
}

interface Unstored {
  readonly seconds: number;
  /** Server's time, seconds since the epoch. */
  readonly until: number;
}

/** Time at the edges of the window in which the server stored nothing at all. */
function edgesOf(server: ServerTimes | null, { from, to, stepSeconds }: Window): readonly Unstored[] {
  if (server === null) return [];
  const edges = [
    { seconds: server.first - from, until: server.first },
    { seconds: to - server.last, until: to },
  ];
  return edges.filter(({ seconds }) => seconds > stepsAllowed * stepSeconds);
}

const storedNothing = 'Prometheus stored nothing';

function serverGaps(unstored: readonly Unstored[], watts: ReadonlyMap<Component, number>): EnergyGap[] {
  return unstored.flatMap(({ seconds, until }) =>
    [...watts].map(([component, mean]) => ({
      component,
      reason: storedNothing,
      seconds,
      atMostJoules: mostTimesMean * mean * seconds,
      until: until * 1000,
    })),
  );
}

function lostSeconds(gaps: readonly EnergyGap[], isWorkloads: boolean): Pick<ClusterEnergy, 'unknownSeconds'> {
  const seconds: Partial<Record<Component, number>> = {};
  // Devices that lost their counter for a moment leave the mean as it is.
  for (const { component, seconds: lost, reason } of gaps)
    if (component !== null && reason === storedNothing) seconds[component] = (seconds[component] ?? 0) + lost;
  if (Object.keys(seconds).length === 0) return {};
  return { unknownSeconds: { run: isWorkloads ? seconds : {}, machine: seconds } };
}
