import assert from 'node:assert/strict';
import { findStartFacts } from '../../src/practices/start-facts';
import type { RunRecord } from '../../src/runs/record';
import { runOf } from './support';

const hour = 3600;

/** A run of four hours in a zone, started at a time. */
function runIn(zone: string | null, startedAt: string, wattHours: number | null = 1000, seconds = 4 * hour): RunRecord {
  const intensity = {
    gramsPerKWh: 300,
    low: 200,
    high: 400,
    zone,
    year: 2025,
    source: 'a test',
    basis: 'lifecycle',
    chosenBy: 'setting',
  } as const;
  return { ...runOf(wattHours, { startedAt: Date.parse(startedAt), intensity }, seconds), startedAt };
}

describe('practices/start-facts', () => {
  it('tells what the midday sun would have saved, and nothing for a start in it', async () => {
    // Eight in the evening in Los Angeles, and ten in the morning.
    const evening = await findStartFacts([runIn('US-CAL-CISO', '2026-06-15T03:00:00Z')]);
    assert.ok(evening !== null && evening.runs === 1 && evening.better === 1);
    assert.ok(evening.savedGrams > 0.3 * evening.grams && evening.savedGrams < evening.grams);
    assert.deepEqual(evening.zones, ['US-CAL-CISO']);
    assert.match(evening.source, /ODbL/);
    const morning = await findStartFacts([runIn('US-CAL-CISO', '2026-06-15T17:00:00Z')]);
    assert.deepEqual([morning?.better, morning?.savedGrams], [0, 0]);
  });

  it('adds runs up, each with its overhead', async () => {
    const run = runIn('DE', '2026-06-15T04:00:00Z');
    const one = await findStartFacts([run]);
    const two = await findStartFacts([run, { ...run, pue: 2 }]);
    assert.ok(one !== null && two !== null);
    assert.ok(Math.abs(two.grams - 3 * one.grams) < 1e-9 && Math.abs(two.savedGrams - 3 * one.savedGrams) < 1e-9);
  });

  it('leaves out what it cannot know: zones without hours, energy that is unknown, another basis, days', async () => {
    const known = runIn('DE', '2026-06-15T04:00:00Z');
    const out = [
      runIn('HK', '2026-06-15T04:00:00Z'),
      runIn(null, '2026-06-15T04:00:00Z'),
      runIn('DE', '2026-06-15T04:00:00Z', null),
      { ...known, intensity: { ...known.intensity!, basis: 'operational' as const } },
      { ...known, intensity: null },
      { ...known, durationSeconds: 30 * hour },
    ];
    for (const run of out) assert.equal(await findStartFacts([run]), null);
    assert.deepEqual(await findStartFacts([...out, known]), await findStartFacts([known]));
    assert.equal(await findStartFacts([]), null);
  });
});
