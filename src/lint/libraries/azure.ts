import { bind, signature } from '../../python/signatures';
import type { Call, PythonModule } from '../../python/module';
import { toInteger, toText, type Value } from '../../python/values';
import { calls, query, type Query } from '../engine/query';
import { deletes } from './deletions';

/** Read in azure-ai-ml 1.35 (`entities/_compute/aml_compute.py`) and azureml-core 1.60 (`compute/amlcompute.py`). */
export const azureCluster = 'azure.ai.ml.entities.AmlCompute';
const oldClusters: readonly string[] = [
  'azureml.core.compute.AmlCompute.provisioning_configuration',
  'azureml.core.compute.amlcompute.AmlCompute.provisioning_configuration',
];
const byName = signature('*');

/** A cluster of machines that scales between two numbers of them. */
interface AzureCluster {
  readonly call: Call;
  /** The name of the parameter with the smaller number: it differs between the SDK versions. */
  readonly parameter: string;
  /** Machines that are never switched off; null if not known or not given. */
  readonly least: number | null;
  /** True if the module deletes a cluster, or scales it to zero. */
  readonly isStopped: boolean;
}

/**
 * `compute_target.delete()`, `AmlCompute(ws, "gpu").delete()`, `ws.compute_targets["gpu"].delete()`, `ml_client.compute.begin_delete("gpu")`,
 * `cluster.update(min_nodes=0)` and `az ml compute delete`.
 */
const stopsClusters =
  /(?:compute|cluster|target)\w{0,40}\s{0,3}(?:\[[^\]\n]{1,80}\]|\([^()\n]{0,120}\))?\s{0,3}\.\s{0,3}delete\s{0,3}\(|\bcompute\s{0,3}\.\s{0,3}begin_delete\b|\.update\s{0,3}\([^()\n]{0,80}\bmin_(?:nodes|instances)\s{0,3}=\s{0,3}0\b|\bcompute(?:target)?["', ]{1,4}delete\b/gi;

const clusterCalls = calls([azureCluster, ...oldClusters], { packages: ['azure'] });

export const azureClusters: Query<AzureCluster> = query(clusterCalls, function* (module) {
  const found = [...clusterCalls.find(module)];
  const isStopped = found.length > 0 && deletes(module, stopsClusters);
  for (const call of found) {
    const parameter = call.name === azureCluster ? 'min_instances' : 'min_nodes';
    const least = module.bind(call, byName).get(parameter);
    yield { call, parameter, least: least === null ? null : toInteger(least.value), isStopped };
  }
});

/** All of its parameters are by name; read in azure-ai-ml 1.35, `entities/_builders/command.py`. */
const sweep = signature('*, primary_metric, goal, sampling_algorithm, timeout, max_total_trials');

/** A search that Azure ML runs: `.sweep(…)` on a command, with arguments that no other library's `sweep` takes. */
export interface AzureSweep {
  readonly call: Call;
  /** `grid`, `random`, `bayesian`; null if it is not known. */
  readonly algorithm: string | null;
  /** True if the call certainly sets no timeout. */
  readonly omitsTimeout: boolean;
}

export const azureSweeps: Query<AzureSweep> = query(
  { packages: ['azure'], methods: ['sweep', 'set_limits'] },
  function* (module) {
    if (!module.text.includes('azure')) return;
    for (const call of module.calls(['sweep'])) {
      if (call.receiver === null || call.name !== null) continue;
      const given = bind(call.node, sweep, module.evaluator);
      if (given.get('primary_metric') === null || given.get('goal') === null) continue;
      const algorithm = given.value('sampling_algorithm');
      const made = algorithm === null ? null : module.callOf(algorithm);
      yield {
        call,
        algorithm: made?.name?.endsWith('.GridSamplingAlgorithm') === true ? 'grid' : textOf(algorithm),
        omitsTimeout: module.bind(call, byName).omits('timeout'),
      };
    }
  },
);

const textOf = (value: Value | null): string | null => (value === null ? null : toText(value));

/** True if the module sets the timeout of a sweep later. */
export const setsTimeoutLater = (module: PythonModule): boolean =>
  module.calls(['set_limits']).some((call) => !module.bind(call, byName).omits('timeout'));
