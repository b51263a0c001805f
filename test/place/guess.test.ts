import assert from 'node:assert/strict';
import { loadPlaceGuesser, type PlaceGuesser } from '../../src/place/guess';
import type { Place } from '../../src/place/place';
import { placeKnowledge, placeRemark } from '../../src/place/intensity';
import { loadTimeZones } from '../../src/data/places';

let guesser: PlaceGuesser;

const guess = (timeZone: string | null): Place => guesser.guess(timeZone);

describe('the guess from the time zone', () => {
  before(async () => {
    guesser = await loadPlaceGuesser();
  });

  it('is the country, and says that it is a guess', () => {
    const place = guess('Europe/Berlin');
    assert.deepEqual([place.zone, place.intensity.gramsPerKWh, place.intensity.chosenBy], ['DE', 342, 'guess']);
    assert.deepEqual(place.notes, ['The place (Germany) is a guess from the time zone Europe/Berlin.']);
    assert.equal(guess('Asia/Calcutta').country, 'IN');
    assert.equal(guess('Europe/Kiev').zone, 'UA');
  });

  it("does not widen a country's range by its islands, and distinguishes islands from the mainland", () => {
    assert.deepEqual([guess('Europe/Madrid').zone, guess('Europe/Madrid').intensity.high], ['ES', 136]);
    const canary = guess('Atlantic/Canary').intensity;
    assert.ok(canary.gramsPerKWh > 600 && canary.low > 400, JSON.stringify(canary));
  });

  it('is one grid if only one grid uses that time', () => {
    assert.equal(guess('Australia/Hobart').zone, 'AU-TAS');
    assert.equal(guess('America/Edmonton').country, 'CA');
  });

  it('is the national average with the range of the grids if several use that time', () => {
    const place = guess('America/New_York');
    assert.equal(place.zone, 'US');
    assert.equal(place.intensity.gramsPerKWh, 414);
    assert.ok(place.intensity.low < 320 && place.intensity.high > 650);
    assert.match(place.notes.join(' '), /guess.*several grids/);
    assert.equal(guess('US/Eastern').zone, 'US');
  });

  it("is the world's average with a wide range if the time zone has no country", () => {
    for (const timeZone of ['UTC', 'Etc/UTC', 'Etc/GMT+5', 'Mars/Olympus', null]) {
      const { intensity, zone, notes } = guess(timeZone);
      // Nothing was guessed, and no sentence says so.
      assert.equal(intensity.chosenBy, 'none');
      assert.deepEqual(
        [placeKnowledge(intensity), placeRemark(intensity)],
        ['unknown', 'place unknown, world average'],
      );
      assert.doesNotMatch(notes.join(' '), /guess/);
      assert.deepEqual([zone, intensity.gramsPerKWh, intensity.year], [null, 472.94, 2024]);
      assert.ok(intensity.low < 100 && intensity.high > 600);
      assert.match(notes.join(' '), /assumed/);
    }
  });

  it('has a value within its limits for every time zone', async () => {
    const { countries, links } = await loadTimeZones();
    for (const timeZone of [...Object.keys(countries), ...Object.keys(links)]) {
      const { intensity, zone } = guess(timeZone);
      assert.ok(intensity.low <= intensity.gramsPerKWh && intensity.gramsPerKWh <= intensity.high, timeZone);
      assert.equal(intensity.chosenBy, zone === null ? 'none' : 'guess');
    }
  });
});
