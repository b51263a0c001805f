import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Linter, type Analysis } from '../../src/lint/engine/linter';
import { defaultConfig, settingsFor } from '../../src/lint/engine/settings';
import { withEdits } from '../../src/lint/fixes/apply-fixes';
import { documentedRules as allRules } from '../../src/lint/rules/documented';
import { marimoParts } from '../../src/python/marimo';
import { loadParser } from './support';
import { damaged, damages } from '../support/damage';

const settings = settingsFor(allRules, { ...defaultConfig, select: ['all'] }, 'notebook.py');

/** No text takes longer than this, however slow the machine is; what is held up would take minutes. */
const longest = 60_000;

/** What is said of a text: in time, of places within it, once each. */
async function analyse(text: string): Promise<Analysis> {
  const start = performance.now();
  const analysis = new Linter(await loadParser(), allRules).lintText(text, settings);
  assert.ok(performance.now() - start < longest, `it took ${performance.now() - start} ms`);
  const lines = text.split('\n');
  const isWithin = ({ row, column }: { readonly row: number; readonly column: number }): boolean =>
    row < lines.length && column <= (lines[row] ?? '').length;
  for (const { start: first, end, fixes, cell } of analysis.findings) {
    assert.equal(cell, null);
    assert.ok(isWithin(first) && isWithin(end), `${JSON.stringify({ first, end })}\n${text.slice(0, 2000)}`);
    assert.ok(first.row < end.row || (first.row === end.row && first.column <= end.column));
    for (const { edits } of fixes) {
      assert.ok(edits.every((edit) => isWithin(edit.start) && isWithin(edit.end)));
      withEdits(text, edits);
    }
  }
  return analysis;
}

/** Each line of the file stands once in the module of the cells, in some order. */
function assertWhole(text: string): void {
  const parts = marimoParts(text);
  if (parts === null) return;
  const rows = parts.flatMap(({ fileRow, dedents }) => dedents.map((_, row) => fileRow + row));
  assert.deepEqual(
    rows.sort((a, b) => a - b),
    text.split('\n').map((_, row) => row),
  );
}

const head = 'import marimo\n\napp = marimo.App()\n\n';
const foot = '\nif __name__ == "__main__":\n    app.run()\n';
const cell = (body: string, parameters = '', gives = ''): string =>
  `@app.cell\ndef _(${parameters}):\n${body.replace(/^(?=.)/gm, '    ')}\n    return${gives === '' ? '' : ` ${gives},`}\n\n`;
const notebook = (...cells: readonly string[]): string => head + cells.join('') + foot;

const imports = cell('from sklearn.model_selection import GridSearchCV', '', 'GridSearchCV');
const search = cell(
  'search = GridSearchCV(m, {"C": [1, 2, 3, 4], "gamma": [1, 2, 3]}).fit(x)',
  'GridSearchCV, m',
  'search',
);
const sample = notebook(
  imports,
  search,
  `@app.cell(hide_code=True, disabled=(1 < 2))\nasync def later(mo, search):\n    text = """\nnot: indented\n"""\n    await mo.f(text)\n    return\n\n`,
  `with app.setup(hide_code=True):\n    import torch\n\n`,
  `@app.function(hide_code=True)\n@cache(size=(1, 2))\ndef double(x: int = 2) -> int:\n    def inner():\n        return x\n    return inner() * 2\n\n`,
  `@app.class_definition\nclass Net(torch.nn.Module):\n    pass\n\n`,
  cell('for x in y:\n    loss = f(x)\n    loss.backward()\n    total += loss', 'torch, f, y, total'),
);

const times = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('');
const rulesIn = async (text: string): Promise<readonly string[]> =>
  (await analyse(text)).findings.map(({ rule }) => rule);

