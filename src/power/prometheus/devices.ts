import { implausibleWatts } from '../plausible';
import type { Series } from './client';
import { risenUnits } from './fallen-counters';
import { oneDevice, type Device } from './one-device';
import { figureLabel, type ChosenPart, type Grid } from './queries';

/** A grid and the moments that it spans: the server's time, seconds since the epoch. */
export interface Window extends Grid {
  readonly from: number;
  readonly to: number;
}

/** When the server stored samples at all; null if that is not known. */
export interface ServerTimes {
  readonly first: number;
  readonly last: number;
  readonly seconds: number;
}

/** A step more or less at each end is no missed sample. */
export const stepsAllowed = 1.5;

interface Row {
  readonly labels: Readonly<Record<string, string>>;
  readonly figures: Map<string, number>;
}

/** The devices in the answer to `windowQuery`, each once, and the times of the server. */
export function devicesIn(
  series: readonly Series[],
  parts: readonly ChosenPart[],
  grid: Window,
): { readonly devices: readonly Device[]; readonly server: ServerTimes | null } {
  const rows = new Map<string, Row & { readonly part: number }>();
  const server = new Map<string, number>();
  for (const { labels, value } of series) {
    const { [figureLabel]: figure = '', ...own } = labels;
    const [name = '', index = ''] = figure.split(' ');
    // An energy that is no finite number is one that is not possible.
    if (value === null && name !== 'energy' && name !== 'mean') continue;
    if (index === 'server') {
      server.set(name, value ?? NaN);
      continue;
    }
    const key = `${index} ${JSON.stringify(Object.entries(own).sort(([a], [b]) => (a < b ? -1 : 1)))}`;
    const row = rows.get(key) ?? { part: Number(index), labels: own, figures: new Map<string, number>() };
    row.figures.set(name, value ?? NaN);
    rows.set(key, row);
  }
  const views = new Map<string, Device[]>();
  for (const row of rows.values()) {
    const part = parts[row.part];
    if (part === undefined) continue;
    const device = deviceOf(row, row.part, part, grid);
    const key = `${row.part} ${device.id}`;
    const known = views.get(key);
    if (known === undefined) views.set(key, [device]);
    else known.push(device);
  }
  return {
    devices: [...views.values()].map((each) => oneDevice(each, stepsAllowed * grid.stepSeconds)),
    server:
      server.get('samples') === undefined
        ? null
        : {
            first: within(server.get('first') ?? NaN, grid.from, grid.to),
            last: within(server.get('last') ?? NaN, grid.from, grid.to),
            seconds: (server.get('samples') ?? 0) * grid.stepSeconds,
          },
  };
}

/** Figures of a window are within it, whatever a server answers. */
function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function deviceOf({ labels, figures }: Row, index: number, part: ChosenPart, grid: Window): Device {
  const mostSteps = grid.windowSeconds / grid.stepSeconds + 1;
  const samples = within(figures.get('samples') ?? 0, 0, mostSteps);
  const allowed = stepsAllowed * grid.stepSeconds;
  const first = within(figures.get('first') ?? NaN, grid.from, grid.to);
  const last = within(figures.get('last') ?? NaN, grid.from, grid.to);
  // A device that was there at the edges was there until the edges.
  const began = first - grid.from <= allowed ? grid.from : first - grid.stepSeconds / 2;
  const ended = grid.to - last <= allowed ? grid.to : last + grid.stepSeconds / 2;
  const seconds = samples === 0 ? 0 : Math.max(0, ended - began);
  const missed = seconds - samples * grid.stepSeconds;
  const missedSeconds = missed > allowed ? missed : 0;
  const resets = within(figures.get('resets') ?? 0, 0, mostSteps);
  const risen = resets > 0 ? risenUnits(figures, resets, missedSeconds / grid.stepSeconds) : null;
  const joules = joulesOf(figures, part, samples < 2 ? 0 : seconds - missedSeconds, risen);
  const isStill = part.kind === 'counter' && part.of === 'devices' && !part.isIdle && joules === 0;
  const isPossible = !isStill && joules !== null && joules >= 0 && joules <= mostWattsOf(part) * grid.windowSeconds;
  return {
    part: index,
    component: part.component,
    isIdle: part.isIdle,
    id: idOf(labels, part.identity),
    node: nodeOf(labels, part.nodeLabels),
    model: labels['modelName'] ?? null,
    isSplit: (labels['GPU_I_PROFILE'] ?? '') !== '',
    joules: isPossible ? joules : null,
    isStill,
    isImpossible: joules !== null && !isPossible && !isStill,
    began,
    ended: Math.max(began, ended),
    seconds,
    missedSeconds,
    resets,
    hasFallen: risen !== null,
    copies: 0,
  };
}

/** A query of the user's own may add up a cluster, but no power station. */
const mostOfQuery = 1000;
/** What a pod uses of the GPUs of a node is one figure. */
const mostGpusOfNode = 16;

/** More power than a device of a part can draw, watts. */
export function mostWattsOf({ component, identity, of }: Pick<ChosenPart, 'component' | 'identity' | 'of'>): number {
  const most = implausibleWatts[component];
  if (identity === null) return mostOfQuery * most;
  return component === 'gpu' && of === 'workloads' ? mostGpusOfNode * most : most;
}

function joulesOf(
  figures: Row['figures'],
  { kind, factor }: ChosenPart,
  coveredSeconds: number,
  risen: number | null,
): number | null {
  if (coveredSeconds <= 0) return null;
  if (kind === 'counter') {
    const energy = risen ?? figures.get('energy');
    return energy === undefined ? null : energy * factor;
  }
  const mean = figures.get('mean');
  return mean === undefined ? null : mean * factor * coveredSeconds;
}

/** The labels that name a device; exporters on one host differ in their ports only. */
function idOf(labels: Row['labels'], identity: readonly string[] | null): string {
  const names = identity ?? Object.keys(labels).sort();
  const values = names.flatMap((name) => {
    const value = labels[name] ?? '';
    return value === '' ? [] : [name === 'instance' ? hostOf(value) : value];
  });
  return values.length === 0 ? 'all' : values.join(' ');
}

function nodeOf(labels: Row['labels'], nodeLabels: readonly string[]): string {
  for (const name of nodeLabels) {
    const value = labels[name] ?? '';
    if (value !== '') return name.endsWith('instance') ? hostOf(value) : value;
  }
  return 'unknown node';
}

/** "node1:9100" without its port; an IPv6 address keeps its brackets. */
function hostOf(instance: string): string {
  const colon = instance.lastIndexOf(':');
  const isPort = colon > 0 && Number.isInteger(Number(instance.slice(colon + 1)));
  const isAddress = instance.includes(':') && instance.indexOf(':') !== colon && !instance.includes(']');
  return isPort && !isAddress && colon < instance.length - 1 ? instance.slice(0, colon) : instance;
}
