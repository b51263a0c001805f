import assert from 'node:assert/strict';
import { allRules } from '../../../src/lint/rules';
import { defaultConfig, settingsFor } from '../../../src/lint/engine/settings';
import { lintConfigured, type ConfiguredAnalysis } from '../../../src/lint/files/configured';

const analyse = (text: string): Promise<ConfiguredAnalysis> =>
  lintConfigured(text, settingsFor(allRules, defaultConfig, 'compute.yml'));

const found = async (text: string): Promise<readonly string[]> =>
  (await analyse(text)).findings.map(
    ({ rule, severity, start, estimate }) =>
      `${severity} ${rule} ${start.row + 1} ${String(estimate?.['hardware'] ?? estimate?.['hoursPerMonth'])}`,
  );

const cluster = (lines: string): string => `type: amlcompute\nname: gpu\n${lines}`;
const deployment = (lines: string): string =>
  `$schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json\nname: blue\n${lines}`;

describe('files of Azure ML', () => {
  const cases: readonly (readonly [text: string, findings: readonly string[]])[] = [
    [
      cluster('size: STANDARD_NC6\nmin_instances: 2\nmax_instances: 4\n'),
      ['information old-hardware 3 K80', 'warning always-on-endpoint 4 1462'],
    ],
    [cluster('size: Standard_NC24ads_A100_v4\nmin_instances: 0\n'), []],
    [cluster('size: Standard_NC24ads_A100_v4\n'), []],
    [cluster('size: ${SIZE}\nmin_instances: ${MIN}\n'), []],
    [
      `$schema: https://azuremlschemas.azureedge.net/latest/amlCompute.schema.json\nsize: Standard_NC6s_v3\nmin_instances: 0\n`,
      ['information old-hardware 2 V100'],
    ],
    [deployment('instance_type: Standard_NC6s_v3\ninstance_count: 3\n'), ['information old-hardware 3 V100']],
    [deployment('model: azureml:m@latest\n'), []],
    ['type: kubernetes\nsize: Standard_NC6\nmin_instances: 2\n', []],
  ];
  for (const [text, findings] of cases) {
    it(`have ${JSON.stringify(findings)} in ${JSON.stringify(text)}`, async () => {
      assert.deepEqual(await found(text), findings);
    });
  }

  it('can let a cluster scale to zero', async () => {
    const [finding] = (await analyse(cluster('size: Standard_NC24ads_A100_v4\nmin_instances: 2\n'))).findings;
    assert.deepEqual(
      finding?.fixes.map(({ title, edits }) => [title, edits.map(({ text }) => text)]),
      [['Set min_instances: 0', ['0']]],
    );
  });
});
