import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeSource } from '../../../src/lint/files/decode';
import { lintSource, type FileResult } from '../../../src/lint/files/lint-files';
import { Linter } from '../../../src/lint/engine/linter';
import { documentedRules as allRules } from '../../../src/lint/rules/documented';
import { defaultConfig, settingsFor } from '../../../src/lint/engine/settings';
import { loadParser } from '../../python/support';

const search = 'from sklearn.model_selection import GridSearchCV\nGridSearchCV(m, {"C": range(20)}).fit(x)\n';
const sample = allRules.flatMap(({ nonCompliant }) => nonCompliant.map(({ code }) => code)).join('\n');
const sentence = /^[A-Z][^\n]*\.$/;

/** What is said of a file with these bytes; a problem is one sentence. */
async function lintBytes(bytes: Uint8Array, kind: 'module' | 'notebook'): Promise<FileResult> {
  const decoded = decodeSource(bytes);
  const settings = settingsFor(allRules, { ...defaultConfig, select: ['all'] }, 'a.py');
  const result =
    'problem' in decoded
      ? { analysis: null, problem: decoded.problem, cells: null }
      : lintSource(new Linter(await loadParser(), allRules), decoded.text, kind, settings);
  assert.ok(result.problem === null || sentence.test(result.problem), result.problem ?? '');
  return result;
}

const lintModule = (text: string): Promise<FileResult> => lintBytes(Buffer.from(text), 'module');
const lintNotebook = (cells: unknown): Promise<FileResult> =>
  lintBytes(Buffer.from(typeof cells === 'string' ? cells : JSON.stringify({ cells })), 'notebook');
const code = (source: unknown): unknown => ({ cell_type: 'code', source });
const rules = ({ analysis }: FileResult): readonly string[] => (analysis?.findings ?? []).map(({ rule }) => rule);

