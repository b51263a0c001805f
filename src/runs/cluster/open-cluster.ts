import type { Power } from '../../power/machine';
import type { Problem } from '../../power/prometheus/client';
import { ClusterMeter, type ClusterOptions } from '../../power/prometheus/cluster-power';
import { clusterAtStart } from './cluster';
import type { RecordedCluster, Scope } from '../record';

/** A cluster whose energy a run takes. */
export interface OpenCluster {
  readonly power: Power;
  readonly scope: Scope;
  readonly recorded: RecordedCluster;
  /** Between two samples. */
  readonly intervalMilliseconds: number;
}

/** Prometheus has new samples every 15 seconds or more. */
export const clusterMilliseconds = 5000;

/**
 * Opens a cluster for a run that is about to start; the caller disposes its power.
 *
 * @param say called with a sentence if the exact energy cannot be read after the end
 */
export async function openCluster(
  asked: ClusterOptions,
  say: (sentence: string) => void,
): Promise<OpenCluster | Problem> {
  const meter = await ClusterMeter.open(asked);
  if ('kind' in meter) return meter;
  const power = meter.power();
  return {
    power: {
      ...power,
      settle: async (from, to) => {
        const result = await meter.settle(from, to);
        if (result.kind === 'problem') say(result.sentence);
        return result;
      },
    },
    scope: meter.setup.of === 'devices' ? 'machine' : 'run',
    recorded: clusterAtStart(asked.sources),
    intervalMilliseconds: clusterMilliseconds,
  };
}

/** CPU seconds that this process has used so far. */
export function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
