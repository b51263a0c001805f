import { Option } from 'commander';
import type { ClusterSource } from '../power/prometheus/setup';
import { CommandError } from './io';

/** The options of the commands that read a cluster's energy. */
export interface ClusterCommandOptions {
  readonly cluster?: readonly string[];
  readonly select?: readonly string[];
  readonly query?: readonly string[];
  readonly prometheus?: string;
}

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value];

export function clusterOptions(): Option[] {
  return [
    new Option(
      '--cluster <preset>',
      'take the energy from Prometheus: dcgm, kepler and others (docs/clusters.md); can be given for several components',
    ).argParser(collect),
    new Option('--select <labels>', 'the series of the run, such as pod=~"bert-.*"; one for each --cluster').argParser(
      collect,
    ),
    new Option('--query <promql>', 'PromQL of your own, for --cluster joules and --cluster watts').argParser(collect),
    new Option('--prometheus <url>', 'the Prometheus server (default: GREEN_ML_PROMETHEUS_URL)'),
  ];
}

/**
 * What the options choose: each preset with its selector, or with its query.
 *
 * @throws CommandError if they do not belong together
 */
export function clusterSources({
  cluster = [],
  select = [],
  query = [],
}: ClusterCommandOptions): readonly ClusterSource[] {
  if (cluster.length === 0 && select.length + query.length > 0)
    throw new CommandError('--select and --query need a preset; give it with --cluster, such as --cluster dcgm.');
  const [selects, queries] = [[...select], [...query]];
  const sources = cluster.map((preset): ClusterSource => {
    const isOwn = preset === 'joules' || preset === 'watts';
    return {
      preset,
      select: isOwn ? null : (selects.shift() ?? null),
      query: isOwn ? (queries.shift() ?? null) : null,
    };
  });
  if (selects.length > 0)
    throw new CommandError('there are more --select than presets that need one; give one for each --cluster.');
  if (queries.length > 0)
    throw new CommandError('--query is for --cluster joules and --cluster watts; give one for each of them.');
  return sources;
}
