import assert from 'node:assert/strict';
import { attribute, type Attribution } from '../../src/power/attribution';
import { openPower, type Power } from '../../src/power/machine';
import type { Component } from '../../src/power/source';
import { FakeClock, settle } from '../support/fake-clock';
import { FakeFiles } from '../support/fake-files';
import { FakeZone, type FakeZoneOptions } from '../support/fake-powercap';
import { FakePrograms } from '../support/fake-programs';

const uuids = ['GPU-11111111-0000-0000-0000-000000000001', 'GPU-22222222-0000-0000-0000-000000000002'] as const;

/** What flows each second, in watts. */
const zoneWatts = 60;
const gpuWatts = [200, 50] as const;

/** What a scenario may do in one second, in place of the normal course of things. */
interface Fault {
  /** Changes counters after their energy has flowed. */
  readonly zones?: (bench: FaultBench, second: number) => void;
  /** Speaks in place of nvidia-smi. */
  readonly gpus?: (bench: FaultBench, second: number) => void;
  /** Moves the clocks in place of one regular second; returns the seconds in which energy flowed. */
  readonly time?: (bench: FaultBench, second: number) => Promise<number | null>;
}

/** A machine with energy counters and GPUs whose truth a test knows, and everything the meter says of it. */
class FaultBench {
  readonly files = new FakeFiles({
    '/proc/cpuinfo':
      'processor\t: 0\nmodel name\t: AMD EPYC 7763 64-Core Processor\nphysical id\t: 0\nflags\t\t: fpu\n',
    '/proc/stat': 'cpu  100 0 0 0 0 0 0 0 0 0\ncpu0 100 0 0 0 0 0 0 0 0 0\n',
  });
  readonly clock = new FakeClock();
  readonly programs = new FakePrograms();
  readonly zones: FakeZone[] = [];
  readonly told: Attribution[] = [];
  uptime = 5000;
  private power: Power | null = null;
  private gpuCount = 0;

  zone(id: string, options: FakeZoneOptions): this {
    this.zones.push(new FakeZone(this.files, id, options));
    return this;
  }

  gpus(count: number): this {
    this.gpuCount = count;
    this.programs.installed.add('nvidia-smi');
    return this;
  }

  async open(): Promise<void> {
    this.writeUptime();
    const opening = openPower({ files: this.files, clock: this.clock, programs: this.programs, platform: 'linux' });
    await settle();
    this.speak();
    await this.clock.advance(1);
    const power = await opening;
    this.power = power;
    await power.sampler.subscribe({
      tree: null,
      intervalMilliseconds: 1000,
      onSample: (sample) =>
        void this.told.push(attribute({ sample, usage: null, idle: new Map(), absent: power.absent })),
    });
  }

  /** nvidia-smi says what the GPUs draw. */
  speak(power: readonly (string | null)[] = gpuWatts.map((watts) => watts.toFixed(2))): void {
    const query = this.programs.started.filter(({ args }) => args[0]?.startsWith('--query-gpu') === true).at(-1);
    for (const [index, uuid] of uuids.slice(0, this.gpuCount).entries()) {
      const watts = power[index] ?? null;
      if (watts !== null) query?.line(`${uuid}, ${watts}, 90, ${index}, NVIDIA GeForce RTX 3090, 350.00`);
    }
  }

  get query(): (typeof this.programs.started)[number] | undefined {
    return this.programs.started.filter(({ args }) => args[0]?.startsWith('--query-gpu') === true).at(-1);
  }

  /** Lets `seconds` pass with their energy and a fault; returns the joules of each kind that truly flowed. */
  async run(seconds: number, fault: Fault = {}): Promise<{ readonly zones: number; readonly gpus: number }> {
    let zones = 0;
    let gpus = 0;
    for (let second = 1; second <= seconds; second++) {
      const moved = (await fault.time?.(this, second)) ?? null;
      const flowed = moved ?? 1;
      zones += flowed * zoneWatts * this.zones.length;
      gpus += flowed * gpuWatts.slice(0, this.gpuCount).reduce((sum, watts) => sum + watts, 0);
      if (moved !== null) continue;
      this.flow(1);
      fault.zones?.(this, second);
      if (fault.gpus === undefined) this.speak();
      else fault.gpus(this, second);
      this.uptime += 1;
      this.writeUptime();
      await this.clock.advance(1);
    }
    return { zones, gpus };
  }

  flow(seconds: number): void {
    for (const zone of this.zones) zone.add(zoneWatts * seconds);
  }

  writeUptime(): void {
    this.files.set('/proc/uptime', `${this.uptime.toFixed(2)} 0.00\n`);
  }

  /** Joules that the meter told of a component. */
  sum(component: Exclude<Component, 'system'> | 'total'): number {
    return this.told.reduce((sum, { machine }) => sum + (machine[component] ?? 0), 0);
  }

