import assert from 'node:assert/strict';
import fc from 'fast-check';
import { editDistance, suggestions } from '../../src/present/spelling';

describe('present/spelling', () => {
  it('counts edits, a swap of neighbours as one', () => {
    assert.equal(editDistance('eu-north-1', 'eu-north-1'), 0);
    assert.equal(editDistance('eu-nroth-1', 'eu-north-1'), 1);
    assert.equal(editDistance('', 'abc'), 3);
    assert.equal(editDistance('kitten', 'sitting'), 3);
  });

  it('is symmetric and never more than the longer text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        const distance = editDistance(a, b);
        assert.equal(distance, editDistance(b, a));
        assert.ok(distance <= Math.max(a.length, b.length));
        assert.equal(distance === 0, a === b);
      }),
    );
  });

  it('prefers a typo to a part of a longer name', () => {
    const candidates = [
      { id: 'long', names: ['eastern us region'] },
      { id: 'near', names: ['eastus'] },
    ];
    assert.deepEqual(suggestions('eatsus', candidates), ['near']);
    assert.deepEqual(suggestions('zzzzzz', candidates), []);
  });
});
