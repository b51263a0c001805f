import assert from 'node:assert/strict';
import fc from 'fast-check';
import { newRunId } from '../../src/runs/header';

describe('runs/header', () => {
  it('gives later runs ids that sort later, also within a second', () => {
    const time = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2099, 0, 1) });
    fc.assert(
      fc.property(time, fc.integer({ min: 1, max: 5000 }), (startedAt, later) => {
        const [first, second] = [newRunId(startedAt), newRunId(startedAt + later)];
        assert.match(first, /^\d{8}T\d{6}Z-[0-9a-f]{6}$/);
        assert.ok(first < second, `${first} ${second}`);
      }),
    );
  });

  it('gives runs that start in one millisecond ids of their own', () => {
    const ids = new Set(Array.from({ length: 20 }, () => newRunId(Date.UTC(2026, 0, 1, 0, 0, 0, 999))));
    assert.ok(ids.size >= 19);
  });
});
