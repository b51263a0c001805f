import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inParts, mostShown, problemsOf, type Problems } from '../../../src/editor/lint/problems';
import type { Finding } from '../../../src/lint/engine/findings';
import type { Severity } from '../../../src/lint/engine/rule';

const finding = (row: number, severity: Severity, rule = 'grid-search'): Finding => ({
  rule,
  practice: 16,
  severity,
  message: `finding ${row}`,
  headline: null,
  wayOut: null,
  cell: null,
  start: { row, column: 0 },
  end: { row, column: 4 },
  mark: { start: { row, column: 0 }, end: { row, column: 4 } },
  estimate: null,
  once: null,
  fixes: [],
  silencing: null,
});

const manyOf = (count: number, severity: Severity): Finding[] =>
  Array.from({ length: count }, (_, row) => finding(row, severity));

describe('the problems of a file', () => {
  it('are all findings of the wanted rules', () => {
    const findings = [finding(1, 'hint'), finding(2, 'warning', 'row-iteration')];
    assert.deepEqual(
      problemsOf({ findings, notice: 'cut' }, null).findings.map(({ message }) => message),
      ['finding 1', 'finding 2'],
    );
    const chosen = problemsOf({ findings, notice: null }, ['row-iteration']);
    assert.deepEqual([chosen.found, chosen.findings.length, chosen.notices], [1, 1, []]);
  });

  it('are the most severe ones if VS Code cannot show all, and say how many are left out', () => {
    const findings = [...manyOf(900, 'hint'), ...manyOf(300, 'information'), ...manyOf(50, 'warning')];
    const { found, findings: shown, notices } = problemsOf({ findings, notice: 'It is cut.' }, null);
    assert.equal(found, 1250);
    assert.equal(shown.length + notices.length, mostShown);
    const count = (severity: Severity): number => shown.filter((each) => each.severity === severity).length;
    assert.deepEqual([count('warning'), count('information'), count('hint')], [50, 300, 648]);
    assert.equal(notices[0], 'It is cut.');
    assert.match(notices[1] ?? '', /^252 more findings in this file cannot be shown/);
  });

  it('are no fewer than VS Code can show', () => {
    assert.equal(problemsOf({ findings: manyOf(mostShown, 'hint'), notice: null }, null).findings.length, mostShown);
  });

  it('are handed to VS Code in parts, in order, none of them too large', () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 2000 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(sizes, (counts) => {
        const files = counts.map((count): { readonly problems: Problems } => ({
          problems: problemsOf({ findings: manyOf(count, 'warning'), notice: null }, null),
        }));
        const parts = [...inParts(files)];
        assert.deepEqual(parts.flat(), files);
        for (const part of parts) {
          const size = part.reduce((sum, { problems }) => sum + problems.findings.length + problems.notices.length, 0);
          assert.ok(part.length > 0 && size <= mostShown, `${size}`);
        }
      }),
      { numRuns: 50 },
    );
  });
});
