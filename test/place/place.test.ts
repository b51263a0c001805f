import assert from 'node:assert/strict';
import { zoneBand } from '../../src/place/place';
import { loadZones } from '../../src/data/places';

describe("a zone's band", () => {
  it('is the range of the last two years, which includes the next year as rarely as docs/json.md says', async () => {
    const { zones } = await loadZones();
    const years = zones[0]?.gramsPerKWh.length ?? 0;
    const tried = zones.flatMap(({ gramsPerKWh }) =>
      Array.from({ length: years - 2 }, (_, index) => {
        const { low, high } = zoneBand({ gramsPerKWh: gramsPerKWh.slice(0, index + 2) });
        const next = gramsPerKWh[index + 2] ?? NaN;
        return low <= next && next <= high;
      }),
    );
    const share = tried.filter(Boolean).length / tried.length;
    assert.ok(tried.length > 1000 && share > 0.25 && share < 0.35, String(share));
  });
});
