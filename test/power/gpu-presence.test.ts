import assert from 'node:assert/strict';
import { findGpus, findWindowsGpus, detectGpus, unreadReason, type GpuPresence } from '../../src/power/gpu-presence';
import { FakeFiles, type FakeFile } from '../support/fake-files';
import { FakePrograms } from '../support/fake-programs';

const roots = { sysfs: '/sys', procfs: '/proc' };
const bus = { '/sys/bus/cpu/x': '', '/sys/class/net/x': '' };
const look = (entries: Readonly<Record<string, FakeFile>>): Promise<GpuPresence> =>
  findGpus(new FakeFiles(entries), roots);
const card = (address: string, kind: string, vendor: string, device = '0x0000'): Record<string, string> => ({
  [`/sys/bus/pci/devices/${address}/class`]: `${kind}\n`,
  [`/sys/bus/pci/devices/${address}/vendor`]: `${vendor}\n`,
  [`/sys/bus/pci/devices/${address}/device`]: `${device}\n`,
});

describe('power/gpu-presence', () => {
  it('finds none on a machine that shows its devices and has none', async () => {
    assert.deepEqual(await look(bus), { seen: [], inProcessor: [], incomplete: null });
    assert.deepEqual(await look({ '/dev/null': '' }), { seen: [], inProcessor: [], incomplete: null });
  });

  it('does not say that there is none where nothing is shown, or not all of it', async () => {
    assert.match((await look({ '/proc/stat': '' })).incomplete ?? '', /there may be a GPU/);
    assert.match(
      (await look({ ...bus, '/sys/bus/pci/devices': { fails: 'EACCES' } })).incomplete ?? '',
      /cannot be read \(EACCES\)/,
    );
    assert.match(
      (
        await look({
          ...bus,
          ...card('0000:01:00.0', '0x030000', '0x10de'),
          '/sys/bus/pci/devices/0000:01:00.0/class': { fails: 'EIO' },
        })
      ).incomplete ?? '',
      /0000:01:00\.0 cannot be read \(EIO\)/,
    );
  });

  it('finds cards and accelerators of any maker on the bus', async () => {
    const cases = [
      ['0x030200', '0x10de', 'NVIDIA'],
      ['0x030000', '0x1002', 'AMD'],
      ['0x038000', '0x8086', 'Intel'],
      ['0x120000', '0x1da3', 'Habana'],
      ['0x120000', '0x1ae0', 'Google'],
      ['0x088000', '0x1d0f', 'Amazon'],
      ['0x120000', '0x19e5', 'Huawei'],
      ['0x120000', '0xbeef', 'unknown'],
      ['0x030000', '0xbeef', 'unknown'],
    ] as const;
    for (const [kind, vendor, maker] of cases) {
      assert.deepEqual(
        (await look({ ...bus, ...card('0000:65:00.0', kind, vendor) })).seen,
        [{ address: '0000:65:00.0', maker }],
        `${kind} ${vendor}`,
      );
    }
  });

  it('takes neither the display of a virtual machine nor that of a server console for a GPU, nor a disk or network card for an accelerator', async () => {
    const others = [
      ['0x030000', '0x1a03'],
      ['0x030000', '0x102b'],
      ['0x030000', '0x1234'],
      ['0x038000', '0x1af4'],
      ['0x030000', '0x1d0f'],
      ['0x030000', '0x19e5'],
      ['0x030200', '0x1414'],
      ['0x020000', '0x1d0f'],
      ['0x010802', '0x1ae0'],
      ['0x020000', '0x10de'],
    ] as const;
    for (const [kind, vendor] of others)
      assert.deepEqual((await look({ ...bus, ...card('0000:00:03.0', kind, vendor) })).seen, [], `${kind} ${vendor}`);
    assert.deepEqual(
      (await look({ ...bus, ...card('0000:0b:00.0', '0x030000', '0x1002', '0x515e') })).seen,
      [],
      'the ES1000 of old servers',
    );
  });

  it('leaves what is a part of the processor to its figure', async () => {
    const inside = [
      ['0000:00:02.0', '0x030000', '0x8086', '0x9a49'],
      ['0000:00:02.1', '0x030000', '0x8086', '0x46a6'],
      ['0000:00:0b.0', '0x120000', '0x8086', '0x7d1d'],
      ['0000:05:00.0', '0x030000', '0x1002', '0x1638'],
      ['0000:c1:00.0', '0x038000', '0x1002', '0x150e'],
    ] as const;
    for (const [address, kind, vendor, device] of inside) {
      const { seen, inProcessor } = await look({
        ...bus,
        ...card(address, kind, vendor, device),
        '/dev/kfd': '',
        '/dev/dri/renderD128': '',
        '/sys/class/drm/renderD128/device': { link: `../../../${address}` },
        '/dev/accel/accel0': '',
        '/sys/class/accel/accel0/device': { link: `../../../${address}` },
      });
      assert.deepEqual(
        seen.filter(({ maker }) => maker !== 'AMD' || vendor === '0x1002'),
        [],
        address,
      );
      assert.equal(inProcessor.length, 1, address);
    }
    assert.deepEqual(
      (await look({ ...bus, ...card('0000:00:02.0', '0x030000', '0x8086', '0x56a0') })).seen.length,
      1,
      'a card that a virtual machine was given',
    );
    assert.deepEqual((await look({ ...bus, ...card('0000:03:00.0', '0x030000', '0x1002', '0x744c') })).seen.length, 1);
  });

  it('finds what only a device file shows: WSL, containers, boards, accelerators of clouds', async () => {
    const cases: readonly (readonly [string, string])[] = [
      ['/dev/dxg', 'Windows'],
      ['/dev/nvidia0', 'NVIDIA'],
      ['/dev/nvidiactl', 'NVIDIA'],
      ['/dev/nvidia-uvm', 'NVIDIA'],
      ['/dev/nvidia-uvm-tools', 'NVIDIA'],
      ['/dev/nvidia-modeset', 'NVIDIA'],
      ['/dev/nvidia-caps/nvidia-cap1', 'NVIDIA'],
      ['/proc/driver/nvidia/version', 'NVIDIA'],
      ['/sys/module/nvidia/version', 'NVIDIA'],
      ['/dev/rbln0', 'Rebellions'],
      ['/dev/kfd', 'AMD'],
      ['/dev/neuron0', 'Amazon'],
      ['/dev/hl0', 'Habana'],
      ['/dev/davinci0', 'Huawei'],
      ['/dev/accel0', 'unknown'],
      ['/dev/accel/accel0', 'unknown'],
      ['/dev/dri/renderD128', 'unknown'],
      ['/proc/driver/nvidia/gpus/0000:01:00.0/information', 'NVIDIA'],
    ];
    for (const [path, maker] of cases) {
      const { seen } = await look({ ...bus, [path]: '550.54\n' });
      assert.deepEqual(
        seen.map((each) => each.maker),
        [maker],
        path,
      );
      assert.match(unreadReason(seen[0]!), /power/);
    }
    for (const path of ['/proc/device-tree/compatible', '/sys/firmware/devicetree/base/compatible']) {
      const jetson = await look({ ...bus, [path]: 'nvidia,p3768\0nvidia,tegra234\0' });
      assert.deepEqual(
        jetson.seen.map(({ maker }) => maker),
        ['NVIDIA Jetson'],
      );
    }
  });

  it('takes no virtual render device for a GPU', async () => {
    const virtual = {
      ...bus,
      '/dev/dri/renderD128': '',
      '/sys/class/drm/renderD128/device': { link: '../../vgem' },
      '/sys/class/drm/renderD128/device/uevent': 'DRIVER=vgem\n',
    };
    assert.deepEqual((await look(virtual)).seen, []);
  });

  it('counts a card once, by its place on the bus', async () => {
    const { seen } = await look({
      ...bus,
      ...card('0000:65:00.0', '0x030200', '0x10de'),
      '/dev/nvidia0': '',
      '/dev/nvidiactl': '',
      '/dev/dri/renderD128': '',
      '/sys/class/drm/renderD128/device': { link: '../../../0000:65:00.0' },
      '/proc/driver/nvidia/gpus/0000:65:00.0/information': '',
    });
    assert.deepEqual(seen, [{ address: '0000:65:00.0', maker: 'NVIDIA' }]);
  });

  it('reads the display adapters of Windows from its registry', async () => {
    const programs = new FakePrograms();
    const answer = (...ids: readonly string[]): void =>
      void programs.answers.set('reg', {
        stdout: ids.map((id) => `HKEY_LOCAL_MACHINE\\x\\0000\r\n    MatchingDeviceId    REG_SZ    ${id}\r\n`).join(''),
        problem: null,
      });
    const makers = async (): Promise<string[]> => (await findWindowsGpus(programs, 700)).seen.map(({ maker }) => maker);
    answer(
      'PCI\\VEN_8086&DEV_9A49&SUBSYS_00000000',
      'ROOT\\BasicDisplay',
      'VMBUS\\{da0a7802-e377-4aac-8e77-0558eb1073f8}',
      'pci\\ven_1002&dev_15bf',
    );
    assert.deepEqual(await makers(), []);
    assert.equal((await findWindowsGpus(programs, 700)).incomplete, null);
    answer(
      'pci\\ven_1002&dev_744c&subsys_0e3b1002',
      'pci\\ven_10de&dev_2786',
      'pci\\ven_8086&dev_4905',
      'pci\\ven_8086&dev_e20b',
      'acpi\\qcom0c36',
    );
    assert.deepEqual(await makers(), ['AMD', 'NVIDIA', 'Intel', 'Intel', 'unknown']);
    programs.answers.set('reg', { stdout: '', problem: 'ENOENT' });
    assert.match((await findWindowsGpus(programs, 700)).incomplete ?? '', /could not be listed/);
  });

  it('says of no platform that there is none without a look', async () => {
    for (const platform of ['darwin', 'win32', 'freebsd', 'sunos'] as const) {
      const { incomplete } = await detectGpus({
        files: new FakeFiles(bus),
        programs: new FakePrograms(),
        platform,
        patienceMilliseconds: 700,
        ...roots,
      });
      assert.ok(incomplete !== null, platform);
    }
  });
});
