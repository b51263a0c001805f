import type { Component, SourceDescription } from './source';

/**
 * Between which powers a source can lie, by what the machine is made of. A counter that is off by a factor of a thousand
 * moves like any other, so only the hardware can show that its unit is another.
 */

/** What is known of a machine; null where it is not, or where only a part of it can be seen. */
export interface KnownHardware {
  /** What all its processors draw under full load, watts. */
  readonly cpuWatts: number | null;
  readonly memoryBytes: number | null;
  /** Graphics cards and accelerators with power of their own. */
  readonly gpus: number | null;
}

export const unknownHardware: KnownHardware = { cpuWatts: null, memoryBytes: null, gpus: null };

/** Watts that a source draws at the least, at rest and while at least half a CPU works, and at the most. */
export interface PowerRange {
  readonly resting: number;
  readonly working: number;
  /** Null where nothing is known that bounds it. */
  readonly most: number | null;
}

/** A card that is on draws some watts at rest, small ones one; less is in another unit, or no measurement. */
const leastGpuWatts = 0.1;
/** Cards rest at 2 % of their limit and more. A thousandth of what one draws at the most is less than this part of it. */
const leastGpuShare = 0.002;

const least: Readonly<Record<Component, { readonly resting: number; readonly working: number }>> = {
  // Deep sleep of a whole package is some tens of milliwatts; the smallest processors draw a watt for one busy core.
  cpu: { resting: 0.02, working: 0.2 },
  memory: { resting: 0.005, working: 0.005 },
  system: { resting: 0.05, working: 0.5 },
  // A card that is on: the processor's load says nothing of its own.
  gpu: { resting: leastGpuWatts, working: leastGpuWatts },
};

/** Processors with as much power as this are made for desktops and servers, and never sleep as deeply as a laptop's. */
const largeWatts = 50;
/** They rest at more than 1 % of their power, and half a busy core alone takes more than that of any processor. */
const restingShare = 0.002;
const workingShare = 0.01;
/** Memory that only keeps what it holds draws 0.01 W/GB and more. */
const restingPerGigabyte = 0.002;

/** Small processors draw up to four times their TDP for moments; what is above this is no power of theirs. */
const mostOverTdp = 6;
const mostOverTdpWatts = 50;
/** Small modules at full speed draw 1 W/GB. */
const mostPerGigabyte = 3;
const mostOfMemoryWatts = 10;
/** Screen, disks, fans, network and the loss of the power supply. */
const restOfMachineWatts = 500;
/** The largest accelerators draw 1400 W. */
const mostPerGpuWatts = 1500;

/** @param alike how many counters share what is known of the component: one for each processor or memory controller */
export function powerRange(
  { component, method }: SourceDescription,
  alike: number,
  hardware: KnownHardware,
): PowerRange {
  const { resting, working } = least[component];
  const { cpuWatts, memoryBytes, gpus } = hardware;
  const cpuMost = cpuWatts === null ? null : mostOverTdp * cpuWatts + mostOverTdpWatts;
  // Sensors of single parts (the cores of an Apple chip) may say far less than the whole draws.
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

/** The least that a card draws which is on, watts, by its power limit where that is known. */
export function leastOfGpu(limitWatts: number | null): number {
  return Math.max(leastGpuWatts, leastGpuShare * (limitWatts ?? 0));
}
