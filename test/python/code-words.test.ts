import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CodeWords, wordUses } from '../../src/python/code-words';
import type { Node } from '../../src/python/parser';
import { declaredRules } from '../../src/lint/rules';
import { loadParser } from './support';

const words = ['fit', 'torch', 'SVC', 'keras'];

/** How each of the words stands in a text: `c` in code, `(` called, `=` renamed, `i` imported. */
function usesOf(...texts: readonly string[]): Record<string, string> {
  const reader = new CodeWords(words);
  reader.read(texts);
  const uses = words.map((word) => {
    const id = reader.idOf(word);
    const letters = [
      reader.has(id, wordUses.inCode) ? 'c' : '',
      reader.has(id, wordUses.called) ? '(' : '',
      reader.has(id, wordUses.renamed) ? '=' : '',
      reader.has(id, wordUses.imported) ? 'i' : '',
    ];
    return [word, letters.join('')] as const;
  });
  return Object.fromEntries(uses.filter(([, found]) => found !== ''));
}

describe('words of code', () => {
  for (const [text, expected] of [
    ['model.fit(x)', { fit: 'c(' }],
    ['model.fit (x)', { fit: 'c(' }],
    ['model.fit\n(x)', { fit: 'c(' }],
    ['fit', { fit: 'c' }],
    ['refit(x); fits(x); fit_(x); éfit(x)', {}],
    ['def fit(x): pass', { fit: 'c' }],
    ['class SVC(Base): pass', { SVC: 'c' }],
    ['async def fit(self): fit(x)', { fit: 'c(' }],
    ['# fit(x)', {}],
    ['"fit(x)"', {}],
    ["r'fit(x)' b'fit(x)' Rb'\\'fit(x)'", {}],
    ['"""\nfit(x)\n\\""" fit(x)\n"""', {}],
    ["'''a'fit(x)''b'''", {}],
    ['"\\"fit(x)"; SVC(x)', { SVC: 'c(' }],
    ['"a\\\nfit(x)"', {}],
    ['f"fit(x)"', {}],
    ['f"{fit(x)}"', { fit: 'c(' }],
    ['f"{{fit(x)}}"', {}],
    ['f"{a:{fit(x)}}"', { fit: 'c(' }],
    ['f"{a:fit(x)}"', {}],
    ['f"{a[\'fit\']} {b["fit"]}"', {}],
    ['f"""\n{f"{fit(x)}"}\n"""', { fit: 'c(' }],
    ['rf"{fit(x)}" Fr"{SVC(x)}"', { fit: 'c(', SVC: 'c(' }],
    ['f"{a:\'>9} {fit(x)} {b:\'>9}"', { fit: 'c(' }],
    ['import torch', { torch: 'ci' }],
    ['import os, torch', { torch: 'ci' }],
    ['import os, \\\n  torch', { torch: 'ci' }],
    ['import torch.nn as nn', { torch: 'ci' }],
    ['from torch import nn', { torch: 'ci' }],
    ['from .torch import nn', { torch: 'c' }],
    ['from tensorflow.keras import layers', { keras: 'c' }],
    ['from sklearn.svm import SVC', { SVC: 'ci' }],
    ['from sklearn.svm import SVC as Machine', { SVC: 'c=i' }],
    ['from sklearn.svm import (\n    SVC as Machine,\n)', { SVC: 'c=' }],
    ['import os\na, torch', { torch: 'c' }],
    ['Machine = sklearn.svm.SVC\nMachine()', { SVC: 'c=' }],
    ['a == SVC', { SVC: 'c=' }],
    ['isinstance(x, SVC)', { SVC: 'c' }],
    ['', {}],
  ] as const) {
    it(`are told from the rest: ${JSON.stringify(text)}`, () => assert.deepEqual(usesOf(text), expected));
  }

  it('are all of them where a string has no end, whatever they stand in', () => {
    for (const broken of ['"', "'''", 'f"{', 'f"{a:', "f'''{"])
      for (const hidden of ['# fit(x)\n', '"fit(x)"\n', 'def fit(x): pass\n'])
        assert.deepEqual(usesOf(`${hidden}${broken}`), { fit: 'c(=i' }, JSON.stringify(hidden + broken));
  });

  it('are read cell by cell: a string ends with its cell', () => {
    assert.deepEqual(usesOf('"""', '# SVC', 'fit(x)'), { fit: 'c(' });
  });

  it('are forgotten with the next text', () => {
    const reader = new CodeWords(words);
    reader.read(['fit(x)']);
    reader.read(['x']);
    assert.equal(reader.has(reader.idOf('fit'), wordUses.inCode), false);
  });

  it('are only those that were named', () => {
    assert.throws(() => new CodeWords(words).idOf('fits'), /fits/);
  });

  it('come to an end in f-strings that are nested beyond measure', () => {
    assert.deepEqual(usesOf(`${'f"{'.repeat(5000)}fit(x)`), { fit: 'c(=i' });
  });
});

