import assert from 'node:assert/strict';
import { hintedRegions, regionHint } from '../../src/data/region-hints';
import { loadCatalogue } from '../../src/advice/where/catalogue';
import { regionHints } from '../../src/advice/where/hints';

/** Relative tolerance for the rounded figures: the tables are refreshed before the figures change by more. */
const tolerance = 0.15;

const near = (a: number, b: number): boolean => Math.abs(a - b) <= tolerance * Math.max(a, b);

describe('hints about regions', () => {
  it('agree with the tables (node scripts/data/regions.mjs)', async () => {
    const catalogue = await loadCatalogue();
    const grams = new Map(catalogue.regions.map(({ id, gramsPerITKWh }) => [id, gramsPerITKWh.value]));
    assert.ok(hintedRegions.length > 100);
    for (const id of hintedRegions) {
      const hint = regionHint(id)!;
      const there = grams.get(`${id.split(':')[0] ?? ''}:${hint.better}`);
      assert.ok(near(hint.grams, grams.get(id) ?? NaN), `${id}: ${hint.grams}`);
      assert.ok(near(hint.betterGrams, there ?? NaN), `${id} → ${hint.better}: ${hint.betterGrams}`);
      assert.ok(hint.betterGrams < hint.grams * 0.8 + 1, id);
    }
  });

  it('leave out clean regions, and those without a clearly better one', async () => {
    const catalogue = await loadCatalogue();
    const hints = regionHints(catalogue);
    for (const { id, gramsPerITKWh } of catalogue.regions)
      if (gramsPerITKWh.value < 200) assert.equal(hints[id], undefined, id);
    assert.deepEqual(
      [regionHint('aws:eu-north-1'), regionHint('aws:moon'), regionHint('constructor'), regionHint('')],
      [null, null, null, null],
    );
  });
});
