import assert from 'node:assert/strict';
import fc from 'fast-check';
import { argumentsAt, mayKnowArguments } from '../../../src/lint/engine/known-arguments';
import { mayVaryEstimators } from '../../../src/lint/rules/manual-grid-search/estimators-in-text';
import { moduleOf, plain } from '../../python/support';

const mayKnow = mayKnowArguments('Linear', ['in_features', 'out_features']);
const inMethod = (body: string, parameters = 'self, config, dim=8'): string =>
  `class A(nn.Module):\n    def __init__(${parameters}):\n        super().__init__()\n${body.replace(/^/gm, '        ')}\n`;

describe('arguments that the text tells', () => {
  for (const text of [
    'Linear(3, 4)',
    'nn.Linear(in_features=3, out_features=4)',
    'Linear(3, 4 * n)\nn = 5',
    'n = 5\nLinear(n, n)',
    'a, n = 3, 5\nLinear(n, n)',
    'a, n = x, 5\nLinear(n, n)',
    'a = [x, 5]\nLinear(a[1], a[1])',
    'a = n = 5\nLinear(n, n)',
    '(\n  n,\n  m,\n) = 3, 4\nLinear(n, m)',
    'if x: n = 5\nLinear(n, n)',
    'n: int = 5\nLinear(n, n)',
    'n = max(\n  3,\n  4)\nLinear(n, n)',
    'print(n := 5)\nLinear(n, n)',
    'n = 5  # a, b,\nLinear(n, n)',
    'sizes = [3, 4]\nLinear(sizes[0], 4)',
    'class C:\n    n = 5\nLinear(C.n, C.n)',
    'class C:\n    n = 5\nc = C()\nLinear(c.n, c.n)',
    'Linear(*sizes)',
    'Linear(width(), 4)',
    'Layer = nn.Linear\nLayer(3, 4)',
    'from torch.nn import Linear as Layer\nLayer(3, 4)',
    'é = 5\nLinear(é, é)',
    inMethod('self.n = 5\nself.a = nn.Linear(self.n, self.n)'),
    inMethod('dim = 5\nself.a = nn.Linear(dim, dim)'),
    inMethod('self.n = 5\nfor i in range(3):\n    n = self.n\n    self.a = nn.Linear(n, n)'),
  ])
    it(`may be known: ${JSON.stringify(text)}`, () => assert.equal(mayKnow(text), true));

  for (const text of [
    '',
    'Linear()',
    'Linear(3)',
    'Linear(n, 4)',
    'f(n=5)\nLinear(n, n)',
    'f(\n  n=5,\n)\nLinear(n, n)',
    'for n in x:\n    Linear(n, n)',
    'n = n\nLinear(n, n)',
    'from sizes import n\nLinear(n, n)',
    'BiLinear(3, 4)',
    inMethod('self.a = nn.Linear(dim, dim)'),
    inMethod('self.a = nn.Linear(config.n, 4)'),
    inMethod('self.n = config.n\nself.a = nn.Linear(self.n, self.n)'),
    inMethod('self.n = config["n"]\nself.a = nn.Linear(self.n, self.n)'),
    `dim = 4\n${inMethod('self.a = nn.Linear(dim, dim)', 'self,\n        dim: int = 8,\n    ')}`,
  ])
    it(`cannot be known: ${JSON.stringify(text)}`, () => assert.equal(mayKnow(text), false));

  it('are all that the evaluation of a module knows', async () => {
    const name = fc.constantFrom('a', 'b', 'self.a', 'self.b', 'C.a', 'config.a');
    const value = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 2, withCrossShrink: true },
        fc.constantFrom('3', '40', '[5, 6]'),
        name,
        fc.tuple(tie('node'), fc.constantFrom('*', '+', '//'), tie('node')).map((parts) => parts.join(' ')),
        fc.tuple(tie('node'), tie('node')).map(([one, other]) => `max(${one}, ${other})`),
        tie('node').map((inner) => `(${inner})`),
        tie('node').map((inner) => `${inner} if True else x`),
        name.map((inner) => `${inner}[0]`),
      ),
    })).node;
    const line = fc.oneof(
      fc.tuple(name, value).map(([target, given]) => `${target} = ${given}`),
      value.map((given) => `a, b = ${given}, 7`),
      value.map((given) => `a = b = ${given}`),
      value.map((given) => `a: int = max(\n            1,\n            ${given})`),
      fc.tuple(value, value).map(([one, other]) => `self.layer = Linear(${one}, ${other})`),
      fc.tuple(value, value).map(([one, other]) => `Linear(out_features=${one}, in_features=${other})`),
    );
    let known = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 4 }),
        fc.array(line, { maxLength: 5 }),
        fc.constantFrom('self', 'self, a', 'self, config, b=3', 'self,\n        a: int = 3,\n    '),
        async (outside, inside, parameters) => {
          const module = outside.filter((each) => !each.includes('self')).join('\n');
          const body = inside.map((each) => `        ${each}`).join('\n');
          const text = `${module}\nclass C:\n    a = 5\n    def __init__(${parameters}):\n        pass\n${body}\n`;
          const read = await moduleOf(text, ['Linear']);
          const all = read.calls(['Linear']).some(({ node }) => {
            const given = node.childForFieldName('arguments')?.namedChildren ?? [];
            const numbers = given.map((each) => plain(read.evaluate(each.childForFieldName('value') ?? each)));
            return numbers.length === 2 && numbers.every((number) => typeof number === 'number');
          });
          if (!all) return;
          known++;
          assert.equal(mayKnow(text), true, text);
        },
      ),
      { numRuns: 1500 },
    );
    assert.ok(known > 100, String(known));
  });

  it('are taken for known in a text that is too long to follow', () => {
    const names = Array.from({ length: 3000 }, (_, index) => `n${index}`);
    assert.equal(mayKnow(names.map((name) => `def f(${name}):\n    Linear(${name}, ${name})\n`).join('')), true);
  });

  it('are read up to the closing parenthesis, and not where that is far away', () => {
    assert.deepEqual(argumentsAt('f(a, [b, c], d=(e))', 2), ['a', '[b, c]', 'd=(e)']);
    assert.deepEqual(argumentsAt("f('a, b', c)", 2), ["'a, b'", 'c']);
    for (const text of ['f(a', 'f("""a""")', "f('a\\')", `f(${'a, '.repeat(500)})`, 'f(a # b'])
      assert.equal(argumentsAt(text, 2), null, text);
  });
});

