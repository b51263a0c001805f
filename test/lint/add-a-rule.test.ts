import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const rule = `import { defineRule } from '../engine/define';
import { calls } from '../engine/query';

export const needlessProbe = defineRule({
  id: 'needless-probe',
  practice: 16,
  severity: 'hint',
  summary: 'A probe that nobody needs.',
  details: 'Calls of \`probes.probe\`.',
  why: 'They cost energy.',
  remedy: 'Leave them out.',
  nonCompliant: [{ code: 'import probes\\n\\nprobes.probe(1)\\n' }],
  compliant: ['import probes\\n'],
  evidence: { item: 'no-grid-search', contradicts: true, one: 'needless probe' },
  thresholds: { probes: { default: 3, unit: 'probes', meaning: 'more probes are reported' } },
  messages: { probe: 'Nobody needs this probe.' },
}).on(calls(['probes.probe']), ({ node }) => ({ node, message: 'probe' }));
`;

const ask = `import { importTypeScript } from './scripts/import-typescript.mjs';
const { allRules, ruleEvidence, practices, readConfig, Linter, PythonParser, settingsFor, defaultConfig } = await importTypeScript(
  "export { allRules } from './src/lint/rules'; export { ruleEvidence } from './src/practices/rule-evidence'; export { practices } from './src/practices/table'; export { readConfig } from './src/lint/files/config'; export { Linter } from './src/lint/engine/linter'; export { PythonParser } from './src/python/parser'; export { settingsFor, defaultConfig } from './src/lint/engine/settings';",
);
const rule = allRules.find(({ id }) => id === 'needless-probe');
const linter = new Linter(await PythonParser.load(process.argv[2]), allRules);
const settings = settingsFor(allRules, defaultConfig, 'a.py');
const lint = (text) => linter.lintText(text, settings).findings.map(({ rule, message }) => [rule, message]);
const set = await readConfig('[thresholds.needless-probe]\\nprobes = 5\\n', 'green-ml.toml', '', allRules).then((config) => config.thresholds, (error) => error.message);
console.log(JSON.stringify({
  wanted: [rule.packages, rule.apis],
  evidence: ruleEvidence.get('needless-probe'),
  practice: practices[15].rules,
  set,
  mayFind: ['import probes\\nprobes.probe(2)\\n', 'import other\\n'].map((text) => linter.mayFind(text, settings)),
  findings: lint('import probes\\nprobes.probe(2)\\n'),
}));
`;

describe('a rule that is added as one file', function () {
  this.timeout(120_000);

  it('is found by the linter, its pages, its settings and its practice after npm run docs', () => {
    const copy = mkdtempSync(join(tmpdir(), 'green-ml-rule-'));
    try {
      for (const each of ['src', 'scripts', 'docs', 'package.json', 'tsconfig.json']) {
        cpSync(each, join(copy, each), { recursive: true });
      }
      symlinkSync(resolve('node_modules'), join(copy, 'node_modules'), 'junction');
      writeFileSync(join(copy, 'src/lint/rules/needless-probe.ts'), rule);
      execFileSync(process.execPath, ['scripts/rule-docs.mjs'], { cwd: copy });
      assert.match(
        readFileSync(join(copy, 'docs/rules/needless-probe.md'), 'utf8'),
        /probes = 3 {2}# more probes are reported/,
      );
      assert.match(
        readFileSync(join(copy, 'docs/rules/README.md'), 'utf8'),
        /\[needless-probe\]\(needless-probe\.md\)/,
      );
      writeFileSync(join(copy, 'ask.mjs'), ask);
      const told = execFileSync(process.execPath, ['ask.mjs', resolve('dist')], { cwd: copy, encoding: 'utf8' });
      const answer = JSON.parse(told) as Record<string, unknown>;
      assert.deepEqual(answer['wanted'], [['probes'], ['probes.probe']]);
      assert.deepEqual(answer['evidence'], {
        practice: 16,
        item: 'no-grid-search',
        contradicts: true,
        one: 'needless probe',
        several: 'needless probes',
      });
      assert.deepEqual([...(answer['practice'] as string[])].sort(), [
        'grid-search',
        'manual-grid-search',
        'needless-probe',
      ]);
      assert.deepEqual(answer['set'], { 'needless-probe': { probes: 5 } });
      assert.deepEqual(answer['mayFind'], [true, false]);
      assert.deepEqual(answer['findings'], [['needless-probe', 'Nobody needs this probe.']]);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });

  it('would be missed by an index that is not current (npm run docs)', () => {
    const before = readFileSync('src/lint/rules/index.ts', 'utf8');
    const copy = mkdtempSync(join(tmpdir(), 'green-ml-index-'));
    try {
      for (const each of ['src', 'scripts', 'docs', 'package.json'])
        cpSync(each, join(copy, each), { recursive: true });
      symlinkSync(resolve('node_modules'), join(copy, 'node_modules'), 'junction');
      execFileSync(process.execPath, ['scripts/rule-docs.mjs'], { cwd: copy });
      assert.equal(readFileSync(join(copy, 'src/lint/rules/index.ts'), 'utf8'), before);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });
});
