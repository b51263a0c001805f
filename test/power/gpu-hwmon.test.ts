import assert from 'node:assert/strict';
import { probeGpuHwmon } from '../../src/power/gpu-hwmon';
import type { PowerSource, SourceReading } from '../../src/power/source';
import { FakeClock } from '../support/fake-clock';
import { FakeFiles, type FakeFile } from '../support/fake-files';

const monitor = '/sys/class/hwmon/hwmon3';

function card(driver: string, files: Readonly<Record<string, FakeFile>>): FakeFiles {
  const entries = Object.entries(files).map(([name, file]) => [`${monitor}/${name}`, file] as const);
  return new FakeFiles({
    '/sys/class/hwmon/hwmon0/name': 'coretemp\n',
    [`${monitor}/name`]: `${driver}\n`,
    [`${monitor}/device`]: { link: '../../../0000:03:00.0' },
    ...Object.fromEntries(entries),
  });
}

async function open(files: FakeFiles, clock: FakeClock): Promise<PowerSource> {
  const { source } = await probeGpuHwmon(files, clock, '/sys');
  assert.ok(source !== null);
  assert.deepEqual(await source.read({ seconds: 0, late: false, load: null }), []);
  return source;
}

async function second(
  source: PowerSource,
  clock: FakeClock,
  late = false,
): Promise<SourceReading['outcome'] | undefined> {
  await clock.advance(1);
  return (await source.read({ seconds: 1, late, load: null }))[0]?.outcome;
}

