import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openPower, type Power } from '../../src/power/machine';
import { attribute, type Attribution } from '../../src/power/attribution';
import { FakeClock, settle } from '../support/fake-clock';
import { FakeFiles, type FakeFile } from '../support/fake-files';
import { FakeZone } from '../support/fake-powercap';
import { FakePrograms } from '../support/fake-programs';

const cpuinfo = [0, 1, 2, 3]
  .map(
    (id) =>
      `processor\t: ${id}\nvendor_id\t: GenuineIntel\nmodel name\t: 11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz\nphysical id\t: 0\nflags\t\t: fpu\n`,
  )
  .join('\n');

/** A machine of four CPUs, two of them busy, with counters that a test feeds each twentieth of a second. */
class Bench {
  readonly files = new FakeFiles({ '/proc/cpuinfo': cpuinfo, '/proc/meminfo': 'MemTotal:       16000000 kB\n' });
  readonly clock = new FakeClock();
  readonly programs = new FakePrograms();
  readonly told: Attribution[] = [];
  /** Joules that go into each zone in a second. */
  readonly flows = new Map<FakeZone, number>();
  busyCpus = 2;
  power: Power | null = null;
  private busy = 0;
  private time = 0;

  constructor(more: Readonly<Record<string, FakeFile>> = {}) {
    this.files.setAll(more);
    this.write();
  }

  zone(id: string, name: string, watts: number, start = 1_000_000): FakeZone {
    const zone = new FakeZone(this.files, id, { name, start });
    this.flows.set(zone, watts);
    return zone;
  }

  async open(platform: NodeJS.Platform = 'linux'): Promise<Power> {
    const opening = openPower({ files: this.files, clock: this.clock, programs: this.programs, platform });
    await this.run(1);
    this.power = await opening;
    return this.power;
  }

  /** Opens, listens before a run as the command line does, and measures so many seconds; the record's own notes. */
  async measure(seconds: number): Promise<readonly string[]> {
    const power = this.power ?? (await this.open());
    const found = power.findIdle(1000);
    await this.run(1);
    await found;
    const { notes } = power;
    await power.sampler.subscribe({
      tree: null,
      intervalMilliseconds: 1000,
      onSample: (sample) =>
        void this.told.push(attribute({ sample, usage: null, idle: power.idleLevels(), absent: power.absent })),
    });
    await this.run(seconds);
    return notes;
  }

  async run(seconds: number): Promise<void> {
    for (let step = 0; step < 20 * seconds; step++) {
      this.time += 0.05;
      this.busy += 0.05 * this.busyCpus;
      this.write();
      for (const [zone, watts] of this.flows) if (watts > 0) zone.add(watts * 0.05);
      await this.clock.advance(0.05);
      await settle();
    }
  }

  get used(): string[] {
    return (this.power?.sources ?? []).map(({ component, method, name }) => `${component} ${method} ${name}`);
  }

  get reasons(): string[] {
    return [...new Set(this.told.flatMap(({ gaps }) => gaps).map(({ reason }) => reason))];
  }

  private write(): void {
    const ticks = Math.round(this.busy * 100);
    this.files.set(
      '/proc/stat',
      `cpu  ${ticks} 0 0 0 0 0 0 0 0 0\n${[0, 1, 2, 3].map((id) => `cpu${id} 0 0 0 0 0 0 0 0 0 0\n`).join('')}`,
    );
    this.files.set('/proc/uptime', `${(1000 + this.time).toFixed(2)} 0.00\n`);
  }
}

const modelled = ['cpu model cpu-model', 'memory model memory-model'];

