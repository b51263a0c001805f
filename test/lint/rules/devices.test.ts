import assert from 'node:assert/strict';
import { lintWith } from '../support';

describe('many-devices', () => {
  const cases: readonly (readonly [string, number | null])[] = [
    ['pl.Trainer(devices=8)', 8],
    ['pl.Trainer(devices="8")', 8],
    ['pl.Trainer(devices=[0, 1, 2, 3, 4, 5, 6, 7])', 8],
    ['pl.Trainer(gpus=4, num_nodes=2)', 8],
    ['pl.Trainer(num_nodes=16)', 16],
    ['pl.Fabric(devices=2, num_nodes=4)', 8],
    ['Estimator(image, instance_count=8)', 8],
    ['Estimator(image, train_instance_count=10)', 10],
    ['pl.Trainer(devices=4)', null],
    ['pl.Trainer(devices=-1)', null],
    ['pl.Trainer(devices="auto", num_nodes=8)', null],
    ['pl.Trainer(devices=args.devices, num_nodes=8)', null],
    ['pl.Trainer(devices=n)', null],
    ['pl.Trainer(accelerator="cpu", devices=16)', null],
    ['Estimator(image, instance_count=1)', null],
    ['Trainer(devices=8)', null],
  ];
  for (const [code, devices] of cases) {
    it(`counts ${devices ?? 'none'} in ${code}`, async () => {
      const [finding] = await lintWith(
        'many-devices',
        `import lightning as pl\nfrom sagemaker.estimator import Estimator\n${code}\n`,
      );
      assert.equal(finding?.estimate?.['devices'] ?? null, devices);
    });
  }
});

describe('data-parallel', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['import torch\nm = torch.nn.DataParallel(m)\n', 1],
    ['from torch.nn import DataParallel as DP\nm = DP(m, device_ids=[0, 1])\n', 1],
    ['from torch.nn.parallel import DataParallel\nif n > 1:\n    m = DataParallel(m)\n', 1],
    [
      'import torch\nif d:\n    m = torch.nn.parallel.DistributedDataParallel(m)\nelse:\n    m = torch.nn.DataParallel(m)\n',
      0,
    ],
    ['import torch\na = torch.nn.DataParallel(a)\nb = torch.nn.DataParallel(b)\n', 1],
    ['import torch\ndef f(a):\n    return torch.nn.DataParallel(a)\nb = torch.nn.DataParallel(b)\n', 2],
    ['import torch.nn as nn\nout = nn.parallel.data_parallel(net, x, ids)\n', 1],
    ['import torch\nm = torch.nn.DataParallel(m)\nm.eval()\nprint(m(x))\n', 0],
    ['import torch\nm = torch.nn.DataParallel(m)\nm.eval()\nloss.backward()\n', 1],
    [
      'import torch\n@torch.no_grad()\ndef features(m):\n    m = torch.nn.DataParallel(m)\n    m.eval()\ndef train(m):\n    m = torch.nn.DataParallel(m)\n    f(m).backward()\n',
      1,
    ],
    [
      'import torch\ndef model_fn(folder):\n    m = torch.nn.DataParallel(Net())\n    m.load_state_dict(torch.load(folder))\n    return m\ndef train(o):\n    loss.backward()\n',
      0,
    ],
    [
      'import torch\ndef evaluate(m, head):\n    m = torch.nn.DataParallel(m).cuda()\n    m.eval()\n    with torch.no_grad():\n        x = m(images)\n    head(x).backward()\n',
      0,
    ],
    [
      'import torch\ndef evaluate(m):\n    m = torch.nn.DataParallel(m)\n    with torch.no_grad():\n        x = m(images)\n    m(images).backward()\n',
      1,
    ],
    [
      'import torch\ndef fit(m):\n    m = torch.nn.DataParallel(m)\n    o = torch.optim.SGD(m.parameters())\n    with torch.no_grad():\n        m(images)\n',
      1,
    ],
    ['import torch\nisinstance(m, torch.nn.DataParallel)\n', 0],
    ['from mine import DataParallel\nimport torch\nm = DataParallel(m)\n', 0],
    ['import pytorch_lightning as pl\npl.Trainer(accelerator="dp")\n', 1],
    ['import pytorch_lightning as pl\npl.Trainer(strategy="ddp")\npl.Trainer(strategy=strategy)\n', 0],
    [
      'import pytorch_lightning as pl\nGPUS = min(1, torch.cuda.device_count())\npl.Trainer(strategy="dp", gpus=GPUS)\n',
      0,
    ],
  ];
  for (const [code, expected] of cases) {
    it(`finds ${expected} in ${JSON.stringify(code)}`, async () => {
      // What trains.
      const trained = `${code}optimizer = torch.optim.SGD(parameters, lr=0.1)\n`;
      const module = code.includes('eval()') ? code : trained;
      assert.equal((await lintWith('data-parallel', module)).length, expected);
    });
  }

  it('is no matter of files that only define networks', async () => {
    const wrapped = 'import torch\ndef init_net(net, gpus):\n    return torch.nn.DataParallel(net, gpus)\n';
    assert.equal((await lintWith('data-parallel', wrapped)).length, 0);
    assert.equal((await lintWith('data-parallel', `${wrapped}loss.backward()\n`)).length, 1);
    const horovod = 'import horovod.torch as hvd\n';
    assert.equal((await lintWith('data-parallel', `${horovod}${wrapped}loss.backward()\n`)).length, 0);
  });
});

