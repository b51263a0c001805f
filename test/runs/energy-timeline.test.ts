import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EnergyTimeline } from '../../src/runs/energy-timeline';

function timeline(...joules: readonly (number | null)[]): EnergyTimeline {
  const made = new EnergyTimeline();
  joules.forEach((each, index) => made.add((index + 1) * 1000, 1, each));
  return made;
}

describe('the energy between two moments', () => {
  it('takes the part of each stretch that lies in the window', () => {
    assert.equal(timeline(10, 20, 30).between(500, 2500), 5 + 20 + 15);
  });

  it('is unknown where too little was measured', () => {
    assert.equal(timeline(10, null, 30).between(0, 3000), null);
    assert.equal(timeline(10).between(5000, 6000), null);
    assert.equal(timeline(10).between(500, 500), null);
  });

  it('takes a window of which a little is missing, without making it up', () => {
    assert.equal(timeline(10, 10, 10).between(-100, 3000), 30);
  });

  it('gives windows side by side no more and no less than the whole', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { minLength: 2, maxLength: 30 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (joules, share) => {
          const made = timeline(...joules);
          const end = joules.length * 1000;
          const cut = end * share;
          const parts = (made.between(0, cut) ?? NaN) + (made.between(cut, end) ?? NaN);
          assert.ok(Math.abs(parts - (made.between(0, end) ?? NaN)) < 1e-6);
        },
      ),
    );
  });

  it('forgets what is past, and nothing else', () => {
    const made = timeline(10, 20, 30);
    made.forgetBefore(1500);
    assert.equal(made.between(1000, 3000), 50);
    assert.equal(made.between(0, 1000), null);
  });
});
