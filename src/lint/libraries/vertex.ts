import type { Call, PythonModule } from '../../python/module';
import { signature } from '../../python/signatures';
import { toInteger, toText, type Value } from '../../python/values';
import { calls, query, type Query } from '../engine/query';
import { optionCount, product, toCount } from './grids';

/** Read in google-cloud-aiplatform 2.7, `jobs.py`. */
const tuningJobs: readonly string[] = [
  'google.cloud.aiplatform.HyperparameterTuningJob',
  'google.cloud.aiplatform.jobs.HyperparameterTuningJob',
];
const tuningJob = signature(
  'display_name, custom_job, metric_spec, parameter_spec, max_trial_count, parallel_trial_count, max_failed_trial_count, search_algorithm',
);

/** A search that Vertex AI runs. */
export interface VertexTuning {
  readonly call: Call;
  /** `grid` or `random`; null for its own, Bayesian one, or if it is not known. */
  readonly algorithm: string | null;
  /** Combinations of its parameters; null if they cannot be counted. */
  readonly combinations: number | null;
  readonly mostTrials: number | null;
}

const jobs = calls(tuningJobs, { packages: ['aiplatform'] });

export const vertexTunings: Query<VertexTuning> = query(jobs, function* (module) {
  for (const call of jobs.find(module)) {
    const args = module.bind(call, tuningJob);
    const [algorithm, spec, most] = [
      args.value('search_algorithm'),
      args.value('parameter_spec'),
      args.value('max_trial_count'),
    ];
    yield {
      call,
      algorithm: algorithm === null ? null : toText(algorithm),
      combinations:
        spec?.kind === 'dict' && !spec.open ? product(spec.entries.map(({ value }) => optionsOf(module, value))) : null,
      mostTrials: most === null ? null : toCount(most),
    };
  }
});

const specSignatures = { values: signature('values, scale'), ends: signature('min, max, scale') };

function optionsOf(module: PythonModule, parameter: Value): number | null {
  const call = module.callOf(parameter);
  const kind = call?.name?.split('.').at(-1);
  if (call === null) return null;
  if (kind === 'CategoricalParameterSpec' || kind === 'DiscreteParameterSpec') {
    const values = module.bind(call, specSignatures.values).value('values');
    return values === null ? null : optionCount(values);
  }
  if (kind !== 'IntegerParameterSpec') return null;
  const args = module.bind(call, specSignatures.ends);
  const [low, high] = [args.value('min'), args.value('max')].map((end) => (end === null ? null : toInteger(end)));
  return typeof low !== 'number' || typeof high !== 'number' ? null : high - low + 1;
}