describe('estimators that take two settings', () => {
  const loop = 'for c in cs:\n    for g in gs:\n        ';
  for (const [code, expected] of [
    [`from sklearn.svm import SVC\n${loop}SVC(C=c, gamma=g)`, true],
    [`from sklearn.svm import SVC\n${loop}SVC(c, g)`, true],
    [`from sklearn.svm import SVC\n${loop}SVC(**c)`, true],
    [`from sklearn.svm import (\n    NuSVC,\n    SVC,  # of libsvm\n)\n${loop}SVC(C=c, gamma=g)`, true],
    [`from sklearn.svm import SVC as Machine\n${loop}Machine(C=c, gamma=g)`, true],
    [`from sklearn import svm\n${loop}svm.SVC(C=c, gamma=g)`, true],
    [`import sklearn.svm\n${loop}sklearn.svm.SVC(C=c, gamma=g)`, true],
    [`from sklearn.svm import *\n${loop}SVC(C=c, gamma=g)`, true],
    [`from sklearn.svm import SVC\nMachine = SVC\n${loop}Machine(C=c, gamma=g)`, true],
    [`from sklearn.svm import SVC\n${loop}SVC(C=c, gamma=0.1)`, false],
    [`from sklearn.svm import SVC\n${loop}SVC(C=c, random_state=seed)`, false],
    [`from sklearn.svm import SVC\n${loop}SVC(C=1, kernel="rbf", gamma=0.1)`, false],
    [`from sklearn.metrics import Score\n${loop}Score(C=c, gamma=g)`, false],
    [`from mine import SVC\n${loop}SVC(C=c, gamma=g)`, false],
  ] as const)
    it(`are ${expected ? 'seen' : 'not there'}: ${JSON.stringify(code)}`, () =>
      assert.equal(mayVaryEstimators(code), expected));
});
