import { createHash } from 'node:crypto';
import { arch, cpus, hostname, release, totalmem, type as osType } from 'node:os';
import type { MachineFacts } from './export-codecarbon';
import type { Hardware } from './header';

/** This machine, for exports. */
export function thisMachine(): MachineFacts {
  const processors = cpus();
  return {
    os: `${osType()}-${release()}-${arch()}`,
    cpuCount: processors.length === 0 ? null : processors.length,
    cpuModel: processors[0]?.model.trim() ?? null,
    memoryGigabytes: totalmem() / 1024 ** 3,
  };
}

/** This machine, for records. A hash of its name identifies it: the name itself may contain a person's name. */
export function thisHardware(): Hardware {
  const { cpuModel, cpuCount, memoryGigabytes } = thisMachine();
  const name = hostname();
  return {
    id: name === '' ? null : createHash('sha256').update(name).digest('hex').slice(0, 12),
    cpu: cpuModel === '' ? null : cpuModel,
    cpuCount,
    memoryGigabytes,
  };
}
