import { matchesIn } from '../../python/kept-searches';
import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { argumentsOf, signature, type BoundArguments } from '../../python/signatures';
import { contains, field, isScope } from '../../python/syntax';
import { toInteger, toText, type Value } from '../../python/values';
import { importing } from '../engine/import-text';
import { calls, lastName, query, type Query } from '../engine/query';
import { optionCount, product } from './grids';

/** Classes of the SageMaker SDK that start training jobs (sagemaker 2.245). */
const estimators: readonly string[] = [
  'sagemaker.estimator.Estimator',
  'sagemaker.estimator.Framework',
  'sagemaker.pytorch.PyTorch',
  'sagemaker.tensorflow.TensorFlow',
  'sagemaker.huggingface.HuggingFace',
  'sagemaker.sklearn.SKLearn',
  'sagemaker.xgboost.XGBoost',
  'sagemaker.mxnet.MXNet',
  'sagemaker.jumpstart.JumpStartEstimator',
];
const estimatorNames: readonly string[] = estimators.map(lastName);
const byName = signature('*');

/** A training job. Its arguments are bound by name, because positional ones come before all that matters here. */
interface SageMakerJob {
  readonly call: Call;
  readonly args: BoundArguments;
}

/** The estimators of a module, by any of the paths that they can be imported by. */
export const sageMakerJobs: Query<SageMakerJob> = query(
  { packages: ['sagemaker'], apis: estimators },
  function* (module) {
    for (const call of module.calls(estimatorNames)) {
      const { name } = call;
      if (name?.startsWith('sagemaker.') !== true || !estimatorNames.includes(lastName(name))) continue;
      yield { call, args: module.bind(call, byName) };
    }
  },
);

/** When a job is stopped, as `ModelTrainer` takes it (sagemaker 2.245 and 3). */
const condition = signature('max_runtime_in_seconds, max_pending_time_in_seconds, max_wait_time_in_seconds');

export const stoppingConditions: Query<SageMakerJob> = query(
  { packages: ['sagemaker'], methods: ['StoppingCondition'] },
  function* (module) {
    for (const call of module.calls(['StoppingCondition'])) {
      if (call.name?.startsWith('sagemaker') === true) yield { call, args: module.bind(call, condition) };
    }
  },
);

/** Read in sagemaker 2.245, `tuner.py`. */
const tuner = 'sagemaker.tuner.HyperparameterTuner';
const tunerParameters = signature(
  'estimator, objective_metric_name, hyperparameter_ranges, metric_definitions, strategy, objective_type, max_jobs, max_parallel_jobs, max_runtime_in_seconds, tags, base_tuning_job_name, warm_start_config, strategy_config, completion_criteria_config, early_stopping_type',
);

/** A search that SageMaker runs. */
export interface SageMakerTuning {
  readonly call: Call;
  /** `Grid`, `Bayesian`, `Random`, `Hyperband`; `unknown` if it is given and not known, null if it is left out. */
  readonly strategy: string | null;
  /** What `early_stopping_type` is: `Off`, `Auto`, `unknown`; null if it is left out, which is `Off`. */
  readonly stopping: string | null;
  /** Training jobs that it starts at most; null if that is not known, `default` if it is left out, which is one. */
  readonly jobs: number | 'default' | null;
  /** Combinations of categorical parameters, which is all that a grid takes; null if they cannot be counted. */
  readonly combinations: number | null;
}

const tuners = calls([tuner]);

export const sageMakerTunings: Query<SageMakerTuning> = query(tuners, function* (module) {
  for (const call of tuners.find(module)) {
    const args = module.bind(call, tunerParameters);
    const [jobs, ranges] = [args.value('max_jobs'), args.value('hyperparameter_ranges')];
    yield {
      call,
      strategy: wordOf(args.value('strategy')),
      stopping: wordOf(args.value('early_stopping_type')),
      jobs: jobs === null ? 'default' : toInteger(jobs),
      combinations:
        ranges?.kind === 'dict' && !ranges.open
          ? product(ranges.entries.map(({ value }) => optionsOf(module, value)))
          : null,
    };
  }
});

const wordOf = (value: Value | null): string | null => (value === null ? null : (toText(value) ?? 'unknown'));

/** The options of `CategoricalParameter([…])`. */
function optionsOf(module: PythonModule, parameter: Value): number | null {
  const call = module.callOf(parameter);
  const [values] = call === null ? [] : argumentsOf(call.node);
  if (call === null || values === undefined || call.name?.endsWith('.CategoricalParameter') !== true) return null;
  return optionCount(
    module.evaluate(values.type === 'keyword_argument' ? (values.childForFieldName('value') ?? values) : values),
  );
}

