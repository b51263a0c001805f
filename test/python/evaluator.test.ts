import assert from 'node:assert/strict';
import { probe } from './support';

/** Each row is code and what `probe(…)` in it is known to be. */
function table(rows: readonly (readonly [string, unknown])[]): void {
  for (const [code, expected] of rows) {
    it(code.length > 90 ? `${code.slice(0, 90)}…` : code, async () => {
      assert.deepEqual(await probe(code), expected);
    });
  }
}

describe('folding of expressions', () => {
  describe('literals and operators', () => {
    table([
      ['probe(1_000)', 1000],
      ['probe(0x1F)', 31],
      ['probe(1e-3)', 0.001],
      ['probe(3j)', '?'],
      ['probe(12345678901234567890)', '?'],
      ['probe(-2 ** 2)', -4],
      ['probe(7 // 2 + 7 % -4)', 2],
      ['probe(1 / 0)', '?'],
      ['probe(10 ** -2)', 0.01],
      ['probe("a" "b" + \'c\\n\')', 'abc\n'],
      ['probe(r"\\d" "\\x41\\u00e9")', '\\dAé'],
      ['probe(b"a")', '?'],
      ['n = 3\nprobe(f"k{n}_{{}}")', 'k3_{}'],
      ['probe(f"{1.5}")', '?'],
      ['probe(not 0)', true],
      ['probe(0 or "x")', 'x'],
      ['probe(unknown or 5)', '?'],
      ['probe(1 if True else 2)', 1],
      ['probe(3 in [1, 2, 3])', true],
      ['probe(None is None)', true],
      ['probe(1 < 2 < 3)', '?'],
      ['probe((1))', 1],
      ['probe([1, 2] + [3] * 2)', [1, 2, 3, 3]],
      ['probe([1, (2, "x"), None,])', [1, [2, 'x'], null]],
      ['probe([*range(2), *"ab"])', [0, 1, 'a', 'b']],
      ['probe([*unknown])', '?'],
      ['probe([1, \\\n    2])', [1, 2]],
      ['probe({"a": 1, \\\n    "b": [2, \\\r\n 3]})', { a: 1, b: [2, 3] }],
      ['probe({1, 2, 2})', [1, 2]],
      ['probe({1, x})', '?'],
      ['probe({"a": 1, "a": 2, **{"b": 3}})', { a: 2, b: 3 }],
      ['probe({"a": 1, **unknown})', { a: '?', '...': true }],
      ['probe({**unknown, "a": 1})', { a: 1, '...': true }],
      ['probe({"a": 1} | {"b": 2})', { a: 1, b: 2 }],
      ['probe([1, 2, 3][-1])', 3],
      ['probe([1, 2, 3, 4][1::2])', [2, 4]],
      ['probe([1, 2, 3][::-1])', [3, 2, 1]],
      ['probe({"a": [5]}["a"][0])', 5],
    ]);
  });

  describe('built-in functions and NumPy', () => {
    table([
      ['probe(range(1, 10, 4))', [1, 5, 9]],
      ['probe(list(range(3)))', [0, 1, 2]],
      ['probe(range(10**9))', '#1000000000'],
      ['probe(range(5, 0))', []],
      ['probe(dict(a=1, b=[2]))', { a: 1, b: [2] }],
      ['probe(dict([("a", 1)], b=2))', { a: 1, b: 2 }],
      ['probe(dict(zip(["a", "b"], [1, 2])))', { a: 1, b: 2 }],
      ['probe(len("abc") + sum([1, 2]) + max(3, 4) + int("5"))', 15],
      ['probe(list({"a": 1}.items()))', [['a', 1]]],
      ['probe("a b  c".split())', ['a', 'b', 'c']],
      ['probe(sorted([3, 1]))', '#2'],
      ['import numpy as np\nprobe(np.arange(0.1, 1, 0.1))', '#9'],
      ['import numpy as np\nprobe(np.arange(0, 1.1, 0.1))', '#11'],
      ['import numpy as np\nprobe(np.arange(5))', [0, 1, 2, 3, 4]],
      ['import numpy as np\nprobe(np.arange(start=1, stop=4, dtype=int))', [1, 2, 3]],
      ['from numpy import linspace\nprobe(linspace(0, 1))', '#50'],
      ['import numpy\nprobe(numpy.logspace(-3, 3, 7))', '#7'],
      ['import numpy as np\nprobe(np.geomspace(1, 10, num=4))', '#4'],
      ['import numpy as np\nprobe(np.linspace(0, 1, n))', '?'],
      ['import numpy as np\nprobe(10.0 ** np.arange(-3, 3))', '#6'],
      ['import numpy as np\nprobe(np.array([1, 2]).tolist())', [1, 2]],
      ['import numpy as np\nprobe(np.linspace(0, 1, retstep=True))', '?'],
      ['from numpy import *\nprobe(arange(3))', [0, 1, 2]],
      ['def range(n): return [1]\nprobe(range(5))', [1]],
    ]);
  });

  describe('comprehensions', () => {
    table([
      ['probe([i * 2 for i in range(5) if i % 2])', [2, 6]],
      [
        'probe([(a, b) for a in "ab" for b in range(2)])',
        [
          ['a', 0],
          ['a', 1],
          ['b', 0],
          ['b', 1],
        ],
      ],
      ['probe({k: [v] for k, v in {"a": 1}.items()})', { a: [1] }],
      ['probe({f"m__{k}": v for k, v in {"C": [1, 2]}.items()})', { m__C: [1, 2] }],
      ['probe([f(i) for i in range(3)])', ['?', '?', '?']],
      ['probe([i for i in range(100000)])', '#100000'],
      ['probe([i for i in range(9) if f(i)])', '?'],
      ['probe([x for x in unknown])', '?'],
      ['probe({i % 2 for i in range(9)})', [0, 1]],
      ['x = 1\n[probe(x) for x in range(3)]', '?'],
    ]);
  });
});