describe('large-model-inference', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['from transformers import AutoModel\nm = AutoModel.from_pretrained("google-bert/bert-base-uncased")\n', 1],
    ['from transformers import AutoModelForCausalLM as M\nname = "gpt2"\nm = M.from_pretrained(name)\n', 1],
    ['from transformers import pipeline\npipeline(model="openai/whisper-large-v3")\n', 1],
    ['from transformers import pipeline\npipeline("fill-mask", "openai-community/gpt2")\n', 1],
    [
      'from sentence_transformers import SentenceTransformer\nSentenceTransformer("sentence-transformers/all-mpnet-base-v2")\n',
      1,
    ],
    [
      'from langchain_huggingface import HuggingFaceEmbeddings\nHuggingFaceEmbeddings(model_name="all-mpnet-base-v2")\n',
      1,
    ],
    [
      'from llama_index.embeddings.huggingface import HuggingFaceEmbedding as E\nE("sentence-transformers/all-mpnet-base-v2")\n',
      1,
    ],
    ['from transformers import AutoTokenizer\nAutoTokenizer.from_pretrained("gpt2")\n', 0],
    ['from transformers import AutoModel\nm = AutoModel.from_pretrained(name)\n', 0],
    ['from transformers import AutoModel\nm = AutoModel.from_pretrained("distilbert-base-uncased")\n', 0],
    ['from transformers import BertForSequenceClassification as M\nm = M.from_pretrained("bert-base-uncased")\n', 0],
    ['from transformers import AutoModel\nm = AutoModel.from_pretrained("gpt2")\nloss.backward()\n', 0],
    [
      'from transformers import AutoModel\nfrom torch import nn\nclass A(nn.Module):\n    def __init__(self):\n        self.m = AutoModel.from_pretrained("gpt2")\n',
      0,
    ],
    [
      'from sentence_transformers import SentenceTransformer\nm = SentenceTransformer("all-mpnet-base-v2")\nm.fit(objectives)\n',
      0,
    ],
    ['from mine import pipeline\nimport transformers\npipeline("a", "gpt2")\n', 0],
  ];
  for (const [code, expected] of cases) {
    it(`finds ${expected} in ${JSON.stringify(code)}`, async () => {
      assert.equal((await lintWith('large-model-inference', code)).length, expected);
    });
  }
});

describe('row-iteration', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['for i, row in df.iterrows():\n    pass\n', 1],
    ['rows = [r for _, r in df[df.a > 3].iterrows()]\n', 1],
    ['df = pd.read_csv("a")\nfor i, row in tqdm(df.iterrows(), total=len(df)):\n    pass\n', 1],
    ['for i, row in df.iterrows():\n    answers.append(client.chat.completions.create(input=row.text))\n', 0],
    ['for i, row in tqdm(df.iterrows()):\n    scores.append(model.predict_proba(row))\n', 0],
    ['x = [get_embedding(row.text) for _, row in df.iterrows()]\n', 0],
    ['for i, row in df.iterrows():\n    total += row.price\nmodel.predict(total)\n', 1],
    ['for i, row in df.head().iterrows():\n    print(row)\n', 0],
    ['for i, row in df[:10].iterrows():\n    print(row)\n', 0],
    ['small = pd.read_csv("a").sample(5)\nfor i, row in small.iterrows():\n    print(row)\n', 0],
    ['import polars\ndf = polars.DataFrame()\nfor row in df.iterrows():\n    print(row)\n', 0],
    ['for row in df.itertuples():\n    pass\n', 0],
  ];
  for (const [code, expected] of cases) {
    it(`finds ${expected} in ${JSON.stringify(code)}`, async () => {
      assert.equal((await lintWith('row-iteration', `import pandas as pd\n${code}`)).length, expected);
    });
  }
});
