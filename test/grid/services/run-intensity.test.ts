import assert from 'node:assert/strict';
import type { CarbonIntensity } from '../../../src/place/intensity';
import { Curve } from '../../../src/grid/curve';
import { liveRunIntensity, type RunIntensity } from '../../../src/grid/services/run-intensity';
import { RunIntensityRecorder, type IntensityRecord } from '../../../src/grid/services/run-intensity-recorder';
import type { LivePlace, LiveService } from '../../../src/grid/services/service';

const hour = 3_600_000;
const now = Date.parse('2026-11-21T15:00:00Z');
const yearly: CarbonIntensity = {
  gramsPerKWh: 200,
  low: 180,
  high: 260,
  zone: 'GB',
  year: 2025,
  source: 'table',
  basis: 'lifecycle',
  chosenBy: 'person',
};
const place: LivePlace = { zone: 'GB', coordinates: null, region: null };

/** 100 g/kWh in the first hour, 300 in the second. */
const curve = new Curve([
  { from: now - hour / 2, until: now + hour, gramsPerKWh: 100 },
  { from: now + hour, until: now + 2 * hour, gramsPerKWh: 300 },
]);

function service(name: string, suits: boolean, reason: string | null = null): LiveService {
  return {
    name,
    suits: () => suits,
    forecast: () =>
      Promise.resolve(
        reason === null
          ? {
              kind: 'answer',
              value: { curve, basis: 'operational', source: `${name}, forecast`, notes: ['It counts no life cycle.'] },
            }
          : { kind: 'failed', reason },
      ),
  };
}

describe('grid/services/run-intensity', () => {
  it('gives a run the mean of its own hours, with the service and the time in its source', async () => {
    const found = await liveRunIntensity([service('Elsewhere', false), service('Grid', true)], place, yearly, now);
    assert.deepEqual(found.atStart, {
      gramsPerKWh: 100,
      low: 90,
      high: 110.00000000000001,
      zone: 'GB',
      year: 2026,
      source: 'Grid, forecast, asked 2026-11-21 15:00 UTC',
      basis: 'operational',
      chosenBy: 'person',
    });
    const over = found.over(now, now + 2 * hour);
    assert.deepEqual(
      [over?.intensity.gramsPerKWh, over?.intensity.low, Math.round(over?.intensity.high ?? 0), over?.note],
      [200, 90, 330, null],
    );
    assert.equal(found.over(now, now + hour / 2)?.intensity.gramsPerKWh, 100);
    assert.deepEqual(found.notes, ['It counts no life cycle.']);
  });

  it('says if a run is longer than the forecast', async () => {
    const over = (await liveRunIntensity([service('Grid', true)], place, yearly, now)).over(now, now + 9 * hour);
    assert.equal(over?.intensity.gramsPerKWh, 200);
    assert.match(String(over.note), /known until 2026-11-21 17:00 UTC/);
  });

  it('falls back to the yearly average, with one sentence that says why', async () => {
    const down = await liveRunIntensity([service('Grid', true, 'cannot be reached')], place, yearly, now);
    assert.deepEqual(
      [down.atStart, down.notes, down.over(now, now + hour)],
      [yearly, ['Grid cannot be reached. The yearly average is used instead.'], null],
    );
    const none = await liveRunIntensity([service('Grid', false)], place, yearly, now);
    assert.deepEqual(none.notes, [
      'None of the live services that are on covers GB. The yearly average is used instead.',
    ]);
    const nowhere = await liveRunIntensity([service('Grid', true)], null, yearly, now);
    assert.deepEqual(nowhere.notes, [
      'The grid is unknown, so no live service can be asked. The yearly average is used instead.',
    ]);
  });

  it('asks the next service if one fails, and says so', async () => {
    const found = await liveRunIntensity(
      [service('First', true, 'refused the key, or its plan does not include this'), service('Second', true)],
      place,
      yearly,
      now,
    );
    assert.match(found.atStart.source, /^Second/);
    assert.deepEqual(found.notes, [
      'First refused the key, or its plan does not include this.',
      'It counts no life cycle.',
    ]);
  });

  describe('in a record', () => {
    class FakeRun implements IntensityRecord {
      intensity = yearly;
      notes: readonly string[] = ['a guess'];
      update({ intensity, notes }: Parameters<IntensityRecord['update']>[0]): void {
        this.intensity = intensity ?? this.intensity;
        this.notes = notes ?? this.notes;
      }
      record(): ReturnType<IntensityRecord['record']> {
        return { startedAt: new Date(now).toISOString(), notes: this.notes };
      }
    }

    it('is set at once, and to the mean over the run at its end', async () => {
      const run = new FakeRun();
      const recorder = new RunIntensityRecorder(
        liveRunIntensity([service('Grid', true)], place, yearly, now),
        () => now + 2 * hour,
      );
      await recorder.follow(run);
      assert.equal(run.intensity.gramsPerKWh, 100);
      recorder.settle(run);
      assert.equal(run.intensity.gramsPerKWh, 200);
      assert.deepEqual(run.notes, ['a guess', 'It counts no life cycle.']);
    });

    it('keeps the cloud region that the user named', async () => {
      const run = new FakeRun();
      const inRegion: IntensityRecord = {
        update: (change) => run.update(change),
        record: () => ({ ...run.record(), intensity: { ...run.intensity, region: 'aws:us-east-1' } }),
      };
      const recorder = new RunIntensityRecorder(
        liveRunIntensity([service('Grid', true)], place, yearly, now),
        () => now + 2 * hour,
      );
      await recorder.follow(inRegion);
      assert.deepEqual([run.intensity.gramsPerKWh, run.intensity.region], [100, 'aws:us-east-1']);
      recorder.settle(inRegion);
      assert.deepEqual([run.intensity.gramsPerKWh, run.intensity.region], [200, 'aws:us-east-1']);
    });

    it('is not changed by a service that answers after the end', async () => {
      const run = new FakeRun();
      let answer: (found: RunIntensity) => void = () => undefined;
      const recorder = new RunIntensityRecorder(new Promise((resolve) => (answer = resolve)), () => now + hour);
      const followed = recorder.follow(run);
      recorder.settle(run);
      answer(await liveRunIntensity([service('Grid', true)], place, yearly, now));
      await followed;
      assert.equal(run.intensity, yearly);
      assert.deepEqual(run.notes, [
        'a guess',
        'No live service had answered when the run ended, so the yearly average is used.',
      ]);
    });
  });
});
