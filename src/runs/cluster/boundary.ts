import type { Component } from '../../power/source';
import { workloadPresets } from '../../power/prometheus/workload-presets';
import { english, localisable, type Translate } from '../../present/l10n';
import { grouped, plural } from '../../present/words';
import type { RunRecord } from '../record';

/** What the figures of a run are of: this machine, devices or workloads of a cluster, or the nodes of a job. */

export const componentNames = localisable({ cpu: 'CPU', memory: 'memory', gpu: 'GPU', system: 'whole machine' });

type Bounded = Pick<RunRecord, 'cluster' | 'job'>;

/** The name of a component in a record. What stands for all components is not always one machine. */
export function componentName(component: Component, { cluster, job }: Bounded, t: Translate = english): string {
  if (component !== 'system' || (cluster === undefined && job === undefined)) return t(componentNames[component]);
  if (cluster === undefined) return t('whole nodes');
  return cluster.sources.some(({ query }) => query !== null) ? t('what the query selects') : t('whole machines');
}

/** Whose energy counts: "this run", "the whole machine", "64 GPUs on 8 nodes". */
export function boundaryName(record: BoundedRecord, t: Translate = english): string {
  if (record.cluster !== undefined) return clusterBoundary(record, record.cluster, t);
  if (record.job !== undefined) return t('the nodes of the job');
  return record.scope === 'machine' ? t('the whole machine') : t('this run');
}

type BoundedRecord = Bounded & Pick<RunRecord, 'scope' | 'sources'>;

/** "64 GPUs on 8 nodes", "the share of the selected workloads on 2 nodes (CPU, memory)" */
function clusterBoundary(record: BoundedRecord, cluster: NonNullable<RunRecord['cluster']>, t: Translate): string {
  const { totalDevices, totalNodes } = cluster;
  const isShare = record.scope === 'run';
  if (totalDevices === 0) return isShare ? t('the selected workloads') : t('the selected devices');
  const components = [...new Set(record.sources.map(({ component }) => component))];
  const named = components.map((component) => componentName(component, record, t)).join(', ');
  const nodes = t(plural(totalNodes, '{0} node', '{0} nodes'), grouped(totalNodes));
  if (isShare)
    return hasWholeGpus(cluster)
      ? t('the share of the selected workloads and their whole GPUs on {0} ({1})', nodes, named)
      : t('the share of the selected workloads on {0} ({1})', nodes, named);
  if (cluster.sources.some(({ query }) => query !== null)) return t('what the query selects');
  const devices =
    components.join() === 'gpu'
      ? t(plural(totalDevices, '{0} GPU', '{0} GPUs'), grouped(totalDevices))
      : t(plural(totalDevices, '{0} device ({1})', '{0} devices ({1})'), grouped(totalDevices), named);
  return t('{0} on {1}', devices, nodes);
}

/** Whether GPUs are counted as a whole, beside the share that workloads have of the rest. */
function hasWholeGpus({ sources }: NonNullable<RunRecord['cluster']>): boolean {
  return sources.some(({ preset }) => !workloadPresets.includes(preset));
}
