import assert from 'node:assert/strict';
import { lintWith } from '../support';

const silent = async (rule: string, code: string): Promise<void> =>
  assert.deepEqual(
    (await lintWith(rule, code)).map(({ message }) => message),
    [],
    code,
  );
const reported = async (rule: string, code: string): Promise<string> => {
  const [finding] = await lintWith(rule, code);
  assert.ok(finding, code);
  return finding.message;
};

const kerasImports =
  'from keras import Input, Model, Sequential\nfrom keras.layers import Activation, Concatenate, Dense, Dropout, Flatten, Lambda, Reshape\n';

describe('what is no waste', () => {
  it('is a sweep with a limit (run-cap), comments or not', async () => {
    const sweep =
      'from azure.ai.ml import command\njob = command(code="src")\nsweep = job.sweep(primary_metric="accuracy", goal="Maximize", sampling_algorithm="random")\n';
    await reported('run-cap', `${sweep}sweep.set_limits(max_total_trials=20)  # timeout (none)\n`);
    await silent(
      'run-cap',
      `${sweep}sweep.set_limits(\n    max_total_trials=int(n),  # trials (all)\n    timeout=7200,\n)\n`,
    );
  });

  describe('an output in another form (saturating-activation)', () => {
    for (const layers of [
      'Reshape((28, 28))',
      'Flatten()',
      'Activation("linear")',
      'Lambda(lambda x: x * 255)',
      'Dropout(0.1), Reshape((28, 28)), Activation("relu")',
    ]) {
      it(`is followed by ${layers}`, async () => {
        const start = `${kerasImports}m = Sequential([Flatten(input_shape=(28, 28)), Dense(32, activation="relu"), Dense(784, activation="sigmoid")`;
        await silent('saturating-activation', `${start}, ${layers}])\n`);
        await reported('saturating-activation', `${start}, ${layers}, Dense(10)])\n`);
      });
    }
    it('of a functional model, alone or joined with others', async () => {
      const start = `${kerasImports}x = Input((9,))\nh = Dense(32, activation="relu")(x)\na = Dense(4, activation="sigmoid")(h)\nb = Dense(4, activation="tanh")(h)\n`;
      await silent('saturating-activation', `${start}m = Model(x, Reshape((2, 2))(a))\n`);
      await silent('saturating-activation', `${start}m = Model(x, Concatenate()([a, b]))\n`);
      await reported('saturating-activation', `${start}m = Model(x, Dense(1)(Reshape((4,))(a)))\n`);
    });
  });

  describe('a callback that may save (discarded-compute)', () => {
    const fit = (imports: string, callback: string): string =>
      `import keras\n${imports}\nm = keras.Sequential([keras.layers.Dense(1)])\nm.compile("adam", "mse")\nm.fit(x, y, epochs=80, callbacks=[${callback}])\n`;
    it('is not known not to', async () => {
      await silent(
        'discarded-compute',
        fit('from wandb.integration.keras import WandbModelCheckpoint', 'WandbModelCheckpoint("m.keras")'),
      );
      await silent('discarded-compute', fit('from wandb.keras import WandbCallback', 'WandbCallback()'));
      await silent('discarded-compute', fit('from mycode import EpochCheckpoint', 'EpochCheckpoint("m")'));
    });
    it('is something else than one that records', async () => {
      await reported(
        'discarded-compute',
        fit(
          'from wandb.integration.keras import WandbMetricsLogger',
          'WandbMetricsLogger(), keras.callbacks.CSVLogger("a")',
        ),
      );
    });
  });

  describe('a model without gradients (gradients-in-inference)', () => {
    const evaluate = (line: string, outside = ''): string =>
      `import torch\n${outside}def evaluate(model, loader):\n    model.eval()\n${line}    return [model(x) for x in loader]\n`;
    for (const line of [
      'model.freeze()',
      'model.requires_grad_(False)',
      'freeze_model(model)',
      'for p in model.parameters():\n        p.requires_grad = False',
    ]) {
      it(`after ${JSON.stringify(line)}`, () => silent('gradients-in-inference', evaluate(`    ${line}\n`)));
    }
    it('that is frozen before, or by the caller', async () => {
      await silent(
        'gradients-in-inference',
        'import torch\nmodel = load()\nmodel.freeze()\nmodel.eval()\nfor x in loader:\n    print(model(x))\n',
      );
      await silent('gradients-in-inference', evaluate('', 'model = Net().eval().requires_grad_(False)\n'));
    });
    it('is not one of which a part is frozen', async () => {
      await reported('gradients-in-inference', evaluate('', 'model = load()\nmodel.backbone.freeze()\n'));
    });
  });

  describe('a model of its own (training-from-scratch)', () => {
    const image = (imports: string, model: string, rest: string): string =>
      `import torch\n${imports}\nmodel = ${model}\n${rest}\nfor x, y in loader:\n    crit(model(x), y).backward()\n`;
    it('on ImageNet itself', async () => {
      const RESNET = 'from torchvision.models import resnet50\n';
      await silent(
        'training-from-scratch',
        image(`${RESNET}from torchvision.datasets import ImageNet`, 'resnet50(weights=None)', 'ds = ImageNet("d")'),
      );
      await silent(
        'training-from-scratch',
        image(
          `${RESNET}from torchvision import datasets`,
          'resnet50()',
          'ds = datasets.ImageFolder("/data/imagenet/train")',
        ),
      );
      await silent(
        'training-from-scratch',
        image(
          'import timm\nfrom datasets import load_dataset',
          'timm.create_model("resnet50")',
          'ds = load_dataset("imagenet-1k")',
        ),
      );
      await silent(
        'training-from-scratch',
        image(
          'import timm\nfrom timm.data import create_dataset',
          'timm.create_model("resnet50")',
          'ds = create_dataset("imagenet", root="d")',
        ),
      );
      await silent(
        'training-from-scratch',
        image(RESNET, 'resnet50()', 'parser.add_argument("--data", default="imagenet")'),
      );
      await reported(
        'training-from-scratch',
        image(`${RESNET}from torchvision import datasets`, 'resnet50()', 'ds = datasets.CIFAR10("d")  # not ImageNet'),
      );
    });
    it('that is replaced by one with weights', async () => {
      await silent(
        'training-from-scratch',
        image(
          'from torchvision.models import resnet50',
          'resnet50()',
          'if tuned:\n    model = resnet50(weights="DEFAULT")',
        ),
      );
      await silent(
        'training-from-scratch',
        image('from torchvision.models import resnet50', 'resnet50()', 'model = torch.load("m.pt")'),
      );
    });
    const language = (config: string, more = ''): string =>
      `from transformers import AutoConfig, AutoModelForCausalLM, GPT2Config, LlamaConfig, Trainer\n${config}\n${more}model = AutoModelForCausalLM.from_config(config)\nTrainer(model=model).train()\n`;
    for (const config of [
      'config = LlamaConfig(hidden_size=64)',
      'config = GPT2Config(n_layer=2, n_head=2)',
      'config = AutoConfig.from_pretrained("gpt2", vocab_size=1000)',
      'config = LlamaConfig(**sizes)',
      'config = LlamaConfig.from_json_file("c.json")',
      'config = make()',
    ]) {
      it(`of the size of ${config}`, () => silent('training-from-scratch', language(config)));
    }
    it('whose configuration is changed', () =>
      silent('training-from-scratch', language('config = AutoConfig.from_pretrained("gpt2")', 'config.n_layer = 3\n')));
    it('is not one of a known size', async () => {
      await reported('training-from-scratch', language('config = AutoConfig.from_pretrained("gpt2")'));
      await reported('training-from-scratch', language('config = GPT2Config()'));
    });
  });

  describe('a loop of steps (missing-early-stopping)', () => {
    const loop = (head: string, ...lines: readonly string[]): string =>
      `import torch\nSTEPS = 500\n${head}\n${lines.map((line) => `    ${line}\n`).join('')}`;
    it('is not one of epochs', async () => {
      await silent(
        'missing-early-stopping',
        loop('for step in range(STEPS):', 'loss = crit(model(x), y)', 'loss.backward()'),
      );
      await silent(
        'missing-early-stopping',
        loop('for i in range(500):', 'x, y = next(batches)', 'crit(model(x), y).backward()'),
      );
      await silent(
        'missing-early-stopping',
        loop('for epoch in range(500):', 'x = torch.randn(32, 8)', 'crit(model(x), f(x)).backward()'),
      );
      await silent(
        'missing-early-stopping',
        loop('for i in range(500):', 'x = env.reset()', 'crit(model(x), y).backward()'),
      );
      await silent(
        'missing-early-stopping',
        loop(
          'for epoch in range(500):',
          'for x, y in loader:',
          '    crit(model(x), y).backward()',
          'if worse: sys.exit(1)',
        ),
      );
      await silent(
        'missing-early-stopping',
        loop('for i in range(max_iters := 500):', 'x, y = get_batch("train")', 'crit(model(x), y).backward()'),
      );
      await silent(
        'missing-early-stopping',
        loop('for iteration in range(500):', 'for _ in range(4):', '    (crit(model(x), y) / 4).backward()'),
      );
    });
    it('is told from a loop of epochs', async () => {
      await reported(
        'missing-early-stopping',
        loop('for epoch in range(500):', 'for x, y in loader:', '    crit(model(x), y).backward()'),
      );
      await reported('missing-early-stopping', loop('for epoch in range(500):', 'crit(model(X), Y).backward()'));
      await reported(
        'missing-early-stopping',
        loop('for i in range(500):', 'for x, y in loader:', '    crit(model(x), y).backward()'),
      );
    });
  });

  describe('a layer as wide as what it chooses from (oversized-dense-layer)', () => {
    const linear = (line: string): string =>
      `from torch import nn\nvocab_size = 262144\nnum_classes = 100_000\n${line}\n`;
    it('is over a vocabulary or classes', async () => {
      await silent('oversized-dense-layer', linear('lm_head = nn.Linear(512, 262144, bias=False)'));
      await silent('oversized-dense-layer', linear('out = nn.Linear(512, vocab_size)'));
      await silent('oversized-dense-layer', linear('self.fc = nn.Linear(512, num_classes)'));
      await silent('oversized-dense-layer', linear('layers = nn.ModuleDict(dict(lm_head=nn.Linear(768, 50257)))'));
      await silent(
        'oversized-dense-layer',
        linear(
          'self.wte = nn.Embedding(50000, 512)\nself.out = nn.Linear(512, 50000, bias=False)\nself.out.weight = self.wte.weight',
        ),
      );
      await silent('oversized-dense-layer', linear('projection = nn.Linear(768, 50257)'));
      await reported('oversized-dense-layer', linear('words = nn.Embedding(30000, 64)\nfc = nn.Linear(20000, 4096)'));
    });
    it('is advised to pool only where there is something to pool', async () => {
      const vgg =
        'from torch import nn\nfeatures = nn.Flatten()\nclassifier = nn.Sequential(nn.Linear(512 * 7 * 7, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 10))\n';
      const messages = (await lintWith('oversized-dense-layer', vgg)).map(({ message }) => message);
      assert.equal(messages.length, 2);
      assert.match(messages[0] ?? '', /Pooling before it/);
      assert.match(messages[1] ?? '', /\. Fewer features would leave a fraction of them\.$/);
      const keras = `${kerasImports}m = Sequential([Input((8, 8, 4)), Flatten(), Dense(64), Dense(40000), Dense(40000)])\n`;
      const last = (await lintWith('oversized-dense-layer', keras)).at(-1)?.message ?? '';
      assert.doesNotMatch(last, /ooling/);
    });
  });

  it('is one model, however often it is loaded (large-model-inference)', async () => {
    const code = 'from transformers import AutoModel\nmodel = AutoModel.from_pretrained("bert-base-uncased")\n'.concat(
      'model = AutoModel.from_pretrained("bert-base-uncased")\n'.repeat(4),
    );
    assert.equal((await lintWith('large-model-inference', code)).length, 1);
  });
});