/** What a parser finds of the words: all of it must be among what is found without one. */
function parsedUses(root: Node, reader: CodeWords): readonly string[] {
  const missing: string[] = [];
  for (const node of root.descendantsOfType('identifier')) {
    if (!words.includes(node.text)) continue;
    const { parent } = node;
    const callee = parent?.type === 'attribute' && parent.lastNamedChild?.id === node.id ? parent : node;
    const isCalled = callee.parent?.type === 'call' && callee.parent.firstNamedChild?.id === callee.id;
    const isImported =
      parent?.type === 'dotted_name' &&
      parent.firstNamedChild?.id === node.id &&
      (parent.parent?.type === 'import_statement' ||
        (parent.parent?.type === 'aliased_import' && parent.parent.parent?.type === 'import_statement') ||
        (parent.parent?.type === 'import_from_statement' && parent.parent.firstNamedChild?.id === parent.id));
    const isRenamed =
      (parent?.type === 'dotted_name' && parent.parent?.type === 'aliased_import') ||
      (callee.parent?.type === 'assignment' && callee.parent.childForFieldName('right')?.id === callee.id);
    const isLast = parent?.type !== 'dotted_name' || parent.lastNamedChild?.id === node.id;
    const wanted =
      wordUses.inCode |
      (isCalled ? wordUses.called : 0) |
      (isImported ? wordUses.imported : 0) |
      (isRenamed && isLast ? wordUses.renamed : 0);
    for (const [name, use] of Object.entries(wordUses)) {
      if ((wanted & use) !== 0 && !reader.has(reader.idOf(node.text), use))
        missing.push(`${node.text} at ${node.startIndex} is ${name}`);
    }
  }
  return missing;
}

const word = fc.constantFrom(...words, 'x', 'as', 'é', 'b', 'f');
const text = fc.oneof(word, fc.constantFrom(' ', "it's", '#', '{{', '\\n', '\\\\', ', ', '\n'));
const quoted = fc
  .tuple(fc.constantFrom('', 'r', 'b', 'f', 'rb', 'fr', 'u'), fc.constantFrom('"', "'", '"""', "'''"), fc.array(text))
  .map(([prefix, quotes, parts]) => {
    const inner = parts.join('').replaceAll(quotes[0] ?? '', '');
    const body = quotes.length === 1 ? inner.replaceAll('\n', ' ') : inner;
    return `${prefix}${quotes}${prefix.includes('f') ? body.replace(/[{}]/g, '{{') : body}${/\\$/.test(body) ? ' ' : ''}${quotes}`;
  });
const expression = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    word.filter((each) => each !== 'as'),
    quoted,
    fc
      .tuple(
        tie('node'),
        word.filter((each) => each !== 'as'),
      )
      .map(([object, name]) => `(${object}).${name}`),
    fc.tuple(tie('node'), fc.constantFrom('', ' ', '\n  ')).map(([inner, blank]) => `(fit${blank}(${inner}))`),
    fc
      .tuple(tie('node'), fc.constantFrom(':>9', '!r', ':{x}', ":'>3", ''))
      .map(([inner, how]) => `f"{${inner.replace(/["\n\\#]/g, '')}${how}}"`),
    fc.array(tie('node'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
  ),
})).node;
const statement = fc.oneof(
  expression,
  expression.map((value) => `x = ${value}`),
  expression.map((value) => `x: b = \\\n  ${value}  # it's fit(`),
  fc.constantFrom(
    'x = torch.SVC',
    'x = keras.fit; SVC(x)',
    'import os, torch as x',
    'import keras.fit as x, torch',
    'from torch import (\n  SVC,\n  fit as x,\n)',
    'from torch.keras import *',
    'def fit(x): return SVC',
    'class SVC(torch.fit): fit = 1',
    '# """ fit(x)',
    'b"\\"" # \'\'\'',
  ),
);

describe('words of code, beside a parser', () => {
  it('miss none that stands in code that can be parsed', async () => {
    const parser = await loadParser();
    const reader = new CodeWords(words);
    let parsed = 0;
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 8 }), (statements) => {
        const code = `${statements.join('\n')}\n`;
        const tree = parser.parse(code);
        try {
          if (tree.hasErrors) return;
          parsed++;
          reader.read([code]);
          assert.deepEqual(parsedUses(tree.root, reader), []);
        } finally {
          tree.dispose();
        }
      }),
      { numRuns: 1000 },
    );
    assert.ok(parsed > 300, String(parsed));
  });

  it('miss none in the examples of the rules', async () => {
    const parser = await loadParser();
    const reader = new CodeWords(words);
    for (const { nonCompliant, compliant } of declaredRules) {
      for (const code of [...nonCompliant.map((example) => example.code), ...compliant]) {
        const tree = parser.parse(code);
        reader.read([code]);
        assert.deepEqual(parsedUses(tree.root, reader), [], code);
        tree.dispose();
      }
    }
  });
});
