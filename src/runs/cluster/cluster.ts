import type { Problem } from '../../power/prometheus/client';
import type { ClusterResult } from '../../power/prometheus/result';
import type { ClusterSource } from '../../power/prometheus/setup';
import { joulesToWattHours } from '../../units/convert';
import type { HeaderUpdate, RunHeader } from '../header';
import type { SettledEnergy } from '../interval';
import type { RecordedCluster } from '../record';
import { recordedSource } from '../record-sources';

/** A record lists so many nodes and devices, those with the most energy. */
const mostListed = 1024;

/** What a run on a cluster says at its start. */
export function clusterAtStart(sources: readonly ClusterSource[]): RecordedCluster {
  return {
    sources: sources.map(({ preset, select, query }) => ({ preset, select, query })),
    scrapeSeconds: null,
    nodes: [],
    devices: [],
    totalNodes: 0,
    totalDevices: 0,
    stragglers: [],
  };
}

/** What becomes known after the end of a run: the line that replaces its sums, and the fields that change. */
interface SettledRun {
  readonly energy: SettledEnergy | null;
  readonly update: HeaderUpdate;
}

/**
 * @param at the end of the run, wall-clock milliseconds
 */
export function settledRun(header: RunHeader, result: ClusterResult | Problem, at: number): SettledRun {
  if (result.kind === 'problem')
    return {
      energy: null,
      update: {
        notes: [
          ...header.notes,
          `The exact energy could not be read after the end: ${result.sentence} The figures are those of the live samples. "green-ml runs import" reads the exact ones later.`,
        ],
      },
    };
  const { seconds, energy, summary, sources, scrapeSeconds, notes, obsoleteNotes = [] } = result;
  const { run, machine, gaps, unknownSeconds } = energy;
  const cluster: RecordedCluster = {
    ...(header.cluster ?? clusterAtStart([])),
    scrapeSeconds,
    nodes: summary.nodes.slice(0, mostListed).map(({ joules, ...node }) => ({ ...node, energyWh: wattHours(joules) })),
    devices: summary.devices
      .slice(0, mostListed)
      .map(({ joules, ...device }) => ({ ...device, energyWh: wattHours(joules) })),
    totalNodes: summary.nodes.length,
    totalDevices: summary.devices.length,
    stragglers: summary.stragglers.slice(0, mostListed),
  };
  return {
    energy: { at, seconds, run, machine, gaps, ...(unknownSeconds === undefined ? {} : { unknownSeconds }) },
    update: {
      cluster,
      sources: sources.map(recordedSource),
      missing: [
        ...header.missing,
        ...energy.missing.filter((each) => !header.missing.some((known) => known.component === each.component)),
      ],
      notes: [...header.notes.filter((note) => !obsoleteNotes.includes(note)), ...notes, ...summary.notes],
    },
  };
}

function wattHours(joules: number | null): number | null {
  return joules === null ? null : joulesToWattHours(joules);
}
