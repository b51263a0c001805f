import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { curveWatts, fitCurve, fitPoints, learn, noCalibration, type Calibration } from '../../src/power/calibration';
import { openPower, type Power } from '../../src/power/machine';
import type { MachineSample } from '../../src/power/sample';
import type { Component, Method } from '../../src/power/source';
import { FakeClock, settle } from '../support/fake-clock';
import { FakeFiles } from '../support/fake-files';
import { FakePrograms } from '../support/fake-programs';
import { FakeZone } from '../support/fake-powercap';

const cpuinfo = (brand: string): string =>
  [0, 1, 2, 3].map((id) => `processor\t: ${id}\nmodel name\t: ${brand}\nphysical id\t: 0\nflags\t\t: fpu\n`).join('\n');
const brand = 'AMD EPYC 7763 64-Core Processor';

/** What this machine truly draws, far from what its TDP says. */
const truth = (load: number): number => 40 + 50 * load;

/** A machine of four threads with a counter, whose true power follows its load. */
class Machine {
  readonly files: FakeFiles;
  readonly clock = new FakeClock();
  readonly zone: FakeZone;
  private busy = 0;

  constructor(
    readonly stateFolder: string,
    name = brand,
  ) {
    this.files = new FakeFiles({ '/proc/cpuinfo': cpuinfo(name), '/proc/meminfo': 'MemTotal: 16000000 kB\n' });
    this.zone = new FakeZone(this.files, 'intel-rapl:0', { name: 'package-0' });
    this.writeBusy();
  }

  async open(): Promise<Power> {
    return openPower({
      files: this.files,
      clock: this.clock,
      platform: 'linux',
      programs: new FakePrograms(),
      stateFolder: this.stateFolder,
    });
  }

  /** Opens, listens for so many seconds at each load, and closes; resolves to what was told of the last second. */
  async listen(loads: readonly number[], secondsEach: number, battery = false): Promise<MachineSample> {
    const power = await this.open();
    const samples: MachineSample[] = [];
    await power.sampler.subscribe({
      tree: null,
      intervalMilliseconds: 1000,
      onSample: (sample) => void samples.push(sample),
    });
    for (const load of loads) {
      for (let second = 0; second < secondsEach; second++) {
        this.busy += 4 * load;
        this.writeBusy();
        this.zone.add(truth(load));
        if (battery)
          this.files.set('/sys/class/power_supply/BAT0/power_now', `${Math.round((truth(load) + 10) * 1e6)}\n`);
        await this.clock.advance(1);
      }
    }
    power.dispose();
    return samples.at(-1)!;
  }

  lockCounter(): void {
    this.files.set(`${this.zone.path}/energy_uj`, { fails: 'EACCES' });
  }

  private writeBusy(): void {
    this.files.set(
      '/proc/stat',
      `cpu  ${Math.round(this.busy * 100)} 0 0 0 0 0 0 0 0 0\n${[0, 1, 2, 3].map((id) => `cpu${id} 0 0 0 0 0 0 0 0 0 0\n`).join('')}`,
    );
  }
}

function cpuOf(sample: MachineSample): {
  method: Method;
  component: Component;
  watts: number;
  low: number;
  high: number;
  idle: number | null;
  label: string;
} {
  const reading = sample.readings.find(({ source }) => source.component === 'cpu' || source.component === 'system')!;
  assert.equal(reading.outcome.kind, 'energy');
  const { joules, low, high, idleJoules } = reading.outcome;
  const { method, component, label } = reading.source;
  return {
    method,
    component,
    watts: joules / sample.seconds,
    low: low / sample.seconds,
    high: high / sample.seconds,
    idle: idleJoules,
    label,
  };
}

