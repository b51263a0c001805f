import assert from 'node:assert/strict';
import { assess } from '../../src/practices/assess';
import { emptyChecklist, withChange, type ChecklistChange } from '../../src/practices/checklist';
import { gatherEvidence } from '../../src/practices/evidence';
import { whatNext } from '../../src/practices/next';
import {
  badgeText,
  reportAsJson,
  reportAsMarkdown,
  reportAsText,
  type PracticesReport,
} from '../../src/practices/report';
import { factsOf, findingOf } from './support';

const changes: readonly ChecklistChange[] = [
  { kind: 'tick', practice: 16, item: 'no-grid-search', done: true },
  { kind: 'note', practice: 16, item: 'no-grid-search', note: 'since\nspring <b>' },
  { kind: 'not-applicable', practice: 7, reason: 'tables *only*' },
];

const findings = [
  ...Array.from({ length: 6 }, (_, index) => findingOf('grid-search', 'my search.py', index + 1)),
  { ...findingOf('grid-search', 'a.ipynb', 2), cell: 3 },
];

function report(): PracticesReport {
  const facts = factsOf({ lint: { files: 2, findings } });
  const assessed = assess(changes.reduce(withChange, emptyChecklist), gatherEvidence(facts));
  return { assessed, next: whatNext(assessed, facts), notes: ['A note.'] };
}

describe('practices/report', () => {
  it('prints text with marks, notes, evidence and what next', () => {
    const text = reportAsText(report());
    assert.match(
      text,
      /^0 of 16 practices done, 1 contradicted by the evidence\n\nPlan\n {2}\[ \] P1 Estimate emissions\n/,
    );
    assert.match(text, / {2}\[-\] P7 Use pre-trained models\n {8}not applicable: tables \*only\*\n/);
    assert.match(
      text,
      / {2}\[!\] P16 Avoid grid search\n {8}\[!\] Hyperparameters .* \(ticked, but contradicted by the evidence; note: since spring <b>\)\n/,
    );
    assert.match(text, / {8}- 7 grid searches: my search\.py:1, .*my search\.py:5, and 2 more \(linter\)\n/);
    assert.match(text, /\nNext steps\n {2}P16 Avoid grid search\n/);
    assert.ok(text.endsWith('\nA note.\n'));
  });

  it('prints Markdown in which nothing from outside is markup, with links to the places', () => {
    const text = reportAsMarkdown(report());
    assert.match(text, /^- \[x\] Hyperparameters are searched .*note: since spring \\<b\\>/m);
    assert.match(text, /\*\*7\. Use pre-trained models\*\*, not applicable: tables \\\*only\\\*/);
    assert.match(text, /\[my search\.py:1\]\(my%20search\.py#L1\)/);
    assert.match(text, /^1\. \*\*Avoid grid search\.\*\* Found: 7 grid searches\./m);
  });

  it('prints JSON and a badge', () => {
    const json = JSON.parse(JSON.stringify(reportAsJson(report()))) as {
      version: number;
      practices: { key: string; status: string; evidence: { places: unknown[] }[] }[];
    };
    assert.equal(json.version, 1);
    assert.deepEqual(
      json.practices.map(({ key }) => key),
      Array.from({ length: 17 }, (_, index) => `P${index + 1}`),
    );
    const { status, evidence } = json.practices[15]!;
    assert.equal(status, 'contradicted');
    assert.deepEqual(evidence[0]!.places.at(-1), { path: 'a.ipynb', cell: 3, line: 2 });
    assert.equal(badgeText(report().assessed), 'green ML | 0/16 practices');
  });
});
