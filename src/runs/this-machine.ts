import { arch, cpus, release, totalmem, type as osType } from 'node:os';
import type { MachineFacts } from './export-codecarbon';

/** This machine, as exports name it. */
export function thisMachine(): MachineFacts {
  const processors = cpus();
  return {
    os: `${osType()}-${release()}-${arch()}`,
    cpuCount: processors.length === 0 ? null : processors.length,
    cpuModel: processors[0]?.model.trim() ?? null,
    memoryGigabytes: totalmem() / 1024 ** 3,
  };
}
