import assert from 'node:assert/strict';
import { loadCpus } from '../../src/data/cpus';
import { parseCpuinfo, type CpuIdentity } from '../../src/power/cpu-identity';
import { judgeCpuPower, normaliseBrand } from '../../src/power/tdp';

function identity(brand: string | null, more: Partial<CpuIdentity> = {}): CpuIdentity {
  return { brand, signature: null, logicalCpus: 8, sockets: 1, ...more };
}

describe('power/tdp', () => {
  it('finds processors under the names that machines give them', async () => {
    const table = await loadCpus();
    const watts = (brand: string): number | undefined => table.cpus[normaliseBrand(brand)]?.[0];
    assert.deepEqual(
      [
        '11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz',
        'Intel(R) Xeon(R) CPU E5-2686 v4 @ 2.30GHz',
        'Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz',
        'Intel(R) Xeon(R) Gold 6148 CPU @ 2.40GHz',
        'Intel(R) Core(TM) Ultra 7 155H',
        'AMD Ryzen 7 5800X 8-Core Processor',
        'AMD Ryzen 7 PRO 4750U with Radeon Graphics',
        'AMD Ryzen Threadripper 3970X 32-Core Processor',
        'AMD EPYC 7B12',
        'AMD EPYC 7763 64-Core Processor',
        'Intel(R) Xeon(R) CPU           X5650  @ 2.67GHz',
        'Apple M1',
      ].map(watts),
      [28, 145, 210, 150, 28, 105, 15, 280, 240, 280, 95, 10],
    );
    assert.equal(watts('AMD EPYC'), undefined);
    assert.equal(watts('Intel(R) Xeon(R) CPU @ 2.20GHz'), undefined);
  });

  it('keeps the table under keys that the names lead to', async () => {
    const { cpus } = await loadCpus();
    const wrong = Object.keys(cpus).filter((key) => normaliseBrand(key) !== key);
    assert.deepEqual(wrong, []);
    assert.ok(Object.keys(cpus).length > 4000);
  });

  it('takes the TDP of each socket on hardware of its own', async () => {
    const table = await loadCpus();
    const power = judgeCpuPower(table, identity('AMD EPYC 7763 64-Core Processor', { sockets: 2 }), false, 256);
    assert.deepEqual(power, {
      watts: 560,
      low: 1,
      high: 1,
      known: true,
      label: '2 × AMD EPYC 7763 64-Core Processor (280 W TDP each)',
    });
  });

  it('shares the TDP by threads in a virtual machine', async () => {
    const table = await loadCpus();
    const power = judgeCpuPower(table, identity('AMD EPYC 7763 64-Core Processor'), true, 32);
    assert.equal(power.watts, 70);
    assert.equal(power.known, true);
    assert.match(power.label, /32 of its 128 threads/);
  });

  it('assumes watts per thread, with a wide band, where the brand is hidden or no cores are known', async () => {
    const table = await loadCpus();
    const hidden = judgeCpuPower(table, identity('AMD EPYC', { signature: 'AuthenticAMD:25:17' }), true, 2);
    const { median, low, high } = table.generations['AuthenticAMD:25:17']!.wattsPerThread;
    assert.deepEqual([hidden.known, hidden.watts, hidden.low, hidden.high], [false, 2 * median, low / median, high / median]);
    assert.match(hidden.label, /AMD EPYC 9004 of unknown model: 2 threads/);
    const unknown = judgeCpuPower(table, null, false, 4);
    assert.deepEqual([unknown.known, unknown.watts], [false, 4 * table.wattsPerThread.median]);
    assert.equal(judgeCpuPower(table, identity('AMD EPYC 7B12'), true, 4).known, false);
  });

  it('reads the processor from cpuinfo', () => {
    const one = (id: number, socket: number): string =>
      `processor\t: ${id}\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 85\nmodel name\t: Intel(R) Xeon(R) Gold 6148 CPU @ 2.40GHz\nphysical id\t: ${socket}\nflags\t\t: fpu vme\n\n`;
    assert.deepEqual(parseCpuinfo(one(0, 0) + one(1, 1)), {
      brand: 'Intel(R) Xeon(R) Gold 6148 CPU @ 2.40GHz',
      signature: 'GenuineIntel:6:85',
      logicalCpus: 2,
      sockets: 2,
    });
    const arm = 'processor\t: 0\nBogoMIPS\t: 108.00\nCPU implementer\t: 0x41\n\nprocessor\t: 1\n\nModel\t\t: Raspberry Pi 4 Model B Rev 1.4\n';
    assert.deepEqual(parseCpuinfo(arm), { brand: 'Raspberry Pi 4 Model B Rev 1.4', signature: null, logicalCpus: 2, sockets: 1 });
    assert.equal(parseCpuinfo(''), null);
  });
});
