import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PowerIntegral } from '../../src/power/power-integral';
import type { Outcome, ReadContext } from '../../src/power/source';

const band = { low: 0.5, high: 1.5 };
const baseline: ReadContext = { seconds: 0, late: false, load: null };
const after = (seconds: number): ReadContext => ({ seconds, late: false, load: null });

function sensor(limitWatts: number | null = null): PowerIntegral {
  return new PowerIntegral({
    staleSeconds: 3.5,
    limitWatts,
    band,
    short: { seconds: 5, band: { low: 0.25, high: 1.75 } },
  });
}

function joules(outcome: Outcome | null): number {
  assert.equal(outcome?.kind, 'energy');
  return outcome.joules;
}

describe('power/power-integral', () => {
  it('takes power to run straight between readings', () => {
    const integral = sensor();
    integral.sample(0, 100);
    assert.equal(integral.read(0, baseline), null);
    integral.sample(1, 200);
    assert.equal(joules(integral.read(1, after(1))), 150);
    integral.sample(2, 200);
    assert.equal(joules(integral.read(2, after(1))), 200);
  });

  it('takes no figure that no device can draw', () => {
    for (const watts of [1e9, -5, NaN, Infinity, 2000]) {
      const integral = sensor(300);
      integral.sample(0, 100);
      integral.read(0, baseline);
      integral.sample(1, watts);
      const outcome = integral.read(1, after(1));
      assert.equal(outcome?.kind, 'gap', String(watts));
      assert.match(outcome.reason, /which cannot be true$/);
      integral.sample(2, 120);
      assert.equal(joules(integral.read(2, after(1))), 120, 'and goes on with the next good one');
    }
  });

  it('tells the time since the last reading at once, and makes good what that got wrong', () => {
    const integral = sensor();
    integral.sample(0, 100);
    integral.read(0, baseline);
    assert.equal(joules(integral.read(0.75, after(0.75))), 75);
    integral.sample(1, 0);
    // The truth until 1 s is 50 J, and 75 J are told: no interval is negative.
    assert.equal(joules(integral.read(1.25, after(0.5))), 0);
    integral.sample(2, 100);
    assert.equal(joules(integral.read(2, after(0.75))), 25);
  });

  it('agrees with the integral of any trace, wherever intervals are cut', () => {
    const steps = fc.array(
      fc.record({
        seconds: fc.double({ min: 0.05, max: 3, noNaN: true }),
        watts: fc.double({ min: 0, max: 400, noNaN: true }),
        read: fc.boolean(),
      }),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(steps, (trace) => {
        const integral = sensor();
        integral.sample(0, 50);
        integral.read(0, baseline);
        let [at, watts, truth, told, readAt] = [0, 50, 0, 0, 0];
        for (const step of trace) {
          at += step.seconds;
          truth += ((watts + step.watts) / 2) * step.seconds;
          watts = step.watts;
          integral.sample(at, watts);
          if (!step.read) continue;
          told += joules(integral.read(at, after(at - readAt)));
          readAt = at;
        }
        told += joules(integral.read(at, after(Math.max(at - readAt, 1e-6))));
        assert.ok(Math.abs(told - truth) < 1e-6 * Math.max(1, truth));
      }),
    );
  });

  it('is less sure of its first seconds', () => {
    const integral = sensor();
    integral.sample(0, 100);
    integral.read(0, baseline);
    for (let at = 1; at <= 6; at++) {
      integral.sample(at, 100);
      const outcome = integral.read(at, after(1));
      assert.equal(outcome?.kind, 'energy');
      assert.equal(outcome.high, at < 5 ? 175 : 150);
    }
  });

  it('makes a gap of silence and of what cannot be read, and no energy of it later', () => {
    const integral = sensor(250);
    assert.deepEqual(integral.read(0, after(1)), {
      kind: 'gap',
      reason: 'the sensor has not answered yet',
      atMostJoules: 250,
    });
    integral.sample(1, 100);
    assert.equal(joules(integral.read(1, after(1))), 100);
    for (let at = 2; at <= 4; at++) assert.equal(joules(integral.read(at, after(1))), 100);
    assert.deepEqual(integral.read(5, after(1)), {
      kind: 'gap',
      reason: 'the sensor stopped responding',
      atMostJoules: 250,
    });
    integral.lose('broken');
    assert.deepEqual(integral.read(100, after(95)), { kind: 'gap', reason: 'broken', atMostJoules: 250 * 95 });
    integral.sample(101, 60);
    assert.equal(joules(integral.read(101, after(1))), 60);
  });

  it('adds nothing for an interval that cannot be trusted', () => {
    const integral = sensor();
    integral.sample(0, 100);
    integral.read(0, baseline);
    assert.deepEqual(integral.read(10, { seconds: 10, late: true, load: null }), {
      kind: 'gap',
      reason: 'the interval cannot be trusted',
      atMostJoules: 2000,
    });
    integral.sample(10.5, 100);
    integral.sample(11, 100);
    assert.equal(joules(integral.read(11, after(1))), 100);
  });
});
