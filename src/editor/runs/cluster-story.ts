import { english, type Translate } from '../../present/l10n';
import { clusterTables, selectionInWords, stragglersInWords } from '../../runs/cluster/cluster-words';
import { boundaryName, componentName } from '../../runs/cluster/boundary';
import type { RunRecord } from '../../runs/record';
import type { ClusterStory } from '../../webview/run/protocol';

/** What the page tells of a run on a cluster; null for a run of this machine. */
export function clusterStory(record: RunRecord, t: Translate = english): ClusterStory | null {
  const { cluster } = record;
  if (cluster === undefined) return null;
  return {
    boundary: boundary(record, t),
    selection: selectionInWords(cluster),
    stragglers: stragglersInWords(record, t),
    tables: clusterTables(cluster, t),
  };
}

/** "From Prometheus: 64 GPUs on 8 nodes. CPU and memory are not in it." */
function boundary(record: RunRecord, t: Translate): string {
  const missing = record.missing.map(({ component }) => componentName(component, record, t));
  const what = boundaryName(record, t);
  if (record.cluster?.totalDevices === 0)
    return record.status === 'running'
      ? t('From Prometheus: {0}. Nodes and devices are listed when the run has ended.', what)
      : t('From Prometheus: {0}. The nodes and devices are not known.', what);
  if (missing.length === 0) return t('From Prometheus: {0}.', what);
  const [last = ''] = missing.slice(-1);
  return missing.length === 1
    ? t('From Prometheus: {0}. Not in it: {1}.', what, last)
    : t('From Prometheus: {0}. Not in it: {1} and {2}.', what, missing.slice(0, -1).join(', '), last);
}
