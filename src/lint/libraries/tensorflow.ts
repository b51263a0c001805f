import type { Call } from '../../python/module';
import { signature } from '../../python/signatures';
import { isFrom } from '../engine/origin';
import { methodCalls, query, type Query } from '../engine/query';

/** Read in tensorflow 2.20, `data/ops/dataset_ops.py`. */
const mapParameters = signature('map_func, num_parallel_calls, deterministic, synchronous');
const maps = methodCalls(['map'], { packages: ['tensorflow'] });

/** A call of `map` on a `tf.data.Dataset`. */
interface TensorFlowMap {
  readonly call: Call;
  /** True if `num_parallel_calls` is certainly left out: elements are then prepared one at a time. */
  readonly isSequential: boolean;
}

export const tensorFlowMaps: Query<TensorFlowMap> = query(maps, function* (module) {
  if (!module.text.includes('tensorflow')) return;
  for (const call of maps.find(module)) {
    if (isFrom(module, call, 'tensorflow.data.'))
      yield { call, isSequential: module.bind(call, mapParameters).omits('num_parallel_calls') };
  }
});
