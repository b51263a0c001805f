import { english, type Translate } from '../../present/l10n';
import { grouped, plural } from '../../present/words';
import { clusterTables, selectionInWords, stragglersInWords } from '../../runs/cluster-words';
import { componentNames } from '../../runs/describe';
import type { RecordedCluster, RunRecord } from '../../runs/record';
import type { ClusterStory } from '../../webview/run/protocol';

/** What the page tells of a run on a cluster; null for a run of this machine. */
export function clusterStory(record: RunRecord, t: Translate = english): ClusterStory | null {
  const { cluster } = record;
  if (cluster === undefined) return null;
  return {
    boundary: boundary(record, cluster, t),
    selection: selectionInWords(cluster),
    stragglers: stragglersInWords(record, t),
    tables: clusterTables(cluster, t),
  };
}

/** "From Prometheus: 64 GPUs on 8 nodes. CPU and memory are not in it." */
function boundary(record: RunRecord, cluster: RecordedCluster, t: Translate): string {
  const missing = record.missing.map(({ component }) => t(componentNames[component]));
  const what = counted(record, cluster, t);
  if (missing.length === 0) return t('From Prometheus: {0}.', what);
  const [last = ''] = missing.slice(-1);
  return missing.length === 1
    ? t('From Prometheus: {0}. Not in it: {1}.', what, last)
    : t('From Prometheus: {0}. Not in it: {1} and {2}.', what, missing.slice(0, -1).join(', '), last);
}

function counted(record: RunRecord, { totalDevices, totalNodes }: RecordedCluster, t: Translate): string {
  const components = [...new Set(record.sources.map(({ component }) => component))];
  const parts = components.map((component) => t(componentNames[component])).join(', ');
  if (totalDevices === 0)
    return record.status === 'running'
      ? t('{0}; nodes and devices are listed when the run has ended', parts)
      : t('{0}; the nodes and devices are not known', parts);
  const nodes = t(plural(totalNodes, '{0} node', '{0} nodes'), grouped(totalNodes));
  if (record.scope === 'run') return t('the share of the selected workloads on {0} ({1})', nodes, parts);
  const devices =
    components.join() === 'gpu'
      ? t(plural(totalDevices, '{0} GPU', '{0} GPUs'), grouped(totalDevices))
      : t(plural(totalDevices, '{0} device ({1})', '{0} devices ({1})'), grouped(totalDevices), parts);
  return t('{0} on {1}', devices, nodes);
}
