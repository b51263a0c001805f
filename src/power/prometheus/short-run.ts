import type { ScopeEnergy } from '../attribution';
import type { ClusterEnergy } from './cluster-energy';
import type { Device } from './one-device';

/** What a device used in a part of the time, if it did the same in all of it. */
export function partOfDevice(device: Device, part: number): Device {
  return {
    ...device,
    joules: times(device.joules, part),
    seconds: device.seconds * part,
    missedSeconds: device.missedSeconds * part,
  };
}

/**
 * The energy of a run that is too short for its scrapes, from that of a longer time that contains it: the part that
 * corresponds to its length. The lower limit is 0, because all of the work may have been outside, and the upper one is
 * all of it.
 */
export function shortened(energy: ClusterEnergy, part: number): ClusterEnergy {
  const scaled = (scope: ScopeEnergy): ScopeEnergy => ({
    cpu: times(scope.cpu, part),
    gpu: times(scope.gpu, part),
    memory: times(scope.memory, part),
    total: times(scope.total, part),
    low: scope.total === null ? null : 0,
    high: scope.high,
  });
  return {
    ...energy,
    run: scaled(energy.run),
    machine: { ...scaled(energy.machine), idle: times(energy.machine.idle, part) },
  };
}

function times(joules: number | null, part: number): number | null {
  return joules === null ? null : joules * part;
}
