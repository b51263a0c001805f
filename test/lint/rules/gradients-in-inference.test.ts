import assert from 'node:assert/strict';
import { lintCells, lintWith } from '../support';

const linesIn = async (code: string): Promise<readonly number[]> =>
  (await lintWith('gradients-in-inference', `import torch\n${code}`)).map(({ start }) => start.row);

describe('gradients-in-inference', () => {
  const found: readonly (readonly [number, string])[] = [
    [3, 'def embed(model, x):\n    model.eval()\n    return model(x)\n'],
    [4, 'class A:\n    def embed(self, x):\n        self.model.eval()\n        return self.model(x)\n'],
    [3, 'model.eval()\nfor x in loader:\n    out = model(x)\n'],
    [3, 'def embed(x):\n    net = Net().to(device).eval()\n    return net(x)\n'],
    [
      8,
      'for epoch in range(9):\n    model.train()\n    for x in a:\n        f(model(x)).backward()\n    model.eval()\n    for x in b:\n        total += x\n        out = model(x)\n    model.train()\n',
    ],
    [3, 'model.eval()\nfor x in loader:\n    out = model.module(x)\n'],
    // Another model's gradients are switched off later.
    [
      3,
      'model.eval()\nfor x in loader:\n    out = model(x)\nfor t in steps:\n    with torch.no_grad():\n        ema(t)\n',
    ],
    [3, 'model.train(False)\nfor x in loader:\n    out = model(x)\n'],
    [3, 'def test(net, loader):\n    net.train(mode=False)\n    return [net(x) for x in loader]\n'],
    [4, 'model.eval()\nmodel.train(False)\nfor x in loader:\n    out = model(x)\n'],
    [3, 'def test(x):\n    model.eval()\n    return model(x)\nfor epoch in epochs:\n    test(x)\n'],
    [3, 'def test(model, loader):\n    for x in loader:\n        print(model(x).argmax().item())\n'],
    [3, 'def run(model, x):\n    model.eval()\n    return model(x)\nfor x in loader:\n    run(model, x)\n'],
    [4, '@staticmethod\ndef embed(model, x):\n    model.eval()\n    return model(x)\n'],
    // A comment tells what an output looked like.
    [
      5,
      'def predict(model, loader):\n    model.eval()\n    for x in loader:\n        # tensor(1, grad_fn=<AddmmBackward>)\n        out = model(x)\n',
    ],
    // SageMaker calls these for each request.
    [2, 'def predict_fn(data, model):\n    return model(data).tolist()\n'],
    [
      3,
      'def predict_fn(data, model_and_tokenizer):\n    model, tokenizer = model_and_tokenizer\n    return model(**tokenizer(data))\n',
    ],
    [3, 'def transform_fn(net, data, content_type, accept):\n    for part in data:\n        net(part)\n'],
    // One of several models, and a model of the script.
    [
      4,
      'def evaluate(loader, models):\n    for x in loader:\n        for at, model in enumerate(models):\n            total(model(x).sum().item())\n',
    ],
    [
      4,
      'model = AutoModelForSequenceClassification.from_pretrained("m")\ndef predict(loader):\n    for x in loader:\n        out.append(model(x).logits.detach().numpy())\n',
    ],
  ];
  for (const [row, code] of found) {
    it(`reports row ${row} of ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await linesIn(code), [row]);
    });
  }

  it('reports each place of a script', async () => {
    const place = 'model.eval()\nfor x in loader:\n    out = model(x)\n';
    assert.deepEqual(await linesIn(`${place}${place}`), [3, 6]);
  });

  const services: readonly (readonly [number, string])[] = [
    ...['@app.command()', '@click.command()\n@click.option("--path")', '@hydra.main(config_path="c")'].map(
      (decorators): readonly [number, string] => [
        decorators.split('\n').length + 6,
        `import typer, click, hydra\n${decorators}\ndef evaluate(path):\n    model = load(path)\n    model.eval()\n    for x, y in loader:\n        output = model(x)\n        correct += (output == y).sum().item()\n`,
      ],
    ),
    [5, 'model = load()\nmodel.eval()\n@app.post("/predict")\ndef answer(x):\n    return model(x)\n'],
    [
      6,
      'model = load()\nmodel.eval()\n@app.route("/", methods=["POST"])\n@cached\nasync def answer(x):\n    return model(x)\n',
    ],
    [
      6,
      'class H(BaseHandler):\n    def initialize(self, context):\n        self.model = load()\n        self.model.eval()\n    def inference(self, x):\n        return self.model(x)\n',
    ],
    [
      6,
      '@serve.deployment\nclass H:\n    def __init__(self):\n        self.model = load().eval()\n    def __call__(self, x):\n        return self.model(x)\n',
    ],
  ];
  for (const [row, code] of services) {
    it(`reports row ${row} of the service ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await linesIn(code), [row]);
    });
  }

  const silent: readonly string[] = [
    'def predict_fn(data, model):\n    with torch.no_grad():\n        return model(data)\n',
    '@torch.inference_mode()\ndef predict_fn(data, model):\n    return model(data)\n',
    'from transformers import pipeline\ndef model_fn(path):\n    return pipeline("ner", path)\ndef predict_fn(data, model):\n    return model(data)\n',
    'import torch_neuron\ndef predict_fn(data, model):\n    return model(data)\n',
    'def predict_fn(data, model_and_tokenizer):\n    model, tokenizer = model_and_tokenizer\n    return model.generate(**tokenizer(data))\n',
    'def evaluate(loader, models):\n    for model in models:\n        with torch.no_grad():\n            model(loader).sum().item()\n',
    'model = load("m")\ndef predict(loader):\n    for x in loader:\n        out.append(model(x).logits.detach().numpy())\n',
    'model = AutoModel.from_pretrained("m")\ndef predict(loader):\n    for x in loader:\n        out.append(model(x)[0].detach())\nwith torch.no_grad():\n    predict(loader)\n',
    'model.train(True)\nfor x in loader:\n    out = model(x)\n',
    'trainer.train(False, x)\nfor x in loader:\n    out = trainer(x)\n',
    'model.train(False)\nmodel.train()\nfor x in loader:\n    out = model(x)\n',
    'model.train(False)\nwith torch.no_grad():\n    for x in loader:\n        out = model(x)\n',
    'model = load()\nmodel.eval()\n@app.post("/predict")\ndef answer(x):\n    with torch.no_grad():\n        return model(x)\n',
    'model = load()\nmodel.eval()\n@app.post("/predict")\n@torch.inference_mode()\ndef answer(x):\n    return model(x)\n',
    'model = load()\nmodel.eval()\ndef answer(x):\n    return model(x)\n',
    'class H(BaseHandler):\n    def initialize(self, context):\n        self.model = load()\n        self.model.eval()\n    @torch.no_grad()\n    def inference(self, x):\n        return self.model(x)\n',
    'class H(Base):\n    def __init__(self):\n        self.model = load()\n        self.model.eval()\n    def inference(self, x):\n        return self.model(x)\n',
    'def embed(model, x):\n    model.eval()\n    with torch.inference_mode():\n        return model(x)\n',
    'def embed(model, x):\n    model.eval()\n    with torch.cuda.amp.autocast(), torch.no_grad():\n        return model(x)\n',
    '@torch.no_grad()\ndef embed(model, x):\n    model.eval()\n    return model(x)\n',
    '@without_gradients\ndef embed(model, x):\n    model.eval()\n    return model(x)\n',
    'torch.set_grad_enabled(False)\ndef embed(model, x):\n    model.eval()\n    return model(x)\n',
    'def embed(model, x):\n    model.eval()\n    with torch.set_grad_enabled(training):\n        return model(x)\n',
    'def embed(model, x):\n    model.eval()\n    return other(x)\n',
    'def embed(model, x):\n    model.eval()\n    model.train()\n    return model(x)\n',
    'def embed(model, x):\n    model.eval()\n    model(x).sum().backward()\n',
    'def embed(model, x):\n    model.eval()\n    model = torch.jit.optimize_for_inference(model)\n    return model(x)\n',
    'import lightning as L\nclass A(L.LightningModule):\n    def validation_step(self, batch, index):\n        self.net.eval()\n        return self.net(batch)\n',
    'def embed(model, x):\n    model.eval()\n    for p in model.parameters():\n        p.requires_grad = False\n    return model(x)\n',
    // One prediction in a notebook, a test, a script that converts a model, and a function that is called once.
    'def test_output(model, x):\n    model.eval()\n    assert model(x) is not None\n',
    'def convert_score_model(path):\n    model.eval()\n    return model(x)\n',
    'def run(model, x):\n    model.eval()\n    return model(x)\nrun(model, x)\n',
    'model.eval()\nout = model(x)\n',
    'def embed(model, x):\n    model.eval()\n    def g(x):\n        return model(x)\n    return g\n',
    'def embed(model, x):\n    model.eval()\n    return model(x)\ndef g():\n    with torch.no_grad():\n        return h()\ndef h():\n    return embed(model, x)\n',
    'def embed(frame):\n    frame.eval("a + b")\n    return frame(x)\n',
    'class A:\n    def _forward(self, x):\n        self.model.eval()\n        return self.model(x)\n',
    'def train(model, loader):\n    for x in loader:\n        print(model(x).item())\n',
    'def test(model, loader):\n    model.train()\n    for x in loader:\n        print(model(x).item())\n',
    'def test_shape(model):\n    for x in shapes:\n        assert model(x).item()\n',
  ];
  for (const code of silent) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await linesIn(code), []);
    });
  }

  it('reports a function once', async () => {
    assert.deepEqual(
      await linesIn(
        'def test(model, loader):\n    model.eval()\n    for x in loader:\n        model(x).item()\n        model(x)\n',
      ),
      [4],
    );
  });

  it('looks at callers in other cells', async () => {
    const cells = [
      'import torch',
      'def embed(model, x):\n    model.eval()\n    return model(x)',
      'with torch.no_grad():\n    embed(model, x)',
    ];
    assert.deepEqual(
      (await lintCells(cells)).filter(({ rule }) => rule === 'gradients-in-inference'),
      [],
    );
  });

  it('is silent where the model is made anew in each round, and in benchmarks', async () => {
    const layers =
      'def build(x, sizes):\n    for size in sizes:\n        block = Block(size).eval()\n        x = block(x)\n    return x\n';
    assert.deepEqual(await linesIn(layers), []);
    const inner = 'for size in sizes:\n    block = Block(size).eval()\n    for x in loader:\n        f(block(x))\n';
    assert.deepEqual(await linesIn(inner), [4]);
    const timed = 'net.eval()\nfor i in range(9):\n    y = net(x)\ntorch.cuda.synchronize()\n';
    assert.deepEqual(await linesIn(timed), []);
  });

  it('is silent on pipelines of Transformers, by arguments that only they take', async () => {
    const served = (call: string, before = ''): string =>
      `from flask import Flask\napp = Flask(__name__)\nreward_model = load("m")\nreward_model.eval()\n${before}@app.route("/predict")\ndef predict():\n    return reward_model(${call})\n`;
    assert.equal((await linesIn(served('texts'))).length, 1);
    assert.deepEqual(await linesIn(served('texts, return_all_scores=True')), []);
    assert.deepEqual(await linesIn(served('texts, candidate_labels=["a"]')), []);
    const settings = 'settings = {"batch_size": 4, "function_to_apply": "none"}\n';
    assert.deepEqual(await linesIn(served('texts, **settings', settings)), []);
    assert.equal((await linesIn(served('texts, **settings', 'settings = {"mask": mask}\n'))).length, 1);
  });
});
