import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Linter } from '../../../src/lint/engine/linter';
import { defaultConfig, settingsFor } from '../../../src/lint/engine/settings';
import { documentedRules } from '../../../src/lint/rules/documented';
import { marimoParts } from '../../../src/python/marimo';
import { KeptNotebook, readNotebook, type CodeCell } from '../../../src/python/notebook';
import type { PythonParser } from '../../../src/python/parser';
import { loadParser } from '../../python/support';
import { editsOf, seeded } from '../../support/random-edits';

const settings = settingsFor(documentedRules, { ...defaultConfig, select: ['all'] }, 'train.py');
const samples = documentedRules.flatMap(({ nonCompliant }) => nonCompliant.map(({ code }) => code));
/** Every third sample, from one of three on: all of them in one text would hide each other's names. */
const third = (from: number): string => samples.filter((_, index) => index % 3 === from).join('\n');

const texts: Readonly<Record<string, string>> = {
  'samples of rules': third(0),
  'more samples of rules': third(1),
  'samples of rules with CRLF': third(2).replace(/\n/g, '\r\n'),
  'an example with samples': readFileSync('examples/train.py', 'utf8') + third(2),
  searches: readFileSync('test/fixtures/sklearn/searches.py', 'utf8').replaceAll(
    '# ---\n',
    'search.fit(x, y)\n# ---\n',
  ),
};

describe('linting after an edit', () => {
  let parser: PythonParser;
  let linter: Linter;
  let fresh: Linter;
  before(async () => {
    parser = await loadParser();
    linter = new Linter(parser, documentedRules);
    fresh = new Linter(parser, documentedRules);
  });

  for (const [name, original] of Object.entries(texts)) {
    it(`finds what linting the whole text finds, in ${name}`, function () {
      this.timeout(120_000);
      let tree = parser.parse(original);
      let findings = 0;
      for (const text of editsOf(original, 50, seeded(original.length))) {
        tree = parser.reparse(tree, text);
        const whole = parser.parse(text);
        const expected = fresh.lintTree(whole, settings);
        whole.dispose();
        assert.deepEqual(linter.lintTree(tree, settings), expected, text);
        findings += expected.findings.length;
      }
      tree.dispose();
      assert.ok(findings > 0);
    });
  }

  it('finds what linting the whole notebook of marimo finds', function () {
    this.timeout(120_000);
    const cells = samples
      .slice(0, 12)
      .map((code) => `@app.cell\ndef _(x):\n${code.replace(/^(?=.)/gm, '    ')}\n    return (y,)\n`);
    const original = `import marimo\n\napp = marimo.App()\n\n${cells.join('\n')}`;
    const kept = new KeptNotebook(parser);
    let findings = 0;
    for (const text of editsOf(original, 50, seeded(4))) {
      const parts = marimoParts(text);
      if (parts === null) continue;
      const expected = fresh.lintText(text, settings);
      assert.deepEqual(linter.lintMarimo(parts, settings, kept), expected, text);
      findings += expected.findings.length;
    }
    kept.dispose();
    assert.ok(findings > 0);
  });

  it('finds what linting the whole notebook finds', function () {
    this.timeout(120_000);
    const random = seeded(9);
    const example = readNotebook(readFileSync('examples/explore.ipynb', 'utf8'));
    assert.ok(typeof example !== 'string');
    let cells: readonly CodeCell[] = [
      ...example.map(({ source }) => source),
      '%matplotlib inline\n',
      '  !pip install x\n',
      ...samples.slice(0, 30),
    ].map((source, index) => ({ index, source }));
    const kept = new KeptNotebook(parser);
    let findings = 0;
    const check = (): void => {
      const expected = fresh.lintCells(cells, settings);
      assert.deepEqual(linter.lintCells(cells, settings, kept), expected, JSON.stringify(cells));
      findings += expected.findings.length;
    };
    check();
    for (let round = 0; round < 12; round++) {
      const edited = Math.floor(random() * cells.length);
      const { source = '' } = cells[edited] ?? {};
      for (const text of editsOf(source, 4, random)) {
        cells = cells.map((cell, index) => (index === edited ? { index, source: text } : cell));
        check();
      }
      // A cell goes, comes or moves.
      const sources = cells.map((cell) => cell.source);
      const [moved = ''] = sources.splice(Math.floor(random() * sources.length), 1);
      if (random() < 0.7) sources.splice(Math.floor(random() * sources.length), 0, moved);
      cells = sources.map((text, index) => ({ index, source: text }));
      check();
    }
    kept.dispose();
    assert.ok(findings > 0);
  });
});