describe('power/proven-sources', () => {
  it('models the processor where its counter stands at 0, and says why', async () => {
    const bench = new Bench();
    bench.zone('intel-rapl:0', 'package-0', 0, 0);
    const notes = await bench.measure(3);
    assert.deepEqual(bench.used, modelled);
    assert.equal(notes.length, 1);
    assert.match(
      notes[0] ?? '',
      /^The CPU source intel-rapl:0 is not used: it does not move, .* A model is used instead\.$/,
    );
    const row = bench.power!.availability.find(({ name }) => name === 'intel-rapl:0');
    assert.equal(row?.available, false);
    assert.match(row.reason ?? '', /^Not used: it does not move/);
    assert.ok(bench.power!.availability.some(({ name, available }) => name === 'cpu-model' && available));
    assert.ok(
      bench.told.every(({ machine }) => machine.cpu! > 10),
      'TDP 28 W at half load',
    );
  });

  it('does so wherever it stands, and for any component that never rests', async () => {
    const high = new Bench();
    high.zone('intel-rapl:0', 'package-0', 0, 98_765_432_100);
    await high.measure(1);
    assert.deepEqual(high.used, modelled);
    const memory = new Bench();
    memory.zone('intel-rapl:0', 'package-0', 12);
    memory.zone('intel-rapl:0:0', 'dram', 0, 0);
    assert.match((await memory.measure(1))[0] ?? '', /memory source intel-rapl:0:0 .* model/);
    assert.deepEqual(memory.used, ['cpu counter intel-rapl:0', 'memory model memory-model']);
  });

  it('does so where the counter is in another unit', async () => {
    for (const [factor, reason] of [
      [1e-3, /too low to be true/],
      [1e3, /keeps jumping or going back/],
    ] as const) {
      const bench = new Bench();
      bench.zone('intel-rapl:0', 'package-0', 15 * factor);
      assert.match((await bench.measure(1))[0] ?? '', reason);
      assert.deepEqual(bench.used, modelled, String(factor));
    }
    // A power in milliwatts where a counter should be: it wavers and never counts.
    const power = new Bench();
    const zone = power.zone('intel-rapl:0', 'package-0', 0);
    let milliwatts = 20_000;
    const waver = (): void => {
      milliwatts = milliwatts === 20_000 ? 21_000 : 20_000;
      zone.resetTo(milliwatts);
      power.clock.after(30, waver);
    };
    waver();
    await power.measure(1);
    assert.deepEqual(power.used, modelled);
  });

  it('does so where only the hardware shows it: large processors, memory and platforms a thousand off', async () => {
    const epyc = cpuinfo
      .replace(/11th Gen.*GHz/g, 'AMD EPYC 7742 64-Core Processor')
      .replaceAll('GenuineIntel', 'AuthenticAMD');
    const sockets = epyc.split('\n\n').map((text, id) => text.replace(/physical id.*/, `physical id\t: ${id % 2}`));
    const server = new Bench({ '/proc/cpuinfo': sockets.join('\n\n') });
    const packages = [0, 1].map((id) => server.zone(`intel-rapl:${id}`, `package-${id}`, 0.09));
    await server.open();
    // 300 W of each socket, told as 0.3 W; at rest before, when 90 W was told as 0.09 W.
    for (const zone of packages) server.flows.set(zone, 0.3);
    const notes = await server.measure(4);
    assert.deepEqual(server.used, modelled);
    assert.match(notes[0] ?? '', /intel-rapl:0 is not used: it reports 0\.\d+ W, which is too low to be true/);
    assert.ok(server.told.every(({ machine }) => machine.cpu! > 100));

    const platform = new Bench();
    platform.zone('intel-rapl:0', 'package-0', 5);
    platform.zone('intel-rapl:1', 'psys', 9000);
    await platform.measure(4);
    assert.deepEqual(platform.used, ['cpu counter intel-rapl:0', 'memory model memory-model']);
    assert.ok(platform.told.every(({ machine }) => machine.total! < 20));

    for (const watts of [1500, 0.006]) {
      const memory = new Bench();
      memory.zone('intel-rapl:0', 'package-0', 12);
      memory.zone('intel-rapl:0:0', 'dram', watts);
      await memory.measure(4);
      assert.deepEqual(memory.used, ['cpu counter intel-rapl:0', 'memory model memory-model'], String(watts));
      assert.ok(memory.told.every(({ machine }) => Math.abs(machine.memory! - 16.384 * 0.3725) < 0.1));
    }
  });

  it('follows zones that are numbered in another order after their driver was loaded again', async () => {
    const bench = new Bench();
    const zones = [0, 1].flatMap((socket) => [
      bench.zone(`intel-rapl:${socket}`, `package-${socket}`, 20 + 20 * socket, 1e6 + 50e6 * socket),
      bench.zone(`intel-rapl:${socket}:0`, 'dram', 1 + 2 * socket, 1e6 + 9e6 * socket),
    ]);
    await bench.measure(3);
    for (const zone of zones) bench.flows.delete(zone);
    // The same counters under each other's numbers: what one has counted more than the other is no energy.
    for (const [index, socket] of [1, 0].entries()) {
      bench.zone(`intel-rapl:${index}`, `package-${socket}`, 20 + 20 * socket, 200e6 + 50e6 * socket);
      bench.zone(`intel-rapl:${index}:0`, 'dram', 1 + 2 * socket, 30e6 + 9e6 * socket);
    }
    const before = bench.told.length;
    await bench.run(5);
    const after = bench.told.slice(before);
    assert.ok(after.every(({ machine }) => (machine.cpu ?? 0) < 61 && (machine.memory ?? 0) < 4.1));
    const [, , ...rest] = after;
    assert.ok(rest.every(({ machine }) => Math.abs(machine.cpu! - 60) < 0.1 && Math.abs(machine.memory! - 4) < 0.1));
    assert.deepEqual(bench.reasons, ['the counter could not be read', 'the counter has no earlier reading']);
  });

  it('uses the processors where the counter of the platform is dead', async () => {
    const bench = new Bench();
    bench.zone('intel-rapl:0', 'package-0', 0.5);
    bench.zone('intel-rapl:1', 'psys', 0);
    bench.busyCpus = 0.1;
    await bench.measure(2);
    assert.deepEqual(bench.used, ['cpu counter intel-rapl:0', 'memory model memory-model']);
  });

  it('says what is missing where one of two processors is dead', async () => {
    const bench = new Bench();
    bench.zone('intel-rapl:0', 'package-0', 30);
    bench.zone('intel-rapl:1', 'package-1', 0);
    await bench.measure(2);
    assert.ok(Math.abs(bench.told[1]!.machine.cpu! - 30) < 1e-6);
    assert.match(bench.told[1]!.missing[0]?.reason ?? '', /intel-rapl:1 is not used: it does not move/);
  });

  it('makes a gap at once when a counter stops during a run, and goes on when it moves again', async () => {
    const bench = new Bench();
    const zone = bench.zone('intel-rapl:0', 'package-0', 20);
    await bench.measure(3);
    bench.flows.set(zone, 0);
    await bench.run(4);
    bench.flows.set(zone, 20);
    await bench.run(3);
    assert.deepEqual(bench.reasons, ['the counter does not move']);
    const [lost, known] = [
      bench.told.flatMap(({ gaps }) => gaps),
      bench.told.reduce((sum, { machine }) => sum + (machine.cpu ?? 0), 0),
    ];
    assert.equal(lost.length, 4);
    assert.ok(lost.every(({ atMostJoules }) => atMostJoules! >= 20));
    assert.ok(Math.abs(known - 6 * 20) < 1e-6, `${known}`);
    assert.deepEqual(bench.used, ['cpu counter intel-rapl:0', 'memory model memory-model']);
  });

  it('takes a counter that begins to move for alive again', async () => {
    const bench = new Bench();
    const zone = bench.zone('intel-rapl:0', 'package-0', 0);
    await bench.measure(2);
    assert.deepEqual(bench.used, modelled);
    bench.flows.set(zone, 25);
    await bench.run(2);
    assert.deepEqual(bench.used, ['cpu counter intel-rapl:0', 'memory model memory-model']);
    assert.equal(bench.told.at(-1)?.machine.cpu?.toFixed(3), '25.000');
  });

  it('believes no leap that the processor cannot draw', async () => {
    const bench = new Bench();
    const zone = bench.zone('intel-rapl:0', 'package-0', 20);
    await bench.measure(2);
    zone.add(900);
    await bench.run(2);
    const told = bench.told.reduce((sum, { machine }) => sum + (machine.cpu ?? 0), 0);
    assert.ok(Math.abs(told - 3 * 20) < 1e-6, `${told}`);
    assert.match(bench.reasons[0] ?? '', /W, which cannot be true/);
  });

  it('models a Mac whose chip tells 0 W, and Windows whose counter does not move', async () => {
    const mac = new Bench();
    const line = (cpu: number, ram: number): string =>
      JSON.stringify({ cpu_power: cpu, gpu_power: 0, ane_power: 0, ram_power: ram });
    mac.programs.answers.set('macmon', { stdout: `${line(0, 0.3)}\n`, problem: null });
    mac.programs.installed.add('macmon');
    const power = await openPower({
      files: new FakeFiles(),
      clock: mac.clock,
      platform: 'darwin',
      programs: mac.programs,
      cpu: { brand: 'Apple M2', signature: null, logicalCpus: 8, sockets: 1 },
    });
    await power.sampler.subscribe({ tree: null, intervalMilliseconds: 1000, onSample: () => undefined });
    for (let second = 0; second < 4; second++) {
      mac.programs.started.at(-1)?.line(line(0, 0.3));
      await mac.clock.advance(1);
    }
    assert.ok(!power.sources.some(({ name }) => name === 'macmon-cpu'));
    assert.ok(power.sources.some(({ name }) => name === 'cpu-model'));
    assert.ok(
      power.sources.some(({ name }) => name === 'macmon-ram'),
      'what works stays',
    );
    assert.match(power.notes[0] ?? '', /macmon-cpu is not used/);
    power.dispose();
  });

  it('uses no battery that tells what no machine draws', async () => {
    const battery = (power: string): Record<string, string> => ({
      '/sys/class/power_supply/BAT0/type': 'Battery\n',
      '/sys/class/power_supply/BAT0/status': 'Discharging\n',
      '/sys/class/power_supply/BAT0/power_now': power,
    });
    for (const [text, isUsed] of [
      ['9000000\n', true],
      ['0\n', false],
      ['9000\n', false],
      ['9000000000000\n', false],
    ] as const) {
      const bench = new Bench(battery(text));
      await bench.measure(2);
      assert.equal(bench.used.includes('system sensor battery'), isUsed, text);
      assert.equal(bench.power!.availability.find(({ name }) => name === 'battery')?.available, isUsed);
      assert.ok(
        bench.told.every(({ machine }) => machine.total! < 100 && machine.total! > 5),
        text,
      );
    }
  });

  it('tells of any way of a counter no more than flowed, names what it leaves out, and keeps the truth in its band', async () => {
    const step = fc.constantFrom('flow', 'flow', 'flow', 'stand', 'reset', 'leap', 'fail' as const);
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 10 }),
        fc.integer({ min: 3, max: 40 }),
        async (steps, watts) => {
          const bench = new Bench();
          const zone = bench.zone('intel-rapl:0', 'package-0', watts, 400_000_000);
          await bench.measure(1);
          let truth = watts;
          for (const each of steps) {
            truth += watts;
            if (each === 'stand') bench.flows.set(zone, 0);
            if (each === 'reset') zone.resetTo(1000);
            if (each === 'leap') zone.add(50_000);
            await bench.run(0.95);
            if (each === 'fail') zone.fail('EIO');
            else if (each === 'stand') bench.flows.set(zone, 0);
            if (each === 'fail') bench.flows.set(zone, 0);
            await bench.run(0.05);
            bench.flows.set(zone, watts);
          }
          const told = bench.told.reduce((sum, { machine }) => sum + (machine.cpu ?? 0), 0);
          const gaps = bench.told.flatMap((each) => each.gaps);
          const most = gaps.reduce((sum, { atMostJoules }) => sum + (atMostJoules ?? Infinity), 0);
          assert.ok(told <= truth * 1.0001, `${told} of ${truth}`);
          assert.ok(told * 1.05 + most >= truth * 0.95 - 1e-6, `${told} + ${most} of ${truth}`);
          const unknown = bench.told.filter(({ machine }) => machine.cpu === null).length;
          assert.ok(gaps.length >= unknown && gaps.every(({ reason }) => reason !== ''));
        },
      ),
      { numRuns: 40 },
    );
  }).timeout(120_000);
});