/** Read in sagemaker 2.245: `EstimatorBase.deploy` and `Model.deploy` begin alike. */
const deploy = signature('initial_instance_count, instance_type');

/** What only SageMaker's `deploy` takes. */
const ownArguments: readonly string[] = ['initial_instance_count', 'accept_eula'];

/** What an endpoint is given that has no machines when nobody asks it. */
const scalesToZero: readonly string[] = ['serverless_inference_config', 'async_inference_config'];
const mentionsZero = /serverless|async_inference/gi;

/** An endpoint on machines that stay on. */
interface SageMakerEndpoint {
  readonly call: Call;
  /** Machines; null if it is not known how many. */
  readonly machines: number | null;
  /** True if they have GPUs, or may have. */
  readonly isGpu: boolean;
}

export const sageMakerEndpoints: Query<SageMakerEndpoint> = query(
  { packages: ['sagemaker'], methods: ['deploy'] },
  function* (module) {
    if (!module.text.includes('sagemaker')) return;
    for (const call of module.calls(['deploy'])) {
      if (isRetry(call.node) || isDeletedLater(module, call.node)) continue;
      const args = module.bind(call, deploy);
      // The models of JumpStart know their machine.
      const isJumpStart =
        call.receiver !== null && /JumpStart/.test(module.callOf(module.evaluate(call.receiver))?.name ?? '');
      if (!args.complete || (args.value('instance_type') === null && !isJumpStart)) continue;
      if (scalesToZero.some((name) => args.get(name) !== null)) continue;
      if (
        !isSageMaker(
          module,
          call,
          ownArguments.some((name) => args.get(name) !== null),
        )
      )
        continue;
      const count = args.value('initial_instance_count');
      const machine = args.value('instance_type');
      const name = machine === null ? null : toText(machine);
      yield {
        call,
        machines: count === null ? null : toInteger(count),
        isGpu: name === null || /^ml\.(?:g|p|trn|inf)\d/.test(name),
      };
    }
  },
);

/**
 * True if a module makes a serverless or asynchronous endpoint in the place of another one. What it makes after it, or before, in
 * the same statements, is one more.
 */
export const hasServerlessChoice = (module: PythonModule, call: Node): boolean =>
  matchesIn(module.text, mentionsZero).some(({ start, end }) => {
    const mention = module.root.descendantForIndex(start, end);
    return mention !== null && !isBeside(module, mention, call);
  });

/** True for comments, imports, and what runs whenever the call does. */
function isBeside(module: PythonModule, mention: Node, call: Node): boolean {
  for (let up: Node | null = mention; up !== null; up = up.parent) {
    if (up.type === 'comment' || up.type.startsWith('import_')) return true;
    if (/^(?:if_statement|try_statement|match_statement|conditional_expression)$/.test(up.type) && !contains(up, call))
      return false;
    if (up.type === 'if_statement' && contains(up, call)) return false;
    if (isScope(up)) return module.place(call)?.scopes[0]?.id === up.id;
  }
  return false;
}

/** True for what is tried again after an error: it makes the endpoint that could not be made before. */
function isRetry(call: Node): boolean {
  for (let node = call.parent; node !== null && !isScope(node); node = node.parent)
    if (node.type === 'except_clause')
      return node.parent !== null && (field(node.parent, 'body')?.text.includes('.deploy(') ?? false);
  return false;
}

/** True if the endpoint that a call returns is deleted: `endpoint.delete()`, which is also passed on as `endpoint.delete` (sagemaker 3). */
function isDeletedLater(module: PythonModule, call: Node): boolean {
  const assignment = call.parent;
  const target = assignment?.type === 'assignment' ? field(assignment, 'left') : null;
  return (
    target !== null &&
    module.identifiers('delete').some(({ parent }) => parent !== null && field(parent, 'object')?.text === target.text)
  );
}

const importsSageMaker = importing('sagemaker');

/** True for an object of SageMaker, or an unknown one with arguments that only SageMaker takes. */
function isSageMaker(module: PythonModule, { receiver }: Call, takesCount: boolean): boolean {
  if (receiver === null) return false;
  const name = module.callOf(module.evaluate(receiver))?.name;
  return name === undefined || name === null
    ? takesCount && importsSageMaker.test(module.text)
    : name.startsWith('sagemaker.');
}
