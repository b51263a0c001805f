import assert from 'node:assert/strict';
import fc from 'fast-check';
import { loadCpus } from '../../src/data/cpus';
import { parseCpuinfo, type CpuIdentity } from '../../src/power/cpu-identity';
import { chassisOf, cpuKind, isServer } from '../../src/power/cpu-kind';
import { modelBand } from '../../src/power/cpu-model';
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
      idleWatts: 84,
      low: 1,
      high: 1,
      known: true,
      isSteady: true,
      mostWatts: null,
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
    assert.deepEqual(
      [hidden.known, hidden.watts, hidden.low, hidden.high],
      [false, 2 * median, low / median, high / median],
    );
    assert.match(hidden.label, /AMD EPYC 9004 of unknown model: 2 threads/);
    const unknown = judgeCpuPower(table, null, false, 4);
    assert.deepEqual([unknown.known, unknown.watts], [false, 4 * table.wattsPerThread.median]);
    assert.equal(judgeCpuPower(table, identity('Intel(R) Xeon(R) Platinum 8163 CPU @ 2.50GHz'), true, 4).known, false);
  });

  it('keeps base and turbo power apart', async () => {
    const table = await loadCpus();
    const powers = (brand: string): readonly number[] | undefined => table.cpus[normaliseBrand(brand)]?.slice(0, 4);
    const cases: readonly (readonly [brand: string, base: number, turbo: number, cores: number, threads: number])[] = [
      // Taken for their turbo power before, and for their base power.
      ['12th Gen Intel(R) Core(TM) i7-12700K', 125, 190, 12, 20],
      ['12th Gen Intel(R) Core(TM) i7-1270P', 28, 64, 12, 16],
      ['13th Gen Intel(R) Core(TM) i5-1335U', 15, 55, 10, 12],
      ['13th Gen Intel(R) Core(TM) i9-13900K', 125, 253, 24, 32],
      ['12th Gen Intel(R) Core(TM) i7-12700H', 45, 115, 14, 20],
      ['Intel(R) Core(TM) Ultra 7 155H', 28, 115, 16, 22],
      ['Intel(R) Core(TM) Ultra 7 265H', 28, 115, 16, 16],
      ['AMD Ryzen 7 7840HS w/ Radeon 780M Graphics', 35, 54, 8, 16],
      ['AMD Ryzen 7 7735HS with Radeon Graphics', 35, 54, 8, 16],
      ['AMD Ryzen 9 4900H with Radeon Graphics', 45, 54, 8, 16],
      // Not in the table before.
      ['Intel(R) Core(TM) Ultra 9 285K', 125, 250, 24, 24],
      ['Intel(R) Core(TM) Ultra 7 265K', 125, 250, 20, 20],
      ['Intel(R) Core(TM) Ultra 7 258V', 17, 37, 8, 8],
      ['12th Gen Intel(R) Core(TM) i7-1260P', 28, 64, 12, 16],
      ['13th Gen Intel(R) Core(TM) i7-1355U', 15, 55, 10, 12],
      ['13th Gen Intel(R) Core(TM) i7-13700H', 45, 115, 14, 20],
      ['12th Gen Intel(R) Core(TM) i5-12400', 65, 117, 6, 12],
      ['AMD Ryzen 5 3500 6-Core Processor', 65, 88, 6, 6],
      ['AMD Ryzen 7 PRO 6850U with Radeon Graphics', 15, 28, 8, 16],
      ['AMD Ryzen AI 9 HX 370 w/ Radeon 890M', 28, 54, 12, 24],
      ['AMD Ryzen Threadripper PRO 5975WX 32-Cores', 280, 0, 32, 64],
      ['Intel(R) Xeon(R) w9-3495X', 350, 420, 56, 112],
      // Spellings that the table has under another.
      ['Intel(R) Core(TM) i7 CPU         920  @ 2.67GHz', 130, 0, 0, 0],
      ['Intel(R) Xeon(R) CPU E5-2690 0 @ 2.90GHz', 135, 0, 8, 0],
    ];
    for (const [brand, ...expected] of cases) assert.deepEqual(powers(brand)?.slice(0, 2), expected.slice(0, 2), brand);
    for (const [brand, , , cores, threads] of cases.slice(0, 22))
      assert.deepEqual(powers(brand)?.slice(2), [cores, threads], brand);
    for (const brand of [
      'AMD EPYC 9R14',
      'AMD EPYC 7V13 64-Core Processor',
      'Intel(R) Xeon(R) Platinum 8488C',
      ...['M2', 'M2 Pro', 'M2 Max', 'M2 Ultra', 'M3', 'M3 Max', 'M4', 'M4 Pro', 'M4 Max'].map(
        (chip) => `Apple ${chip}`,
      ),
    ]) {
      assert.ok(powers(brand) !== undefined, brand);
      // Their makers publish no figure.
      assert.match(judgeCpuPower(table, identity(brand), false, 8).label, /about .* W, not published by its maker/);
    }
  });

  it('has no turbo power among the base powers of a family', async () => {
    const { cpus } = await loadCpus();
    const limits: readonly (readonly [family: RegExp, least: number, most: number])[] = [
      [/^intel core (i\d-1[2-4]\d+|ultra \d \d+|\d \d+)(u|ul|ue|ure)$/, 9, 15],
      [/^intel core i\d-1[2-4]\d+(p|pe|pre)$/, 28, 28],
      [/^intel core (i\d-1[2-4]\d+|ultra \d \d+)(h|hk|he|hl|hre)$/, 28, 45],
      [/^intel core (i\d-1[2-4]\d+|ultra \d \d+)hx$/, 55, 55],
      [/^intel core (i\d-1[2-4]\d+|ultra \d \d+)(t|te)$/, 35, 45],
      [/^intel core (i\d-1[2-4]\d+|ultra \d \d+)(f|e)?$/, 58, 65],
      [/^intel core (i\d-1[2-4]\d+|ultra \d \d+)(k|kf|ks)$/, 125, 150],
      [/^amd ryzen \d (pro )?[3-8]\d\d\du$/, 10, 28],
      [/^amd ryzen \d (pro )?[4-8]\d\d\d(h|hs)$/, 28, 45],
      [/^amd ryzen \d (pro )?[3-9]\d\d\d(hx|hx3d)$/, 45, 55],
      [/^amd ryzen \d (pro )?[1-9]\d\d\d(g|ge)?$/, 35, 65],
    ];
    for (const [family, least, most] of limits) {
      const members = Object.entries(cpus).filter(([name]) => family.test(name));
      assert.ok(members.length > 0, String(family));
      for (const [name, row] of members)
        assert.ok((row?.[0] ?? 0) >= least && (row?.[0] ?? 0) <= most, `${name}: ${row?.[0] ?? 'no'} W`);
    }
  });

  it('takes a model that is in no table for one of its kind, not for a server', async () => {
    const table = await loadCpus();
    const cases: readonly (readonly [CpuIdentity, RegExp, truth: number])[] = [
      [identity('AMD Ryzen 5 9550 6-Core Processor'), /treated as a desktop processor/, 65],
      [identity('AMD Ryzen 7 9850X3D 8-Core Processor'), /treated as an unlocked desktop processor/, 120],
      [identity('AMD Ryzen 5 9645U w/ Radeon Graphics'), /treated as a low-power laptop processor/, 15],
      [identity('Intel(R) Core(TM) Ultra 5 338H'), /treated as a laptop processor/, 45],
      [identity('Intel(R) Core(TM) Ultra 9 295HX'), /treated as a large laptop processor/, 55],
      [identity('Intel(R) Core(TM) i5-15400T'), /treated as a low-power desktop processor/, 35],
      [identity('AMD Ryzen Threadripper 9985WX 64-Cores'), /treated as a workstation processor/, 350],
      [identity('Intel(R) Xeon(R) w7-3575X'), /treated as a workstation processor/, 300],
      [identity('Apple M7 Max'), /treated as an Apple Max processor/, 60],
      [identity('Raspberry Pi 5 Model B Rev 1.0'), /treated as a single-board computer/, 10],
      [identity(null, { chassis: 'laptop' }), /Unknown processor, not in the tables, so treated as a laptop/, 28],
      [identity('Mystery 9000', { chassis: 'desktop' }), /treated as a desktop/, 65],
      [identity(null, { signature: 'arm:0x61:0x032' }), /Apple silicon, not in the tables, so treated as an Apple/, 20],
    ];
    for (const [cpu, label, truth] of cases) {
      const power = judgeCpuPower(table, cpu, false, 8);
      const { low, high } = modelBand(power, 1);
      assert.match(power.label, label);
      assert.equal(power.known, false);
      assert.ok(power.watts * low < truth && truth < power.watts * high, `${power.label}: ${truth} W`);
      assert.ok(power.watts > truth / 2.5 && power.watts < truth * 2.5, `${power.label}: ${power.watts} W`);
    }
    const graviton = judgeCpuPower(table, identity(null, { signature: 'arm:0x41:0xd40' }), true, 4);
    assert.match(graviton.label, /Neoverse V1 \(Graviton3\), treated as an Arm server processor/);
    assert.match(judgeCpuPower(table, null, false, 4).label, /a processor of unknown kind/);
  });

  it('knows the threads of a processor, or makes no sentence of them', async () => {
    const table = await loadCpus();
    const label = (brand: string, logicalCpus: number): string =>
      judgeCpuPower(table, identity(brand), true, logicalCpus).label;
    assert.match(label('Intel(R) Core(TM) i5-8265U CPU @ 1.60GHz', 16), /all of its 8 threads/);
    assert.match(label('Intel(R) Xeon(R) 6780E', 16), /16 of its 144 threads/);
    assert.match(label('Intel(R) Core(TM) i5-8400 CPU @ 2.80GHz', 2), /2 of its 6 threads/);
    assert.match(label('12th Gen Intel(R) Core(TM) i7-12700H', 8), /8 of its 20 threads/);
    assert.match(label('AMD EPYC 9654 96-Core Processor', 384), /384 threads of 2 processors with 192 each/);
    assert.match(label('Intel(R) Pentium(R) CPU G3220 @ 3.00GHz', 2), /2 threads of its 2 cores/);
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(table.cpus)),
        fc.integer({ min: 1, max: 1024 }),
        (brand, logicalCpus) => {
          const power = judgeCpuPower(table, identity(brand), true, logicalCpus);
          const [, mine, all] = /(\d+) of its (\d+) threads/.exec(power.label) ?? [];
          assert.ok(mine === undefined || Number(mine) < Number(all), power.label);
          const whole = judgeCpuPower(table, identity(brand), false, logicalCpus);
          if (
            cpuKind(brand, null) !== null &&
            !isServer(cpuKind(brand, null)) &&
            cpuKind(brand, null) !== 'workstation'
          )
            assert.ok(power.watts <= whole.watts * 1.001, 'a part draws no more than the whole');
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("gives a hidden brand of a cloud what the generation's models with many cores draw", async () => {
    const { generations } = await loadCpus();
    const median = (signature: string): number => generations[signature]?.wattsPerThread.median ?? NaN;
    // EPYC 9654: 360 W for 192 threads; EPYC 7763: 280 W for 128; EPYC 9755: 500 W for 256.
    assert.equal(median('AuthenticAMD:25:17'), 1.88);
    assert.equal(median('AuthenticAMD:25:1'), 2.19);
    assert.ok(median('AuthenticAMD:25:160') < 1.6);
    for (const generation of Object.values(generations)) {
      assert.ok(
        generation !== undefined &&
          generation.wattsPerThread.low <= generation.wattsPerThread.median &&
          generation.wattsPerThread.median <= generation.wattsPerThread.high,
      );
    }
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
    const arm =
      'processor\t: 0\nBogoMIPS\t: 108.00\nCPU implementer\t: 0x41\n\nprocessor\t: 1\n\nModel\t\t: Raspberry Pi 4 Model B Rev 1.4\n';
    const graviton =
      'processor\t: 0\nBogoMIPS\t: 2100.00\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x1\nCPU part\t: 0xd40\nCPU revision\t: 1\n';
    assert.deepEqual(parseCpuinfo(graviton), { brand: null, signature: 'arm:0x41:0xd40', logicalCpus: 1, sockets: 1 });
    assert.deepEqual(parseCpuinfo(arm), {
      brand: 'Raspberry Pi 4 Model B Rev 1.4',
      signature: null,
      logicalCpus: 2,
      sockets: 1,
    });
    assert.equal(parseCpuinfo(''), null);
  });

  it('tells a laptop by the chassis type of the firmware', () => {
    assert.deepEqual(['10\n', '9', '31', '138', '3\n', '23', '1', '', 'x'].map(chassisOf), [
      'laptop',
      'laptop',
      'laptop',
      'laptop',
      'desktop',
      'server',
      null,
      null,
      null,
    ]);
  });
});
