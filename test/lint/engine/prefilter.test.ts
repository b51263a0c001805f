import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Linter, mostSteps } from '../../../src/lint/engine/linter';
import { Prefilter } from '../../../src/lint/engine/prefilter';
import { calls, called, inCode, methodCalls, query, wantedBy } from '../../../src/lint/engine/query';
import type { Rule } from '../../../src/lint/engine/rule';
import { defaultConfig, settingsFor } from '../../../src/lint/engine/settings';
import { allRules, declaredRules } from '../../../src/lint/rules';
import { canonicalName, importedAs } from '../../../src/python/canonical';
import { loadParser } from '../../python/support';
import { lowestThresholds, MentionFilter } from '../mention-filter';

const settings = settingsFor(allRules, { ...defaultConfig, select: ['all'], thresholds: lowestThresholds }, 'a.py');

const examples = declaredRules.flatMap(({ nonCompliant, compliant }) => [
  ...nonCompliant.map(({ code }) => code),
  ...compliant,
]);

/** What two linters find in a text, one of which only looks where the prefilter lets it. */
async function bothWays(text: string): Promise<readonly [string, string]> {
  const parser = await loadParser();
  const found = (linter: Linter): string => JSON.stringify(linter.lintText(text, settings).findings);
  return [found(new Linter(parser, allRules, mostSteps, new MentionFilter())), found(new Linter(parser, allRules))];
}

/** Lines that may confuse whoever reads a text without a parser. */
const odd = [
  '# it\'s """ not a string',
  "note = 'a # b'",
  'note = "it\'s"',
  'note = """one\ntwo\'\'\' # three\n"""',
  "note = r'\\'  # '",
  'note = f"{x!r:>{width}} {d[\'key\']} {{fit(x)}}"',
  "note = f'''{\n    f\"{x:'>9}\"\n}'''",
  'note = (1,\n    [2])',
  'def unused(fit, Trainer=None): return None',
  'if x: pass',
  '',
];

/** Ways to write a program that mean the same, or nothing. */
const changes: readonly ((code: string, line: string) => string)[] = [
  (code, line) => `${line}\n${code}`,
  (code, line) => `${code}\n${line}\n`,
  (code) => code.replace(/\n(?=\S)/g, '\n\n\n'),
  (code) => `def main():\n${code.replace(/^(?=.)/gm, '    ')}`,
  (code) => `if __name__ == "__main__":\n${code.replace(/^(?=.)/gm, '\t')}`,
  (code) => code.replace(/^from (\S+) import (\w+)$/gm, 'from $1 import (\n    $2,\n)'),
  (code) => code.replace(/^from (\S+) import (\w+)$/gm, 'from $1 import $2  # noqa'),
  (code) => code.replace(/^from (\S+) import \w+$/gm, 'from $1 import *'),
  (code) => code.replace(/^import (\w+) as (\w+)$/gm, 'import os, $1 as $2'),
  (code) => code.replace(/(?<=\w)\((?=\w)/g, ' ('),
  (code) => code.replace(/(?<=\w)\((?=\w)/g, '(\n    '),
  (code) => code.replace(/\n/g, '\r\n'),
  (code) =>
    code.replace(
      /^from (\S+) import ([A-Z]\w*)$([^]*)/m,
      (_, path: string, name: string, rest: string) =>
        `from ${path} import ${name} as Other\n${rest.replace(new RegExp(`\\b${name}\\(`, 'g'), 'Other(')}`,
    ),
  (code) =>
    code.replace(
      /^from (\S+) import ([A-Z]\w*)$([^]*)/m,
      (_, path: string, name: string, rest: string) =>
        `from ${path} import ${name}\nOther = ${name}\n${rest.replace(new RegExp(`\\b${name}\\(`, 'g'), 'Other(')}`,
    ),
  (code) => `"""${code.replaceAll('"""', '')}"""\n`,
  (code) => code.replace(/^/gm, '# '),
  (code) => code.slice(0, Math.floor(code.length * 0.7)),
  (code, line) => `${line}'''\n${code}`,
];

describe('the prefilter', () => {
  it('loses no finding of the examples of the rules', async () => {
    let findings = 0;
    for (const code of examples) {
      const [wanted, found] = await bothWays(code);
      assert.equal(found, wanted, code);
      if (wanted !== '[]') findings++;
    }
    assert.ok(findings > 80, String(findings));
  });

  it('loses no finding of examples that are written otherwise', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...examples),
        fc.array(fc.tuple(fc.constantFrom(...changes), fc.constantFrom(...odd)), { minLength: 1, maxLength: 4 }),
        async (example, chosen) => {
          const code = chosen.reduce((text, [change, line]) => change(text, line), example);
          const [wanted, found] = await bothWays(code);
          assert.equal(found, wanted, code);
        },
      ),
      { numRuns: 600 },
    );
  });

  it('loses no finding of the programs that tests run', async () => {
    const folder = join('test', 'fixtures');
    const programs = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.py'));
    assert.ok(programs.length > 5);
    for (const name of programs) {
      const [wanted, found] = await bothWays(readFileSync(join(folder, name), 'utf8'));
      assert.equal(found, wanted, name);
    }
  });

  it('loses no finding of notebooks, whatever stands in the other cells', async () => {
    const parser = await loadParser();
    const thorough = new Linter(parser, allRules, mostSteps, new MentionFilter());
    const linter = new Linter(parser, allRules);
    for (const code of examples) {
      const [first = '', ...rest] = code.split(/\n(?=\S)/);
      const sources = [`%%time\n${first}`, '"""', "!echo it's", '%matplotlib inline', ...rest];
      const cells = sources.map((source, index) => ({ index, source }));
      assert.deepEqual(linter.lintCells(cells, settings).findings, thorough.lintCells(cells, settings).findings, code);
    }
  });

  it('passes over texts that only speak of a package, or have it from somewhere else', () => {
    const filter = new Prefilter(allRules);
    const { rules } = settingsFor(allRules, defaultConfig, 'a.py');
    for (const text of [
      '# from sklearn.svm import SVC\nSVC(probability=True)\n',
      '"""\nfrom sklearn.svm import SVC\nSVC(probability=True)\n"""\n',
      'from sklearn.svm import SVC\n# SVC(probability=True)\n',
      'from sklearn.svm import SVC\nclass Mine(SVC): pass\n',
      'from mine.sklearn.svm import SVC\nSVC(probability=True)\n',
      'from torch import nn\nclass A:\n    def __init__(self, config):\n        self.a = nn.Linear(config.a, config.b)\n',
      '# for azure\nplot(location="eastus")\n',
      'import boto3\nboto3.client("s3", region_name=os.environ["AWS_REGION"])\n',
      'import boto3\nboto3.client("s3", region_name="eu-north-1")\n',
    ]) {
      assert.deepEqual(
        filter.rulesFor(rules, [text]).map(({ id }) => id),
        [],
        text,
      );
    }
  });

  it('has a clue for every rule but the one about comments', () => {
    const without = allRules.filter(({ clues }) => clues.length === 0).map(({ id }) => id);
    assert.deepEqual(without, ['unused-suppression']);
  });
});

