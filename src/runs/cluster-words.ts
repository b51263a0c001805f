import { energyWithin } from '../present/quantities';
import { escapeMarkdown } from '../present/markup';
import { formatPower, formatShare } from '../present/words';
import type { RecordedCluster, RunRecord } from './record';

/** How many nodes and devices a page shows before it counts the rest. */
const shown = 10;

type Stragglers = Pick<RunRecord, 'cluster'>;

/** "node7 drew less than half of the power of the other nodes: …"; null if all worked alike. */
export function stragglersInWords({ cluster }: Stragglers): string | null {
  const names = cluster?.stragglers ?? [];
  if (names.length === 0) return null;
  const listed = names.slice(0, shown).join(', ');
  const more = names.length > shown ? ` and ${names.length - shown} more` : '';
  return `${listed}${more} drew less than half of the power of the other nodes for each device: check whether ${names.length === 1 ? 'it waits' : 'they wait'} for data or for the others, or whether the job needs ${names.length === 1 ? 'it' : 'them'}.`;
}

/** What is selected: `dcgm pod=~"bert-.*"`. */
function selectionInWords({ sources }: RecordedCluster): string {
  return sources.map(({ preset, select, query }) => `${preset} ${select ?? query ?? ''}`.trim()).join(' + ');
}

/** The nodes and devices of a run on a cluster, as Markdown. */
export function clusterLines({ cluster }: Pick<RunRecord, 'cluster'>): readonly string[] {
  if (cluster === undefined) return [];
  const lines = ['', `From Prometheus: ${escapeMarkdown(selectionInWords(cluster))}.`];
  const { nodes, devices, totalNodes, totalDevices } = cluster;
  if (nodes.length > 0)
    lines.push(
      '',
      '| node | energy | power | read | devices |',
      '|:--|--:|--:|--:|--:|',
      ...nodes
        .slice(0, shown)
        .map(
          (node) =>
            `| ${escapeMarkdown(node.name)} | ${energyOf(node.energyWh)} | ${formatPower(node.watts)} | ${formatShare(node.coverage)} | ${node.devices} |`,
        ),
      ...rest(totalNodes, 'nodes'),
    );
  if (devices.length > 0 && totalDevices > totalNodes)
    lines.push(
      '',
      '| device | energy | power | read | node |',
      '|:--|--:|--:|--:|:--|',
      ...devices
        .slice(0, shown)
        .map(
          (device) =>
            `| ${escapeMarkdown(device.id)}${device.model === null ? '' : ` (${escapeMarkdown(device.model)})`} | ${energyOf(device.energyWh)} | ${formatPower(device.watts)} | ${formatShare(device.coverage)} | ${escapeMarkdown(device.node)} |`,
        ),
      ...rest(totalDevices, 'devices'),
    );
  const stragglers = stragglersInWords({ cluster });
  if (stragglers !== null) lines.push('', escapeMarkdown(stragglers));
  return lines;
}

function energyOf(wattHours: number | null): string {
  return energyWithin(wattHours, { low: wattHours, high: wattHours }).value;
}

function rest(total: number, what: string): readonly string[] {
  return total > shown ? [`| and ${total - shown} more ${what} | | | | |`] : [];
}
