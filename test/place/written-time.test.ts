import assert from 'node:assert/strict';
import { deadlineOf } from '../../src/advice/when/deadline';
import { parseWrittenTime } from '../../src/place/written-time';

describe('place/written-time', () => {
  it('reads times as ISO 8601 writes them', () => {
    assert.equal(parseWrittenTime('2026-11-30T08:00Z'), Date.UTC(2026, 10, 30, 8));
    assert.equal(parseWrittenTime('2026-11-30 08:00:30.5+05:30'), Date.UTC(2026, 10, 30, 2, 30, 30, 500));
    assert.equal(parseWrittenTime('2028-02-29T08:00'), new Date(2028, 1, 29, 8).getTime());
  });

  it('takes no day that the calendar lacks, and nothing that it would have to leave out', () => {
    for (const text of ['2026-02-30T08:00Z', '2026-04-31T08:00', '2026-13-01T08:00', '02-03-2026 08:00', '2026-11-30'])
      assert.ok(Number.isNaN(parseWrittenTime(text)), text);
    assert.ok(Number.isNaN(parseWrittenTime('2026-11-30T08:00:00 (UTC+5)')));
  });

  it('decides on deadlines too', () => {
    const now = Date.UTC(2026, 1, 20);
    assert.equal(deadlineOf('2026-02-28T08:00Z', 4, now).kind, 'time');
    assert.equal(deadlineOf('2026-02-30T08:00Z', 4, now).kind, 'unknown');
  });
});
