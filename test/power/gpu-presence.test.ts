import assert from 'node:assert/strict';
import { findGpus, findWindowsGpus, unreadReason } from '../../src/power/gpu-presence';
import { FakeFiles, type FakeFile } from '../support/fake-files';
import { FakePrograms } from '../support/fake-programs';

const roots = { sysfs: '/sys', procfs: '/proc' };
const bus = { '/sys/bus/cpu/x': '', '/sys/class/net/x': '' };
const look = (entries: Readonly<Record<string, FakeFile>>, integrated?: ReadonlySet<string>) => findGpus(new FakeFiles(entries), roots, integrated);
const card = (address: string, kind: string, vendor: string): Record<string, string> => ({
  [`/sys/bus/pci/devices/${address}/class`]: `${kind}\n`,
  [`/sys/bus/pci/devices/${address}/vendor`]: `${vendor}\n`,
});

describe('power/gpu-presence', () => {
  it('finds none on a machine that shows its devices and has none', async () => {
    assert.deepEqual(await look(bus), { seen: [], blind: null });
    assert.deepEqual(await look({ ...bus, ...card('0000:00:02.0', '0x030000', '0x8086'), ...card('0000:00:01.0', '0x030000', '0x1af4') }), { seen: [], blind: null });
  });

  it('does not say that there is none where nothing is shown', async () => {
    const { seen, blind } = await look({ '/proc/stat': '' });
    assert.deepEqual(seen, []);
    assert.match(blind ?? '', /there may be a GPU/);
  });

  it('finds cards and accelerators of any maker on the bus', async () => {
    for (const [kind, vendor, maker] of [['0x030200', '0x10de', 'NVIDIA'], ['0x030000', '0x1002', 'AMD'], ['0x038000', '0x8086', 'Intel'], ['0x120000', '0x1da3', 'Habana'], ['0x120000', '0x1ae0', 'Google'], ['0x120000', '0xbeef', 'unknown']] as const) {
      assert.deepEqual((await look({ ...bus, ...card('0000:65:00.0', kind, vendor) })).seen, [{ address: '0000:65:00.0', maker }]);
    }
  });

  it('finds what only a device file shows: WSL, containers, boards, accelerators of clouds', async () => {
    const cases: readonly (readonly [string, string])[] = [
      ['/dev/dxg', 'Windows'], ['/dev/nvidia0', 'NVIDIA'], ['/dev/nvidiactl', 'NVIDIA'], ['/dev/kfd', 'AMD'], ['/dev/neuron0', 'Amazon'], ['/dev/hl0', 'Habana'],
      ['/dev/accel0', 'Google'], ['/dev/accel/accel0', 'unknown'], ['/proc/driver/nvidia/gpus/0000:01:00.0/information', 'NVIDIA'],
    ];
    for (const [path, maker] of cases) {
      const { seen } = await look({ ...bus, [path]: '' });
      assert.deepEqual(seen.map((each) => each.maker), [maker], path);
      assert.match(unreadReason(seen[0]!), /power/);
    }
    const jetson = await look({ ...bus, '/proc/device-tree/compatible': 'nvidia,p3768\0nvidia,tegra234\0' });
    assert.deepEqual(jetson.seen.map(({ maker }) => maker), ['NVIDIA Jetson']);
  });

  it('counts a card once, by its place on the bus', async () => {
    const { seen } = await look({ ...bus, ...card('0000:65:00.0', '0x030200', '0x10de'), '/dev/nvidia0': '', '/dev/nvidiactl': '', '/proc/driver/nvidia/gpus/0000:65:00.0/information': '' });
    assert.deepEqual(seen, [{ address: '0000:65:00.0', maker: 'NVIDIA' }]);
  });

  it('leaves out graphics that another figure contains', async () => {
    const apu = { ...bus, ...card('0000:04:00.0', '0x030000', '0x1002'), '/dev/kfd': '' };
    assert.deepEqual((await look(apu, new Set(['0000:04:00.0']))).seen, []);
  });

  it('reads the display adapters of Windows from its registry', async () => {
    const programs = new FakePrograms();
    const answer = (...names: readonly string[]): void => void programs.answers.set('reg', { stdout: names.map((name) => `HKEY_LOCAL_MACHINE\\x\\0000\r\n    DriverDesc    REG_SZ    ${name}\r\n`).join(''), problem: null });
    answer('Intel(R) Iris(R) Xe Graphics', 'Microsoft Basic Display Adapter');
    assert.deepEqual(await findWindowsGpus(programs), { seen: [], blind: null });
    answer('AMD Radeon(TM) Graphics', 'AMD Radeon RX 7900 XTX', 'NVIDIA GeForce RTX 4070 Laptop GPU', 'Intel(R) Arc(TM) A770 Graphics');
    assert.deepEqual((await findWindowsGpus(programs)).seen.map(({ maker }) => maker), ['AMD', 'NVIDIA', 'Intel']);
    programs.answers.set('reg', { stdout: '', problem: 'ENOENT' });
    assert.match((await findWindowsGpus(programs)).blind ?? '', /could not be listed/);
  });
});
