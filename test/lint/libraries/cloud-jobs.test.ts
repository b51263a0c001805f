import assert from 'node:assert/strict';
import { sentScripts } from '../../../src/lint/libraries/cloud-jobs';

describe('scripts that a text sends to a cloud', () => {
  const sends: readonly (readonly [string, readonly string[]])[] = [
    [
      'from azureml.core import ScriptRunConfig\nScriptRunConfig(source_directory="src", script="train.py")\n',
      ['train.py'],
    ],
    ["PythonScriptStep(name='fit', script_name='fit.py')\n", ['fit.py']],
    [
      'from azure.ai.ml import MLClient, command\njob = command(code="./src", command="python main.py --epochs ${{inputs.epochs}}")\n',
      ['main.py'],
    ],
    ['from sagemaker.pytorch import PyTorch\nPyTorch(entry_point="code/train.py", role=role)\n', ['train.py']],
    [
      'from google.cloud import aiplatform\naiplatform.CustomJob.from_local_script("j", script_path="task.py")\n',
      ['task.py'],
    ],
    ['import modal\napp = modal.App("a")\nREMOTE = "/root/train.py"\n', ['modal.py', 'train.py']],
    [
      'import shutil\nfrom .steps import fit\nshutil.copy("/app/run.py", "/opt/ml/code/run.py")\n',
      ['run.py', 'shutil.py', 'steps.py'],
    ],
    [
      '$schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json\ncommand: >-\n  torchrun --nproc 2 train.py\n',
      ['train.py'],
    ],
  ];
  for (const [text, names] of sends) {
    it(`are ${names.join(', ')} in ${JSON.stringify(text)}`, () => {
      assert.deepEqual(sentScripts(text), names);
    });
  }
  it('are none in other texts', () => {
    for (const text of [
      'import subprocess\nsubprocess.run("python train.py", shell=True)\n',
      'import click\nclick.command(name="x", script="train.py")\n',
      '# ScriptRunConfig(script="train.py")\nscript = "train.py"\n',
      'from sagemaker.pytorch import PyTorch\nlog("see train.py")\n',
    ])
      assert.deepEqual(sentScripts(text), [], text);
  });
});
