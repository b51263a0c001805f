import type { DictValue } from '../../python/values';
import { integerOf, textOf } from '../libraries/configurations';
import { hardwareOf } from '../libraries/old-hardware';
import { alwaysOnEndpoint, clusterFigures } from '../rules/always-on-endpoint';
import { hardwareFigures, oldHardware } from '../rules/old-hardware';
import type { ConfiguredReport } from './configured-report';

/**
 * Judges the file of a cluster or an online deployment of Azure ML, as `az ml` (2.37) reads it; null for another one. That a
 * deployment is always on is not said: a script beside it may delete it.
 */
export function judgeAzure(config: DictValue): readonly ConfiguredReport[] | null {
  const kind = kindOf(config);
  if (kind === null) return null;
  const key = kind === 'cluster' ? 'size' : 'instance_type';
  const reports = oldMachine(key, textOf(config, key));
  const instances = kind === 'cluster' ? integerOf(config, 'min_instances') : null;
  if (instances === null || instances < 1) return reports;
  const { headline, wayOut, estimate } = clusterFigures(instances);
  return [
    ...reports,
    {
      rule: alwaysOnEndpoint,
      key: 'min_instances',
      severity: 'warning',
      message: alwaysOnEndpoint.messages.cluster({ parameter: 'min_instances', ...estimate }),
      headline,
      wayOut,
      estimate,
      fix: { title: 'Set min_instances: 0', value: '0' },
    },
  ];
}

function oldMachine(key: string, machine: string | null): readonly ConfiguredReport[] {
  const hardware = machine === null ? null : hardwareOf(machine);
  if (machine === null || hardware === null) return [];
  const mention = { text: machine, hardware, places: 1 };
  return [
    {
      rule: oldHardware,
      key,
      severity: 'information',
      message: oldHardware.messages.old(mention),
      ...hardwareFigures(mention),
    },
  ];
}

function kindOf(config: DictValue): 'cluster' | 'deployment' | null {
  const schema = textOf(config, '$schema') ?? '';
  if (/\/amlCompute\.schema\.json$/i.test(schema) || textOf(config, 'type') === 'amlcompute') return 'cluster';
  return /\/managedOnlineDeployment\.schema\.json$/i.test(schema) ? 'deployment' : null;
}
