import assert from 'node:assert/strict';
import { assess, progressOf, type AssessedPractice } from '../../src/practices/assess';
import { emptyChecklist, withChange, type ChecklistChange } from '../../src/practices/checklist';
import { gatherEvidence } from '../../src/practices/evidence';
import type { ProjectFacts } from '../../src/practices/facts';
import { practices } from '../../src/practices/table';
import { factsOf, findingOf, runOf } from './support';

function assessed(facts: Partial<ProjectFacts>, ...changes: readonly ChecklistChange[]): readonly AssessedPractice[] {
  return assess(changes.reduce(withChange, emptyChecklist), gatherEvidence(factsOf(facts)));
}

const tickAll = (number: number): ChecklistChange[] =>
  practices[number - 1]!.items.map(({ id }) => ({ kind: 'tick', practice: number, item: id, done: true }));

const evidenceTexts = (facts: Partial<ProjectFacts>, number: number): string[] =>
  assessed(facts)[number - 1]!.evidence.map(({ verdict, text }) => `${verdict}: ${text}`);

const guessed = {
  gramsPerKWh: 381.4,
  low: 300,
  high: 400,
  zone: 'DE',
  year: 2025,
  source: 'a test',
  basis: 'lifecycle',
  chosenBy: 'guess',
} as const;

describe('practices/assess', () => {
  it('is done when every item is ticked, and open before', () => {
    assert.ok(assessed({}).every(({ status }) => status === 'open'));
    const [first] = tickAll(16);
    assert.equal(assessed({}, first!)[15]!.status, 'open');
    assert.equal(assessed({}, ...tickAll(16))[15]!.status, 'done');
  });

  it('says gently that a ticked item is contradicted, and leaves the tick', () => {
    const lint = {
      files: 2,
      findings: [findingOf('grid-search', 'search.py', 14), findingOf('grid-search', 'explore.ipynb', 2)],
    };
    const practice = assessed({ lint }, ...tickAll(16))[15]!;
    assert.equal(practice.status, 'contradicted');
    const item = practice.items.find(({ id }) => id === 'no-grid-search')!;
    assert.deepEqual([item.done, item.contradicted], [true, true]);
    assert.equal(practice.evidence[0]!.text, '2 grid searches');
    assert.deepEqual(
      practice.evidence[0]!.places.map(({ path, line }) => `${path}:${line}`),
      ['search.py:14', 'explore.ipynb:2'],
    );
  });

  it('is not contradicted by what is only worth a look, nor where the item is not ticked', () => {
    const lint = { files: 1, findings: [findingOf('parallel-search', 'a.py')] };
    assert.equal(assessed({ lint }, ...tickAll(15))[14]!.status, 'done');
    const grid = { files: 1, findings: [findingOf('grid-search', 'a.py')] };
    assert.equal(assessed({ lint: grid })[15]!.status, 'open');
  });

  it('leaves out of the count what does not apply, whatever the evidence', () => {
    const lint = { files: 1, findings: [findingOf('grid-search', 'a.py')] };
    const result = assessed(
      { lint },
      ...tickAll(16),
      { kind: 'not-applicable', practice: 16, reason: 'no tuning here' },
      ...tickAll(15),
    );
    assert.equal(result[15]!.status, 'not-applicable');
    assert.equal(result[15]!.notApplicable, 'no tuning here');
    assert.deepEqual(progressOf(result), { done: 1, applicable: 16, contradicted: 0 });
  });

  it('marks what looks done, unless something speaks against it', () => {
    const stop = { kind: 'early-stopping', name: 'EarlyStopping', path: 'train.py', cell: null, line: 3 } as const;
    const itemOf = (facts: Partial<ProjectFacts>): boolean =>
      assessed(facts)[4]!.items.find(({ id }) => id === 'early-stopping')!.looksDone;
    assert.equal(itemOf({ code: [stop] }), true);
    assert.equal(
      itemOf({ code: [stop], lint: { files: 1, findings: [findingOf('missing-early-stopping', 'b.py')] } }),
      false,
    );
  });
});

