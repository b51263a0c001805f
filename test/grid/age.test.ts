import assert from 'node:assert/strict';
import { ageNote } from '../../src/grid/age';

describe('the age of the figures', () => {
  it('is worth a note after 18 months, not before', () => {
    assert.equal(ageNote('2026-06-30', Date.parse('2027-12-30')), null);
    assert.match(ageNote('2026-06-30', Date.parse('2028-01-02')) ?? '', /2026-06, more than 18 months ago/);
  });
});
