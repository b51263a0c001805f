import type { Component } from '../source';
import type { Device } from './one-device';

/** One device of a run on a cluster, or one pod on it. Energy in joules, power in watts. */
interface DeviceUse {
  readonly id: string;
  readonly node: string;
  readonly component: Component;
  readonly model: string | null;
  readonly joules: number | null;
  /** While it was there. */
  readonly watts: number | null;
  /** The part of the run in which it was read, 0 to 1. */
  readonly coverage: number;
}

/** All devices of one node. */
interface NodeUse {
  readonly name: string;
  readonly devices: number;
  readonly joules: number | null;
  readonly watts: number | null;
  readonly coverage: number;
}

/** Who used what in a run on a cluster. */
export interface ClusterSummary {
  readonly nodes: readonly NodeUse[];
  readonly devices: readonly DeviceUse[];
  /** Nodes that drew less than half of what the others drew for each device, by name. */
  readonly stragglers: readonly string[];
  /** Sentences that readers of the figures should know. */
  readonly notes: readonly string[];
}

/** A node below this part of the others' power is named. */
const stragglerShare = 0.5;

/** The breakdown of a run by node and device, the largest first. */
export function summaryOf(devices: readonly Device[], runSeconds: number): ClusterSummary {
  // The idle part of a device is not another device.
  const byDevice = new Map<string, Device[]>();
  for (const device of devices) {
    const key = `${device.component} ${device.node} ${device.id}`;
    const parts = byDevice.get(key);
    if (parts === undefined) byDevice.set(key, [device]);
    else parts.push(device);
  }
  const uses = [...byDevice.values()].map((parts) => useOf(parts, runSeconds)).sort(byEnergy);
  const nodes = nodesOf(uses);
  return { nodes, devices: uses, stragglers: stragglersIn(uses), notes: notesOn(devices) };
}

function useOf(parts: readonly Device[], runSeconds: number): DeviceUse {
  const [first] = parts as readonly [Device];
  const joules = sumOf(parts.map((part) => part.joules));
  const seconds = Math.max(...parts.map((part) => part.seconds));
  return {
    id: first.id,
    node: first.node,
    component: first.component,
    model: first.model,
    joules,
    watts: joules === null || seconds <= 0 ? null : joules / seconds,
    coverage: Math.min(1, (seconds - first.missedSeconds) / runSeconds),
  };
}

function nodesOf(uses: readonly DeviceUse[]): readonly NodeUse[] {
  return [...grouped(uses)]
    .map(([name, own]) => ({
      name,
      devices: own.length,
      joules: sumOf(own.map(({ joules }) => joules)),
      watts: sumOf(own.map(({ watts }) => watts)),
      coverage: own.reduce((sum, { coverage }) => sum + coverage, 0) / own.length,
    }))
    .sort(byEnergy);
}

function grouped(uses: readonly DeviceUse[]): ReadonlyMap<string, readonly DeviceUse[]> {
  const groups = new Map<string, DeviceUse[]>();
  for (const use of uses) {
    const group = groups.get(use.node);
    if (group === undefined) groups.set(use.node, [use]);
    else group.push(use);
  }
  return groups;
}

/**
 * Nodes whose devices drew less than half of what those of the other nodes drew, on average: they wait while the others
 * compute. GPUs show it best; without them, whatever is measured.
 */
function stragglersIn(uses: readonly DeviceUse[]): readonly string[] {
  const gpus = uses.filter(({ component }) => component === 'gpu');
  const means = [...grouped(gpus.length > 0 ? gpus : uses)].flatMap(([name, own]) => {
    const known = own.flatMap(({ watts }) => watts ?? []);
    return known.length === 0 ? [] : [{ name, watts: known.reduce((sum, each) => sum + each, 0) / known.length }];
  });
  return means
    .filter(({ name, watts }) => {
      const others = means.filter((each) => each.name !== name).map((each) => each.watts);
      return others.length > 0 && watts < stragglerShare * medianOf(others);
    })
    .map(({ name }) => name)
    .sort();
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

function notesOn(devices: readonly Device[]): readonly string[] {
  const copies = devices.filter((device) => device.copies > 0).length;
  const split = devices.filter((device) => device.isSplit).length;
  const impossible = devices.filter((device) => device.isImpossible).length;
  const still = devices.filter((device) => device.isStill).length;
  const fallen = devices.filter((device) => device.hasFallen).length;
  return [
    ...(still === 0
      ? []
      : [
          `${still === 1 ? 'One device has a counter that' : `${still} devices have counters that`} did not move: what ${still === 1 ? 'it' : 'they'} used is not known, and left out.`,
        ]),
    ...(fallen === 0
      ? []
      : [
          `${fallen === 1 ? 'A counter' : `${fallen} counters`} went down without restarting at 0: only ${fallen === 1 ? 'its' : 'their'} increases are counted.`,
        ]),
    ...(impossible === 0
      ? []
      : [
          `${impossible === 1 ? 'One device has an energy that it' : `${impossible} devices have an energy that they`} cannot have used, and ${impossible === 1 ? 'is' : 'are'} left out: check what ${impossible === 1 ? 'its' : 'their'} exporter gives to Prometheus.`,
        ]),
    ...(copies === 0
      ? []
      : [`${copies === 1 ? 'One device is' : `${copies} devices are`} seen by several exporters and counted once.`]),
    ...(split === 0
      ? []
      : [
          `${split === 1 ? 'One GPU is' : `${split} GPUs are`} split into instances (MIG): their energy is that of whole cards, also for a run that had a part of them.`,
        ]),
  ];
}

function byEnergy(a: { readonly joules: number | null }, b: { readonly joules: number | null }): number {
  return (b.joules ?? -1) - (a.joules ?? -1);
}

function sumOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
