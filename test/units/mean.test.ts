import assert from 'node:assert/strict';
import { meanOverTime } from '../../src/units/mean';

describe('units/mean', () => {
  const watts = (each: { readonly watts: number | null }): number | null => each.watts;

  it('weights each interval by its length, and leaves out unknown values', () => {
    assert.equal(
      meanOverTime(
        [
          { seconds: 1, watts: 10 },
          { seconds: 3, watts: 30 },
          { seconds: 9, watts: null },
        ],
        watts,
      ),
      25,
    );
  });

  it('is null if nothing is known', () => {
    assert.equal(meanOverTime([], watts), null);
    assert.equal(
      meanOverTime(
        [
          { seconds: 2, watts: null },
          { seconds: 0, watts: 5 },
        ],
        watts,
      ),
      null,
    );
  });
});
