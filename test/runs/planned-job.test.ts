import assert from 'node:assert/strict';
import { plannedKilowattHours } from '../../src/runs/planned-job';

const job = { count: 1, usage: 1, memoryGigabytes: 0, pue: 1 };

function near(actual: number, expected: number, relative: number): void {
  assert.ok(Math.abs(actual - expected) <= relative * expected, `${actual} is not ${expected}`);
}

describe('the energy of a planned job', () => {
  it('is that of Green Algorithms: a 250 W GPU, 64 GB and 12 h in a building of PUE 1.67', () => {
    // 12 × (250 + 64 × 0.3725) × 1.67 / 1000
    near(plannedKilowattHours({ ...job, watts: 250, hours: 12, memoryGigabytes: 64, pue: 1.67 }), 5.487_753_6, 1e-12);
    // Two devices at half load: 12 × (2 × 250 × 0.5 + 23.84) × 1.67 / 1000, the same.
    near(
      plannedKilowattHours({ ...job, watts: 250, count: 2, usage: 0.5, hours: 12, memoryGigabytes: 64, pue: 1.67 }),
      5.487_753_6,
      1e-12,
    );
  });

  it('is that of ML CO2 Impact: a 300 W card for 100 h', () => {
    near(plannedKilowattHours({ ...job, watts: 300, hours: 100 }), 30, 1e-12);
  });

  it('is that of Patterson et al. for T5 and GPT-3, within the rounding of their inputs', () => {
    // T5: 512 TPU v3 chips of 310 W for 20 days, PUE 1.12; the paper states 85.7 MWh.
    near(plannedKilowattHours({ ...job, watts: 310, count: 512, hours: 24 * 20, pue: 1.12 }), 85_700, 0.01);
    // GPT-3: 10,000 V100 of 330 W for 14.8 days, PUE 1.10; the paper states 1287 MWh.
    near(plannedKilowattHours({ ...job, watts: 330, count: 10_000, hours: 24 * 14.8, pue: 1.1 }), 1_287_000, 0.005);
  });
});
