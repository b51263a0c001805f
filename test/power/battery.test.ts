import assert from 'node:assert/strict';
import { BatterySource, findBatteries } from '../../src/power/battery';
import type { SourceReading } from '../../src/power/source';
import { FakeClock } from '../support/fake-clock';
import { FakeFiles } from '../support/fake-files';
import { FakeSource } from '../support/fake-machine';

const supplies = '/sys/class/power_supply';

function laptop(): FakeFiles {
  return new FakeFiles({
    [`${supplies}/AC/type`]: 'Mains\n',
    [`${supplies}/BAT0/type`]: 'Battery\n',
    [`${supplies}/BAT0/status`]: 'Discharging\n',
    [`${supplies}/BAT0/power_now`]: '12000000\n',
    [`${supplies}/BAT1/type`]: 'Battery\n',
    [`${supplies}/BAT1/status`]: 'Not charging\n',
    [`${supplies}/BAT1/power_now`]: '0\n',
    [`${supplies}/hidpp_battery_0/type`]: 'Battery\n',
    [`${supplies}/hidpp_battery_0/scope`]: 'Device\n',
  });
}

class Laptop {
  readonly files = laptop();
  readonly clock = new FakeClock();
  readonly model = new FakeSource();
  readonly source = new BatterySource(this.files, this.clock, [`${supplies}/BAT0`, `${supplies}/BAT1`], [this.model]);

  async second(): Promise<readonly SourceReading[]> {
    await this.clock.advance(1);
    return this.source.read({ seconds: 1, late: false, load: null });
  }
}

function told(readings: readonly SourceReading[]): (string | number)[][] {
  return readings.map(({ source, outcome }) => [
    source.component,
    source.name,
    outcome.kind === 'energy' ? outcome.joules : outcome.kind,
  ]);
}

describe('power/battery', () => {
  it('finds the batteries of the machine, not those of a mouse', async () => {
    assert.deepEqual(await findBatteries(laptop(), '/sys'), [`${supplies}/BAT0`, `${supplies}/BAT1`]);
    assert.deepEqual(await findBatteries(new FakeFiles(), '/sys'), []);
  });

  it('tells the whole machine while it runs on them, in place of the models', async () => {
    const { source, second } = bind(new Laptop());
    assert.deepEqual(
      source.descriptions.map(({ name }) => name),
      ['battery', 'fake'],
    );
    assert.deepEqual(await source.read({ seconds: 0, late: false, load: null }), []);
    assert.deepEqual(told(await second()), [['system', 'battery', 12]]);
  });

  it('adds two that discharge, and multiplies current and voltage where power is not told', async () => {
    const { files, source, second } = bind(new Laptop());
    files.set(`${supplies}/BAT1/status`, 'Discharging\n');
    files.remove(`${supplies}/BAT1/power_now`);
    files.set(`${supplies}/BAT1/current_now`, '-500000\n');
    files.set(`${supplies}/BAT1/voltage_now`, '12000000\n');
    await source.read({ seconds: 0, late: false, load: null });
    assert.deepEqual(told(await second()), [['system', 'battery', 18]]);
  });

  it('leaves the word to the models on mains, and takes it back', async () => {
    const { files, source, second } = bind(new Laptop());
    await source.read({ seconds: 0, late: false, load: null });
    files.set(`${supplies}/BAT0/status`, 'Charging\n');
    assert.deepEqual(told(await second()), [['cpu', 'fake', 100]]);
    assert.deepEqual(
      source.descriptions.map(({ name }) => name),
      ['fake'],
    );
    files.set(`${supplies}/BAT0/status`, 'Discharging\n');
    assert.deepEqual(told(await second()), [['system', 'battery', 12]]);
  });

  it('is unsure of its first minute', async () => {
    const { source, second } = bind(new Laptop());
    await source.read({ seconds: 0, late: false, load: null });
    const [first] = await second();
    assert.deepEqual(first?.outcome, { kind: 'energy', joules: 12, low: 6, high: 18, idleJoules: null });
    for (let seconds = 0; seconds < 60; seconds++) await second();
    const [later] = await second();
    assert.ok(later?.outcome.kind === 'energy' && later.outcome.high < 13.3);
  });
});

function bind(machine: Laptop): {
  files: FakeFiles;
  source: BatterySource;
  second: () => Promise<readonly SourceReading[]>;
} {
  return { files: machine.files, source: machine.source, second: () => machine.second() };
}