describe('practices/evidence', () => {
  it('tells what was measured, and how much where that is known', () => {
    assert.deepEqual(evidenceTexts({ runs: [runOf(1.5), runOf(null), runOf(2)] }, 1), [
      'for: 3 runs recorded on this machine, 3.5 Wh in total, the last one on 2026-03-04',
    ]);
    assert.deepEqual(evidenceTexts({ runs: [runOf(null)] }, 1), [
      'for: 1 run recorded on this machine, the last one on 2026-03-04',
    ]);
    assert.deepEqual(evidenceTexts({ runs: [] }, 1), ['neutral: No runs of this project are recorded on this machine']);
    assert.deepEqual(evidenceTexts({}, 1), []);
  });

  it('says that a grid was guessed, and which it was', () => {
    const runs = [runOf(1, { intensity: guessed })];
    assert.ok(evidenceTexts({ runs }, 1).includes('neutral: The grid of the last run was guessed from the time zone'));
    assert.deepEqual(evidenceTexts({ runs }, 8), ['neutral: Grid of the last run: 381 g CO₂e per kWh (DE, 2025)']);
    const unknown = evidenceTexts({ runs: [runOf(1, { intensity: { ...guessed, zone: null, chosenBy: 'none' } })] }, 1);
    assert.ok(unknown.includes('neutral: The grid of the last run is unknown; the world average was used'));
  });

  it('compares a baseline with the largest other run', () => {
    const runs = [runOf(2, { name: 'baseline.py' }), runOf(40), runOf(10)];
    assert.deepEqual(evidenceTexts({ runs }, 3), ['for: baseline.py used 2 Wh, train.py 40 Wh, 20 times as much']);
    assert.deepEqual(evidenceTexts({ runs: [runOf(10, { name: 'baseline.py' }), runOf(11)] }, 3), [
      'for: baseline.py used 10 Wh, train.py 11 Wh, which cannot be told apart',
    ]);
    assert.deepEqual(evidenceTexts({ runs: [runOf(2, { name: 'Baseline' })] }, 3), ['for: Baseline run: Baseline']);
  });

  it('knows the longest run and the PUE', () => {
    const runs = [runOf(1, {}, 60), runOf(1, { name: 'big.py' }, 7200), runOf(1, { pue: 1.15 }, 5)];
    assert.deepEqual(evidenceTexts({ runs }, 2), ['neutral: The longest recorded run took 2 h (big.py)']);
    assert.deepEqual(evidenceTexts({ runs }, 10), ['for: The last run includes a PUE of 1.15']);
  });

  it('reads settings, set or not', () => {
    const none = { location: null, runBudget: null, projectBudget: null, longestHours: null };
    assert.deepEqual(evidenceTexts({ settings: none }, 2), ['neutral: No budget per run is set']);
    assert.deepEqual(evidenceTexts({ settings: none }, 8), ['neutral: No region is set']);
    const all = { location: 'aws:eu-north-1', runBudget: '5 Wh', projectBudget: '2 kWh', longestHours: 72 };
    assert.deepEqual(evidenceTexts({ settings: all }, 2), [
      'for: Budget: 5 Wh per run',
      'for: Budget: 2 kWh for the project',
      'for: Runs may take 72 hours',
    ]);
  });

  it('counts names once and shows the first three', () => {
    const code = ['d', 'c', 'b', 'a', 'a'].map(
      (name, index) => ({ kind: 'better-search', name, path: 'x.py', cell: null, line: index + 1 }) as const,
    );
    assert.deepEqual(evidenceTexts({ code }, 16), ['for: The code uses a, b, c, 1 more']);
  });

  it('shows findings of other rules with the practice that they name', () => {
    const findings = [1, 2].map((line) => ({ ...findingOf('new-rule', 'a.py', line), practice: 13 }));
    assert.deepEqual(evidenceTexts({ lint: { files: 1, findings } }, 13), ['neutral: 2 findings of new-rule']);
  });

  it('ignores rules that belong to none of the 17', () => {
    assert.deepEqual(
      gatherEvidence(
        factsOf({
          lint: { files: 1, findings: [findingOf('row-iteration', 'a.py'), findingOf('constructor', 'a.py')] },
        }),
      ),
      [],
    );
  });

  it('ticks at once what the evidence suggests', () => {
    const items = [
      { practice: 1, item: 'runs-measured' },
      { practice: 16, item: 'no-grid-search' },
      { practice: 16, item: 'no such item' },
    ];
    const ticked = assess(withChange(emptyChecklist, { kind: 'accept', items }), []).flatMap(
      ({ practice, items: all }) => all.filter(({ done }) => done).map(({ id }) => `${practice.number} ${id}`),
    );
    assert.deepEqual(ticked, ['1 runs-measured', '16 no-grid-search']);
  });
});
