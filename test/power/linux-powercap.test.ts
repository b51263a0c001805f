import assert from 'node:assert/strict';
import fc from 'fast-check';
import { probePowercap } from '../../src/power/linux-powercap';
import { chooseZones } from '../../src/power/rapl-zones';
import type { Outcome, PowerSource, ProbeResult, ReadContext } from '../../src/power/source';
import { FakeFiles } from '../support/fake-files';
import { FakeZone, type FakeZoneOptions } from '../support/fake-powercap';

const tick: ReadContext = { seconds: 1, late: false, load: null };
const baseline: ReadContext = { seconds: 0, late: false, load: null };

async function open(files: FakeFiles): Promise<PowerSource> {
  const { source } = await probePowercap(files, '/sys');
  assert.ok(source !== null);
  await source.read(baseline);
  return source;
}

/** One package with a counter, opened and with its baseline. */
async function onePackage(
  options: Partial<FakeZoneOptions> = {},
): Promise<{ files: FakeFiles; zone: FakeZone; read: (context?: ReadContext) => Promise<Outcome> }> {
  const files = new FakeFiles();
  const zone = new FakeZone(files, 'intel-rapl:0', { name: 'package-0', ...options });
  const source = await open(files);
  return { files, zone, read: async (context = tick) => (await source.read(context))[0]!.outcome };
}

function joules(outcome: Outcome): number {
  assert.equal(outcome.kind, 'energy');
  return outcome.joules;
}

