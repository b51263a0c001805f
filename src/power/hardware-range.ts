import type { Component, SourceDescription } from './source';

/**
 * The range of power that a source can have, given the machine's hardware. A counter that is off by a factor of a
 * thousand moves like any other, so only the hardware can show that its unit is wrong.
 */

/** What is known about a machine; null if unknown, or if only a part of it is visible. */
export interface KnownHardware {
  /** Power of all its processors at full load, watts. */
  readonly cpuWatts: number | null;
  readonly memoryBytes: number | null;
  /** Number of graphics cards and accelerators outside the processor. */
  readonly gpus: number | null;
}

export const unknownHardware: KnownHardware = { cpuWatts: null, memoryBytes: null, gpus: null };

/** The least power of a source, at rest and with at least half a CPU busy, and the most; watts. */
export interface PowerRange {
  readonly resting: number;
  readonly working: number;
  /** Null if no upper limit is known. */
  readonly most: number | null;
}

/** A card that is on draws at least a watt at rest; less is in another unit, or not a measurement. */
const leastGpuWatts = 0.1;
/** Cards draw at least 2 % of their limit at rest. A figure that is wrong by a factor of a thousand stays below this share. */
const leastGpuShare = 0.002;

const least: Readonly<Record<Component, { readonly resting: number; readonly working: number }>> = {
  // A whole package in deep sleep draws tens of milliwatts; the smallest processors draw a watt for one busy core.
  cpu: { resting: 0.02, working: 0.2 },
  memory: { resting: 0.005, working: 0.005 },
  system: { resting: 0.05, working: 0.5 },
  // The processor's load says nothing about the load of a card.
  gpu: { resting: leastGpuWatts, working: leastGpuWatts },
};

/** Processors with this much power are made for desktops and servers and never sleep as deeply as those of laptops. */
const largeWatts = 50;
/** They draw more than 1 % of their power at rest, and half a busy core draws more than that on any processor. */
const restingShare = 0.002;
const workingShare = 0.01;
/** Idle memory draws 0.01 W/GB or more. */
const restingPerGigabyte = 0.002;

/** Small processors draw up to four times their TDP for moments; a figure above this factor is wrong. */
const mostOverTdp = 6;
const mostOverTdpWatts = 50;
/** Small modules at full speed draw 1 W/GB. */
const mostPerGigabyte = 3;
const mostOfMemoryWatts = 10;
/** Screen, disks, fans, network and losses of the power supply. */
const restOfMachineWatts = 500;
/** The largest accelerators draw 1400 W. */
const mostPerGpuWatts = 1500;

/** @param alike number of counters of this component: one for each processor or memory controller */
export function powerRange(
  { component, method }: SourceDescription,
  alike: number,
  hardware: KnownHardware,
): PowerRange {
  const { resting, working } = least[component];
  const { cpuWatts, memoryBytes, gpus } = hardware;
  const cpuMost = cpuWatts === null ? null : mostOverTdp * cpuWatts + mostOverTdpWatts;
  // Sensors of single parts (the cores of an Apple chip) may report far less than the whole chip draws.
  const isCounter = method === 'counter';
  if (component === 'cpu' && cpuWatts !== null) {
    const own = cpuWatts / Math.max(1, alike);
    return {
      resting: isCounter && own >= largeWatts ? Math.max(resting, restingShare * own) : resting,
      working: isCounter ? Math.max(working, workingShare * own) : working,
      most: cpuMost,
    };
  }
  if (component === 'memory' && memoryBytes !== null && isCounter) {
    const gigabytes = memoryBytes / 1e9;
    const leastWatts = Math.max(resting, (restingPerGigabyte * gigabytes) / Math.max(1, alike));
    return { resting: leastWatts, working: leastWatts, most: mostOfMemoryWatts + mostPerGigabyte * gigabytes };
  }
  if (component === 'system' && cpuMost !== null && gpus !== null && isCounter) {
    return { resting, working, most: cpuMost + restOfMachineWatts + mostPerGpuWatts * gpus };
  }
  return { resting, working, most: null };
}

/** The least power of a card that is on, watts, from its power limit if that is known. */
export function leastOfGpu(limitWatts: number | null): number {
  return Math.max(leastGpuWatts, leastGpuShare * (limitWatts ?? 0));
}