  /** The most that the gaps may have held. */
  get lost(): number {
    return this.told.flatMap(({ gaps }) => gaps).reduce((sum, { atMostJoules }) => sum + (atMostJoules ?? 0), 0);
  }

  get reasons(): string[] {
    return [...new Set(this.told.flatMap(({ gaps }) => gaps).map(({ reason }) => reason))];
  }

  dispose(): void {
    this.power?.dispose();
  }
}

function assertWithin2Percent(told: number, truth: number): void {
  assert.ok(Math.abs(told / truth - 1) <= 0.02, `told ${told.toFixed(1)} J of ${truth.toFixed(1)} J`);
}

describe('power under faults: counters', () => {
  const package0 = { name: 'package-0' };
  const cases: readonly (readonly [string, (bench: FaultBench) => FaultBench, number])[] = [
    ['one package', (bench) => bench.zone('intel-rapl:0', package0), 1],
    [
      'wraps, also several in a run',
      (bench) => bench.zone('intel-rapl:0', { ...package0, range: 1_000_000_000, start: 999_000_000 }),
      1,
    ],
    ['two sockets', (bench) => bench.zone('intel-rapl:0', package0).zone('intel-rapl:1', { name: 'package-1' }), 2],
    ['a mirror of the package', (bench) => bench.zone('intel-rapl:0', package0).zone('intel-rapl-mmio:0', package0), 1],
    [
      'a package beside its dies',
      (bench) => bench.zone('intel-rapl:0', package0).zone('intel-rapl:1', { name: 'package-0-die-0' }),
      1,
    ],
    [
      'dies alone',
      (bench) =>
        bench.zone('intel-rapl:0', { name: 'package-0-die-0' }).zone('intel-rapl:1', { name: 'package-0-die-1' }),
      2,
    ],
    [
      'cores inside the package',
      (bench) => bench.zone('intel-rapl:0', package0).zone('intel-rapl:0:0', { name: 'core' }),
      1,
    ],
    ['the whole platform', (bench) => bench.zone('intel-rapl:0', package0).zone('intel-rapl:1', { name: 'psys' }), 1],
    ['no range, and no need of one', (bench) => bench.zone('intel-rapl:0', { ...package0, range: null }), 1],
  ];
  for (const [name, build, counted] of cases) {
    it(`meets the truth with ${name}`, async () => {
      const bench = build(new FaultBench());
      await bench.open();
      const truth = await bench.run(120);
      const isPlatform = bench.told[0]?.machine.cpu === null;
      assertWithin2Percent(bench.sum(isPlatform ? 'total' : 'cpu'), (truth.zones / bench.zones.length) * counted);
      assert.deepEqual(bench.reasons, []);
      bench.dispose();
    });
  }

  it('adds memory counters to the packages', async () => {
    const bench = new FaultBench().zone('intel-rapl:0', package0).zone('intel-rapl:0:1', { name: 'dram' });
    await bench.open();
    const truth = await bench.run(60);
    assertWithin2Percent(bench.sum('cpu') + bench.sum('memory'), truth.zones);
  });

  const losses: readonly (readonly [string, (zone: FakeZone) => void, number])[] = [
    ['a reset', (zone) => zone.resetTo(17), 1],
    ['a failed read', (zone) => zone.fail('EIO'), 2],
    ['an empty read', (zone) => zone.garble(''), 2],
    ['a truncated read', (zone) => zone.garble('10'), 2],
    ['nonsense', (zone) => zone.garble('-5\n'), 2],
    ['a jump that no processor can make', (zone) => zone.add(50_000), 1],
  ];
  for (const [name, spoil, lostSeconds] of losses) {
    it(`loses no more than ${lostSeconds} s to ${name}, and makes nothing up`, async () => {
      const bench = new FaultBench().zone('intel-rapl:0', { ...package0, start: 5_000_000_000 });
      await bench.open();
      const truth = await bench.run(100, {
        zones: ({ zones }, second) => (second === 50 ? spoil(zones[0]!) : undefined),
      });
      assertWithin2Percent(bench.sum('cpu'), truth.zones - lostSeconds * zoneWatts);
      assert.ok(bench.sum('cpu') <= truth.zones);
      assert.ok(bench.sum('cpu') + bench.lost >= truth.zones, 'what is lost lies within the limits');
      bench.dispose();
    });
  }
});

