import assert from 'node:assert/strict';
import { loadAccelerators } from '../../src/data/accelerators';

describe('the table of accelerators', () => {
  it('has each device once, with plausible power and a source', async () => {
    const { accelerators } = await loadAccelerators();
    assert.equal(accelerators.length, 92);
    assert.equal(new Set(accelerators.map(({ name }) => name.toLowerCase())).size, 92);
    for (const { name, kind, watts, idleWatts, source } of accelerators) {
      assert.ok(watts >= 5 && watts <= (kind === 'system' ? 20_000 : 1500), name);
      assert.ok(idleWatts === null || (idleWatts > 0 && idleWatts < watts / 2), name);
      assert.ok(source.length > 5, name);
    }
  });

  it('has the V100 cards the right way round', async () => {
    const { accelerators } = await loadAccelerators();
    const watts = (wanted: string): unknown => accelerators.find(({ name }) => name === wanted)?.watts;
    assert.deepEqual([watts('Tesla V100-PCIE-16GB'), watts('Tesla V100-SXM2-16GB')], [250, 300]);
  });
});
