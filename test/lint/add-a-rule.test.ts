import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { TreeCopy } from '../support/tree-copy';

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

const ask = `import { allRules } from './src/lint/rules';
import { ruleEvidence } from './src/practices/rule-evidence';
import { practices } from './src/practices/table';
import { readConfig } from './src/lint/files/config';
import { Linter } from './src/lint/engine/linter';
import { PythonParser } from './src/python/parser';
import { settingsFor, defaultConfig } from './src/lint/engine/settings';

export async function answer(dist: string) {
  const rule = allRules.find(({ id }) => id === 'needless-probe')!;
  const linter = new Linter(await PythonParser.load(dist), allRules);
  const settings = settingsFor(allRules, defaultConfig, 'a.py');
  const config = await readConfig('[thresholds.needless-probe]\\nprobes = 5\\n', 'green-ml.toml', '', allRules);
  const wasteful = 'import probes\\nprobes.probe(2)\\n';
  return {
    wanted: [rule.packages, rule.apis],
    evidence: ruleEvidence.get('needless-probe'),
    practice: practices[15]!.rules,
    set: config.thresholds,
    mayFind: [wasteful, 'import other\\n'].map((text) => linter.mayFind(text, settings)),
    findings: linter.lintText(wasteful, settings).findings.map(({ rule, message }) => [rule, message]),
  };
}
`;

describe('a rule that is added as one file', function () {
  this.timeout(600_000);

  it('is found by the linter, its pages, its settings and its practice after npm run docs', async () => {
    await TreeCopy.with((copy) => {
      copy.write('src/lint/rules/needless-probe.ts', rule);
      copy.run('scripts/rule-docs.mjs');
      assert.match(copy.read('docs/rules/needless-probe.md'), /probes = 3 {2}# more probes are reported/);
      assert.match(copy.read('docs/rules/README.md'), /\[needless-probe\]\(needless-probe\.md\)/);
      const answer = copy.ask(ask) as Record<string, unknown>;
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
    });
  });

  it('would be missed by an index that is not current (npm run docs)', async () => {
    await TreeCopy.with((copy) => {
      copy.run('scripts/rule-docs.mjs');
      assert.equal(copy.read('src/lint/rules/index.ts'), readFileSync('src/lint/rules/index.ts', 'utf8'));
    });
  });
});