describe('power under faults: nvidia-smi', () => {
  async function play(count: number, fault: Fault = {}, seconds = 100): Promise<{ bench: FaultBench; truth: number }> {
    const bench = new FaultBench().gpus(count);
    await bench.open();
    const { gpus } = await bench.run(seconds, fault);
    bench.dispose();
    return { bench, truth: gpus };
  }

  it('meets the truth with one GPU and with two', async () => {
    for (const count of [1, 2]) {
      const { bench, truth } = await play(count);
      assertWithin2Percent(bench.sum('gpu'), truth);
    }
  });

  it('says nothing of a GPU that tells nothing', async () => {
    const { bench } = await play(1, { gpus: (each) => each.speak(['[N/A]']) });
    const known = bench.told.slice(3).map(({ machine }) => machine.gpu);
    assert.ok(known.every((joules) => joules === null));
  });

  const losses: readonly (readonly [string, Fault, number, number])[] = [
    ['[N/A] for once', { gpus: (bench, second) => bench.speak([second === 50 ? '[N/A]' : '200.00']) }, 0, 2],
    [
      'an error for three seconds',
      { gpus: (bench, second) => bench.speak([second >= 50 && second < 53 ? '[Unknown Error]' : '200.00']) },
      0,
      5,
    ],
    [
      'a line that is cut short',
      { gpus: (bench, second) => (second === 50 ? bench.query?.line(`${uuids[0]}, 2`) : bench.speak()) },
      0,
      1,
    ],
    ['a hang', { gpus: (bench, second) => (second >= 40 && second < 60 ? undefined : bench.speak()) }, 12, 24],
    [
      'an end with exit code 9',
      { gpus: (bench, second) => (second === 50 ? bench.query?.end('exit 9') : bench.speak()) },
      0,
      4,
    ],
  ];
  for (const [name, fault, least, most] of losses) {
    it(`loses from ${least} to ${most} s to ${name}, and makes nothing up`, async () => {
      const { bench, truth } = await play(1, fault);
      const lostSeconds = (truth - bench.sum('gpu')) / gpuWatts[0];
      assert.ok(lostSeconds >= least - 1 && lostSeconds <= most, `lost ${lostSeconds.toFixed(2)} s`);
      assert.ok(bench.sum('gpu') <= truth * 1.0001, 'nothing made up');
    });
  }

  it('loses a GPU that vanishes, and not the other', async () => {
    const { bench, truth } = await play(2, {
      gpus: (each, second) => each.speak(['200.00', second < 50 ? '50.00' : null]),
    });
    const gone = 51 * gpuWatts[1];
    assert.ok(bench.sum('gpu') <= truth - gone + 3 * gpuWatts[1]);
    assertWithin2Percent(bench.sum('gpu'), truth - gone);
  });
});

describe('power under faults: time', () => {
  function machine(): FaultBench {
    return new FaultBench().zone('intel-rapl:0', { name: 'package-0' }).gpus(1);
  }

  it('makes no energy of eight hours of sleep', async () => {
    const bench = machine();
    await bench.open();
    const truth = await bench.run(100, {
      time: async (each, second) => {
        if (second !== 50) return null;
        each.clock.jumpWall(8 * 3600);
        each.uptime += 8 * 3600 + 1;
        each.writeUptime();
        each.flow(1);
        each.speak();
        await each.clock.advance(1);
        return 1;
      },
    });
    assertWithin2Percent(bench.sum('cpu'), truth.zones - zoneWatts);
    assertWithin2Percent(bench.sum('gpu'), truth.gpus - gpuWatts[0]);
    assert.deepEqual(bench.reasons, ['the machine slept']);
    const [gap] = bench.told.flatMap(({ gaps }) => gaps);
    assert.equal(gap?.seconds, 8 * 3600 + 1);
    bench.dispose();
  });

  for (const jump of [3600, -3600]) {
    it(`minds no clock that is set by ${jump / 3600} h`, async () => {
      const bench = machine();
      await bench.open();
      const truth = await bench.run(100, {
        time: (each, second) => {
          if (second === 50) each.clock.jumpWall(jump);
          return Promise.resolve(null);
        },
      });
      assertWithin2Percent(bench.sum('cpu'), truth.zones);
      assertWithin2Percent(bench.sum('gpu'), truth.gpus);
      assert.deepEqual(bench.reasons, []);
      bench.dispose();
    });
  }

  it('makes a gap of a stall of ten seconds, with what the counter saw in it as its limit', async () => {
    const bench = machine();
    await bench.open();
    const truth = await bench.run(100, {
      time: async (each, second) => {
        if (second !== 50) return null;
        each.uptime += 10;
        each.writeUptime();
        each.flow(10);
        await each.clock.stall(10);
        each.speak();
        return 10;
      },
    });
    assertWithin2Percent(bench.sum('cpu'), truth.zones - 10 * zoneWatts);
    assertWithin2Percent(bench.sum('gpu'), truth.gpus - 10 * gpuWatts[0]);
    assert.ok(bench.lost >= 10 * (zoneWatts + gpuWatts[0]), 'the limits contain the truth');
    assert.ok(bench.reasons.includes('the meter was delayed and could not read in time'));
    bench.dispose();
  });
});
