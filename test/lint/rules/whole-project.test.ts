import assert from 'node:assert/strict';
import { lintCells, lintWith } from '../support';

const keras = 'import keras\nmodel = keras.Sequential()\nmodel.compile()\nmodel.fit(x, y, epochs=2)\n';
const torchCode = 'import torch\nfor x, y in loader:\n    loss = f(x, y)\n    loss.backward()\n';
const lightning = 'import lightning as L\ntrainer = L.Trainer(max_epochs=3)\ntrainer.fit(model, loader)\n';
const hf = 'from transformers import Trainer\ntrainer = Trainer(model, args)\ntrainer.train()\n';

const rows = async (rule: string, code: string): Promise<readonly number[]> =>
  (await lintWith(rule, code)).map(({ start }) => start.row + 1);

describe('unmeasured-training', () => {
  for (const [code, row] of [
    [keras, 4],
    [torchCode, 4],
    [lightning, 3],
    [hf, 3],
    [keras + keras, 4],
  ] as const) {
    it(`reports the first training of ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await rows('unmeasured-training', code), [row]);
    });
  }
  for (const code of [
    `from codecarbon import EmissionsTracker\n${keras}`,
    `import os\nenergy = os.environ.get("GREEN_ML_RUN_FILE")\n${torchCode}`,
    `from zeus.monitor import ZeusMonitor\n${hf}`,
    'import torch\nloss.backward()\n',
    'for x in y:\n    loss.backward()\n# torch\n',
    `import modal\napp = modal.App("train")\n${torchCode}`,
    `from azureml.core import Run\nrun = Run.get_context()\n${torchCode}`,
    'import lightning as L\nL.Trainer(max_epochs=3).test(model)\n',
    'from sklearn.svm import SVC\nSVC().fit(x, y)\n# keras\n',
    'from transformers import Trainer\nTrainer(model, args).evaluate()\n',
  ]) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await rows('unmeasured-training', code), []);
    });
  }
  it('is a hint, also in a notebook', async () => {
    const [finding] = await lintCells(['import torch', 'for x in loader:\n    f(x).backward()'], {
      select: ['unmeasured-training'],
    });
    assert.deepEqual([finding?.severity, finding?.cell], ['hint', 1]);
  });
});

describe('unmeasured-training in files that a notebook writes', () => {
  const written = (...cells: readonly string[]): Promise<readonly unknown[]> =>
    lintCells([`%%writefile src/train.py\n${torchCode}`, ...cells], { select: ['unmeasured-training'] });
  it('is silent where a job runs them', async () => {
    assert.deepEqual(await written('config = ScriptRunConfig(script="train.py")'), []);
    assert.deepEqual(await written('# !python other.py'), []);
  });
  it('speaks where the notebook does', async () => {
    for (const cell of ['!python src/train.py --epochs 3', '%run src/train.py', '%%bash\npython3 src/train.py'])
      assert.equal((await written(cell)).length, 1, cell);
  });
});

describe('no-baseline', () => {
  it('is off unless it is selected, and knows simple models', async () => {
    assert.deepEqual(await rows('no-baseline', keras), [4]);
    for (const simple of [
      'from sklearn.dummy import DummyClassifier',
      'from xgboost import XGBClassifier',
      'from sklearn.linear_model import Ridge',
      '# the baseline is in another file',
    ]) {
      assert.deepEqual(await rows('no-baseline', `${simple}\n${keras}`), [], simple);
    }
  });
});

describe('full-data-debugging', () => {
  for (const [code, row] of [
    [lightning, 3],
    [hf, 3],
    ['from trl import GRPOTrainer\ntrainer = GRPOTrainer(model, reward, args)\ntrainer.train()\n', 3],
    ['import unsloth\ntrainer = unsloth.UnslothTrainer(model)\nunsloth.unsloth_train(trainer)\n', 3],
    ['from transformers import Trainer\nclass Mine(Trainer): pass\nMine(model).train()\n', 3],
    [`from datasets import load_dataset\ndata = load_dataset("imdb")\n${hf}`, 5],
    // A look at a few rows, and a word.
    [`print(data[:5])\n${hf}`, 4],
    [`# one sample of each subset\n${hf}`, 4],
  ] as const) {
    it(`reports ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await rows('full-data-debugging', code), [row]);
    });
  }
  for (const code of [
    lightning.replace('max_epochs=3', 'max_epochs=3, fast_dev_run=fast'),
    lightning.replace('max_epochs=3', 'limit_train_batches=0.1'),
    lightning.replace('max_epochs=3', '**settings'),
    // A file may hold the limit.
    'from trl import GRPOConfig, GRPOTrainer\nargs = GRPOConfig("o", **cfg["grpo"])\ntrainer = GRPOTrainer(model, reward, args)\ntrainer.train()\n',
    'from transformers import Trainer, TrainingArguments\nargs = TrainingArguments(output_dir="o", **yaml.safe_load(open("a.yaml")))\ntrainer = Trainer(model, args)\ntrainer.train()\n',
    `from datasets import load_dataset\ndata = load_dataset("imdb", split="train[:1%]")\n${hf}`,
    `data = data.select(range(100))\n${hf}`,
    `parser.add_argument("--debug")\n${hf}`,
    `data = data[:1000]\n${hf}`,
    `data = Subset(data, indices)\n${hf}`,
    `data = data.sample(500)\n${hf}`,
    `args = HfArgumentParser(TrainingArguments).parse_args()\n${hf}`,
    keras,
    torchCode,
    'from transformers import Trainer\ntrainer = Trainer(model)\ntrain(trainer)\n',
  ]) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await rows('full-data-debugging', code), []);
    });
  }
});

describe('what is no waste in a test', () => {
  it('is not reported there', async () => {
    for (const [rule, code] of [
      ['full-data-debugging', hf],
      ['high-carbon-region', 'import boto3\nboto3.client("sagemaker", region_name="us-east-1")\n'],
      ['training-from-scratch', `import torchvision\nmodel = torchvision.models.resnet18()\n${torchCode}`],
    ] as const) {
      assert.equal((await lintWith(rule, code)).length, 1, rule);
      assert.equal((await lintWith(rule, code, { path: '/p/tests/a.py', root: '/p' })).length, 0, rule);
    }
  });
});

describe('no-mixed-precision', () => {
  for (const [code, row] of [
    [`model.cuda()\n${torchCode}`, 5],
    [hf, 3],
    [keras, 4],
    [lightning.replace('max_epochs=3', 'accelerator="gpu"'), 3],
    [lightning.replace('max_epochs=3', 'gpus=2'), 3],
  ] as const) {
    it(`reports ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await rows('no-mixed-precision', code), [row]);
    });
  }
  for (const code of [
    torchCode,
    lightning,
    lightning.replace('max_epochs=3', 'accelerator="cpu"'),
    lightning.replace('max_epochs=3', 'accelerator="gpu", precision=16'),
    `model.cuda()\nscaler = torch.cuda.amp.GradScaler()\n${torchCode}`,
    `model.cuda().half()\n${torchCode}`,
    `args = TrainingArguments("o", bf16=True)\n${hf}`,
    `torch.set_float32_matmul_precision("high")\nmodel.cuda()\n${torchCode}`,
  ]) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await rows('no-mixed-precision', code), []);
    });
  }
});

