import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withEdits } from '../../src/lint/fixes/apply-fixes';
import type { Finding } from '../../src/lint/engine/findings';
import { documentedRules } from '../../src/lint/rules/documented';
import { dependencyOrder } from '../../src/python/dependency-order';
import { LineReader } from '../../src/python/line-reader';
import { marimoParts } from '../../src/python/marimo';
import { analyse, lint } from '../lint/support';

const head = `import marimo

__generated_with = "0.15.0"
app = marimo.App(width="medium")

`;
const foot = `
if __name__ == "__main__":
    app.run()
`;

/** The module that is linted, without empty lines; null if a text is not a notebook. */
const moduleOf = (text: string): string | null => {
  const parts = marimoParts(text);
  return parts === null ? null : sentence(parts.map((part) => part.text).join('\n'));
};
const sentence = (text: string): string =>
  text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .join('\n');

/** The module of some cells, without the head and the foot of the file. */
const cellsOf = (text: string): string | null => {
  const [start, end] = [sentence(head), sentence(foot)];
  const module = moduleOf(`${head}${text}\n${foot}`);
  assert.ok(module === null || (module.startsWith(start) && module.endsWith(end)), String(module));
  return module?.slice(start.length + 1, -end.length - 1) ?? null;
};

/** What a finding's span holds, without the indentation of its lines. */
function spanOf(text: string, { start, end }: Finding): string {
  const lines = text.split('\n').slice(start.row, end.row + 1);
  const last = (lines.at(-1) ?? '').slice(0, end.column);
  return [...lines.slice(0, -1), last]
    .map((line, index) => (index === 0 ? line.slice(start.column) : line).trim())
    .join('\n');
}

const seen = (text: string, findings: readonly Finding[]): readonly (readonly [string, string, string])[] =>
  findings.map((finding) => [finding.rule, finding.message, spanOf(text, finding)] as const).sort();

