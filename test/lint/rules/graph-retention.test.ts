import assert from 'node:assert/strict';
import { fixed, lintWith } from '../support';

const totalsIn = async (code: string): Promise<readonly string[]> =>
  (await lintWith('graph-retention', `import torch\n${code}`)).map(({ message }) => message.split(' ', 1)[0] ?? '');

const loop = (...lines: readonly string[]): string =>
  `for x, y in loader:\n${lines.map((line) => `    ${line}\n`).join('')}`;

describe('graph-retention', () => {
  const found: readonly (readonly [string, string])[] = [
    ['total', loop('loss = f(x)', 'loss.backward()', 'total += loss')],
    ['total', loop('loss = f(x)', 'total += loss', 'loss.backward()')],
    ['total', loop('loss = f(x)', 'loss.backward()', 'total = total + loss * len(x)')],
    ['total', loop('loss = f(x)', 'loss.backward()', 'total = loss.mean().cpu() / 4 + total')],
    ['total', loop('loss = f(x)', '(loss / steps).backward()', 'total += (loss)')],
    ['total', loop('loss = f(x)', 'scaler.scale(loss).backward()', 'total += loss')],
    ['total', loop('loss = f(x)', 'accelerator.backward(loss)', 'total += loss')],
    [
      'total',
      loop('loss = f(x)', 'with amp.scale_loss(loss, optimizer) as scaled:', '    scaled.backward()', 'total += loss'),
    ],
    ['total', loop('loss = f(x)', 'loss.backward()', 'loss *= len(x)', 'total += loss')],
    ['total', loop('loss = f(x)', 'total += loss', 'loss = loss / steps', 'loss.backward()')],
    [
      'total',
      `total = 0\n${loop('loss = f(x)', 'loss.backward()', 'total += loss', 'if step % 100 == 99:', '    print(total / 100)', '    total = 0')}`,
    ],
    // It starts anew where something went wrong.
    [
      'total',
      `total = 0\n${loop('try:', '    loss = f(x)', '    loss.backward()', '    total += loss', '    optimizer.step()', 'except RuntimeError:', '    total = 0')}`,
    ],
    // What the sum ends in is named like the loss, after the last backward pass.
    [
      'total',
      `def train(model, loader):\n    total = 0.0\n    for x, y in loader:\n        loss = f(model(x), y)\n        total += loss * len(y)\n        loss.backward()\n    loss = total / n\n    return {"loss": float(loss)}\n`,
    ],
    ['sums["train"]', loop('loss = f(x)', 'loss.backward()', 'sums["train"] += loss')],
    [
      'self.total',
      'class A:\n  def __init__(self):\n    self.total = 0\n  def step(self, x):\n    loss = self.f(x)\n    loss.backward()\n    self.total += loss\n',
    ],
    [
      'self.total',
      'class A:\n  def step(self, x):\n    self.loss = self.f(x)\n    self.loss.backward()\n    self.total += self.loss\n    if self.n == 9:\n      self.total = 0\n',
    ],
  ];
  for (const [total, code] of found) {
    it(`reports ${total} in ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await totalsIn(code), [total]);
    });
  }

  const silent: readonly string[] = [
    // In the next round, it goes backwards.
    `for epoch in epochs:\n    for x in loader:\n        loss = f(x)\n        total += loss\n        loss.backward()\n    loss = total / n\n`,
    loop('loss = f(x)', 'loss.backward()', 'total += loss.item()'),
    loop('loss = f(x)', 'loss.backward()', 'total += float(loss)'),
    loop('loss = f(x)', 'loss.backward()', 'total += loss.data'),
    loop('loss = f(x)', 'loss.backward()', 'total += loss.detach()'),
    loop('loss = f(x)', 'loss.backward()', 'total += loss.detach().cpu().mean()'),
    loop('loss = f(x)', 'loss.backward()', 'total += loss.data[0]'),
    loop('loss = f(x)', 'loss.backward()', 'loss = loss.item()', 'total += loss'),
    loop('loss = f(x)', 'loss.backward()', 'with torch.no_grad():', '    total += loss'),
    loop('loss = f(x)', 'loss.backward(retain_graph=True)', 'total += loss'),
    // Several losses go backwards together, once.
    loop('total = 0', 'for head in heads:', '    loss = head(x)', '    total += loss', 'total.backward()'),
    loop('loss = f(x)', 'loss.backward()', 'total += loss', 'mean = total / 4', 'mean.backward()'),
    loop('loss = f(x)', 'loss.backward()', 'total += loss', 'torch.autograd.grad(total, w)'),
    // It starts anew with each step of the optimizer.
    loop(
      'loss = f(x)',
      'loss.backward()',
      'total += loss',
      'if (step + 1) % 4 == 0:',
      '    optimizer.step()',
      '    print(total)',
      '    total = 0',
    ),
    loop(
      'try:',
      '    loss = f(x)',
      '    loss.backward()',
      '    total += loss',
      '    if (step + 1) % 4 == 0:',
      '        optimizer.step()',
      '        total = 0',
      'except StopIteration:',
      '    continue',
    ),
    loop(
      'loss = f(x)',
      'loss.backward()',
      'total += loss',
      'if (step + 1) % args.gradient_accumulation_steps == 0:',
      '    update(model)',
      '    total = 0.0',
    ),
    // A sum that starts anew in each round has the history of that round alone.
    loop('loss = f(x)', 'loss.backward()', 'total = 0', 'total += loss', 'print(total)'),
    // What is validated is another loss than what is trained.
    `${loop('loss = f(x)', 'loss.backward()')}${loop('loss = g(x)', 'total += loss')}`,
    'def train(x):\n    loss = f(x)\n    loss.backward()\n    total = 0\n    total += loss\n',
    'for t in steps:\n    loss += f(t)\nloss.backward()\n',
    '@torch.no_grad()\ndef g():\n    for x in y:\n        loss = f(x)\n        loss.backward()\n        total += loss\n',
  ];
  for (const code of silent) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await totalsIn(code), []);
    });
  }

  it('is silent without PyTorch, whose backward it means', async () => {
    assert.deepEqual(
      await lintWith('graph-retention', `import mindspore\n${loop('loss = f(x)', 'loss.backward()', 'total += loss')}`),
      [],
    );
  });

  it('adds .item() where the total is only printed, and that is safe', async () => {
    const code = `import torch\ntotal = 0\n${loop('loss = f(x)', 'loss.backward()', 'total += loss * len(x)')}print("%.3f" % (total / n))\n`;
    const [finding] = await lintWith('graph-retention', code);
    assert.equal(finding?.fixes[0]?.safe, true);
    assert.match(fixed(code, finding), /total \+= loss\.item\(\) \* len\(x\)/);
  });

  const unsure: readonly (readonly [string, readonly string[]])[] = [
    ['of more than one element', ['loss = f(x)', 'loss.backward(torch.ones(3))', 'total += loss']],
    ['of more than one element, by keyword', ['loss = f(x)', 'loss.backward(gradient=weights)', 'total += loss']],
    [
      'that is a number in some rounds',
      ['loss = 0.0', 'if ok:', '    loss = f(x)', '    loss.backward()', 'total += loss'],
    ],
    [
      'that goes backwards in some rounds',
      ['loss = f(x)', 'try:', '    loss.backward()', 'except RuntimeError:', '    continue', 'total += loss'],
    ],
  ];
  for (const [what, lines] of unsure) {
    it(`offers nothing safe for a loss ${what}`, async () => {
      const code = `import torch\ntotal = 0\n${loop(...lines)}print("%.3f" % total)\n`;
      for (const finding of await lintWith('graph-retention', code))
        assert.ok(finding.fixes.every(({ safe }) => !safe));
    });
  }

  it('offers a safe fix where the loss starts as a number before the loop', async () => {
    const code = `import torch\ntotal = 0\nloss = 0\n${loop('loss = f(x)', 'loss.backward()', 'total += loss')}print("%.3f" % total)\n`;
    assert.equal((await lintWith('graph-retention', code))[0]?.fixes[0]?.safe, true);
  });

  for (const use of ['return total', 'history.append(total)', 'print(total.item())', 'writer = total']) {
    it(`keeps a tensor for ${use}`, async () => {
      const code = `import torch\ndef train():\n    total = 0\n    for x in loader:\n        loss = f(x)\n        loss.backward()\n        total += loss\n    ${use}\n`;
      const [finding] = await lintWith('graph-retention', code);
      assert.equal(finding?.fixes[0]?.safe, false);
      assert.match(fixed(code, finding), /total \+= loss\.detach\(\)\n/);
    });
  }
});
