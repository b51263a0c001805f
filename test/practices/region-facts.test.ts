import assert from 'node:assert/strict';
import { findRegionFacts } from '../../src/practices/region-facts';

describe('practices/region-facts', () => {
  it('compares a region with the cleanest of its provider', async () => {
    const facts = await findRegionFacts('aws:us-east-1');
    assert.ok(facts !== null && facts.from === 'aws:us-east-1' && facts.to.startsWith('aws:'));
    assert.ok(Math.abs(facts.fromGramsPerKWh - 480.7) < 0.1, String(facts.fromGramsPerKWh));
    assert.ok(facts.toGramsPerKWh <= 21.9, String(facts.toGramsPerKWh));
    assert.match(facts.source, /^Electricity Maps, yearly average \d{4} \(ODbL 1\.0\)/);
  });

  it('claims nothing for the cleanest region, a grid zone, an unknown place or none', async () => {
    const best = await findRegionFacts('aws:us-east-1');
    for (const place of [best?.to ?? '', 'DE', 'aws:nowhere-9', 'nobody:x', ':', null])
      assert.equal(await findRegionFacts(place), null, String(place));
  });
});
