import type { Call, PythonModule } from '../../../python/module';
import { argumentsOf, bind, signature, type Signature } from '../../../python/signatures';
import { toInteger, toText, type Value } from '../../../python/values';
import { candidateText, type FoundSearch } from './found';
import { optionCount, product, toCount } from '../../libraries/grids';

/** Read in sagemaker 2.245 (`tuner.py`), azure-ai-ml 1.35 (`entities/_builders/command.py`), google-cloud-aiplatform 2.7 (`jobs.py`). */
export const SAGEMAKER_TUNER = 'sagemaker.tuner.HyperparameterTuner';
export const SAGEMAKER_PARAMETERS: Signature = signature(
  'estimator, objective_metric_name, hyperparameter_ranges, metric_definitions, strategy, objective_type, max_jobs, max_parallel_jobs, max_runtime_in_seconds, tags, base_tuning_job_name, warm_start_config, strategy_config, completion_criteria_config, early_stopping_type',
);
const VERTEX_JOBS = [
  'google.cloud.aiplatform.HyperparameterTuningJob',
  'google.cloud.aiplatform.jobs.HyperparameterTuningJob',
];
const VERTEX: Signature = signature(
  'display_name, custom_job, metric_spec, parameter_spec, max_trial_count, parallel_trial_count, max_failed_trial_count, search_algorithm',
);
/** All of its parameters are by name. */
export const AZURE_SWEEP: Signature = signature(
  '*, primary_metric, goal, sampling_algorithm, timeout, max_total_trials',
);

export const CLOUD_SEARCHES: readonly string[] = [SAGEMAKER_TUNER, ...VERTEX_JOBS];

export function* cloudSearches(module: PythonModule): Generator<FoundSearch> {
  for (const call of module.calls(['HyperparameterTuner'])) {
    if (call.name === SAGEMAKER_TUNER) yield* sageMaker(module, call);
  }
  for (const call of module.calls(['HyperparameterTuningJob'])) {
    if (VERTEX_JOBS.includes(call.name ?? '')) yield* vertex(module, call);
  }
  for (const call of azureSweeps(module)) yield* azure(module, call);
}

/** Calls of `.sweep(…)` on a command of Azure ML, told by their arguments: no other library's `sweep` takes them. */
export function* azureSweeps(module: PythonModule): Generator<Call> {
  if (!module.text.includes('azure')) return;
  for (const call of module.calls(['sweep'])) {
    if (call.receiver === null || call.name !== null) continue;
    const given = bind(call.node, AZURE_SWEEP, module.evaluator);
    if (given.get('primary_metric') !== null && given.get('goal') !== null) yield call;
  }
}

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
    sentence: `${what} tries ${candidateText(candidates)}${most === null ? '' : `, at most ${most}`}.`,
    instead,
    single: 'A single candidate is not a search.',
    limit: most === null ? 'warning' : 'information',
    fixes: [],
  };
}

function* sageMaker(module: PythonModule, call: Call): Generator<FoundSearch> {
  const args = module.bind(call, SAGEMAKER_PARAMETERS);
  if (textOf(args.value('strategy')) !== 'Grid') return;
  const ranges = args.value('hyperparameter_ranges');
  const candidates =
    ranges?.kind === 'dict' && !ranges.open
      ? product(ranges.entries.map(({ value }) => firstOptions(module, value)))
      : null;
  yield describe(
    call,
    'This tuning job',
    candidates,
    null,
    'strategy="Bayesian" with max_jobs sets the number of jobs; "Hyperband" ends weak ones early.',
  );
}

function* vertex(module: PythonModule, call: Call): Generator<FoundSearch> {
  const args = module.bind(call, VERTEX);
  if (textOf(args.value('search_algorithm')) !== 'grid') return;
  const spec = args.value('parameter_spec');
  const candidates =
    spec?.kind === 'dict' && !spec.open ? product(spec.entries.map(({ value }) => vertexOptions(module, value))) : null;
  const most = args.value('max_trial_count');
  yield describe(
    call,
    'This tuning job',
    candidates,
    most === null ? null : toCount(most),
    'The default algorithm (Bayesian) learns from its trials.',
  );
}

function* azure(module: PythonModule, call: Call): Generator<FoundSearch> {
  const algorithm = module.bind(call, AZURE_SWEEP).value('sampling_algorithm');
  const made = algorithm === null ? null : module.callOf(algorithm);
  if (textOf(algorithm) !== 'grid' && made?.name?.endsWith('.GridSamplingAlgorithm') !== true) return;
  yield describe(
    call,
    'This sweep',
    null,
    null,
    'sampling_algorithm="bayesian" or "random" with max_total_trials sets the number of trials.',
  );
}

const textOf = (value: Value | null): string | null => (value === null ? null : toText(value));

/** The options of `CategoricalParameter([…])`, which is all that a grid of SageMaker takes. */
function firstOptions(module: PythonModule, parameter: Value): number | null {
  const call = module.callOf(parameter);
  const [values] = call === null ? [] : argumentsOf(call.node);
  if (call === null || values === undefined || call.name?.endsWith('.CategoricalParameter') !== true) return null;
  return optionCount(
    module.evaluate(values.type === 'keyword_argument' ? (values.childForFieldName('value') ?? values) : values),
  );
}

const VERTEX_SPEC = { values: signature('values, scale'), ends: signature('min, max, scale') };

function vertexOptions(module: PythonModule, parameter: Value): number | null {
  const call = module.callOf(parameter);
  const kind = call?.name?.split('.').at(-1);
  if (call === null) return null;
  if (kind === 'CategoricalParameterSpec' || kind === 'DiscreteParameterSpec') {
    const values = module.bind(call, VERTEX_SPEC.values).value('values');
    return values === null ? null : optionCount(values);
  }
  if (kind !== 'IntegerParameterSpec') return null;
  const args = module.bind(call, VERTEX_SPEC.ends);
  const [low, high] = [args.value('min'), args.value('max')].map((end) => (end === null ? null : toInteger(end)));
  return typeof low !== 'number' || typeof high !== 'number' ? null : high - low + 1;
}