describe('clues', () => {
  const ruleWith = (clues: Rule['clues']): Rule => ({ ...(allRules[0] as Rule), clues });
  const finds = (clues: Rule['clues'], text: string): boolean => {
    const rule = ruleWith(clues);
    return new Prefilter([rule]).rulesFor([rule], [text]).length > 0;
  };

  it('pair a word with its own package', () => {
    const { clues } = wantedBy([calls(['torch.nn.Linear', 'sklearn.svm.SVC'])]);
    assert.equal(finds(clues, 'import torch\nLinear(1)'), true);
    assert.equal(finds(clues, 'import torch\nSVC(1)'), false);
    assert.equal(finds(clues, 'import sklearn\nSVC(1)'), true);
    assert.equal(finds(clues, 'x = sklearn\nSVC(1)'), false);
  });

  it('of methods are content with a package that is mentioned', () => {
    const { clues } = methodCalls(['iterrows'], { packages: ['pandas'] });
    assert.equal(finds(clues, '# pandas\nx.iterrows()'), true);
    assert.equal(finds(clues, '# pandas\n# x.iterrows()'), false);
    assert.equal(finds(clues, 'x.iterrows()'), false);
  });

  it('ask for a word of every group, and for what else must be true', () => {
    const { clues } = query(
      {
        packages: ['a'],
        methods: ['one'],
        also: [called(['two']), inCode(['three'])],
        where: (text) => !text.includes('no'),
      },
      () => [],
    );
    assert.equal(finds(clues, 'a.one(two(three))'), true);
    assert.equal(finds(clues, 'a.one(three)'), false);
    assert.equal(finds(clues, 'a.one(two())'), false);
    assert.equal(finds(clues, 'a.one(two(three)) # no'), false);
  });

  it('of a query are narrowed by who uses it', () => {
    const base = calls(['a.One'], { where: (text) => !text.includes('no') });
    const { clues } = wantedBy([{ ...base, also: [called(['two'])], where: (text) => !text.includes('never') }]);
    assert.equal(finds(clues, 'import a\nOne(two())'), true);
    for (const text of ['import a\nOne()', 'import a\nOne(two()) # no', 'import a\nOne(two()) # never'])
      assert.equal(finds(clues, text), false, text);
  });

  it('know every name that a package is imported by', () => {
    for (const [path, name] of [
      ['tensorflow.keras.layers.Dense', 'keras'],
      ['tensorflow.compat.v1.keras.layers.Dense', 'keras'],
      ['tf_keras.layers.Dense', 'keras'],
      ['kerastuner.GridSearch', 'keras_tuner'],
      ['pytorch_lightning.Trainer', 'lightning'],
      ['lightning.pytorch.Trainer', 'lightning'],
    ] as const) {
      assert.equal(canonicalName(path).split('.')[0], name);
      const parts = path.split('.');
      assert.ok(
        importedAs(name).some(
          ([first, ...within]) => first === parts[0] && within.every((part) => parts.includes(part)),
        ),
        path,
      );
    }
  });

  it('are needed: a rule without any has nothing to find', () => {
    assert.equal(finds([], 'import torch'), false);
  });
});
