import type { Call } from '../../../python/module';
import type { AzureSweep } from '../../libraries/azure';
import type { SageMakerTuning } from '../../libraries/sagemaker';
import type { VertexTuning } from '../../libraries/vertex';
import { candidateText, type FoundSearch } from './found';

export const describeSageMaker = ({ call, strategy, combinations }: SageMakerTuning): FoundSearch | null =>
  strategy !== 'Grid'
    ? null
    : describe(
        call,
        'This tuning job',
        combinations,
        null,
        'strategy="Bayesian" with max_jobs limits the number of jobs; "Hyperband" stops weak ones early.',
      );

export const describeVertex = ({ call, algorithm, combinations, mostTrials }: VertexTuning): FoundSearch | null =>
  algorithm !== 'grid'
    ? null
    : describe(
        call,
        'This tuning job',
        combinations,
        mostTrials,
        'The default algorithm (Bayesian) learns from its trials.',
      );

export const describeAzure = ({ call, algorithm }: AzureSweep): FoundSearch | null =>
  algorithm !== 'grid'
    ? null
    : describe(
        call,
        'This sweep',
        null,
        null,
        'sampling_algorithm="bayesian" or "random" with max_total_trials limits the number of trials.',
      );

function describe(
  call: Call,
  what: string,
  candidates: number | null,
  most: number | null,
  instead: string,
): FoundSearch {
  return {
    node: call.node,
    candidates,
    splits: null,
    fits: candidates === null || most === null ? candidates : Math.min(candidates, most),
    sentence: `${what} tries ${candidateText(candidates)}${most === null ? '' : `, and stops after ${most}`}.`,
    instead,
    single: 'A single candidate is not a search.',
    limit: most === null ? 'warning' : 'information',
    fixes: [],
  };
}