describe('power/linux-powercap', () => {
  it('tells the energy between two reads, with its band', async () => {
    const { zone, read } = await onePackage();
    zone.add(42.5);
    assert.deepEqual(await read(), {
      kind: 'energy',
      joules: 42.5,
      low: 42.5 * 0.95,
      high: 42.5 * 1.05,
      idleJoules: null,
    });
  });

  it('sums any trace of energy exactly, over as many wraps as it takes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 60 }),
        fc.nat(2_000_000_000),
        async (trace, start) => {
          const { zone, read } = await onePackage({ range: 2_000_000_000, start });
          let total = 0;
          for (const each of trace) {
            zone.add(each);
            total += joules(await read());
          }
          assert.ok(Math.abs(total - trace.reduce((sum, each) => sum + each, 0)) < 1e-6);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('takes a reset for a gap, never for energy', async () => {
    const { zone, read } = await onePackage({ start: 200_000_000_000 });
    zone.add(50);
    assert.equal(joules(await read()), 50);
    zone.resetTo(5_000_000);
    assert.deepEqual(await read(), { kind: 'gap', reason: 'the counter was reset', atMostJoules: 100 });
    zone.add(50);
    assert.equal(joules(await read()), 50);
  });

  it('takes a step back for a reset where no range is known', async () => {
    const { zone, read } = await onePackage({ range: null, start: 500_000_000 });
    zone.resetTo(1_000_000);
    assert.equal((await read()).kind, 'gap');
    zone.add(7);
    assert.equal(joules(await read()), 7);
  });

  it('takes a step that no processor can draw for a gap', async () => {
    const { zone, read } = await onePackage();
    zone.add(2001);
    assert.equal((await read()).kind, 'gap');
  });

  it('drops the baseline with a failed read, and never makes it up', async () => {
    for (const spoil of [
      (zone: FakeZone) => zone.fail('EIO'),
      (zone: FakeZone) => zone.garble(''),
      (zone: FakeZone) => zone.garble('1000'),
      (zone: FakeZone) => zone.garble('nonsense\n'),
    ]) {
      const { zone, read } = await onePackage();
      zone.add(10);
      assert.equal(joules(await read()), 10);
      spoil(zone);
      assert.equal((await read()).kind, 'gap');
      zone.add(10);
      assert.equal((await read()).kind, 'gap');
      zone.add(10);
      assert.equal(joules(await read()), 10);
    }
  });

  it('finds no energy in the way back from a value that was cut off with its line end', async () => {
    for (const cut of ['1371\n', '137123456\n']) {
      const { zone, read } = await onePackage({ start: 1_371_234_567 });
      zone.add(10);
      assert.equal(joules(await read()), 10);
      zone.garble(cut);
      assert.equal((await read()).kind, 'gap');
      zone.add(10);
      assert.deepEqual(await read(), { kind: 'gap', reason: 'the counter could not be read', atMostJoules: 20 });
      zone.add(10);
      assert.equal(joules(await read()), 10);
    }
  });

  it('goes on with a counter that was reset at a low value', async () => {
    const { zone, read } = await onePackage({ start: 250_000_000 });
    zone.resetTo(1_000_000);
    assert.equal((await read()).kind, 'gap');
    for (let second = 0; second < 6; second++) {
      zone.add(60);
      assert.equal(joules(await read()), 60);
    }
  });

  it('reads a counter that does not end its line, if it goes on as the one before', async () => {
    const { zone, read } = await onePackage({ start: 500_000_000 });
    zone.garble('530000000');
    assert.equal(joules(await read()), 30);
    zone.garble('560000000');
    assert.equal(joules(await read()), 30);
  });

  it('does not take a counter that stands still for a processor that draws nothing', async () => {
    const { zone, read } = await onePackage();
    zone.add(40);
    assert.equal(joules(await read()), 40);
    for (let second = 0; second < 5; second++) assert.equal(joules(await read()), 0);
    assert.deepEqual(await read(), { kind: 'gap', reason: 'the counter does not move', atMostJoules: 80 });
    zone.add(40);
    assert.equal(joules(await read()), 40);
  });

  it('counts what can be read where a zone cannot, and says what is left out', async () => {
    const probe = async (zones: readonly (readonly [id: string, name: string, readable: boolean])[]) => {
      const files = new FakeFiles();
      for (const [id, name, readable] of zones) {
        const zone = new FakeZone(files, id, { name });
        if (!readable) zone.garble('');
      }
      const { source, missing = [] } = await probePowercap(files, '/sys');
      return [source?.descriptions.map((each) => each.name) ?? [], missing.map(({ component }) => component)];
    };
    assert.deepEqual(
      await probe([
        ['intel-rapl:0', 'package-0', true],
        ['intel-rapl:0:0', 'dram', true],
        ['intel-rapl:1', 'psys', false],
      ]),
      [['intel-rapl:0', 'intel-rapl:0:0'], []],
      'packages for an unreadable psys',
    );
    assert.deepEqual(
      await probe([
        ['intel-rapl:0', 'package-0', false],
        ['intel-rapl-mmio:0', 'package-0', true],
      ]),
      [['intel-rapl-mmio:0'], []],
      'the mirror of an unreadable package',
    );
    assert.deepEqual(
      await probe([
        ['intel-rapl:0', 'package-0', false],
        ['intel-rapl:1', 'package-1', true],
        ['intel-rapl:1:0', 'dram', true],
      ]),
      [['intel-rapl:1', 'intel-rapl:1:0'], ['cpu']],
      'one package of two',
    );
    assert.deepEqual(await probe([['intel-rapl:0', 'package-0', false]]), [[], ['cpu']], 'none');
  });

  it('keeps the energy of an interval that cannot be trusted apart', async () => {
    const { zone, read } = await onePackage();
    zone.add(300);
    assert.deepEqual(await read({ seconds: 10, late: true, load: null }), {
      kind: 'gap',
      reason: 'the interval cannot be trusted',
      atMostJoules: 300,
    });
    zone.add(30);
    assert.equal(joules(await read()), 30);
  });

  it('bounds a gap by the limit that the hardware states', async () => {
    const files = new FakeFiles({ '/sys/class/powercap/intel-rapl:0/constraint_0_power_limit_uw': '28000000\n' });
    const zone = new FakeZone(files, 'intel-rapl:0', { name: 'package-0' });
    const source = await open(files);
    zone.fail('EIO');
    assert.deepEqual((await source.read(tick))[0]?.outcome, {
      kind: 'gap',
      reason: 'the counter could not be read',
      atMostJoules: 28,
    });
  });

  it('begins anew after a pause', async () => {
    const files = new FakeFiles();
    const zone = new FakeZone(files, 'intel-rapl:0', { name: 'package-0' });
    const source = await open(files);
    source.pause();
    zone.add(500);
    assert.deepEqual(await source.read(baseline), []);
    zone.add(5);
    assert.equal(joules((await source.read(tick))[0]!.outcome), 5);
  });

  it('counts every joule once, whatever zones there are', () => {
    const chosen = (zones: Record<string, string>): string[] =>
      chooseZones(Object.entries(zones).map(([id, name]) => ({ id, name }))).map(({ id }) => id);
    assert.deepEqual(
      chosen({
        'intel-rapl:0': 'package-0',
        'intel-rapl:0:0': 'core',
        'intel-rapl:0:1': 'uncore',
        'intel-rapl:0:2': 'dram',
      }),
      ['intel-rapl:0', 'intel-rapl:0:2'],
      'memory lies beside the package, cores inside it',
    );
    assert.deepEqual(
      chosen({
        'intel-rapl:0': 'package-0',
        'intel-rapl:0:0': 'dram',
        'intel-rapl:1': 'package-1',
        'intel-rapl:1:0': 'dram',
      }),
      ['intel-rapl:0', 'intel-rapl:1', 'intel-rapl:0:0', 'intel-rapl:1:0'],
      'two sockets',
    );
    assert.deepEqual(
      chosen({ 'intel-rapl-mmio:0': 'package-0', 'intel-rapl:0': 'package-0', 'intel-rapl:0:0': 'core' }),
      ['intel-rapl:0'],
      'a mirror',
    );
    assert.deepEqual(chosen({ 'intel-rapl-mmio:0': 'package-0' }), ['intel-rapl-mmio:0'], 'only the mirror');
    assert.deepEqual(
      chosen({ 'intel-rapl:0': 'package-0', 'intel-rapl:0:0': 'dram', 'intel-rapl:1': 'psys' }),
      ['intel-rapl:1'],
      'the whole platform',
    );
    assert.deepEqual(
      chosen({ 'intel-rapl:0': 'package-0-die-0', 'intel-rapl:1': 'package-0-die-1', 'intel-rapl:1:0': 'dram' }),
      ['intel-rapl:0', 'intel-rapl:1', 'intel-rapl:1:0'],
      'dies without their package',
    );
    assert.deepEqual(
      chosen({
        'intel-rapl:0': 'package-0',
        'intel-rapl:1': 'package-0-die-0',
        'intel-rapl:2': 'package-0-die-1',
        'intel-rapl:2:0': 'dram',
      }),
      ['intel-rapl:0'],
      'a package and its dies',
    );
    assert.deepEqual(
      chosen({ 'intel-rapl:0': 'package-0-die-0', 'intel-rapl:1': 'package-0-die-0' }),
      ['intel-rapl:0'],
      'one die named twice',
    );
  });

  it('sums the counters of the platform on machines of several sockets', async () => {
    const chosen = (names: readonly string[]): string[] =>
      chooseZones(names.map((name, index) => ({ id: `intel-rapl:${index}`, name }))).map(
        (zone) => (zone as { name: string }).name,
      );
    const two = ['package-0', 'package-1'];
    assert.deepEqual(chosen([...two, 'psys', 'psys-1']), ['psys', 'psys-1']);
    assert.deepEqual(
      chosen(['package-0', 'package-1', 'package-2', 'package-3', 'psys', 'psys-1', 'psys-2', 'psys-3']),
      ['psys', 'psys-1', 'psys-2', 'psys-3'],
    );
    assert.deepEqual(
      chosen(['package-0-die-0', 'package-0-die-1', 'package-1-die-0', 'package-1-die-1', 'psys', 'psys-1']),
      ['psys', 'psys-1'],
      'dies are no packages',
    );
    assert.deepEqual(
      chosen(['package-0', 'package-1', 'package-2', 'psys', 'psys-1']),
      ['package-0', 'package-1', 'package-2'],
      'some packages have none',
    );
    assert.deepEqual(chosen([...two, 'psys', 'psys-1', 'psys-2']), two);
    assert.deepEqual(
      chosen([...two, 'psys', 'psys']),
      ['psys', 'psys'],
      'kernels before 5.10 give all of them one name',
    );
    assert.deepEqual(chosen([...two, 'psys-1']), two, 'one of the second processor is not for both');
    assert.deepEqual(chosen([...two, 'psys']), ['psys'], 'one for all');
    const mirrored = [
      'intel-rapl:0 package-0',
      'intel-rapl:1 psys',
      'intel-rapl-mmio:0 package-0',
      'intel-rapl-mmio:1 psys',
    ].map((text) => ({ id: text.split(' ')[0]!, name: text.split(' ')[1]! }));
    assert.deepEqual(
      chooseZones(mirrored).map(({ id }) => id),
      ['intel-rapl:1'],
      'the view of another driver is no second counter',
    );
    const files = new FakeFiles();
    const zones = [
      ['package-0', 150],
      ['package-1', 150],
      ['psys', 400],
      ['psys-1', 380],
    ] as const;
    const fakes = zones.map(([name], index) => new FakeZone(files, `intel-rapl:${index}`, { name }));
    const source = await open(files);
    for (let second = 0; second < 5; second++) {
      zones.forEach(([, watts], index) => fakes[index]!.add(watts));
      const readings = await source.read(tick);
      assert.equal(
        readings.reduce((sum, { outcome }) => sum + joules(outcome), 0),
        780,
      );
    }
    fakes[3]!.fail('EIO');
    const half = await probePowercap(files, '/sys');
    assert.deepEqual(
      half.source?.descriptions.map(({ name }) => name),
      ['intel-rapl:0', 'intel-rapl:1'],
    );
    assert.match(
      half.availability.find(({ name }) => name === 'intel-rapl:2')?.reason ?? '',
      /covers only part of the platform, and intel-rapl:3/,
    );
    // How many processors there are is known from those that cannot be read, too.
    const lame = new FakeFiles();
    for (const [index, name] of ['package-0', 'package-1', 'package-2', 'psys', 'psys-1'].entries()) {
      const zone = new FakeZone(lame, `intel-rapl:${index}`, { name });
      if (name === 'package-2') zone.fail('EIO');
    }
    const found = await probePowercap(lame, '/sys');
    assert.deepEqual(
      found.source?.descriptions.map(({ name }) => name),
      ['intel-rapl:0', 'intel-rapl:1'],
    );
    assert.match(
      found.availability.find(({ name }) => name === 'intel-rapl:3')?.reason ?? '',
      /covers only one processor's part of the platform, and the other processors have no such counter/,
    );
  });

  it('reads processors and memory beside the whole platform, and adds them to nothing', async () => {
    const files = new FakeFiles();
    const platform = new FakeZone(files, 'intel-rapl:1', { name: 'psys' });
    const processor = new FakeZone(files, 'intel-rapl:0', { name: 'package-0' });
    const memory = new FakeZone(files, 'intel-rapl:0:0', { name: 'dram' });
    const { source, parts, availability } = await probePowercap(files, '/sys');
    assert.deepEqual(
      source?.descriptions.map(({ component }) => component),
      ['system'],
    );
    assert.deepEqual(parts?.descriptions.map(({ component }) => component) ?? [], ['cpu', 'memory']);
    assert.deepEqual(
      availability.map(({ name, available }) => [name, available]),
      [
        ['intel-rapl:1', true],
        ['intel-rapl:0', true],
        ['intel-rapl:0:0', true],
      ],
    );
    assert.ok(parts !== undefined && parts !== null);
    await parts.read(baseline);
    platform.add(50);
    processor.add(20);
    memory.add(4);
    assert.deepEqual(
      (await parts.read(tick)).map(({ outcome }) => joules(outcome)),
      [20, 4],
    );
  });

  it('says that it leaves out a counter which bears the name of another', async () => {
    const files = new FakeFiles();
    for (const id of ['intel-rapl:0', 'intel-rapl:1']) new FakeZone(files, id, { name: 'package-0' });
    new FakeZone(files, 'intel-rapl-mmio:0', { name: 'package-0' });
    const { source, availability, missing } = await probePowercap(files, '/sys');
    assert.deepEqual(
      source?.descriptions.map(({ name }) => name),
      ['intel-rapl:0'],
    );
    assert.deepEqual(
      availability.map(({ name, available }) => [name, available]),
      [
        ['intel-rapl:0', true],
        ['intel-rapl:1', false],
      ],
      'a mirror is no news',
    );
    assert.match(missing?.[0]?.reason ?? '', /^intel-rapl:1: It has the same name \(package-0\) as intel-rapl:0/);
  });

  it('says how to enable counters that only root may read, and what that opens', async () => {
    const files = new FakeFiles();
    new FakeZone(files, 'intel-rapl:0', { name: 'package-0' }).fail('EACCES');
    const { source, availability } = await probePowercap(files, '/sys');
    assert.equal(source, null);
    assert.equal(availability.length, 1);
    assert.equal(availability[0]?.available, false);
    assert.match(availability[0].reason ?? '', /only root/);
    assert.match(availability[0].enable ?? '', /udev/);
    assert.match(availability[0].enable ?? '', /CVE-2020-8694/);
  });

  it('says why there is none', async () => {
    const { source, availability } = await probePowercap(new FakeFiles(), '/sys');
    assert.equal(source, null);
    assert.deepEqual(
      availability.map(({ available, enable }) => ({ available, enable })),
      [{ available: false, enable: null }],
    );
  });

  it('believes no platform counter that tells less than the processors alone', async () => {
    const find = async (psysJoules: number, packageJoules: number): Promise<ProbeResult> => {
      const files = new FakeFiles();
      const [one, two, psys] = [
        new FakeZone(files, 'intel-rapl:0', { name: 'package-0' }),
        new FakeZone(files, 'intel-rapl:1', { name: 'package-1' }),
        new FakeZone(files, 'intel-rapl:2', { name: 'psys' }),
      ];
      return probePowercap(files, '/sys', async () => {
        await Promise.resolve();
        one.add(packageJoules);
        two.add(packageJoules);
        psys.add(psysJoules);
      });
    };
    const names = ({ source }: ProbeResult): string[] => source?.descriptions.map(({ name }) => name) ?? [];
    const wrong = await find(0.5, 2);
    assert.deepEqual(names(wrong), ['intel-rapl:0', 'intel-rapl:1']);
    const told = wrong.availability.find(({ name }) => name === 'intel-rapl:2');
    assert.deepEqual([told?.available, told?.component], [false, 'system']);
    assert.match(told?.reason ?? '', /5 W, but the processor alone uses 40 W/);
    assert.deepEqual(wrong.missing, []);
    assert.deepEqual(names(await find(0, 2)), ['intel-rapl:0', 'intel-rapl:1']);
    assert.deepEqual(names(await find(9, 2)), ['intel-rapl:2']);
    // A machine at rest tells too little to judge by.
    assert.deepEqual(names(await find(0, 0.01)), ['intel-rapl:2']);
  });
});