describe('data-loading', () => {
  const torch = (args: string, more = 'model.cuda()'): string =>
    `import torch\nfrom torch.utils.data import DataLoader, TensorDataset\nloader = DataLoader(${args})\n${more}\n`;
  const tf = (chain: string): string => `import tensorflow as tf\ndata = ${chain}\n`;
  for (const [code, row] of [
    [torch('images, batch_size=8'), 3],
    [torch('images, 8, True'), 3],
    [tf('tf.data.Dataset.list_files("*").map(decode)'), 2],
    [tf('tf.data.TFRecordDataset(files).shuffle(9).map(decode).batch(8)'), 2],
  ] as const) {
    it(`reports ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await rows('data-loading', code), [row]);
    });
  }
  for (const code of [
    torch('images, num_workers=0'),
    torch('images, 8, True, None, None, 4'),
    torch('images, **settings'),
    torch('TensorDataset(x, y), batch_size=8'),
    torch('images, batch_size=8', 'model.cpu()'),
    'import torch\nfrom mine import DataLoader\nDataLoader(images)\nmodel.cuda()\n',
    tf('tf.data.Dataset.list_files("*").map(decode, num_parallel_calls=4)'),
    tf('tf.data.Dataset.list_files("*").map(decode, tf.data.AUTOTUNE)'),
    tf('frame.map(decode)'),
    tf('list(map(decode, files))'),
  ]) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await rows('data-loading', code), []);
    });
  }
});
