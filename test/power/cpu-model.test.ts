import assert from 'node:assert/strict';
import fc from 'fast-check';
import { loadCpus } from '../../src/data/cpus';
import { CpuModel, modelBand, modelWatts, steadyCurve, turboCurve } from '../../src/power/cpu-model';
import { judgeCpuPower, type CpuPower } from '../../src/power/tdp';
import {
  calibratedErrors,
  heldOutCoverage,
  isInBand,
  loadClasses,
  loadMeasurements,
  predictedBand,
  ratioOf,
} from '../support/cpu-loads';

describe('power/cpu-model', () => {
  it('holds at least 90 % of the measurements of processors that its band has never seen', async () => {
    const rows = await loadMeasurements();
    assert.ok(rows.length > 230 && new Set(rows.map(({ cpu }) => cpu)).size >= 25);
    for (const [kind, some] of [
      ['servers', rows.filter(({ power }) => power.isSteady)],
      ['laptops and desktops', rows.filter(({ power }) => !power.isSteady)],
    ] as const) {
      assert.ok(
        some.every(({ power }) => power.known),
        kind,
      );
      assert.ok(heldOutCoverage(some) >= 0.9, `${kind}: ${heldOutCoverage(some)}`);
      const curve = kind === 'servers' ? steadyCurve : turboCurve;
      const { low, high } = predictedBand(some);
      // The bands that ship are what the measurements of all predict, rounded.
      assert.ok(
        Math.abs(curve.busy.low / low - 1) < 0.15 && Math.abs(curve.busy.high / high - 1) < 0.05,
        `${kind}: ${low} to ${high}`,
      );
      assert.ok(some.filter(isInBand).length / some.length >= 0.9, kind);
    }
  });

  it('holds at least 90 % of the measurements at every load, light loads of servers too', async () => {
    const rows = (await loadMeasurements()).filter(({ power }) => power.isSteady);
    for (const { name, from, to } of loadClasses) {
      const some = rows.filter(({ load }) => load > from && load <= to);
      assert.ok(some.length >= 25, name);
      const share = some.filter(isInBand).length / some.length;
      assert.ok(share >= 0.9, `${name}: ${share}`);
    }
  });

  it('is within 10 % in the median once three loads were measured on a machine, which a straight line is not', async () => {
    const rows = (await loadMeasurements()).filter(({ power }) => power.isSteady);
    const median = (errors: readonly number[]): number =>
      [...errors].sort((a, b) => a - b)[Math.floor(errors.length / 2)] ?? NaN;
    const [bent, straight] = [calibratedErrors(rows, false), calibratedErrors(rows, true)];
    assert.ok(bent.length >= 130 && bent.length === straight.length);
    assert.ok(median(bent) < 0.1 && median(straight) > 0.1, `${median(bent)} and ${median(straight)}`);
  });

  it('knows what desktops and laptops draw for long: unlocked ones their turbo power, others between their two', async () => {
    const rows = (await loadMeasurements()).filter(({ load, power }) => load === 1 && !power.isSteady);
    assert.ok(rows.length >= 15);
    const errors = rows.map((row) => Math.abs(Math.log(ratioOf(row)))).sort((a, b) => a - b);
    assert.ok((errors[Math.floor(errors.length / 2)] ?? NaN) < Math.log(1.25), 'half of them within 25 %');
  });

  it('keeps both powers of every processor in the table inside its band', async () => {
    const table = await loadCpus();
    for (const [brand, row] of Object.entries(table.cpus)) {
      const [base = 0, second = 0] = row ?? [];
      const power = judgeCpuPower(table, { brand, signature: null, logicalCpus: 8, sockets: 1 }, false, 8);
      const { low, high } = modelBand(power, 1);
      assert.ok(power.watts >= base * 0.999 && (second === 0 || power.watts <= second * 1.001), brand);
      assert.ok(power.watts * low <= base && power.watts * high >= Math.max(base, second), brand);
      assert.ok(second === 0 || (second > base * 0.99 && second < base * 4.2), `${brand}: ${base} and ${second} W`);
    }
  });

  it('rises with the load from idle to full, and never tells more than the processor can draw', async () => {
    const table = await loadCpus();
    const brands = Object.keys(table.cpus);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...brands),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.1, max: 100, noNaN: true }),
        async (brand, a, b, seconds) => {
          const power = judgeCpuPower(table, { brand, signature: null, logicalCpus: 8, sockets: 1 }, false, 8);
          assert.ok(modelWatts(power, Math.min(a, b)) <= modelWatts(power, Math.max(a, b)));
          assert.equal(modelWatts(power, 0), power.idleWatts);
          assert.ok(Math.abs(modelWatts(power, 1) - power.watts) <= 1e-12 * power.watts);
          const [reading] = await read(power, a, seconds);
          assert.ok(reading?.outcome.kind === 'energy');
          const { joules, low, high } = reading.outcome;
          assert.ok(low <= joules && joules <= high);
          if (power.mostWatts !== null) assert.ok(high <= power.mostWatts * seconds * 1.000_001);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('says which powers it used, and up to what it goes', async () => {
    const table = await loadCpus();
    const label = (brand: string): string =>
      new CpuModel(judgeCpuPower(table, { brand, signature: null, logicalCpus: 8, sockets: 1 }, false, 8))
        .descriptions[0].label;
    assert.equal(
      label('12th Gen Intel(R) Core(TM) i7-12700K'),
      '12th Gen Intel Core i7-12700K (125 W base, 190 W maximum turbo), load model up to 190 W',
    );
    assert.equal(
      label('13th Gen Intel(R) Core(TM) i5-1335U'),
      '13th Gen Intel Core i5-1335U (15 W base, 55 W maximum turbo), load model up to 29 W',
    );
    assert.equal(
      label('AMD EPYC 7763 64-Core Processor'),
      'AMD EPYC 7763 64-Core Processor (280 W TDP), load model up to 280 W',
    );
  });
});

function read(power: CpuPower, utilisation: number, seconds: number): ReturnType<CpuModel['read']> {
  const load = { utilisation, busyCpuSeconds: utilisation * seconds * 8, logicalCpus: 8, memoryTotalBytes: null };
  return new CpuModel(power).read({ seconds, late: false, load });
}