describe('marimo', () => {
  it('finds the fits of a search whose class another cell imports, further below', async () => {
    const text = `${head}
@app.cell
def _(GridSearchCV, SVC):
    search = GridSearchCV(SVC(), {"C": [1, 2, 3, 4], "gamma": [1, 2, 3]}, cv=5).fit(x)
    return (search,)


@app.cell
def _():
    from sklearn.model_selection import GridSearchCV
    from sklearn.svm import SVC

    return GridSearchCV, SVC

${foot}`;
    const [finding, ...others] = await lint(text);
    assert.ok(finding !== undefined && others.length === 0);
    assert.deepEqual([finding.rule, finding.estimate?.['fits'], finding.cell], ['grid-search', 61, null]);
    assert.equal(spanOf(text, finding), 'GridSearchCV(SVC(), {"C": [1, 2, 3, 4], "gamma": [1, 2, 3]}, cv=5)');
  });

  it('takes files as plain Python that only import marimo, or hold a notebook in a string', () => {
    for (const text of [
      'import marimo as mo\n\n@app.cell\ndef _():\n    return\n',
      'import marimo\napp = marimo.App()\n',
      'import marimo\nimport modal\napp = modal.App()\n\n@app.function()\ndef f():\n    return 1\n',
      'app = marimo.App()\n\n@app.cell\ndef _():\n    return\n',
      'import marimo\ntext = """\napp = marimo.App()\n\n@app.cell\ndef _():\n    return\n"""\n',
    ])
      assert.equal(marimoParts(text), null, text);
  });

  const layouts: readonly (readonly [string, string, string])[] = [
    ['a decorator with arguments', '@app.cell(hide_code=True)\ndef _(mo):\n    x = 1\n    return', 'x = 1'],
    ['a decorator of several lines', '@app.cell(\n    hide_code=True,\n)\ndef _():\n    x = 1\n    return', 'x = 1'],
    ['an async cell', '@app.cell\nasync def _():\n    await f()\n    return', 'await f()'],
    [
      'a header of several lines',
      '@app.cell\ndef _(\n    a,  # one: (\n    b: dict = {1: 2},\n) -> "x":\n    c = a\n    return (\n        c,\n    )',
      'c = a',
    ],
    ['tabs', '@app.cell\ndef _():\n\tif x:\n\t\ty = 1\n\treturn (y,)', 'if x:\n\ty = 1'],
    ['one line', '@app.cell\ndef _(): x = 1', 'x = 1'],
    ['one line that returns', '@app.cell\ndef _(x): return x', ''],
    ['an empty cell', '@app.cell\ndef _():\n    return', ''],
    [
      'nested functions with returns',
      '@app.cell\ndef _():\n    def f():\n        return 1\n    async def g():\n        return 2\n    return f, g',
      'def f():\n    return 1\nasync def g():\n    return 2',
    ],
    [
      'strings of several lines, which keep their lines',
      '@app.cell\ndef _(mo):\n    mo.md(\n        """\n    # A\n  def f():\n@app.cell\n    return\n        """\n    )\n    return',
      'mo.md(\n    """\n    # A\n  def f():\n@app.cell\n    return\n        """\n)',
    ],
    [
      'comments at the start of a line',
      '@app.cell\ndef _():\n    x = 1\n# c\n    y = 2\n    return',
      'x = 1\n# c\ny = 2',
    ],
    [
      'lines in brackets with less indentation',
      '@app.cell\ndef _():\n    x = f(\n  1,\n)\n    return',
      'x = f(\n1,\n)',
    ],
    [
      'a setup cell, functions and classes, before the cells that use them',
      '@app.cell\ndef _(x):\n    f(x)\n    return\n\n@app.function(hide_code=True)\n@cached\ndef f(x):\n    return x\n\n@app.class_definition\nclass A:\n    pass\n\nwith app.setup(hide_code=True):\n    import a',
      'import a\n@cached\ndef f(x):\n    return x\nclass A:\n    pass\nf(x)',
    ],
    [
      'other decorators above the one of marimo',
      '@app.cell\ndef _():\n    x = 1\n\n@pytest.mark.skip(\n    reason="r"\n)\n@app.cell\ndef test_x(x):\n    assert x',
      'x = 1\nassert x',
    ],
    [
      'cells that take names from one another in a circle',
      '@app.cell\ndef _(b):\n    a = b\n    return (a,)\n\n@app.cell\ndef _(a):\n    b = a\n    return (b,)',
      'b = a\na = b',
    ],
    [
      'a bracket that never closes, in its cell only',
      '@app.cell\ndef _():\n    x = f(\n    return\n\n@app.cell\ndef _():\n    y = 1\n    return',
      'x = f(\n    return\ny = 1'.replace('    return', 'return'),
    ],
  ];
  for (const [name, text, expected] of layouts) {
    for (const [ends, written] of [
      ['', text],
      [' and CRLF', text.replace(/\n/g, '\r\n')],
    ] as const)
      it(`reads ${name}${ends}`, () => {
        assert.equal(cellsOf(written), expected);
      });
  }

  it('lints the other cells if one is broken, and says where that is', async () => {
    const text = `${head}
@app.cell
def _():
    x = 1
    y = (1 2
    return

@app.cell
def _():
    from sklearn.model_selection import GridSearchCV
    GridSearchCV(m, {"C": [1, 2, 3, 4], "gamma": [1, 2, 3]}).fit(x)
    return
${foot}`;
    const { findings, syntaxError } = await analyse(text, { select: ['grid-search'] });
    assert.equal(findings.length, 1);
    assert.ok(findings[0] !== undefined);
    assert.match(spanOf(text, findings[0]), /^GridSearchCV\(m/);
    assert.match(text.split('\n')[syntaxError?.row ?? 0] ?? '', /y = \(1 2|return/);
    assert.ok(findings.every(({ fixes }) => fixes.every(({ safe }) => !safe)));
  });

  it('honours comments of a line, a cell and the file', async () => {
    const cell = (comment: string, search: string): string => `
@app.cell
def _(GridSearchCV):
    ${comment}
    ${search}
    return
`;
    const imports = `
@app.cell
def _():
    from sklearn.model_selection import GridSearchCV
    return (GridSearchCV,)
`;
    const search = 'GridSearchCV(m, {"C": range(20)}).fit(x)';
    const count = async (text: string): Promise<readonly string[]> =>
      (await lint(`${head}${text}${imports}${foot}`)).map(({ rule }) => rule);
    assert.deepEqual(await count(cell('', search) + cell('', search)), ['grid-search', 'grid-search']);
    assert.deepEqual(await count(cell('# green-ml: ignore[grid-search] paper', search) + cell('', search)), [
      'grid-search',
    ]);
    assert.deepEqual(
      await count(cell('# green-ml: ignore-cell[grid-search] paper', `pass\n    ${search}`) + cell('', search)),
      ['grid-search'],
    );
    assert.deepEqual(
      await count(`# green-ml: ignore-file[grid-search] paper\n${cell('', search)}${cell('', search)}`),
      [],
    );
    assert.deepEqual(await count(cell('# green-ml: ignore[grid-search] none', 'pass')), ['unused-suppression']);
  });

  it('takes a line away with its indentation', async () => {
    const text = `${head}
@app.cell
def _(x):
    print(x)
    # green-ml: ignore[grid-search] not needed
    return
${foot}`;
    const [unused] = await lint(text);
    assert.ok(unused !== undefined);
    assert.equal(
      withEdits(text, unused.fixes[0]?.edits ?? []),
      text.replace('    # green-ml: ignore[grid-search] not needed\n', ''),
    );
  });

  it('finds and fixes in the cells of a notebook what it does in a module of their statements', async function () {
    this.timeout(300_000);
    const samples = documentedRules.flatMap(({ nonCompliant, id }) => nonCompliant.map(({ code }) => ({ id, code })));
    let findings = 0;
    let fixes = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...samples),
        fc.infiniteStream(fc.boolean()),
        fc.infiniteStream(fc.nat(1000)),
        fc.constantFrom('    ', '\t', '  '),
        async ({ code, id }, cuts, places, indentation) => {
          const cells = cut(code, () => cuts.next().value === true);
          // Each cell but the first takes a name from the one before it, so that there is one order.
          const written = cells
            .map((cell, index) => asCell(cell, index, indentation))
            .map((text) => ({ text, place: Number(places.next().value) }))
            .sort((a, b) => a.place - b.place)
            .map(({ text }) => text);
          const text = `${head}${written.join('\n\n')}\n${foot}`;
          const choice = { select: [id] };
          const flat = await lint(code, choice);
          const found = await lint(text, choice);
          assert.deepEqual(seen(text, found), seen(code, flat), text);
          findings += found.length;
          for (const finding of found) {
            const twin = flat.find((other) => spanOf(code, other) === spanOf(text, finding));
            for (const fix of finding.fixes) {
              const same = twin?.fixes.find(({ title }) => title === fix.title);
              assert.ok(same !== undefined);
              const [here, there] = [withEdits(text, fix.edits), withEdits(code, same.edits)];
              // What a cell gives to others is not code of the module.
              const read = (moduleOf(here) ?? '').slice(sentence(head).length + 1, -sentence(foot).length - 1);
              assert.equal(read, sentence(there), here);
              fixes++;
            }
          }
        },
      ),
      { numRuns: 250, seed: 12 },
    );
    assert.ok(findings > 150 && fixes > 30, `${findings} findings, ${fixes} fixes`);
  });

  it('finds the way back from everything that it reads, whatever the text', () => {
    const line = fc.constantFrom(
      '@app.cell',
      '@app.cell(hide_code=True)',
      '@app.function',
      'with app.setup:',
      'def _(a, b):',
      'async def _():',
      'def _(',
      '):',
      '    x = 1',
      '\ty = (',
      '    )',
      '    """',
      "    f'{a}'",
      '    return (x,)',
      '  return',
      '# c',
      '',
      '   ',
      'x = 2',
      'if x:',
      '@other',
      'class A: pass',
      '    \\',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.constantFrom('\n', '\r\n'), (lines, end) => {
        const text = head.replace(/\n/g, end) + lines.join(end);
        const parts = marimoParts(text);
        if (parts === null) return;
        const rows = text.split('\n');
        const covered: number[] = [];
        let firstRow = 0;
        for (const part of parts) {
          const own = part.text.split('\n');
          assert.equal(part.firstRow, firstRow);
          assert.equal(own.length, part.dedents.length);
          firstRow += own.length;
          for (const [row, read] of own.entries()) {
            covered.push(part.fileRow + row);
            const dedent = part.dedents[row] ?? null;
            if (dedent === null) assert.equal(read, '');
            else if (read !== '') assert.equal(rows[part.fileRow + row]?.slice(dedent), read);
          }
        }
        assert.deepEqual(
          covered.sort((a, b) => a - b),
          [...rows.keys()],
        );
      }),
      { numRuns: 3000 },
    );
  });

  it('reads a file of very many cells in time', async function () {
    this.timeout(20_000);
    const cells = Array.from(
      { length: 14_000 },
      (_, index) => `@app.cell\ndef _(a${index + 1}):\n    a${index} = a${index + 1}\n    return (a${index},)\n\n`,
    );
    const text = head + cells.join('');
    assert.equal(marimoParts(text)?.length, 14_001);
    await analyse(text);
  });
});

