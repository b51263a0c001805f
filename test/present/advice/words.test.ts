import assert from 'node:assert/strict';
import { inUtc } from '../../../src/present/advice/words';

describe('a time in UTC', () => {
  it('is added to a local time that differs from it', () => {
    const time = Date.parse('2026-11-30T09:00:00Z');
    assert.equal(inUtc(time, time, 'Europe/Berlin'), ' (09:00 UTC)');
    for (const zone of ['UTC', 'Etc/UTC', 'Europe/London']) assert.equal(inUtc(time, time, zone), '', zone);
  });
});
