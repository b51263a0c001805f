import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { safeEdits, withEdits } from '../../../src/lint/fixes/apply-fixes';
import type { Finding } from '../../../src/lint/engine/findings';
import { Linter } from '../../../src/lint/engine/linter';
import { allRules } from '../../../src/lint/rules';
import { defaultConfig, settingsFor } from '../../../src/lint/engine/settings';
import { loadParser } from '../../python/support';
import { programProblems } from '../../support/check-programs';
import { kerasPython, librariesPython } from '../../support/libraries-python';
import { skip } from '../../support/skip';

/** Words without which there is nothing to fix. */
const hasFixes = /\bGridSearchCV\s*\(|n_estimators=\d|\bepochs=\d|\bEarlyStopping\(|probability=True/;
const mostFiles = 150;
const mostCharacters = 150_000;
/** Fixes of one file that are tried: after that they repeat themselves. */
const mostOfAFile = 6;

/** Every threshold as low as it goes, since tests search through little. */
const thresholds = Object.fromEntries(
  allRules.map((rule) => [
    rule.id,
    Object.fromEntries(
      Object.entries(rule.thresholds).map(([name, { default: standard }]) => [name, Math.min(1, standard)]),
    ),
  ]),
);
const settings = settingsFor(allRules, { ...defaultConfig, select: ['all'], thresholds }, 'a.py');

interface Fixed {
  readonly name: string;
  readonly rule: string;
  readonly safe: boolean;
  /** Findings of the rule before the fix. */
  readonly others: number;
  readonly before: string;
  readonly after: string;
}

/** Public code that is there anyway: the packages that other tests run. Its tests hold many searches and fits. */
function corpus(): readonly { readonly name: string; readonly text: string }[] {
  const found: { readonly name: string; readonly text: string }[] = [];
  for (const [python, modules] of [
    [librariesPython(), 'sklearn'],
    [kerasPython(), 'keras'],
  ] as const) {
    if (python === null) continue;
    const folder = execFileSync(
      python,
      ['-c', `import importlib.util as u; print(u.find_spec("${modules}").submodule_search_locations[0])`],
      { encoding: 'utf8' },
    ).trim();
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.py'))
      .sort();
    for (const path of paths) {
      const text = readFileSync(join(folder, path), 'utf8');
      if (text.length < mostCharacters && hasFixes.test(text)) found.push({ name: `${modules}/${path}`, text });
    }
  }
  return found;
}

const count = (findings: readonly Finding[], rule: string): number =>
  findings.filter((finding) => finding.rule === rule).length;

describe('fixes of public code', function () {
  this.timeout(600_000);
  let linter: Linter;
  let files: ReturnType<typeof corpus>;
  const fixes: Fixed[] = [];

  before(async function () {
    linter = new Linter(await loadParser(), allRules);
    files = corpus().slice(0, mostFiles);
    if (files.length === 0)
      skip(
        this,
        'scikit-learn and Keras cannot be installed here: there is no Python with venv, or PyPI cannot be reached',
      );
    for (const { name, text } of files) {
      const { findings } = linter.lintText(text, settings);
      const all = findings.flatMap((finding) =>
        finding.fixes.map((fix) => ({ ...fix, rule: finding.rule, others: count(findings, finding.rule) })),
      );
      for (const { safe, edits, rule, others } of all.slice(0, mostOfAFile))
        fixes.push({ name, rule, safe, others, before: text, after: withEdits(text, edits) });
    }
  });

  it('would be refused if they broke a program', () => {
    const head = 'import os\nfrom a import b\nprint(os, b)\n';
    const broken = [
      'print(',
      `${head}print(c)\n`,
      `${head}from a import b\n`,
      `from d import e\n${head}`,
      'import os\nfrom a import b\nprint(os)\n',
    ];
    for (const problem of programProblems(broken.map((after) => [head, after]))) assert.notEqual(problem, null);
    assert.deepEqual(programProblems([[head, `${head}print(b)\n`]]), [null]);
  });

  it('are many enough to say something', () => {
    assert.ok(fixes.length >= 50, String(fixes.length));
  });

  it('leave programs that Python parses, with every name that they use and no import too many', () => {
    const found = programProblems(fixes.map(({ before, after }) => [before, after]));
    const wrong = found.flatMap((problem, index) =>
      problem === null ? [] : [`${fixes[index]?.name ?? ''}, ${fixes[index]?.rule ?? ''}: ${problem}`],
    );
    assert.deepEqual(wrong, []);
  });

  it('settle their finding', () => {
    for (const { name, rule, others, after } of fixes) {
      assert.ok(count(linter.lintText(after, settings).findings, rule) < others, `${name}: ${rule}`);
    }
  });

  it('that are safe come to an end, together', () => {
    const pairs: [string, string][] = [];
    for (const { text } of files) {
      let after = text;
      for (let round = 0; ; round++) {
        assert.ok(round < 20);
        const { edits } = safeEdits(linter.lintText(after, settings).findings);
        if (edits.length === 0) break;
        after = withEdits(after, edits);
      }
      if (after !== text) pairs.push([text, after]);
    }
    assert.deepEqual(
      programProblems(pairs).filter((problem) => problem !== null),
      [],
    );
  });

  it('are as sound where the program is the cells of a notebook', () => {
    const pairs: [string, string][] = [];
    for (const { text } of files) {
      // Two blank lines stand between statements of the module only.
      const cells = text.split('\n\n\n').map((source, index) => ({ index, source }));
      const { findings } = linter.lintCells(cells, settings);
      for (const { fixes: found } of findings.slice(0, 4)) {
        for (const { edits } of found) {
          const after = cells.map(({ index, source }) =>
            withEdits(
              source,
              edits.filter(({ cell }) => cell === index),
            ),
          );
          pairs.push([text, after.join('\n\n\n')]);
        }
      }
    }
    assert.ok(pairs.length > 0);
    assert.deepEqual(
      programProblems(pairs).filter((problem) => problem !== null),
      [],
    );
  });
});