describe('whatever the marimo notebook', () => {
  it('is whole, everything in it is found', async () => {
    for (const text of [sample, sample.replaceAll('\n', '\r\n'), sample.replaceAll('    ', '\t')]) {
      assertWhole(text);
      const found = await rulesIn(text);
      assert.ok(found.includes('grid-search') && found.includes('graph-retention'), found.join());
    }
  });

  it('is truncated anywhere, it is answered', async function () {
    this.timeout(120_000);
    for (let length = 0; length <= sample.length; length += 3) {
      assertWhole(sample.slice(0, length));
      await analyse(sample.slice(0, length));
    }
  });

  it('is damaged, it is answered', async function () {
    this.timeout(240_000);
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(
        '\t',
        '\r',
        '\r\n',
        '\f',
        '\\\n',
        '"""',
        "'",
        '(',
        ')',
        ':',
        '#',
        '@app.cell\n',
        '@',
        'def ',
        'return ',
        'async ',
        'with app.setup:\n',
        'app = marimo.App()\n',
        '\ufeff',
        '    ',
        '\n',
        'lambda: ',
      ),
    );
    const damage = damages(sample.length, piece, { remove: 40, least: 1, most: 6 });
    await fc.assert(
      fc.asyncProperty(damage, async (edits) => {
        const text = damaged(sample, edits);
        assertWhole(text);
        await analyse(text);
      }),
      { numRuns: 400 },
    );
  });

  const broken: Readonly<Record<string, string>> = {
    'that opens brackets': cell('x = (1, [2'),
    'that closes brackets': cell('x = 1)]}'),
    'that ends within a text': cell('x = "a'),
    'without a body': '@app.cell\ndef _():\n\n',
    'without a function': '@app.cell\n\n',
    'whose header never ends': '@app.cell\ndef _(a,\n\n',
    'that is a class': '@app.cell\nclass A:\n    pass\n\n',
    'in Python 2': cell('print "x"'),
    'with a decorator over several lines':
      '@app.cell(\n    hide_code=True,\n    column=(1 + 2),\n)\ndef _(\n    a,\n    b=(1, 2),\n):\n    c = 1\n    return (\n        c,\n    )\n\n',
    'on one line': '@app.cell\ndef _(): x = 1; return x\n\n',
    'with two decorators': '@other(lambda f: f)\n@app.cell\n@again\nasync def _(): await x\n\n',
    'of functions in functions': cell(
      'def a():\n    def b():\n        async def c():\n            return 1\n        return c\n    return b',
    ),
  };
  for (const [name, text] of Object.entries(broken)) {
    it(`has a cell ${name}, the other cells are linted`, async () => {
      for (const whole of [
        notebook(imports, search, text),
        notebook(text, search, imports),
        notebook(search, text, imports),
      ]) {
        assertWhole(whole);
        assert.ok((await rulesIn(whole)).includes('grid-search'), whole);
      }
    });
  }

  const heaps: Readonly<Record<string, string>> = {
    '5,000 cells': notebook(
      imports,
      times(5000, (index) => cell(`x_${index} = ${index}`, '', `x_${index}`)),
      search,
    ),
    '5,000 cells in a chain': notebook(
      search,
      times(5000, (index) => cell(`x_${index} = x_${index + 1}`, `x_${index + 1}`, `x_${index}`)),
      imports,
    ),
    '2,000 cells in a circle': notebook(
      imports,
      times(2000, (index) => cell(`x_${index} = x_${(index + 1) % 2000}`, `x_${(index + 1) % 2000}`, `x_${index}`)),
      search,
    ),
    '300 cells that all take all': notebook(
      imports,
      times(300, (index) =>
        cell(
          `x_${index} = 1`,
          times(300, (other) => `x_${other}, `),
          `x_${index}`,
        ),
      ),
      search,
    ),
    'a cell of 20,000 lines': notebook(imports, cell(times(20_000, (index) => `x_${index} = ${index}\n`)), search),
    '5,000 decorators': notebook(imports, `${'@cache\n'.repeat(5000)}@app.cell\ndef _():\n    return\n\n`, search),
    '5,000 decorators of marimo': notebook(imports, '@app.cell\n'.repeat(5000), search),
    '2,000 returns': notebook(imports, cell('if x: return\n'.repeat(2000)), search),
    '3,000 parameters': notebook(
      imports,
      cell(
        'pass',
        times(3000, (index) => `a_${index}, `),
      ),
      search,
    ),
    'a long text': notebook(imports, cell(`mo.md("""\n${'@app.cell\ndef _():\n'.repeat(5000)}""")`), search),
    'functions in functions': notebook(
      imports,
      cell(times(150, (depth) => `${' '.repeat(depth)}def f():\n`) + `${' '.repeat(150)}pass`),
      search,
    ),
    '3,000 setups': notebook(imports, 'with app.setup:\n    import torch\n\n'.repeat(3000), search),
    'a name given by 3,000 cells': notebook(
      imports,
      times(3000, () => cell('m = 1', '', 'm')),
      search,
    ),
  };
  for (const [name, text] of Object.entries(heaps)) {
    it(`has ${name}, it is answered`, async function () {
      this.timeout(2 * longest);
      assertWhole(text);
      const { findings, cutShort } = await analyse(text);
      assert.ok(findings.some(({ rule }) => rule === 'grid-search') || cutShort.includes('grid-search'));
    });
  }

  it('has names that objects have, they are names like others', async () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
      assert.ok(
        (
          await rulesIn(
            notebook(
              cell(`${name} = 1`, '', name),
              search.replace('m, {', `${name}, {`).replace(', m)', `, ${name})`),
              imports,
            ),
          )
        ).includes('grid-search'),
        name,
      );
  });
});
