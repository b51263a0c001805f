import assert from 'node:assert/strict';
import { lintWith } from '../support';

describe('fixed-schedule', () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ['from airflow import DAG\nDAG("train", schedule_interval="0 4 * * *")', 'at 04:00'],
    ['from airflow.models import DAG\nwith DAG("train", schedule="@daily"):\n    pass', 'at midnight'],
    ['from airflow.sdk import DAG\nWHEN = "5 17 * * 1-5"\nDAG("train", schedule=WHEN)', 'at 17:05'],
    [
      'from sagemaker.workflow.triggers import PipelineSchedule\nPipelineSchedule(name="train", cron="30 2 * * ? *")',
      'at 02:30',
    ],
    ['from airflow import DAG\nDAG("train", schedule="@hourly")', null],
    ['from airflow import DAG\nDAG("train", schedule="0 */2 * * *")', null],
    ['from airflow import DAG\nDAG("train", schedule=when)', null],
    ['from mine import DAG  # not airflow\nDAG("train", schedule="0 4 * * *")', null],
  ];
  for (const [code, said] of cases) {
    it(`says ${said ?? 'nothing'} of ${JSON.stringify(code)}`, async () => {
      const [finding] = await lintWith('fixed-schedule', code);
      if (said === null) assert.equal(finding, undefined);
      else assert.ok(finding?.message.includes(`starts ${said}`), finding?.message);
    });
  }
});

describe('dense-feed-forward', () => {
  const cases: readonly (readonly [string, number | null])[] = [
    ['nn.TransformerDecoderLayer(2048, 16)', 2 * 2048 * 2048 + 4096],
    ['nn.TransformerEncoderLayer(1024, 16, 4096, bias=False)', 2 * 1024 * 4096],
    ['nn.Sequential(nn.Linear(1024, 4096, bias=False), nn.GELU(), nn.Linear(4096, 1024))', 2 * 1024 * 4096 + 1024],
    ['nn.TransformerEncoderLayer(d_model, 16, 4096)', null],
    ['nn.TransformerEncoderLayer(512, 8)', null],
    ['nn.Linear(1024, 4096)\ndef other():\n    return nn.Linear(4096, 1024)', null],
    ['nn.Linear(4096, 1024), nn.Linear(1024, 4096)', null],
    ['nn.Linear(2048, 4095), nn.Linear(4095, 2048)', null],
  ];
  for (const [code, parameters] of cases) {
    it(`counts ${parameters ?? 'none'} in ${JSON.stringify(code)}`, async () => {
      const [finding] = await lintWith('dense-feed-forward', `from torch import nn\n${code}\n`);
      assert.equal(finding?.estimate?.['parameters'] ?? null, parameters);
    });
  }
});

describe('imbalanced-classes', () => {
  it('finds over-samplers in a pipeline, by any import', async () => {
    const code =
      'import imblearn.over_sampling as more\nfrom imblearn.over_sampling import RandomOverSampler as R\nsteps = [("a", R()), ("b", more.ADASYN(n_neighbors=3))]\n';
    assert.equal((await lintWith('imbalanced-classes', code)).length, 2);
  });

  it('is silent about classes of the same name from elsewhere', async () => {
    assert.deepEqual(await lintWith('imbalanced-classes', 'import imblearn\nfrom mine import SMOTE\nSMOTE()\n'), []);
  });
});
