import assert from 'node:assert/strict';
import { cellTexts, inCell, joinParts, readNotebook, writtenFiles } from '../../src/python/notebook';
import { withoutMagics } from '../../src/python/magics';
import { loadParser } from './support';

const code = (source: unknown): object => ({ cell_type: 'code', source });

describe('notebooks', () => {
  it('gives the code cells with their places among all cells', () => {
    const json = JSON.stringify({
      cells: [{ cell_type: 'markdown', source: 'x' }, code(['a = 1\n', 'b']), code('c'), { cell_type: 'raw' }],
    });
    assert.deepEqual(readNotebook(json), [
      { index: 1, source: 'a = 1\nb' },
      { index: 2, source: 'c' },
    ]);
  });

  it('reads the old format with worksheets', () => {
    const json = JSON.stringify({ worksheets: [{ cells: [{ cell_type: 'code', input: ['a'] }] }] });
    assert.deepEqual(readNotebook(json), [{ index: 0, source: 'a' }]);
  });

  it('has nothing to say of other languages', () => {
    assert.deepEqual(
      readNotebook(JSON.stringify({ metadata: { language_info: { name: 'R' } }, cells: [code('x <- 1')] })),
      [],
    );
    assert.deepEqual(readNotebook(JSON.stringify({ metadata: { kernelspec: { language: 'python' } }, cells: [] })), []);
  });

  for (const text of ['', '{', 'null', '[]', '{}', '{"cells": 3}', '"x"', '{"worksheets": 1}']) {
    it(`says in a sentence that ${JSON.stringify(text)} is no notebook`, () => {
      const answer = readNotebook(text);
      assert.equal(typeof answer, 'string');
      assert.match(typeof answer === 'string' ? answer : '', /^It .*\.$/);
    });
  }

  it('gives the Python files that cells write, each by itself', () => {
    const sources = [
      '%%writefile train.py\na = 1',
      'x = 1',
      '%%writefile -a train.py\nb = 2',
      '\n%%file "src/other.py"\r\nc = 3',
      '%%writefile Dockerfile\nFROM x',
      '%%writefile train.py\na = 2',
      '%%writefile --append train.py\nb = 3',
      '%%writefile empty.py',
      '%%writefile $name.py extra\nx',
    ];
    const files = writtenFiles(sources.map((source, index) => ({ index, source })));
    assert.deepEqual(
      files.map(({ parts }) => parts.map(({ index, firstRow, text }) => [index, firstRow, text])),
      [
        [
          [0, 0, '\na = 1'],
          [2, 2, '\nb = 2'],
        ],
        [[3, 0, '\n\nc = 3']],
        [
          [5, 0, '\na = 2'],
          [6, 2, '\nb = 3'],
        ],
      ],
    );
  });

  it('passes over cells that are not as they should be', () => {
    assert.deepEqual(
      readNotebook(
        '{"cells": [null, 1, {"cell_type": "code"}, {"cell_type": "code", "source": [1, "a"]}, {"cell_type": "code", "source": 3}]}',
      ),
      [{ index: 3, source: 'a' }],
    );
  });

  const magics: readonly (readonly [string, string])[] = [
    ['%matplotlib inline\nx', 'pass\nx'],
    ['  !pip install a\nx', '  pass\nx'],
    ['!pip install \\\n  a\nx', 'pass\n\nx'],
    ['x = !ls\ny = %magic f()', 'x = _\ny = _'],
    ['y = %time f()', 'y =       f()'],
    ['  best = %timeit -o -n 1 f(x)', '  best=_;                f(x)'],
    ['%time %timeit -n 1 f()', '0;    0;           f()'],
    ['%snakeviz -t f()', '0;           f()'],
    ['%%snakeviz\nf()', '\nf()'],
    ['?print\nprint?\nprint??', 'pass\npass\npass'],
    ['%time model.fit(x)\nx', '0;    model.fit(x)\nx'],
    ['  %time h = f()', '  0;    h = f()'],
    ['%timeit -n 1 -r1 -q f(-n)', '0;                  f(-n)'],
    ['%prun -s cumulative -l 5 f()', '0;                       f()'],
    ['%time f(a,\n  b)\n%matplotlib inline', '0;    f(a,\n  b)\npass'],
    ['%time f(a) + \\\n  b\nx', '0;    f(a) + \\\n  b\nx'],
    ['%time for x in y: f(x)', 'pass'],
    ['%time', 'pass'],
    ['%timeit -n 1', 'pass'],
    ['%constructor f()', 'pass'],
    ['%%time\nx', '\nx'],
    ['\n%%capture out\nx', '\n\nx'],
    ['%%bash\nls\nrm', '\n\n'],
    ['%%writefile a.py\nx', '\n'],
    ['x = (a\n% b)', 'x = (a\n% b)'],
    ['x = """\n%matplotlib\n"""\n%magic', 'x = """\n%matplotlib\n"""\npass'],
    ['x = a \\\n  % b', 'x = a \\\n  % b'],
    ['x %= 3', 'x %= 3'],
    ['# is it?\nx = "why?"', '# is it?\nx = "why?"'],
  ];
  for (const [source, expected] of magics) {
    it(`reads ${JSON.stringify(source)} as Python`, () => {
      assert.equal(withoutMagics(source), expected);
    });
  }

  it('dedents indented cells as IPython does, and finds the way back', async () => {
    const cells = [
      { index: 3, source: '    x = 1\n    y = 2\nz = 3' },
      { index: 5, source: 'a\r\nb' },
    ];
    assert.equal(cellTexts(cells)[0]?.text, 'x = 1\ny = 2\nz = 3');
    const { tree, locate } = joinParts(cellTexts(cells), await loadParser());
    assert.equal(tree.hasErrors, false);
    tree.dispose();
    assert.deepEqual(inCell(locate({ row: 1, column: 0 })), { cell: 3, point: { row: 1, column: 4 } });
    assert.deepEqual(inCell(locate({ row: 4, column: 0 })), { cell: 5, point: { row: 1, column: 0 } });
  });

  it('leaves out a cell that is not Python, and only that one', async () => {
    const cells = ['a = 1', 'this is (not\nPython', 'b = 2'].map((source, index) => ({ index, source }));
    const { tree, skipped, locate } = joinParts(cellTexts(cells), await loadParser());
    assert.deepEqual(
      skipped.map(({ index }) => index),
      [1],
    );
    assert.equal(tree.text, 'a = 1\n\n\nb = 2\n');
    assert.deepEqual(inCell(locate({ row: 3, column: 1 })), { cell: 2, point: { row: 0, column: 1 } });
    tree.dispose();
  });
});
