import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { loadWorldMap } from '../../src/data/world-map';

describe('the map of the world', () => {
  it('is small, has its source, and no line from one edge to the other', async () => {
    const map = await loadWorldMap();
    assert.ok((await stat('src/data/world-map.json')).size < 40_000);
    assert.match(map.source, /Natural Earth/);
    assert.deepEqual([map.width, map.height % 1], [360 * map.perDegree, 0]);
    const rings = map.land.split('z').filter((ring) => ring !== '');
    assert.ok(rings.length > 50);
    for (const ring of rings) {
      const numbers = [...ring.matchAll(/-?\d+/g)].map(([number]) => Number(number));
      assert.equal(numbers.length % 2, 0);
      const steps = numbers.slice(2);
      // The longest straight coast spans some ten degrees.
      assert.ok(Math.max(...steps.map(Math.abs)) < 30 * map.perDegree, ring.slice(0, 40));
      const [across, down] = [0, 1].map((axis) =>
        steps.reduce((sum, each, index) => (index % 2 === axis ? sum + each : sum), 0),
      );
      assert.ok(Math.abs(across ?? 1) <= 2 && Math.abs(down ?? 1) <= 2, 'the ring ends where it begins');
    }
  });
});
