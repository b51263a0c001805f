import fc from 'fast-check';
import assert from 'node:assert/strict';
import { assess } from '../../src/practices/assess';
import { emptyChecklist, withChange, type Change } from '../../src/practices/checklist';
import { gatherEvidence } from '../../src/practices/evidence';
import type { ProjectFacts } from '../../src/practices/facts';
import { whatNext, type Suggestion } from '../../src/practices/next';
import { factsOf, findingOf, runOf } from './support';

function next(facts: Partial<ProjectFacts>, count?: number, ...changes: readonly Change[]): readonly Suggestion[] {
  const all = factsOf(facts);
  return whatNext(assess(changes.reduce(withChange, emptyChecklist), gatherEvidence(all)), all, count);
}

const grid = findingOf('grid-search', 'src/search.py', 9, { candidates: 72, splits: 5, fits: 361 });

describe('practices/next', () => {
  it('begins with measuring where nothing has been measured', () => {
    const [first] = next({ runs: [], lint: { files: 1, findings: [grid] } });
    assert.deepEqual([first!.practice.number, first!.basis, first!.share], [1, 'measure-first', null]);
  });

  it('computes what fewer fits would save, from the measured runs of that file', () => {
    const runs = [runOf(361, { name: 'search.py' }), runOf(39, { name: 'train.py' })];
    const [first] = next({ runs, lint: { files: 1, findings: [grid] } });
    assert.deepEqual([first!.practice.number, first!.basis], [16, 'saving']);
    // 10 settings in 5 folds and one refit are 51 fits: 310 of 361 Wh, of 400 Wh in all.
    assert.ok(Math.abs(first!.share! - 310 / 400) < 1e-12);
    assert.match(first!.reason, /search\.py used 361 Wh for searches of 361 fits.*makes 51: about 310 Wh less, 78 %/);
  });

  it('claims no saving where the numbers are not known', () => {
    const runs = [runOf(10, { name: 'search.py' })];
    for (const estimate of [null, { candidates: null, splits: 5, fits: null }, { candidates: 8, splits: 5, fits: 41 }]) {
      const [first] = next({ runs, lint: { files: 1, findings: [findingOf('grid-search', 'search.py', 9, estimate)] } });
      assert.deepEqual([first!.practice.number, first!.basis, first!.share], [16, 'energy', 1], JSON.stringify(estimate));
      assert.match(first!.reason, /How much of it can be saved is not known/);
    }
  });

  it('computes what another region would save, and says nothing where it would not', () => {
    const region = { from: 'aws:us-east-1', fromGramsPerKWh: 480.7, to: 'aws:eu-north-1', toGramsPerKWh: 21.8, source: 'a test' };
    const [first] = next({ runs: [runOf(1000)], region });
    assert.deepEqual([first!.practice.number, first!.basis], [8, 'saving']);
    assert.match(first!.reason, /21\.8 g per kWh and aws:us-east-1 481 g \(a test\)\. For the 1 kWh measured here that would save 459 g, 95 %/);
    assert.equal(next({ runs: [runOf(1000)], region: { ...region, toGramsPerKWh: 500 } }).some(({ basis }) => basis === 'saving'), false);
  });

  it('puts savings before energy concerned, that before findings, and published effects last', () => {
    const findings = [grid, findingOf('missing-early-stopping', 'train.py'), findingOf('always-on-endpoint', 'serve.py')];
    const runs = [runOf(10, { name: 'search.py' }), runOf(90, { name: 'train.py' })];
    const order = next({ runs, lint: { files: 3, findings } }, 4).map(({ practice, basis }) => `${practice.number} ${basis}`);
    assert.deepEqual(order, ['16 saving', '5 energy', '11 findings', '8 published']);
  });

  it('finds runs by the command line where the run has a name of its own', () => {
    const runs = [runOf(10, { name: 'nightly', command: ['python3', '/somewhere/src/search.py'] })];
    assert.equal(next({ runs, lint: { files: 1, findings: [grid] } })[0]!.basis, 'saving');
  });

  it('leaves out what is done or does not apply, and gives at most what is asked for', () => {
    const notApplicable = (practice: number): Change => ({ kind: 'not-applicable', practice, reason: 'x' });
    assert.deepEqual(next({}, 3, notApplicable(8), notApplicable(7)).map(({ practice }) => practice.number), [10, 6, 14]);
    assert.deepEqual(next({}, 3, ...Array.from({ length: 17 }, (_, index) => notApplicable(index + 1))), []);
  });

  it('never claims to save more than was measured', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 10_000 }), (energies, fits) => {
        const runs = energies.map((energy, index) => runOf(energy, { name: index % 2 === 0 ? 'search.py' : 'train.py' }));
        const findings = [findingOf('grid-search', 'search.py', 1, { fits, splits: 5 }), findingOf('training-from-scratch', 'train.py')];
        for (const { share } of next({ runs, lint: { files: 2, findings } }, 17)) assert.ok(share === null || (share >= 0 && share <= 1 + 1e-9));
      }),
    );
  });
});
