import assert from 'node:assert/strict';
import { moduleOf, plain, probe } from './support';

function table(rows: readonly (readonly [string, unknown])[]): void {
  for (const [code, expected] of rows) {
    it(JSON.stringify(code).slice(1, 110), async () => {
      assert.deepEqual(await probe(code), expected);
    });
  }
}

describe('names by the nearest preceding assignment', () => {
  describe('in straight code', () => {
    table([
      ['x = 1\nx = 2\nprobe(x)', 2],
      ['x = 1\nprobe(x)\nx = 2', 1],
      ['a, (b, *c) = 1, (2, 3)\nprobe(b)', 2],
      ['a, *b, c = 1, 2, 3\nprobe(c)', '?'],
      ['a = b = [1]\nprobe(b)', [1]],
      ['x: int = 3\nprobe(x)', 3],
      ['x = 1\nx += 2\nprobe(x)', 3],
      ['x = [1]\nx += [2]\nprobe(x)', [1, 2]],
      ['(n := 5)\nprobe(n)', 5],
      ['x = 1\ndel x\nprobe(x)', '?'],
      ['with a:\n    x = 1\nprobe(x)', 1],
      ['with open(f) as x: probe(x)', '?'],
      ['x = x\nprobe(x)', '?'],
      ['probe(x)', '?'],
    ]);
  });

  describe('under conditions', () => {
    table([
      ['x = 1\nif c:\n    x = 2\nprobe(x)', '?'],
      ['x = 1\nif c:\n    x = 1\nprobe(x)', 1],
      ['if c:\n    x = 1\nelse:\n    x = 2\nprobe(x)', '?'],
      ['x = 0\nif c:\n    x = 1\nelif d:\n    x = 1\nelse:\n    x = 1\nprobe(x)', 1],
      ['x = 0\nif c:\n    x = 1\nelse:\n    raise E\nprobe(x)', 1],
      ['if c:\n    x = 1\n    probe(x)', 1],
      ['x = 0\nif c:\n    x = 1\nelse:\n    probe(x)', 0],
      ['def f():\n    x = 1\n    if c:\n        x = 2\n        return\n    probe(x)', 1],
      ['try:\n    x = 1\nexcept E:\n    x = 2\nprobe(x)', '?'],
      ['try:\n    x = 1\nexcept E:\n    pass\nprobe(x)', 1],
      ['match a:\n    case 1:\n        x = 1\n    case 2:\n        x = 0\n        probe(x)', 0],
      ['x = [1]\nif c:\n    x.append(2)\nprobe(x)', '?'],
      ['x = [1]\nif c:\n    x += [2]\nprobe(x)', '?'],
    ]);
  });

  describe('in loops', () => {
    table([
      ['for x in [1, 2]:\n    probe(x)', '?'],
      ['for i in y:\n    x = 1\n    probe(x)', 1],
      ['x = 1\nfor i in y:\n    probe(x)\n    x = 2', '?'],
      ['x = [1]\nfor i in y:\n    probe(x)\n    x.append(2)', '?'],
      ['for i in y:\n    x = [1]\n    probe(x)\n    x.append(2)', [1]],
      ['x = []\nfor i in y:\n    x.append(i)\nprobe(x)', '?'],
      ['x = 1\nwhile c:\n    x = 2\nprobe(x)', '?'],
      ['while True:\n    x = 2\n    break\nprobe(x)', 2],
    ]);
  });

  describe('across scopes', () => {
    table([
      ['x = 1\ndef f():\n    probe(x)', 1],
      ['def f():\n    probe(x)\nx = 1', 1],
      ['x = 1\ndef f():\n    probe(x)\nx = 2', '?'],
      ['x = [1]\ndef f():\n    probe(x)\nx.append(2)', '?'],
      ['x = 1\ndef f():\n    global x\n    x = 2\nprobe(x)', '?'],
      ['def f(x=1):\n    probe(x)', '?'],
      ['def f(x):\n    x = 1\n    probe(x)', 1],
      ['def f(x, *a, **k):\n    probe(k)', '?'],
      ['x = 1\ndef f():\n    x = 2\nprobe(x)', 1],
      ['x = 1\nclass A:\n    x = 2\n    def f(self):\n        probe(x)', 1],
      ['class A:\n    x = 2\n    y = probe(x)', 2],
      ['x = 1\nprobe((lambda x: x))', '<own lambda>'],
      ['lambda x: probe(x)', '?'],
    ]);
  });

  describe('changed in place', () => {
    table([
      ['g = {"a": [1]}\ng["b"] = [2, 3]\nprobe(g)', { a: [1], b: [2, 3] }],
      ['g = {"a": [1]}\ng["a"].append(2)\nprobe(g)', { a: [1, 2] }],
      ['g = {"a": [1]}\ng.update({"b": 2}, c=3)\nprobe(g)', { a: [1], b: 2, c: 3 }],
      ['g = {"a": 1, "b": 2}\ndel g["a"]\ng.pop("b")\nprobe(g)', {}],
      ['g = {"a": 1}\ng[key] = 2\nprobe(g)', '?'],
      ['g = {"a": 1}\ng.update(other)\nprobe(g)', '?'],
      ['g = {"a": 1}\ng |= {"b": 2}\nprobe(g)', { a: 1, b: 2 }],
      ['g = [1]\ng.extend([2, 3])\ng.insert(0, 9)\nprobe(g)', [9, 1, 2, 3]],
      ['g = [1, 2]\ng[0] = 5\nprobe(g)', [5, 2]],
      ['g = {"a": 1}\nh = g\nh["b"] = 2\nprobe(g)', '?'],
      ['g = {"a": 1}\nh = g\ng["b"] = 2\nprobe(h)', '?'],
      ['g = [{"a": 1}]\nfor d in g:\n    d["b"] = 2\nprobe(g)', '?'],
      ['g = {"a": 1}\ndef f():\n    g["b"] = 2\nf()\nprobe(g)', '?'],
      ['g = {"a": 1}\ndef add(d):\n    d["b"] = 2\nadd(g)\nprobe(g)', '?'],
      ['g = {"a": 1}\nprint(g)\nprobe(g)', { a: 1 }],
    ]);
  });

  describe('of functions and classes of the module', () => {
    table([
      ['def f():\n    return {"a": 1}\nprobe(f())', { a: 1 }],
      ['def f(n):\n    return [n, 2]\nprobe(f(1))', ['?', 2]],
      ['def f():\n    if c:\n        return 1\n    return 2\nprobe(f())', '?'],
      ['@cached\ndef f():\n    return 1\nprobe(f())', '?'],
      ['def f():\n    yield 1\nprobe(f())', '?'],
      ['def f():\n    return f()\nprobe(f())', '?'],
      ['class C:\n    n = 3\nprobe(C.n)', 3],
      ['class C:\n    n = 3\nC.n = 4\nprobe(C.n)', '?'],
      ['class C:\n    n = 3\nc = C()\nprobe(c.n)', 3],
      ['class C:\n    n = 3\nc = C(n=4)\nprobe(c.n)', '<n of what is made by C>'],
      ['class C:\n    def __init__(self):\n        self.n = 3\n    def f(self):\n        probe(self.n)', 3],
      ['class C:\n    def __init__(self, n):\n        self.n = n\n    def f(self):\n        probe(self.n)', '?'],
      [
        'class C:\n    def __init__(self):\n        self.n = 3\n    def g(self):\n        self.n = 4\n    def f(self):\n        probe(self.n)',
        '?',
      ],
    ]);
  });

  describe('from imports', () => {
    table([
      ['from sklearn.model_selection import GridSearchCV as G\nprobe(G)', '<sklearn.model_selection.GridSearchCV>'],
      [
        'import sklearn.model_selection\nprobe(sklearn.model_selection.GridSearchCV)',
        '<sklearn.model_selection.GridSearchCV>',
      ],
      ['import sklearn.model_selection as ms\nprobe(ms.GridSearchCV)', '<sklearn.model_selection.GridSearchCV>'],
      ['from sklearn import (\n    svm,\n    model_selection\n)\nprobe(model_selection)', '<sklearn.model_selection>'],
      ['from sklearn import (\n    svm, model_selection\n)\nprobe(model_selection)', '<sklearn.model_selection>'],
      ['from sklearn import (model_selection\n    , svm)\nprobe(model_selection)', '<sklearn.model_selection>'],
      [
        'from sklearn import (svm,\n    svm, model_selection  # the\n)\nprobe(model_selection)',
        '<sklearn.model_selection>',
      ],
      ['from sklearn import svm, \\\n    svm, model_selection\nprobe(model_selection)', '<sklearn.model_selection>'],
      ['from sklearn import \\\r\n    svm, model_selection\r\nprobe(model_selection)', '<sklearn.model_selection>'],
      ['x = 1\nfor y, \\\n    x in z:\n    probe(x)', '?'],
      [
        'from sklearn.model_selection._search import GridSearchCV\nprobe(GridSearchCV)',
        '<sklearn.model_selection.GridSearchCV>',
      ],
      ['import tensorflow as tf\nprobe(tf.keras.layers.Dense)', '<keras.layers.Dense>'],
      ['from keras.layers.core import Dense\nprobe(Dense)', '<keras.layers.Dense>'],
      ['from tensorflow.python.keras.models import Sequential\nprobe(Sequential)', '<keras.Sequential>'],
      ['import pytorch_lightning as pl\nprobe(pl.Trainer)', '<lightning.Trainer>'],
      ['try:\n    from a.new import X\nexcept ImportError:\n    from a.old import X\nprobe(X)', '<a.new.X>'],
      ['try:\n    import xgboost as xgb\nexcept ImportError:\n    xgb = None\nprobe(xgb)', '<xgboost>'],
      ['from . import sklearn\nprobe(sklearn.svm)', '<..sklearn.svm>'],
      ['def f():\n    import numpy as np\nprobe(np)', '?'],
      ['import numpy as np\nnp = 3\nprobe(np)', 3],
    ]);

    it('brings by * only what is known to be there', async () => {
      const code = 'from sklearn.model_selection import *\nprobe(GridSearchCV, Own)';
      const module = await moduleOf(code, ['probe'], ['sklearn.model_selection.GridSearchCV']);
      const args = module.calls(['probe'])[0]?.node.childForFieldName('arguments')?.namedChildren ?? [];
      assert.deepEqual(
        args.map((node) => plain(module.evaluate(node))),
        ['<sklearn.model_selection.GridSearchCV>', '?'],
      );
    });
  });

  describe('calls', () => {
    it('are found under aliases of import and of assignment, and not in text', async () => {
      const code = 'from a import Search as S\nT = a.Search\nS(1)\nT(2)\n"Search(3)"\n# Search(4)\na.Search(5)\nSearch';
      const module = await moduleOf(code, ['Search']);
      assert.deepEqual(
        module.calls(['Search']).map(({ node }) => node.text),
        ['a.Search(5)', 'S(1)', 'T(2)'],
      );
    });
  });
});
