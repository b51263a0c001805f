import assert from 'node:assert/strict';
import fc from 'fast-check';
import { documentedRules as allRules } from '../../../src/lint/rules/documented';
import { Linter } from '../../../src/lint/engine/linter';
import { defaultConfig, settingsFor } from '../../../src/lint/engine/settings';
import { loadParser } from '../../python/support';
import { analyse, lint, lintCells } from '../support';
import { damaged, damages } from '../../support/damage';

const head = 'from sklearn.model_selection import GridSearchCV\n';
const search = 'GridSearchCV(m, {"C": range(20)}).fit(x)\n';
const sample = allRules.flatMap(({ nonCompliant }) => nonCompliant.map(({ code }) => code)).join('\n');

describe('whatever the text', () => {
  const texts: Readonly<Record<string, string>> = {
    'deep brackets': `${head}x = ${'['.repeat(5000)}GridSearchCV(m, g).fit(x)${']'.repeat(5000)}\n`,
    'brackets that never close': `${head}${'GridSearchCV('.repeat(5000)}`,
    'deep blocks':
      head +
      Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}if x:`).join('\n') +
      `\n${' '.repeat(300)}GridSearchCV(m, g).fit(x)`,
    'a long sum': `${head}GridSearchCV(m, ${'g + '.repeat(3000)}g).fit(x)`,
    'a long chain': `${head}GridSearchCV(m, g).fit(x)${'.fit(X)'.repeat(3000)}`,
    'a long line': `${head}x = [${'1, '.repeat(200_000)}]\nGridSearchCV(m, {"C": x}).fit(x)`,
    'many assignments': `${head}${'g = {"C": [1]}\n'.repeat(3000)}${'GridSearchCV(m, g).fit(x)\n'.repeat(300)}`,
    'names that lead in a circle': `${head}a = b\nb = a\nGridSearchCV(a, b, cv=a).fit(x)`,
    'a huge product': `${head}GridSearchCV(m, {str(i) + j: range(1000) for i in range(40) for j in "abc"}).fit(x)`,
    'data in base64': `${head}data = "${'QUJD'.repeat(240_000)}"\ng = {"C": [1, 2]}\nGridSearchCV(m, g).fit(x)`,
    'a comment of words': `${head}# ${'for a '.repeat(150_000)}\ng = {"C": [1, 2]}\nGridSearchCV(m, g).fit(x)`,
    'one name on a long line': `${head}# ${'g='.repeat(400_000)}\ng = {"C": [1, 2]}\nGridSearchCV(m, g).fit(x)`,
    'the name of a model on a long line': `import torch\ndef evaluate(m, l):\n    m.eval()\n    return [m(x) for x in l]\n# requires_grad freeze ${'m.a()'.repeat(150_000)}\n`,
    'an expression of many levels': `${head}import transformers\nds.map(tokenizer)\nGridSearchCV(m, g).fit(x)\n${'%time '.repeat(9000)}`,
    'calls that belong to nothing': `${head}import transformers\nds.map(tokenizer)\nGridSearchCV(m, g).fit(x)\n${'.fit('.repeat(9000)}`,
    'a dict that is filled line by line': `${head}g = {}\n${Array.from({ length: 20_000 }, (_, index) => `g["k${index}"] = [1, 2]\n`).join('')}GridSearchCV(m, g).fit(x)`,
    '1,000 evaluations': `import torch\n${Array.from({ length: 1000 }, (_, index) => `def evaluate${index}(model, l):\n    model.eval()\n    return [model(x) for x in l]\n`).join('')}`,
    'a huge comprehension': `${head}GridSearchCV(m, {"C": [i for i in range(10**6) for j in range(10**6)]}).fit(x)`,
  };
  for (const [name, text] of Object.entries(texts)) {
    it(`answers on ${name}`, async function () {
      // It takes a second or two; what is held up would take hours.
      this.timeout(60_000);
      await analyse(text);
    });
  }

  const copies = (count: number, line: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => line(index)).join('');
  const flat: readonly (readonly [string, string, string, number])[] = [
    [
      '3,000 grid searches',
      'grid-search',
      head +
        copies(
          3000,
          (index) =>
            `search_${index} = GridSearchCV(SVC(), {"C": [1, 2, 3, 4], "gamma": [0.1, 0.2, ${index}]}).fit(x)\n`,
        ),
      3000,
    ],
    ['5,000 equal grid searches', 'grid-search', head + copies(5000, () => search), 5000],
    [
      '5,000 support vector machines',
      'probability-svc',
      `from sklearn.svm import SVC\n${copies(5000, (index) => `model_${index} = SVC(probability=True)\n`)}`,
      5000,
    ],
    [
      '5,000 running totals',
      'graph-retention',
      `import torch\n${copies(5000, () => 'for x in y:\n    loss = f(x)\n    loss.backward()\n    total += loss\n')}`,
      5000,
    ],
    [
      '5,000 layers',
      'oversized-dense-layer',
      `import torch\n${copies(5000, () => 'layer = torch.nn.Linear(30000, 30000)\n')}`,
      5000,
    ],
  ];
  for (const [name, rule, text, count] of flat) {
    it(`reports all of ${name} in one file`, async function () {
      this.timeout(120_000);
      const { findings, cutShort } = await analyse(text, { select: [rule] });
      assert.equal(findings.length, count);
      assert.deepEqual(cutShort, []);
    });
  }

  it('keeps what a rule found before its steps ran out, names it, and goes on with the other rules', async () => {
    const text = `${head}import torch\n${copies(30, () => search)}for x in y:\n    loss = f(x)\n    loss.backward()\n    total += loss\n`;
    const linter = new Linter(await loadParser(), allRules, { text: 20_000, rule: 1800 });
    const settings = settingsFor(allRules, defaultConfig, 'a.py');
    const first = linter.lintText(text, settings);
    assert.deepEqual(first.cutShort, ['grid-search']);
    const searches = first.findings.filter(({ rule }) => rule === 'grid-search');
    assert.ok(searches.length > 0 && searches.length < 30);
    assert.ok(first.findings.some(({ rule }) => rule === 'graph-retention'));
    // Steps do not depend on the machine: neither does what is found.
    for (let again = 0; again < 3; again++) assert.deepEqual(linter.lintText(text, settings), first);
  });

  it('finds as much in the rest of a text after an evaluation that ran out of steps', async () => {
    const text = `${head}g = {"C": [${copies(200, (index) => `f(${index}), `)}]}\n${search}import torch\nlayer = torch.nn.Linear(30000, 10000 * 3)\n`;
    const settings = settingsFor(allRules, defaultConfig, 'a.py');
    const parser = await loadParser();
    for (let steps = 5; steps < 200; steps += 5) {
      const { findings, cutShort } = new Linter(parser, allRules, { text: 100_000, rule: steps }).lintText(
        text,
        settings,
      );
      const all = new Linter(parser, allRules)
        .lintText(text, settings)
        .findings.filter(({ rule }) => !cutShort.includes(rule));
      assert.deepEqual(
        findings.filter(({ rule }) => !cutShort.includes(rule)),
        all,
        String(steps),
      );
    }
  });

  it('says what it could not look through because it falls into loose pieces', async () => {
    const { cutShort } = await analyse(`${head}${'( '.repeat(20_000)}${search}`, { select: ['grid-search'] });
    assert.deepEqual(cutShort, ['grid-search']);
  });

  it('reads Python 2, match, new f-strings and type parameters', async () => {
    for (const line of [
      'print "x" % y',
      'exec "x"',
      'match a:\n    case [b, *c]: pass',
      'f"{x!r:{w}} {"q"}"',
      'def f[T](x: T) -> T: ...',
      'type A[T] = list[T]',
    ]) {
      const { findings } = await analyse(`${head}${line}\n${search}`);
      assert.deepEqual(
        findings.map(({ rule }) => rule),
        ['grid-search'],
        line,
      );
    }
  });

  it('says where a text stops being Python, and lints what is sound around it', async () => {
    const { findings, syntaxError } = await analyse(`${head}${search}x = = 3\ny = 1\n`);
    assert.equal(findings.length, 1);
    assert.equal(syntaxError?.row, 2);
  });

  it('does not report a call that is broken itself', async () => {
    const { findings, syntaxError } = await analyse(`${head}GridSearchCV(m, {"C": [1, 2`);
    assert.deepEqual(findings, []);
    assert.ok(syntaxError !== null);
  });

  it('counts columns in UTF-16 units, with tabs as one', async () => {
    const [finding] = await lint(`${head}if x:\n\ty = "😀é"; GridSearchCV(m, g).fit(x)\n`);
    assert.deepEqual(finding?.start, { row: 2, column: 12 });
    const [crlf] = await lint(`${head.replace('\n', '\r\n')}x = 1\r\n  \r\n${search}`);
    assert.deepEqual(crlf?.start, { row: 3, column: 0 });
  });

  it('survives truncation anywhere', async function () {
    this.timeout(120_000);
    for (let length = 0; length < sample.length; length += 97)
      await analyse(sample.slice(0, length), { select: ['all'] });
  });

  it('survives any damage', async function () {
    this.timeout(120_000);
    const damage = damages(sample.length, fc.string({ unit: 'binary', maxLength: 8 }), { remove: 30, most: 6 });
    await fc.assert(
      fc.asyncProperty(damage, async (edits) => {
        const text = damaged(sample, edits);
        await analyse(text, { select: ['all'] });
        await lintCells(text.split('\n\n'), { select: ['all'] });
      }),
      { numRuns: 60 },
    );
  });
});