describe('the saving of a region', () => {
  it('is rounded once, from the exact figures', async () => {
    const { hintedRegions, regionHint } = await import('../../../src/data/region-hints');
    const { loadCatalogue } = await import('../../../src/advice/where/catalogue');
    const { adviseRegions } = await import('../../../src/advice/where/region-advice');
    const catalogue = await loadCatalogue();
    for (const id of hintedRegions) {
      const from = catalogue.regions.find((region) => region.id === id);
      const hint = regionHint(id);
      assert.ok(from && hint);
      const { candidates } = adviseRegions(catalogue, {
        provider: from.provider,
        from,
        kilowattHours: null,
        within: null,
        maximumRoundTripMilliseconds: null,
        gpu: null,
        dataGigabytes: null,
      });
      const there = candidates.find(({ region }) => region === hint.better);
      assert.ok(Math.abs(hint.savingPercent - (there?.savingPercent ?? NaN)) <= 5, id);
    }
  });

  it('is the same in the message, in the way out and in the advice', async () => {
    const [finding] = await lintWith(
      'high-carbon-region',
      'import boto3\ns3 = boto3.client("sagemaker", region_name="ap-south-1")\n',
    );
    const { regionHint } = await import('../../../src/data/region-hints');
    const percent = regionHint('aws:ap-south-1')?.savingPercent ?? 0;
    assert.ok(
      finding?.message.includes(`${percent} % less`) && finding.wayOut?.includes(`(−${percent} %)`),
      `${finding?.message} ${finding?.wayOut}`,
    );
  });
});