describe('an order by what is taken', () => {
  it('puts each behind what it takes, and leaves the others where they are', () => {
    const of = (item: string, takes: string, gives: string) => ({
      item,
      takes: Array.from(takes),
      gives: Array.from(gives),
    });
    assert.deepEqual(dependencyOrder([of('1', 'b', ''), of('2', '', 'a'), of('3', 'a', 'b'), of('4', '', '')]), [
      '2',
      '3',
      '1',
      '4',
    ]);
  });
});

/** Cuts a module between statements where a coin says so. */
function cut(code: string, coin: () => boolean): readonly string[] {
  const cells: string[][] = [[]];
  const reader = new LineReader();
  for (const line of code.trimEnd().split('\n')) {
    const isNew = reader.atStatement && /^[^\s#)]/.test(line) && !/^(?:else|elif|except|finally)\b/.test(line);
    const before = cells.at(-1) ?? [];
    // A comment or a decorator belongs to what follows it.
    const opens = before.at(-1)?.startsWith('#') === true || before.at(-1)?.startsWith('@') === true;
    if (isNew && !opens && before.length > 0 && coin()) cells.push([line]);
    else before.push(line);
    reader.read(line);
  }
  return cells.map((lines) => lines.join('\n'));
}

function asCell(code: string, index: number, indentation: string): string {
  const reader = new LineReader();
  const body = code.split('\n').map((line) => {
    const written = reader.inString || line === '' ? line : `${indentation}${line}`;
    reader.read(line);
    return written;
  });
  const [takes, gives] = [index === 0 ? '' : `name_${index - 1}, mo`, `${indentation}return name_${index}, other`];
  return ['@app.cell', `def _(${takes}):`, ...body, gives, ''].join('\n');
}
