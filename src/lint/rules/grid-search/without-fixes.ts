import type { Call, PythonModule } from '../../../python/module';
import { counted, grouped } from '../../../present/words';
import type { AzureSweep } from '../../libraries/azure';
import { toCount } from '../../libraries/grids';
import type { KerasTunerGrid } from '../../libraries/keras-tuner';
import type { SageMakerTuning } from '../../libraries/sagemaker';
import type { VertexTuning } from '../../libraries/vertex';
import { wandbAgents, type Sweep, type WandbSweep } from '../../libraries/wandb';
import { candidateText, type FoundSearch } from './found';

/** Searches that are reported without a fix: another way to search needs a limit that only the author can choose. */

export function describeKerasTuner({ call, isLimited, mostTrials }: KerasTunerGrid): FoundSearch {
  return {
    node: call.node,
    candidates: null,
    splits: null,
    fits: null,
    sentence: isLimited
      ? `GridSearch goes through the combinations of its hyperparameters in order${mostTrials === null ? '' : `, and stops after ${counted(mostTrials, 'trial')}`}.`
      : 'GridSearch tries every combination of its hyperparameters.',
    instead: isLimited
      ? 'RandomSearch tries more different values in as many trials, and Hyperband stops weak ones early.'
      : 'RandomSearch and BayesianOptimization take max_trials, and Hyperband stops weak trials early.',
    fewer: { how: 'max_trials or Hyperband' },
    single: '',
    limit: isLimited ? 'information' : 'warning',
    fixes: [],
  };
}

export function describeWandb({ call, sweep }: WandbSweep, module: PythonModule): FoundSearch | null {
  return sweep.method === 'grid' ? { node: call.node, ...describeSweep(sweep, runsOfAgents(module)) } : null;
}

/** The runs that the agents of a file take, by their `count`: 'unknown' if the number is not known, null if nothing limits them. */
function runsOfAgents(module: PythonModule): number | 'unknown' | null {
  const agents = [...wandbAgents.find(module)];
  const [only] = agents;
  if (only === undefined || agents.some(({ count }) => count === null)) return null;
  return (agents.length === 1 && only.count !== null ? toCount(only.count) : null) ?? 'unknown';
}

/** Describes a grid sweep, in code or in YAML. */
export function describeSweep(
  { candidates, endless, cap, stopsWeak }: Sweep,
  agents: ReturnType<typeof runsOfAgents> = null,
): Omit<FoundSearch, 'node'> {
  const most = cap === null ? null : toCount(cap);
  const limitOfAgent = typeof agents === 'number' && candidates !== null && agents < candidates ? agents : null;
  const ends = [candidates, most, limitOfAgent].filter((end) => end !== null);
  const isKnown = (cap === null || most !== null) && agents !== 'unknown' && (candidates !== null || most !== null);
  const agentNote = limitOfAgent === null ? '' : ` The agent stops after ${counted(limitOfAgent, 'run')} (count).`;
  const limited =
    cap === null
      ? ''
      : most === null
        ? ' The sweep has a run_cap.'
        : ` The sweep stops after ${counted(most, 'run')} (run_cap).`;
  return {
    candidates,
    splits: null,
    isEndless: endless,
    fits: isKnown ? Math.min(...ends) : null,
    sentence: endless
      ? `This grid sweep never ends: one of its parameters is continuous.${limited}`
      : candidates === null && most !== null
        ? `This sweep goes through a grid in order, and stops after ${counted(most, 'run')} (run_cap).${agentNote}`
        : `This sweep tries ${candidateText(candidates)}${candidates === null ? '' : ', one run each'}.${limited}${agentNote}`,
    instead: `method: bayes or random with run_cap limits the number of runs${stopsWeak ? '' : ', and early_terminate stops weak ones'}.`,
    fewer: { how: 'bayes with run_cap' },
    single: 'A single run is not a sweep.',
    limit: cap === null && limitOfAgent === null ? 'warning' : 'information',
    fixes: [],
  };
}

export const describeSageMaker = ({ call, strategy, combinations }: SageMakerTuning): FoundSearch | null =>
  strategy !== 'Grid'
    ? null
    : describeTuning(
        call,
        'This tuning job',
        combinations,
        null,
        'strategy="Bayesian" with max_jobs limits the number of jobs; "Hyperband" stops weak ones early.',
        'Bayesian with max_jobs',
      );

export const describeVertex = ({ call, algorithm, combinations, mostTrials }: VertexTuning): FoundSearch | null =>
  algorithm !== 'grid'
    ? null
    : describeTuning(
        call,
        'This tuning job',
        combinations,
        mostTrials,
        'The default algorithm (Bayesian) learns from its trials.',
        'the default (Bayesian)',
      );

export const describeAzure = ({ call, algorithm }: AzureSweep): FoundSearch | null =>
  algorithm !== 'grid'
    ? null
    : describeTuning(
        call,
        'This sweep',
        null,
        null,
        'sampling_algorithm="bayesian" or "random" with max_total_trials limits the number of trials.',
        'bayesian with max_total_trials',
      );

function describeTuning(
  call: Call,
  what: string,
  candidates: number | null,
  most: number | null,
  instead: string,
  how: string,
): FoundSearch {
  return {
    node: call.node,
    candidates,
    splits: null,
    fits: candidates === null || most === null ? candidates : Math.min(candidates, most),
    sentence: `${what} tries ${candidateText(candidates)}${most === null ? '' : `, and stops after ${grouped(most)}`}.`,
    instead,
    fewer: { how },
    single: 'A single candidate is not a search.',
    limit: most === null ? 'warning' : 'information',
    fixes: [],
  };
}
