import assert from 'node:assert/strict';
import { openPower, type Power } from '../../src/power/machine';
import type { MachineSample } from '../../src/power/sample';
import { FakeClock, settle } from '../support/fake-clock';
import { FakePrograms } from '../support/fake-programs';
import { FakeFiles, type FakeFile } from '../support/fake-files';
import { FakeZone } from '../support/fake-powercap';
import { attribute } from '../../src/power/attribution';
import type { SourceReading } from '../../src/power/source';
import { TreeTracker } from '../../src/processes/tree-tracker';
import { joulesOf } from '../support/fake-machine';
import { openFiles } from '../support/open-files';
import { skip } from '../support/skip';
import { systemClock } from '../../src/system/clock';
import { systemFiles, type HeldFile } from '../../src/system/files';

const cpuinfo = [0, 1, 2, 3]
  .map(
    (id) =>
      `processor\t: ${id}\nvendor_id\t: GenuineIntel\nmodel name\t: 11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz\nphysical id\t: 0\nflags\t\t: fpu\n`,
  )
  .join('\n');

const joulesOfReading = ({ outcome }: SourceReading): number | null =>
  outcome.kind === 'energy' ? outcome.joules : null;

function laptop(more: Readonly<Record<string, FakeFile>> = {}): FakeFiles {
  return new FakeFiles({
    '/proc/cpuinfo': cpuinfo,
    '/proc/stat': procStat(0),
    '/proc/meminfo': 'MemTotal:       16000000 kB\n',
    '/proc/uptime': '1000.00 3000.00\n',
    '/sys/bus/pci/devices/0000:00:02.0/class': '0x030000\n',
    '/sys/bus/pci/devices/0000:00:02.0/vendor': '0x8086\n',
    ...more,
  });
}

/** Four CPUs that were busy for so many seconds in all. */
function procStat(busySeconds: number): string {
  return `cpu  ${busySeconds * 100} 0 0 0 0 0 0 0 0 0\n${[0, 1, 2, 3].map((id) => `cpu${id} 0 0 0 0 0 0 0 0 0 0\n`).join('')}`;
}

async function open(
  files: FakeFiles,
  clock = new FakeClock(),
  roots: { sysfs?: string; procfs?: string } = {},
): Promise<Power> {
  return openPower({ files, clock, platform: 'linux', programs: new FakePrograms(), ...roots });
}

async function listen(power: Power): Promise<MachineSample[]> {
  const samples: MachineSample[] = [];
  await power.sampler.subscribe({
    tree: null,
    intervalMilliseconds: 1000,
    onSample: (sample) => void samples.push(sample),
  });
  return samples;
}

const inUse = (power: Power): string[] =>
  power.sources.map(({ component, method, name }) => `${component} ${method} ${name}`);