describe('power/calibration', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'green-ml-calibration-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const file = async (): Promise<string> =>
    join(folder, (await readdir(folder)).find((name) => name.startsWith('calibration-'))!);

  it('tells within 2 % what the machine draws once a counter has been read on it, over several runs', async () => {
    const before = new Machine(folder);
    before.lockCounter();
    const model = cpuOf(await before.listen([0.7], 3));
    assert.equal(model.method, 'model');
    assert.ok(Math.abs(model.watts / truth(0.7) - 1) > 0.3, 'the model by TDP is far off on this machine');

    await new Machine(folder).listen([0.025, 0.225], 8);
    await new Machine(folder).listen([0.525, 0.925], 10);

    const after = new Machine(folder);
    after.lockCounter();
    const told = cpuOf(await after.listen([0.7], 3));
    assert.equal(told.method, 'calibrated');
    assert.match(told.label, /AMD EPYC 7763.*calibrated against its counter on 2026-11-20/);
    assert.ok(Math.abs(told.watts / truth(0.7) - 1) < 0.02, `${told.watts} W, truly ${truth(0.7)} W`);
    assert.ok(Math.abs(told.idle! / truth(0) - 1) < 0.05);
    assert.ok(
      told.low <= truth(0.7) && told.high >= truth(0.7) && told.high - told.low < 0.4 * told.watts,
      `${told.low} to ${told.high} W`,
    );
    const line = (await after.open()).availability.find(({ name }) => name === 'calibration');
    assert.equal(line?.available, true);
    assert.match(line.reason ?? '', /counter on this machine until 2026-11-20: \d+(?:\.\d)? W idle/);
  });

  it('finds the curve of a machine whose power bends, and gives no more than a line to two loads', () => {
    const sample = (load: number, watts: number): { load: number; watts: number } => ({ load, watts });
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 200, noNaN: true }),
        fc.double({ min: 5, max: 400, noNaN: true }),
        fc.constantFrom(0.4, 0.6, 0.85, 1, 1.2),
        (idle, above, bend) => {
          const points = [0.025, 0.275, 0.525, 0.975].map((load) => sample(load, idle + above * load ** bend));
          const fit = fitPoints(points)!;
          for (const load of [0.1, 0.4, 0.8, 1]) {
            const told = curveWatts(fit, load);
            assert.ok(Math.abs(told / (idle + above * load ** bend) - 1) < 1e-6, `${told} W at ${load}, bend ${bend}`);
          }
          assert.equal(fitPoints([points[0]!, points[3]!])?.bend, 1);
        },
      ),
    );
    assert.equal(
      fitPoints([sample(0.1, 50), sample(0.5, 40), sample(0.9, 30)]),
      null,
      'power that falls with the load',
    );
  });

  it('prefers the counter as long as it can be read', async () => {
    await new Machine(folder).listen([0.025, 0.525, 0.925], 12);
    assert.equal(cpuOf(await new Machine(folder).listen([0.7], 3)).method, 'counter');
  });

  it('takes the battery for the whole machine, and adds no memory to it', async () => {
    const laptop = (status: string): Machine => {
      const machine = new Machine(folder);
      machine.lockCounter();
      machine.zone.add = () => undefined;
      machine.files.setAll({
        '/sys/class/power_supply/BAT0/type': 'Battery\n',
        '/sys/class/power_supply/BAT0/status': `${status}\n`,
        '/sys/class/power_supply/BAT0/power_now': '50000000\n',
      });
      return machine;
    };
    await laptop('Discharging').listen([0.025, 0.525, 0.925], 12, true);
    const sample = await laptop('Full').listen([0.7], 3);
    const told = cpuOf(sample);
    assert.deepEqual([told.component, told.method], ['system', 'calibrated']);
    assert.equal(sample.readings.length, 1);
    assert.ok(Math.abs(told.watts / (truth(0.7) + 10) - 1) < 0.05, `${told.watts} W`);
    assert.ok(told.high > told.watts * 1.3, 'on mains it may draw more');
  });

  it('ignores what is damaged or of another machine, and says so in one sentence', async () => {
    await new Machine(folder).listen([0.025, 0.525, 0.925], 12);
    const path = await file();
    const good = await readFile(path, 'utf8');
    const spoiled: readonly (readonly [string, RegExp])[] = [
      ['', /is damaged and is not used/],
      ['{"version":1', /is damaged/],
      ['[]', /is damaged/],
      [good.replace(/"joules":[\d.]+/, '"joules":-5'), /is damaged/],
      [good.replace(/"joules":[\d.]+/, '"joules":"many"'), /is damaged/],
      [good.replace('EPYC 7763', 'EPYC 9354'), /is from another machine \(.*EPYC 9354/],
    ];
    for (const [text, reason] of spoiled) {
      await writeFile(path, text);
      const machine = new Machine(folder);
      machine.lockCounter();
      const line = (await machine.open()).availability.find(({ name }) => name === 'calibration');
      assert.equal(line?.available, false, text);
      assert.match(line.reason ?? '', reason);
      assert.equal(cpuOf(await machine.listen([0.7], 3)).method, 'model');
    }
    await new Machine(folder).listen([0.025, 0.525, 0.925], 12);
    const healed = new Machine(folder);
    healed.lockCounter();
    assert.equal(cpuOf(await healed.listen([0.7], 3)).method, 'calibrated');
  });

  it('keeps each machine that shares the home directory to itself', async () => {
    await new Machine(folder).listen([0.025, 0.525, 0.925], 12);
    const other = new Machine(folder, 'AMD EPYC 9354 32-Core Processor');
    other.lockCounter();
    assert.equal(cpuOf(await other.listen([0.7], 3)).method, 'model');
    assert.equal(
      (await other.open()).availability.some(({ name }) => name === 'calibration'),
      false,
    );
  });

  it('goes on without a word where nothing can be kept', async () => {
    const machine = new Machine(join(folder, 'a', 'b'));
    assert.equal(cpuOf(await machine.listen([0.025, 0.525, 0.925], 12)).method, 'counter');
    assert.deepEqual(await readdir(folder), []);
  });

  it('takes the idle power of an earlier day where the machine is too busy to be measured, and says so', async () => {
    const idle = async (machine: Machine, load: number): Promise<{ said: string | null; power: Power }> => {
      const power = await machine.open();
      const found = power.findIdle(1000);
      await settle();
      for (let step = 1; step <= 20; step++) {
        machine.files.set(
          '/proc/stat',
          `cpu  ${Math.round(20 * load * step)} 0 0 0 0 0 0 0 0 0\n${[0, 1, 2, 3].map((id) => `cpu${id} 0 0 0 0 0 0 0 0 0 0\n`).join('')}`,
        );
        machine.zone.add(truth(load) / 20);
        await machine.clock.advance(0.05);
      }
      const said = await found;
      power.dispose();
      return { said, power };
    };
    const quiet = await idle(new Machine(folder), 0);
    assert.equal(quiet.said, null);
    assert.equal(quiet.power.idleLevels().get('intel-rapl:0')?.basis, 'baseline');
    const busy = await idle(new Machine(folder), 0.5);
    assert.match(busy.said ?? '', /is that of 2026-11-20: its processor was 50 % busy/);
    const level = busy.power.idleLevels().get('intel-rapl:0');
    assert.deepEqual([level?.basis, Math.round(level?.watts ?? 0)], ['calibrated', 40]);
  });

  it('learns nothing from a gap, a model or an unknown load', () => {
    const sample = (changes: Partial<MachineSample>, method: Method = 'counter'): MachineSample => ({
      at: 5,
      seconds: 1,
      readings: [
        {
          source: { component: 'cpu', method, name: 'x', label: '', band: { low: 1, high: 1 } },
          outcome: { kind: 'energy', joules: 50, low: 50, high: 50, idleJoules: null },
          users: null,
        },
      ],
      load: { busyCpuSeconds: 1, logicalCpus: 4, utilisation: 0.25, memoryTotalBytes: null },
      gap: null,
      usages: [],
      ...changes,
    });
    assert.notEqual(learn(noCalibration, sample({})), noCalibration);
    for (const bad of [
      sample({ gap: { reason: 'slept', seconds: 9 } }),
      sample({ load: null }),
      sample({ seconds: 0.1 }),
      sample({}, 'model'),
      sample({ readings: [] }),
    ]) {
      assert.equal(learn(noCalibration, bad), noCalibration);
    }
    let narrow: Calibration = noCalibration;
    for (let second = 0; second < 100; second++) narrow = learn(narrow, sample({}));
    assert.equal(fitCurve('cpu', narrow.cpu), null, 'one load makes no curve');
  });
});
