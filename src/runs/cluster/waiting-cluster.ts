import type { Attribution, ScopeEnergy } from '../../power/attribution';
import type { Power } from '../../power/machine';
import type { Problem } from '../../power/prometheus/client';
import { noMachine, type ClusterOptions } from '../../power/prometheus/cluster-power';
import { readSources, scopeOf } from '../../power/prometheus/setup';
import { WaitingSampler } from '../../power/prometheus/waiting-sampler';
import { pause } from '../../system/clock';
import { clusterAtStart } from './cluster';
import { clusterMilliseconds, openCluster, type OpenCluster } from './open-cluster';

/** A server that answers within this time is asked before the run begins. */
const soonMilliseconds = 1000;
/** Between two attempts to ask a server that is not ready. */
const retryMilliseconds = 15_000;

const waitingNote =
  'Prometheus had not answered when the run began, so that the live figures begin with its answer. The energy of the whole run is read after its end.';
const nothing: ScopeEnergy = { cpu: null, gpu: null, memory: null, total: null, low: null, high: null };

/**
 * As `openCluster`, for a run that is in progress already: waits a second at most. A server that has not answered by then
 * is asked on while the run is measured; with its answer, the live figures begin.
 *
 * @param say called with a sentence if the energy cannot be read
 */
export async function openClusterSoon(
  asked: ClusterOptions,
  say: (sentence: string) => void,
): Promise<OpenCluster | Problem> {
  const first = openCluster(asked, say);
  const soon = await Promise.race([first, pause(asked.clock, soonMilliseconds)]);
  const read = readSources(asked.sources);
  // What is wrong with a source is known at once.
  if (soon !== undefined || 'kind' in read) return soon ?? first;
  return {
    power: waitingPower(first, asked, say),
    scope: scopeOf(read),
    recorded: clusterAtStart(asked.sources),
    intervalMilliseconds: clusterMilliseconds,
  };
}

function waitingPower(
  first: Promise<OpenCluster | Problem>,
  asked: ClusterOptions,
  say: (sentence: string) => void,
): Power {
  const { clock, ownCpuSeconds } = asked;
  const over = new AbortController();
  let opened: Power | null = null;
  const answered = (async () => {
    let answer = await first;
    while ('kind' in answer && answer.mayPass && !over.signal.aborted) {
      await pause(clock, retryMilliseconds);
      answer = await openCluster(asked, say);
    }
    if ('kind' in answer) say(answer.sentence);
    else opened = answer.power;
    return answer;
  })();
  const sampler = new WaitingSampler({
    clock,
    ownCpuSeconds,
    answered: answered.then((answer) => ('kind' in answer ? null : answer.power.sampler)),
  });
  return {
    ...noMachine,
    sources: [],
    missing: [],
    notes: [waitingNote],
    sampler,
    attribute: (sample) =>
      sample.readings.length === 0 || opened?.attribute === undefined
        ? unknown(sample.seconds)
        : { ...opened.attribute(sample), missing: opened.missing },
    settle: async (from, to) => {
      over.abort();
      const answer = await answered;
      if ('kind' in answer) return answer;
      const { settle, notes, missing } = answer.power;
      const result = await settle?.(from, to);
      if (result === undefined || result.kind === 'problem')
        return result ?? { kind: 'problem', sentence: 'the exact energy is not known.', mayPass: false };
      return {
        ...result,
        energy: { ...result.energy, missing: [...missing, ...result.energy.missing] },
        notes: [...notes, ...result.notes],
        obsoleteNotes: [waitingNote],
      };
    },
    dispose: () => {
      over.abort();
      sampler.dispose();
    },
  };
}

function unknown(seconds: number): Attribution {
  const all = { cpu: seconds, gpu: seconds, memory: seconds, system: seconds };
  return {
    run: nothing,
    machine: { ...nothing, idle: null },
    gaps: [{ component: 'system', reason: 'Prometheus has not answered yet', seconds, atMostJoules: null }],
    unknownSeconds: { run: all, machine: all },
    missing: [],
  };
}