describe('power/machine', () => {
  it('models processor and memory where nothing can be measured', async () => {
    const files = laptop();
    const clock = new FakeClock();
    const power = await open(files, clock);
    assert.deepEqual(inUse(power), ['cpu model cpu-model', 'memory model memory-model']);
    assert.deepEqual([...power.absent], ['gpu']);
    const samples = await listen(power);
    files.set('/proc/stat', procStat(2));
    files.set('/proc/uptime', '1001.00 3000.00\n');
    await clock.advance(1);
    // A laptop: its first busy threads draw the most.
    const watts = 28 * (0.15 + 0.85 * Math.sqrt(0.5)) + 16.384 * 0.3725;
    assert.ok(Math.abs(joulesOf(samples[0]!) - watts) < 1e-6);
    assert.deepEqual(
      power.availability.map(({ name, available }) => `${name} ${available}`),
      [
        'intel-rapl false',
        'amdgpu, i915, xe false',
        'nvidia-smi false',
        'battery false',
        'cpu-model true',
        'memory-model true',
      ],
    );
  });

  it('holds no file open when nobody measures, not even one of a sample that was being taken', async function () {
    if (process.platform !== 'linux') skip(this, 'there is no /proc');
    const held = (): readonly string[] => openFiles(/^\/proc\/(?:\d+\/stat|stat|uptime|loadavg)$/);
    const before = held();
    const programs = new FakePrograms();
    let onRead = (): void => undefined;
    const hold = (path: string): HeldFile => {
      const file = systemFiles.hold(path);
      const textNow = (): string => {
        if (path === '/proc/stat') onRead();
        return file.textNow();
      };
      return { textNow, close: () => file.close() };
    };
    const files = { ...systemFiles, hold };
    const power = await openPower({ files, clock: systemClock, platform: 'linux', programs });
    const tree = new TreeTracker();
    tree.addRoot(process.pid);
    const subscription = await power.sampler.subscribe({
      tree,
      intervalMilliseconds: 60_000,
      onSample: () => undefined,
    });
    await power.sampler.sampleNow();
    await power.sampler.sampleNow();
    assert.ok(held().length > before.length);
    onRead = () => subscription.end();
    await power.sampler.sampleNow();
    assert.deepEqual(held(), before);
    power.dispose();
    assert.deepEqual(held(), before);
  });

  it('prefers counters, and models only what they leave out', async () => {
    const files = laptop();
    new FakeZone(files, 'intel-rapl:0', { name: 'package-0' });
    assert.deepEqual(inUse(await open(files)), ['cpu counter intel-rapl:0', 'memory model memory-model']);
    new FakeZone(files, 'intel-rapl:0:2', { name: 'dram' });
    assert.deepEqual(inUse(await open(files)), ['cpu counter intel-rapl:0', 'memory counter intel-rapl:0:2']);
  });

  it('adds nothing modelled to a figure of the whole machine', async () => {
    const files = laptop();
    new FakeZone(files, 'intel-rapl:0', { name: 'package-0' });
    new FakeZone(files, 'intel-rapl:1', { name: 'psys' });
    const clock = new FakeClock();
    const opening = open(files, clock);
    await settle();
    await clock.advance(0.1);
    const power = await opening;
    assert.deepEqual(inUse(power), ['system counter intel-rapl:1', 'cpu counter intel-rapl:0']);
    assert.deepEqual(
      power.missing.map(({ component }) => component),
      ['memory'],
    );
    const notUsed = power.availability.filter(({ available }) => !available).map(({ name }) => name);
    assert.deepEqual(notUsed, ['amdgpu, i915, xe', 'nvidia-smi', 'battery', 'cpu-model', 'memory-model']);
  });

  it('goes on with the model where only root may read the counters, and says how to enable them', async () => {
    const files = laptop();
    new FakeZone(files, 'intel-rapl:0', { name: 'package-0' }).fail('EACCES');
    const power = await open(files);
    assert.deepEqual(inUse(power), ['cpu model cpu-model', 'memory model memory-model']);
    assert.match(power.availability[0]?.enable ?? '', /udev/);
  });

  it('names what it runs in', async () => {
    const power = await open(
      laptop({ '/proc/cpuinfo': cpuinfo.replaceAll('fpu', 'fpu hypervisor'), '/.dockerenv': '' }),
    );
    assert.match(
      power.availability.find(({ name }) => name === 'cpu-model')?.reason ?? '',
      /a virtual machine, Docker/,
    );
  });

  it("takes the CPU times and processors that a container is shown in place of the machine's for what they are", async () => {
    const mounts = [
      'proc /proc proc rw 0 0',
      'lxcfs /proc/cpuinfo fuse.lxcfs rw 0 0',
      'lxcfs /proc/stat fuse.lxcfs rw,nosuid 0 0',
    ].join('\n');
    const measured = async (
      more: Readonly<Record<string, FakeFile>>,
      hasCounter: boolean,
      roots = {},
    ): Promise<ReturnType<typeof attribute>> => {
      // Four of the 32 threads of its host.
      const files = laptop({
        '/proc/cpuinfo': cpuinfo.replaceAll(
          /model name.*$/gm,
          'model name\t: Intel(R) Xeon(R) Gold 6226R CPU @ 2.90GHz',
        ),
        ...more,
      });
      const zone = hasCounter ? new FakeZone(files, 'intel-rapl:0', { name: 'package-0' }) : null;
      const clock = new FakeClock();
      const power = await open(files, clock, roots);
      const tree = new TreeTracker();
      const told: ReturnType<typeof attribute>[] = [];
      const stat = (seconds: number): void =>
        files.set(
          '/proc/4242/stat',
          `4242 (python) S 1 4242 1 0 -1 0 0 0 0 0 ${seconds * 100} 0 0 0 20 0 1 0 500 0 1000 0 0 0\n`,
        );
      stat(0);
      await power.sampler.subscribe({
        tree,
        intervalMilliseconds: 1000,
        onSample: (sample, usage) =>
          void told.push(attribute({ sample, usage, idle: power.idleLevels(), absent: power.absent })),
      });
      tree.addRoot(4242, { countFrom: 'now' });
      for (const second of [1, 2]) {
        stat(4 * second);
        files.set('/proc/stat', procStat(4 * second));
        files.set('/proc/uptime', `${1000 + second}.00 3000.00\n`);
        zone?.add(150);
        await clock.advance(1);
      }
      return told.at(-1)!;
    };
    const counted = await measured({ '/proc/mounts': mounts }, true);
    assert.equal(counted.run.cpu, null, 'nobody knows what else the host did');
    assert.equal(counted.machine.cpu, 150);
    assert.match(counted.gaps[0]?.reason ?? '', /the container's .* --path\.procfs/);
    assert.ok((await measured({}, true)).run.cpu! > 0);
    const whole = (await measured({}, false)).machine.cpu!;
    const part = (await measured({ '/proc/mounts': mounts }, false)).machine.cpu!;
    assert.ok(Math.abs(part - whole / 8) < 1e-9, `${part} of ${whole} W`);
  });

  it('reads the machine from other roots', async () => {
    const files = new FakeFiles({
      '/host/proc/cpuinfo': cpuinfo,
      '/host/proc/stat': procStat(1),
      '/host/proc/meminfo': 'MemTotal: 1000000 kB\n',
    });
    files.setAll({
      '/host/sys/class/powercap/intel-rapl:0/name': 'package-0\n',
      '/host/sys/class/powercap/intel-rapl:0/energy_uj': '1000000\n',
      '/host/sys/class/powercap/intel-rapl:0/max_energy_range_uj': '262143328850\n',
    });
    const clock = new FakeClock();
    const power = await open(files, clock, { sysfs: '/host/sys', procfs: '/host/proc' });
    assert.deepEqual(inUse(power), ['cpu counter intel-rapl:0', 'memory model memory-model']);
    const samples = await listen(power);
    files.set('/host/sys/class/powercap/intel-rapl:0/energy_uj', '31000000\n');
    files.set('/host/proc/stat', procStat(3));
    await clock.advance(1);
    assert.equal(samples[0]?.load?.busyCpuSeconds, 2);
    assert.ok(Math.abs(joulesOf(samples[0]) - (30 + 1.024 * 0.3725)) < 1e-6);
  });

  it('learns the idle power before a run, in no more time than it is given', async () => {
    const files = laptop();
    const zone = new FakeZone(files, 'intel-rapl:0', { name: 'package-0' });
    const clock = new FakeClock();
    const power = await open(files, clock);
    const found = power.findIdle(1000);
    await settle();
    // A processor never rests: its counter moves all the time.
    for (let step = 1; step <= 20; step++) {
      zone.add(0.3);
      files.set('/proc/uptime', `${1000 + step / 20} 3000.00\n`);
      await clock.advance(0.05);
    }
    assert.equal(await found, null);
    assert.equal(clock.pending, 0);
    assert.ok(Math.abs((power.idleLevels().get('intel-rapl:0')?.watts ?? NaN) - 6) < 1e-6);
  });

  it('takes no idle power from a GPU at work, whose tool speaks less often than the baseline has parts', async () => {
    const programs = new FakePrograms();
    programs.installed.add('nvidia-smi');
    const files = laptop({
      '/sys/bus/pci/devices/0000:01:00.0/class': '0x030200\n',
      '/sys/bus/pci/devices/0000:01:00.0/vendor': '0x10de\n',
    });
    const clock = new FakeClock();
    const uuid = 'GPU-11111111-0000-0000-0000-000000000001';
    let watts = 300;
    const speak = (): void => {
      for (const program of programs.started)
        if (program.args[0]?.startsWith('--query-gpu') === true)
          program.line(`${uuid}, ${watts}.00, ${watts > 100 ? 95 : 0}, 0, NVIDIA H100, 700.00`);
      clock.after(1000, speak);
    };
    clock.after(100, speak);
    const opening = openPower({ files, clock, programs, platform: 'linux' });
    await settle();
    await clock.advance(0.3);
    const power = await opening;
    const findIdle = async (): Promise<string | null> => {
      const found = power.findIdle(1000);
      await settle();
      for (let step = 0; step < 15; step++) await clock.advance(0.1);
      return found;
    };
    assert.match((await findIdle()) ?? '', /idle power of the GPU is only estimated: it was 95 % busy/);
    assert.ok((power.idleLevels().get(uuid)?.watts ?? 0) < 60, 'the run must not lose what it draws itself');
    watts = 70;
    await clock.advance(2);
    assert.equal(await findIdle(), null);
    assert.ok(Math.abs((power.idleLevels().get(uuid)?.watts ?? 0) - 70) < 1);
    power.dispose();
  });

  it('does not pass a graphics card that nobody can read for none', async () => {
    const pci = '/sys/bus/pci/devices';
    const power = await open(
      laptop({
        [`${pci}/0000:65:00.0/class`]: '0x030200\n',
        [`${pci}/0000:65:00.0/vendor`]: '0x10de\n',
        [`${pci}/0000:00:02.0/class`]: '0x030000\n',
        [`${pci}/0000:00:02.0/vendor`]: '0x8086\n',
      }),
    );
    assert.equal(power.absent.has('gpu'), false);
    assert.deepEqual(power.missing, [
      { component: 'gpu', reason: 'There is an NVIDIA GPU, but nvidia-smi, which reads its power, is not installed.' },
    ]);
  });

  it('says unknown of a GPU that only a device file shows, in WSL without its tool', async () => {
    const power = await open(laptop({ '/dev/dxg': '' }));
    assert.equal(power.absent.has('gpu'), false);
    assert.deepEqual(power.missing, [
      {
        component: 'gpu',
        reason:
          'WSL shares a GPU with Windows (/dev/dxg), but its power is not reported here; for an NVIDIA GPU, nvidia-smi would report it',
      },
    ]);
  });

  it('gives a run no part of the GPU that it was started without, and shares the other by those that may use it', async () => {
    const environ = { '/proc/41/environ': 'CUDA_VISIBLE_DEVICES=1\0', '/proc/42/environ': 'A=1\0' };
    const stat = (pid: number): string =>
      `${pid} (python3) S 1 ${pid} ${pid} 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0 0\n`;
    const files = laptop({ ...environ, '/proc/41/stat': stat(41), '/proc/42/stat': stat(42) });
    const clock = new FakeClock();
    const programs = new FakePrograms();
    programs.installed.add('nvidia-smi');
    const say = (): void => {
      for (const index of [0, 1])
        programs.started[0]!.line(
          `GPU-${index}1111111-0000-0000-0000-000000000001, 300.00, 90, ${index}, NVIDIA A100, 400.00`,
        );
    };
    const opening = openPower({ files, clock, platform: 'linux', programs });
    await settle();
    say();
    await clock.advance(0.1);
    const power = await opening;
    const heard: MachineSample[] = [];
    for (const pid of [41, 42]) {
      const tree = new TreeTracker();
      tree.addRoot(pid);
      await power.sampler.subscribe({
        tree,
        intervalMilliseconds: 1000,
        onSample: (sample) => void heard.push(sample),
      });
    }
    say();
    await clock.advance(1);
    const sample = heard.at(-1)!;
    const gpuOf = (pid: number): number | null =>
      attribute({
        sample,
        usage: sample.usages.find(({ pids }) => pids.includes(pid)) ?? null,
        idle: new Map(
          sample.readings.map(({ source }) => [source.name, { watts: 0, low: 0, high: 0, basis: 'baseline' }]),
        ),
        absent: power.absent,
      }).run.gpu;
    const [first = 0, second = 0] = sample.readings
      .filter(({ source }) => source.component === 'gpu')
      .map(joulesOfReading)
      .map(Number);
    assert.ok(first > 200 && second > 200);
    assert.equal(gpuOf(41), second / 2, 'half of the second card alone');
    assert.equal(gpuOf(42), first + second / 2);
    power.dispose();
  });

  it('takes the battery before a model, but not before a counter', async () => {
    const battery = {
      '/sys/class/power_supply/BAT0/type': 'Battery\n',
      '/sys/class/power_supply/BAT0/status': 'Discharging\n',
      '/sys/class/power_supply/BAT0/power_now': '9000000\n',
    };
    const clock = new FakeClock();
    const power = await open(laptop(battery), clock);
    assert.deepEqual(inUse(power), ['system sensor battery', 'cpu model cpu-model', 'memory model memory-model']);
    const samples = await listen(power);
    await clock.advance(0.9);
    await power.sampler.sampleNow();
    assert.deepEqual(
      samples[0]?.readings.map(({ source }) => source.name),
      ['battery'],
    );
    const files = laptop(battery);
    new FakeZone(files, 'intel-rapl:0', { name: 'package-0' });
    const counted = await open(files);
    assert.deepEqual(inUse(counted), ['cpu counter intel-rapl:0', 'memory model memory-model']);
    assert.equal(counted.availability.find(({ name }) => name === 'battery')?.available, false);
  });

  it('measures a Mac with macmon and Windows with its own counters, and does not pass a Mac without for one without graphics', async () => {
    const clock = new FakeClock();
    const programs = new FakePrograms();
    programs.answers.set('macmon', {
      stdout: '{"cpu_power":1,"gpu_power":2,"ane_power":0,"ram_power":0.1}\n',
      problem: null,
    });
    const openOn = (platform: NodeJS.Platform): Promise<Power> =>
      openPower({
        files: new FakeFiles(),
        clock,
        platform,
        programs,
        cpu: { brand: 'Apple M2', signature: null, logicalCpus: 8, sockets: 1 },
      });
    const mac = await openOn('darwin');
    assert.deepEqual(inUse(mac), [
      'cpu sensor macmon-cpu',
      'gpu sensor macmon-gpu',
      'gpu sensor macmon-ane',
      'memory sensor macmon-ram',
    ]);
    programs.answers.clear();
    const bare = await openOn('darwin');
    assert.deepEqual([...bare.absent], []);
    assert.match(bare.missing.find(({ component }) => component === 'gpu')?.reason ?? '', /macmon/);
    programs.answers.set('typeperf', { stdout: '\\Energy Meter(RAPL_Package0_PKG)\\Energy\r\n', problem: null });
    const windows = openOn('win32');
    await settle();
    await clock.advance(1);
    assert.deepEqual(inUse(await windows), ['cpu counter RAPL_Package0_PKG', 'memory model memory-model']);
  });

  it('gives a run in a container its share of a GPU whose driver names processes by the numbers of the host', async () => {
    const stat = (pid: number, start: number): string =>
      `${pid} (python3) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 ${start} 0 0 0\n`;
    const files = new FakeFiles({
      '/host/proc/cpuinfo': cpuinfo,
      '/host/proc/stat': procStat(1),
      '/host/proc/self/status': 'Name:\tnode\nNSpid:\t70000\t9\n',
      // Ours is 17; 300 and its twin in another container, which is 17 there, are not.
      '/host/proc/71000/status': 'NSpid:\t71000\t17\n',
      '/host/proc/71000/stat': stat(71000, 555),
      '/host/proc/72000/status': 'NSpid:\t72000\t17\n',
      '/host/proc/72000/stat': stat(72000, 999),
      '/host/proc/300/status': 'NSpid:\t300\n',
      '/host/proc/300/stat': stat(300, 4),
      '/proc/17/stat': stat(17, 555),
      '/proc/300/stat': stat(300, 777),
    });
    const clock = new FakeClock();
    const programs = new FakePrograms();
    programs.installed.add('nvidia-smi');
    const opening = openPower({ files, clock, platform: 'linux', programs, procfs: '/host/proc' });
    await settle();
    const say = (): void => {
      programs.started[0]!.line('GPU-11111111-0000-0000-0000-000000000001, 200.00, 90, 0, NVIDIA L4, 72.00');
      for (const [pid, sm] of [
        [71000, 60],
        [72000, 30],
        [300, 10],
      ])
        programs.started[1]?.line(`0 ${pid} C ${sm} 5 - - python3`);
    };
    say();
    await clock.advance(0.1);
    const power = await opening;
    const samples = await listen(power);
    say();
    await clock.advance(1);
    const gpu = samples[0]?.readings.find(({ source }) => source.component === 'gpu');
    assert.deepEqual([...(gpu?.users ?? [])], [[17, 0.6]]);
  });
});