describe('whatever the file', () => {
  it('says why it does not read what nobody wrote', async () => {
    const long = await lintModule(`${search}x = "${'a'.repeat(10_000_000)}"\n`);
    assert.match(long.problem ?? '', /million characters/);
    assert.match((await lintNotebook([code(search + '# x\n'.repeat(1_300_000))])).problem ?? '', /million characters/);
    assert.match((await lintModule(`${search}\0`)).problem ?? '', /null bytes/);
    assert.match((await lintBytes(Buffer.from([0x78, 0x3d, 0xe9]), 'module')).problem ?? '', /not UTF-8/);
  });

  it('reads a notebook of 5 MB, most of which is output', async () => {
    const cells = [
      code(search.split('\n').slice(0, 1)),
      { cell_type: 'code', source: search.split('\n')[1], outputs: [{ data: { 'image/png': 'A'.repeat(5_000_000) } }] },
    ];
    assert.ok(rules(await lintNotebook(cells)).includes('grid-search'));
    const many = [
      code(search),
      ...Array.from({ length: 5000 }, (_, index) => code(`x_${index} = ${index}\n%time pass`)),
    ];
    assert.ok(rules(await lintNotebook(many)).includes('grid-search'));
  });

  const notebooks: Readonly<Record<string, string>> = {
    'half a notebook': '{"cells": [{"cell_type": "code", "source": ["x',
    'a list': '[]',
    'a number': '3',
    nothing: '',
    null: 'null',
    'cells that are none': '{"cells": {"a": 1}}',
    'deep JSON': `{"cells": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
  };
  for (const [name, text] of Object.entries(notebooks)) {
    it(`answers on a notebook that is ${name}`, async () => {
      assert.deepEqual(rules(await lintNotebook(text)), []);
    });
  }

  it('passes over cells that are none', async () => {
    const cells = [
      null,
      3,
      'x',
      { cell_type: 'code' },
      code(3),
      code([1, null, search]),
      code('x = = ('),
      { cell_type: 'raw', source: search },
    ];
    assert.deepEqual(
      (await lintNotebook(cells)).analysis?.findings
        .map(({ cell, rule }) => [cell, rule])
        .filter(([, rule]) => rule === 'grid-search'),
      [[5, 'grid-search']],
    );
  });

  const forms: Readonly<Record<string, string>> = {
    'a byte order mark': `\ufeff${search}`,
    CRLF: search.replaceAll('\n', '\r\n'),
    'lone carriage returns': search.replaceAll('\n', '\r'),
    'form feeds': `\f${search}`,
    tabs: `if x:\n\t${search.replace('\n', '\n\t')}`,
    'Python 2': `print "x" %\\\n  y\n${search}exec "z" in {}\nprint >>f, \`x\`\nraise E, "x"\n`,
    match: `match a:\n    case {"x": [1, *_], **rest} if rest:\n        pass\n${search}`,
    'new f-strings': `f"{x!r:>{w}} {"a" + f'{"b"}'} {'\\n'.join(z)}"\n${search}`,
    'type parameters': `type A[*T, **P] = list[T]\nclass B[T: int = int]:\n    def f[S](self, x: S) -> S: ...\n${search}`,
    'exception groups': `try:\n    pass\nexcept* (A, B) as e:\n    pass\n${search}`,
    'decorators and walrus': `@(lambda f: f)\nasync def f(a, /, *, b):\n    return (y := [await z async for z in a])\n${search}`,
  };
  for (const [name, text] of Object.entries(forms)) {
    it(`finds its way through ${name}`, async () => {
      assert.ok(rules(await lintModule(text)).includes('grid-search'));
    });
  }

  const heaps: Readonly<Record<string, string>> = {
    parentheses: `${search}x = ${'('.repeat(3000)}1${')'.repeat(3000)}\n`,
    lambdas: `${search}x = ${'lambda: '.repeat(3000)}1\n`,
    subscripts: `${search}x = a${'[0]'.repeat(3000)}\n`,
    comparisons: `${search}x = ${'1 < '.repeat(3000)}1\n`,
    conditions: `${search}x = ${'1 if a else '.repeat(3000)}1\n`,
    'nested f-strings': `${search}x = ${'f"{'.repeat(200)}1${'}"'.repeat(200)}\n`,
    'nested functions':
      search +
      Array.from({ length: 200 }, (_, depth) => `${' '.repeat(depth)}def f():`).join('\n') +
      `\n${' '.repeat(200)}pass\n`,
    'nested dicts': `${search}GridSearchCV(m, ${'{"a": '.repeat(500)}1${'}'.repeat(500)}).fit(x)\n`,
    'quotes that never end': `${search}${'"""'.repeat(999)}`,
    'names that are long': `${search}${'a'.repeat(200_000)} = 1\n`,
    elif: `${search}if a: pass\n${'elif a: pass\n'.repeat(5000)}`,
    'star imports': `${'from keras.layers import *\n'.repeat(2000)}${search}`,
    comments: `${'# green-ml: ignore[grid-search] x\n'.repeat(5000)}${search}`,
    layers: `from keras import Sequential\nfrom keras.layers import Dense\nm = Sequential()\n${'m.add(Dense(10, input_dim=5))\n'.repeat(3000)}`,
  };
  for (const [name, text] of Object.entries(heaps)) {
    it(`comes to an end with heaps of ${name}`, async () => {
      await lintModule(text);
    });
  }

  it('survives any bytes', async function () {
    this.timeout(60_000);
    const bytes = Buffer.from(sample);
    const damage = fc.record({
      at: fc.nat(bytes.length),
      length: fc.nat(4000),
      insert: fc.uint8Array({ maxLength: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, length, insert }) => {
        const damaged = Buffer.concat([
          bytes.subarray(at, at + length),
          insert,
          bytes.subarray(at + length, at + 2 * length),
        ]);
        await lintBytes(damaged, 'module');
        await lintBytes(damaged, 'notebook');
      }),
      { numRuns: 120 },
    );
  });

  it('survives any cells', async function () {
    this.timeout(60_000);
    const piece = fc
      .integer({ min: 0, max: sample.length - 1 })
      .chain((at) => fc.nat(300).map((length) => sample.slice(at, at + length)));
    const magic = fc.constantFrom(
      '%%time\n',
      '%%bash\n',
      '!pip install x\n',
      '%matplotlib inline\n',
      '  ',
      '\t',
      '?x\n',
      'x = !ls\n',
      '',
    );
    const source = fc.tuple(magic, piece, magic).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(fc.array(source, { maxLength: 8 }), async (sources) => {
        const { analysis } = await lintNotebook(sources.map(code));
        for (const { cell, start, end, fixes } of analysis?.findings ?? []) {
          assert.ok(cell !== null && cell < sources.length);
          const lines = (sources[cell] ?? '').split('\n');
          assert.ok(
            start.row < lines.length && end.row < lines.length && start.column <= (lines[start.row] ?? '').length,
          );
          for (const edit of fixes.flatMap(({ edits }) => edits))
            assert.ok(edit.cell !== null && edit.cell < sources.length);
        }
      }),
      { numRuns: 80 },
    );
  });
});
