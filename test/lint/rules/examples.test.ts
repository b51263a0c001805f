import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { rulePages } from '../../../src/lint/engine/documentation';
import { documentedRules as allRules } from '../../../src/lint/rules/documented';
import { names } from '../../../src/lint/engine/settings';
import { loadParser } from '../../python/support';
import type { Finding } from '../../../src/lint/engine/findings';
import { fixed, lint } from '../support';

/** With all rules on, since examples must not make the others stumble either. */
async function findingsOf(rule: string, code: string): Promise<readonly Finding[]> {
  return (await lint(code, { select: ['all'] })).filter((finding) => finding.rule === rule);
}

describe('rules', () => {
  it('have pages in docs/rules that say what they say themselves (npm run docs)', async () => {
    const pages = rulePages(allRules);
    assert.deepEqual((await readdir('docs/rules')).sort(), [...pages.keys()].sort());
    for (const [name, text] of pages) assert.equal(await readFile(`docs/rules/${name}`, 'utf8'), text, name);
  });

  it('have ids of their own and a practice that exists', () => {
    assert.equal(new Set(allRules.map(({ id }) => id)).size, allRules.length);
    for (const rule of allRules) {
      assert.match(rule.id, /^[a-z]+(?:-[a-z]+)*$/);
      assert.ok(rule.practice === null || (rule.practice >= 1 && rule.practice <= 17), rule.id);
      assert.ok(names(rule.id, rule));
    }
  });

  for (const rule of allRules) {
    describe(rule.id, () => {
      it('has an example', () => {
        assert.ok(rule.nonCompliant.length > 0 && rule.compliant.length > 0);
      });
      for (const [index, example] of rule.nonCompliant.entries()) {
        it(`reports its example ${index + 1}`, async () => {
          const parser = await loadParser();
          const tree = parser.parse(example.code);
          assert.equal(tree.hasErrors, false, 'the example is not Python');
          tree.dispose();
          const [finding] = await findingsOf(rule.id, example.code);
          assert.ok(finding, 'nothing was found');
          assert.equal(finding.rule, rule.id);
          if (example.severity !== undefined) assert.equal(finding.severity, example.severity);
          if (example.estimate !== undefined) assert.deepEqual(finding.estimate, example.estimate);
          if (example.fixed !== undefined) assert.equal(fixed(example.code, finding), example.fixed);
        });
      }
      for (const [index, code] of rule.compliant.entries()) {
        it(`does not report its compliant example ${index + 1}`, async () => {
          assert.deepEqual(await findingsOf(rule.id, code), []);
        });
      }
    });
  }
});
