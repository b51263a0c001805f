import assert from 'node:assert/strict';
import { loadCatalogue } from '../../../src/advice/where/catalogue';
import { adviseRegions, isTie } from '../../../src/advice/where/region-advice';
import { tieGroups } from '../../../src/advice/where/ties';
import { anyRegion } from '../../support/region-question';

describe('regions that cannot be told apart', () => {
  it('are in one group with the first of them, and each region is in one group', async () => {
    const { candidates } = adviseRegions(await loadCatalogue(), anyRegion);
    const groups = tieGroups(candidates);
    assert.deepEqual(groups.flat(), candidates);
    assert.ok(groups.some((group) => group.length > 1) && groups.length > 5);
    for (const [index, [first, ...others]] of groups.entries()) {
      assert.ok(first !== undefined);
      for (const other of others) assert.ok(isTie(first, other));
      const next = groups[index + 1]?.[0];
      assert.ok(next === undefined || !isTie(first, next), 'the next group is clearly dirtier than the first region');
    }
  });
});