describe('power/gpu-hwmon', () => {
  it('reads the counter of the card, not of the package on it', async () => {
    const files = card('xe', {
      energy1_input: '5000000\n',
      energy1_label: 'pkg\n',
      energy2_input: '9000000\n',
      energy2_label: 'card\n',
    });
    const clock = new FakeClock();
    const source = await open(files, clock);
    assert.equal(source.descriptions[0]?.name, 'xe:0000:03:00.0');
    files.set(`${monitor}/energy1_input`, '25000000\n');
    files.set(`${monitor}/energy2_input`, '49000000\n');
    const outcome = await second(source, clock);
    assert.deepEqual([outcome?.kind, outcome?.kind === 'energy' ? outcome.joules : null], ['energy', 40]);
  });

  it('takes a counter that starts again for a reset', async () => {
    const files = card('i915', { energy1_input: '900000000\n', power1_max: '100000000\n' });
    const clock = new FakeClock();
    const source = await open(files, clock);
    files.set(`${monitor}/energy1_input`, '10\n');
    assert.deepEqual(await second(source, clock), { kind: 'gap', reason: 'the counter was reset', atMostJoules: 100 });
  });

  it('counts a card once that has two monitors, and two cards without an address twice', async () => {
    const twin = '/sys/class/hwmon/hwmon4';
    const both = { power1_average: '100000000\n', power1_cap: '250000000\n' };
    const files = card('amdgpu', both);
    files.setAll({ [`${twin}/name`]: 'amdgpu\n', [`${twin}/power1_average`]: '100000000\n' });
    files.set(`${twin}/device`, { link: '../../../0000:03:00.0' });
    assert.equal((await open(files, new FakeClock())).descriptions.length, 1);
    const hidden = new FakeFiles({
      ...Object.fromEntries(
        [monitor, twin].flatMap((path) => [
          [`${path}/name`, 'amdgpu\n'],
          [`${path}/power1_input`, '90000000\n'],
        ]),
      ),
    });
    const names = (await open(hidden, new FakeClock())).descriptions.map(({ name }) => name);
    assert.deepEqual(names, ['amdgpu:hwmon3', 'amdgpu:hwmon4']);
  });

  it('does not believe a thousandth of what a card draws', async () => {
    for (const [driver, files] of [
      ['amdgpu', { power1_average: '200000\n', power1_cap: '300000000\n' }],
      ['xe', { energy1_input: '5000000\n', power1_rated_max: '225000000\n' }],
    ] as const) {
      const fakes = card(driver, files);
      const clock = new FakeClock();
      const source = await open(fakes, clock);
      let energy = 5_000_000;
      for (let at = 0; at < 4; at++) {
        if (driver === 'xe') fakes.set(`${monitor}/energy1_input`, `${(energy += 200_000)}\n`);
        const outcome = await second(source, clock);
        assert.notEqual(outcome?.kind, 'energy', `${driver} after ${at} s`);
      }
    }
  });

  it('integrates the sensor of an AMD card', async () => {
    const files = card('amdgpu', { power1_average: '100000000\n', power1_cap: '250000000\n' });
    const clock = new FakeClock();
    const source = await open(files, clock);
    files.set(`${monitor}/power1_average`, '200000000\n');
    const outcome = await second(source, clock);
    assert.deepEqual([outcome?.kind, outcome?.kind === 'energy' ? outcome.joules : null], ['energy', 150]);
    files.set(`${monitor}/power1_average`, { fails: 'EIO' });
    assert.deepEqual(await second(source, clock), {
      kind: 'gap',
      reason: 'the sensor could not be read',
      atMostJoules: 250,
    });
  });

  it('reads the newer name of the sensor too', async () => {
    const source = await open(card('amdgpu', { power1_input: '80000000\n' }), new FakeClock());
    assert.equal(source.descriptions.length, 1);
  });

  it('leaves graphics inside the processor to the processor', async () => {
    const { source, availability, missing } = await probeGpuHwmon(
      card('amdgpu', { power1_input: '9000000\n', in1_label: 'vddnb\n' }),
      new FakeClock(),
      '/sys',
    );
    assert.equal(source, null);
    assert.deepEqual(missing, []);
    assert.deepEqual(
      availability.map(({ available, reason }) => [available, reason]),
      [[false, 'The GPU is part of the processor and is included in its figure.']],
    );
  });

  it('takes the sensor that can be read, whatever is wrong with the other', async () => {
    for (const broken of [{ fails: 'EIO' }, { fails: 'EACCES' }, 'n/a\n'] as const) {
      const clock = new FakeClock();
      const source = await open(card('amdgpu', { power1_average: broken, power1_input: '80000000\n' }), clock);
      await source.read({ seconds: 0, late: false, load: null });
      const outcome = await second(source, clock);
      assert.equal(outcome?.kind === 'energy' ? outcome.joules : null, 80, JSON.stringify(broken));
    }
  });

  it('leaves graphics of a processor that shows no such voltage to it, by the number of the device', async () => {
    const raven = card('amdgpu', {
      power1_input: '9000000\n',
      'device/class': '0x030000\n',
      'device/vendor': '0x1002\n',
      'device/device': '0x15d8\n',
    });
    assert.equal((await probeGpuHwmon(raven, new FakeClock(), '/sys')).source, null);
  });

  it('does not believe 0 W of a card that works, nor more than it can draw', async () => {
    const files = card('amdgpu', {
      power1_average: '100000000\n',
      power1_cap: '250000000\n',
      'device/gpu_busy_percent': '99\n',
    });
    const clock = new FakeClock();
    const source = await open(files, clock);
    files.set(`${monitor}/power1_average`, '0\n');
    const outcome = await second(source, clock);
    assert.match(outcome?.kind === 'gap' ? outcome.reason : '', /0 W although it is 99 % busy/);
    files.set(`${monitor}/power1_average`, '1000000000\n');
    assert.equal((await second(source, clock))?.kind, 'gap');
    files.set(`${monitor}/power1_average`, '200000000\n');
    assert.equal((await second(source, clock))?.kind, 'energy');
  });

  it('takes no counter of a card that stands still for a card that draws nothing', async () => {
    const files = card('i915', { energy1_input: '5000000\n', power1_max: '225000000\n' });
    const clock = new FakeClock();
    const pauses: number[] = [];
    const { source, availability } = await probeGpuHwmon(files, clock, '/sys', (milliseconds) =>
      Promise.resolve(void pauses.push(milliseconds)),
    );
    assert.deepEqual(
      availability.map(({ available }) => available),
      [false],
    );
    assert.match(availability[0]?.reason ?? '', /counter does not move, although a card that is on always uses energy/);
    assert.ok(source !== null && pauses.length === 1);
    await source.read({ seconds: 0, late: false, load: null });
    const outcome = await second(source, clock);
    assert.ok(outcome?.kind === 'unknown', outcome?.kind);
    assert.match(outcome.reason, /i915:0000:03:00.0 is not used: it does not move/);
    // One that begins to move is alive, and one that stops is lost until it moves again.
    const kinds: (string | undefined)[] = [];
    for (const microjoules of [35_000_000, 65_000_000, 65_000_000, 65_000_000, 95_000_000]) {
      files.set(`${monitor}/energy1_input`, `${microjoules}\n`);
      kinds.push((await second(source, clock))?.kind);
    }
    assert.deepEqual(kinds, ['energy', 'energy', 'gap', 'gap', 'energy']);
  });

  it('believes no figure in another unit', async () => {
    for (const [first, then] of [
      ['30\n', '45\n'],
      ['30000\n', '45000\n'],
    ] as const) {
      const files = card('amdgpu', { power1_average: first });
      const clock = new FakeClock();
      const { source, availability } = await probeGpuHwmon(files, clock, '/sys');
      assert.match(availability[0]?.reason ?? '', /reports less than 0.1 W, which is too low to be true/);
      assert.ok(source !== null);
      await source.read({ seconds: 0, late: false, load: null });
      files.set(`${monitor}/power1_average`, then);
      assert.equal((await second(source, clock))?.kind, 'gap');
    }
    const counter = card('xe', { energy1_input: '5000\n' });
    const clock = new FakeClock();
    const source = await open(counter, clock);
    counter.set(`${monitor}/energy1_input`, '35000\n');
    assert.equal((await second(source, clock))?.kind, 'unknown', '30 W in millijoules');
  });

  it('says how busy a card is, and by which names the variables of ROCm call it', async () => {
    const node = (cpus: number, simds: number, location: number): string =>
      `cpu_cores_count ${cpus}\nsimd_count ${simds}\nlocation_id ${location}\ndomain 0\n`;
    const files = card('amdgpu', {
      power1_average: '100000000\n',
      'device/gpu_busy_percent': '40\n',
      'device/unique_id': 'beef\n',
    });
    files.setAll({
      '/sys/class/kfd/kfd/topology/nodes/0/properties': node(16, 0, 0),
      '/sys/class/kfd/kfd/topology/nodes/1/properties': node(0, 80, 0xc100),
      '/sys/class/kfd/kfd/topology/nodes/2/properties': node(0, 80, 0x0300),
    });
    const clock = new FakeClock();
    const source = await open(files, clock);
    await clock.advance(1);
    const [reading] = await source.read({ seconds: 1, late: false, load: null });
    assert.equal(reading?.utilisation, 0.4);
    assert.deepEqual(reading.device, {
      name: 'amdgpu:0000:03:00.0',
      alias: 'GPU-beef',
      index: 1,
      model: '',
      maker: 'AMD',
    });
  });

  it('says of a card that it may not be read', async () => {
    const { source, availability } = await probeGpuHwmon(
      card('xe', { energy1_input: { fails: 'EACCES' } }),
      new FakeClock(),
      '/sys',
    );
    assert.equal(source, null);
    assert.deepEqual(
      availability.map(({ available }) => available),
      [false],
    );
    assert.match(availability[0]?.reason ?? '', /EACCES/);
  });
});
