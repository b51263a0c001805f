import { errorCode, type ReadableFiles } from '../system/files';
import type { Programs } from '../system/spawn';
import { gpuKindOf, type GpuKind } from './gpu-kinds';

/** A GPU or accelerator outside the processor that the machine shows. */
export interface SeenGpu {
  /** `0000:65:00.0`, or its device file. */
  readonly address: string;
  readonly maker: string;
}

/** The result of a search for GPUs and accelerators. */
export interface GpuPresence {
  readonly seen: readonly SeenGpu[];
  /** GPUs inside the processor, whose figure includes them. */
  readonly inProcessor: readonly SeenGpu[];
  /** Why there may be others; null if the whole machine was searched. */
  readonly incomplete: string | null;
}

export const windowsGpu = 'Windows';
const jetson = 'NVIDIA Jetson';

/** Device files of drivers, for devices that may not appear on a PCI bus: in WSL, in containers, on boards. */
const nodes: readonly (readonly [name: RegExp, maker: string])[] = [
  [/^dxg$/, windowsGpu],
  [/^nvidia(?:\d+|ctl|-uvm(?:-tools)?|-modeset|-caps)$/, 'NVIDIA'],
  [/^(?:nvhost-gpu|nvgpu)$/, jetson],
  [/^kfd$/, 'AMD'],
  [/^neuron\d+$/, 'Amazon'],
  [/^hl\d+$/, 'Habana'],
  [/^davinci\d+$/, 'Huawei'],
  [/^tenstorrent$/, 'Tenstorrent'],
  [/^mtgpu/, 'Moore Threads'],
  [/^mxcd$/, 'MetaX'],
  [/^cambricon_dev\d+$/, 'Cambricon'],
  [/^xpu\d+$/, 'Baidu'],
  [/^ipu\d+$/, 'Graphcore'],
  [/^rbln\d+$/, 'Rebellions'],
  [/^rngd(?:\d+)?$/, 'FuriosaAI'],
  [/^bm-sophon\d+$/, 'Sophgo'],
  [/^(?:apex_|hailo)\d+$/, 'unknown'],
  [/^accel\d+$/, 'unknown'],
  [/^(?:kgsl-3d0|mali\d*)$/, 'unknown'],
];

/** Drivers for displays of virtual machines or of the kernel itself. */
const virtualDrivers =
  /^(?:virtio[_-]gpu|vgem|vkms|bochs(?:-drm)?|cirrus(?:-qemu)?|qxl|vmwgfx|vboxvideo|hyperv_drm|simpledrm|simple-framebuffer|efi-framebuffer|ast|mgag200|udl|evdi)$/;

const pciAddress = /^[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/i;

export function isPciAddress(address: string): boolean {
  return pciAddress.test(address);
}

interface Roots {
  readonly sysfs: string;
  readonly procfs: string;
}

interface GpuSearchOptions extends Roots {
  readonly files: ReadableFiles;
  readonly programs: Programs;
  readonly platform: NodeJS.Platform;
  /** How long a helper program may take. */
  readonly patienceMilliseconds: number;
}

/** Looks for GPUs and accelerators wherever the platform shows them. */
export async function detectGpus({
  files,
  programs,
  platform,
  patienceMilliseconds,
  sysfs,
  procfs,
}: GpuSearchOptions): Promise<GpuPresence> {
  switch (platform) {
    case 'linux':
      return findGpus(files, { sysfs, procfs });
    case 'win32':
      return findWindowsGpus(programs, patienceMilliseconds);
    case 'darwin':
      return {
        seen: [],
        inProcessor: [],
        incomplete:
          'the GPU power of this Mac is not reported: on Apple chips macmon reads it; on Intel Macs only root can read it (powermetrics)',
      };
    default:
      return { seen: [], inProcessor: [], incomplete: `detecting GPUs on ${platform} is not supported` };
  }
}

/** The GPUs and accelerators outside the processor, wherever Linux shows them. */
export async function findGpus(files: ReadableFiles, roots: Roots): Promise<GpuPresence> {
  const { sysfs, procfs } = roots;
  const [pci, shown, rendering, driver, loaded, boards, places] = await Promise.all([
    readBus(files, sysfs),
    listOf(files, '/dev').then((names) =>
      names.flatMap((name) =>
        nodes.filter(([pattern]) => pattern.test(name)).map(([, maker]) => ({ address: `/dev/${name}`, maker })),
      ),
    ),
    Promise.all([
      readClass(files, sysfs, 'drm', '/dev/dri', /^renderD\d+$/),
      readClass(files, sysfs, 'accel', '/dev/accel', /^accel\d+$/),
    ]),
    listOf(files, `${procfs}/driver/nvidia/gpus`),
    // The driver loads only if it finds a GPU; a container may see the driver without seeing the GPU itself.
    Promise.all(
      [`${procfs}/driver/nvidia/version`, `${sysfs}/module/nvidia/version`].map(async (file) =>
        (await files.readText(file).catch(() => '')) === '' ? [] : [file],
      ),
    ),
    Promise.all(
      ['/proc/device-tree', `${procfs}/device-tree`, `${sysfs}/firmware/devicetree/base`].map((folder) =>
        files.readText(`${folder}/compatible`).catch(() => ''),
      ),
    ),
    Promise.all(['/dev', `${sysfs}/bus`, `${sysfs}/class`].map((folder) => listOf(files, folder))),
  ]);
  const known = new Set([...pci.own, ...pci.inProcessor].map(({ maker }) => maker));
  const others = [
    ...shown,
    ...rendering.flat(),
    ...[...driver, ...loaded.flat()].map((address) => ({ address, maker: 'NVIDIA' })),
    ...(boards.some((board) => board.includes('nvidia,tegra')) ? [{ address: 'the board', maker: jetson }] : []),
  ];
  // If the bus shows devices of a maker, that maker's files are those devices. Files of an unknown maker belong to any device on the bus.
  const onlyThere = others.filter(({ maker }) => (maker === 'unknown' ? known.size === 0 : !known.has(maker)));
  const seen = [
    ...pci.own,
    ...onlyThere.filter(({ maker }, index) => onlyThere.findIndex((each) => each.maker === maker) === index),
  ];
  return {
    seen,
    inProcessor: pci.inProcessor,
    incomplete:
      pci.problem ??
      (places.every((names) => names.length === 0) ? `${sysfs} shows no devices here, so there may be a GPU` : null),
  };
}

interface Bus {
  readonly own: readonly SeenGpu[];
  readonly inProcessor: readonly SeenGpu[];
  /** Why a part could not be searched; null if everything was. */
  readonly problem: string | null;
}

async function readBus(files: ReadableFiles, sysfs: string): Promise<Bus> {
  const folder = `${sysfs}/bus/pci/devices`;
  let addresses: readonly string[];
  try {
    addresses = await files.list(folder);
  } catch (error) {
    const code = errorCode(error);
    // A machine without this bus has no devices on it.
    return {
      own: [],
      inProcessor: [],
      problem: code === 'ENOENT' ? null : `${folder} cannot be read (${code ?? String(error)}), so there may be a GPU`,
    };
  }
  const found = await Promise.all(
    addresses.map(async (address) => ({ address, is: await readDevice(files, folder, address) })),
  );
  const ofKind = (kind: GpuKind['kind']): SeenGpu[] =>
    found
      .flatMap(({ address, is }) =>
        typeof is === 'object' && is?.kind === kind && 'maker' in is ? [{ address, maker: is.maker }] : [],
      )
      .sort((a, b) => a.address.localeCompare(b.address));
  return {
    own: ofKind('own'),
    inProcessor: ofKind('processor'),
    problem: found.map(({ is }) => is).find((is) => typeof is === 'string') ?? null,
  };
}

/** A string is the reason why the device could not be read. */
async function readDevice(files: ReadableFiles, folder: string, address: string): Promise<GpuKind | string | null> {
  const read = (name: string): Promise<string> =>
    files.readText(`${folder}/${address}/${name}`).then((text) => text.trim());
  try {
    const kind = await read('class');
    const [vendor, device] = await Promise.all([read('vendor'), read('device').catch(() => '')]);
    return gpuKindOf({ class: kind, vendor, device, address });
  } catch (error) {
    const code = errorCode(error);
    // It was unplugged in the meantime.
    return code === 'ENOENT'
      ? null
      : `${folder}/${address} cannot be read (${code ?? String(error)}), so there may be a GPU`;
  }
}

/** Device files of a kernel class that belong to no PCI device; PCI devices are judged on the bus. */
async function readClass(
  files: ReadableFiles,
  sysfs: string,
  group: string,
  folder: string,
  pattern: RegExp,
): Promise<SeenGpu[]> {
  const names = (await listOf(files, folder)).filter((name) => pattern.test(name));
  const found = await Promise.all(
    names.map(async (name): Promise<SeenGpu[]> => {
      const device = `${sysfs}/class/${group}/${name}/device`;
      const target = (await files.readLink(device).catch(() => '')).split('/').at(-1) ?? '';
      if (pciAddress.test(target)) return [];
      const driver = /^DRIVER=(.+)$/m.exec(await files.readText(`${device}/uevent`).catch(() => ''))?.[1] ?? '';
      if (virtualDrivers.test(driver) || /^virtio\d+$/.test(target)) return [];
      return [{ address: `${folder}/${name}`, maker: 'unknown' }];
    }),
  );
  return found.flat();
}

function listOf(files: ReadableFiles, folder: string): Promise<readonly string[]> {
  return files.list(folder).catch(() => []);
}

/** Where Windows lists its display adapters. */
const displayClass = String.raw`HKLM\SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}`;

/** The display adapters of Windows, from its registry. */
export async function findWindowsGpus(programs: Programs, patienceMilliseconds: number): Promise<GpuPresence> {
  const { stdout, problem } = await programs.run(
    'reg',
    ['query', displayClass, '/s', '/v', 'MatchingDeviceId'],
    patienceMilliseconds,
  );
  const ids = [...stdout.matchAll(/MatchingDeviceId\s+REG_SZ\s+(\S+)/gi)].map(([, id = '']) => id.toLowerCase());
  if (ids.length === 0)
    return {
      seen: [],
      inProcessor: [],
      incomplete: `the graphics cards of this computer could not be listed (${problem ?? 'Windows lists none'})`,
    };
  const seen: SeenGpu[] = [];
  const inProcessor: SeenGpu[] = [];
  for (const id of new Set(ids)) {
    const [, vendor = '', device = ''] = /^pci\\ven_([0-9a-f]{4})&dev_([0-9a-f]{4})/.exec(id) ?? [];
    // Displays of Windows itself (root, vmbus) and of USB docks use almost no power; a mobile chip (acpi) has its own graphics.
    const kind =
      vendor === ''
        ? id.startsWith('acpi')
          ? ({ kind: 'own', maker: 'unknown' } as const)
          : null
        : gpuKindOf({ class: '0x030000', vendor: `0x${vendor}`, device: `0x${device}`, address: null });
    const address = vendor === '' ? id : `PCI ${vendor}:${device}`;
    if (kind?.kind === 'own') seen.push({ address, maker: kind.maker });
    if (kind?.kind === 'processor') inProcessor.push({ address, maker: kind.maker });
  }
  return { seen, inProcessor, incomplete: null };
}

const makersOfAccelerators: ReadonlySet<string> = new Set([
  'Google',
  'Amazon',
  'Habana',
  'Huawei',
  'Tenstorrent',
  'Cambricon',
  'Graphcore',
  'Baidu',
  'Qualcomm',
  'AMD Xilinx',
  'Rebellions',
  'FuriosaAI',
  'Sophgo',
]);

/** Why a device that was seen has no figure, for display. */
export function unreadReason({ maker, address }: SeenGpu): string {
  if (maker === windowsGpu)
    return 'WSL shares a GPU with Windows (/dev/dxg), but its power is not reported here; for an NVIDIA GPU, nvidia-smi would report it';
  if (maker === jetson) return 'the GPU of a Jetson board uses the power sensors of the board, which are not supported';
  const what =
    maker === 'unknown'
      ? 'a GPU or accelerator'
      : makersOfAccelerators.has(maker)
        ? `the ${maker} accelerator`
        : `the ${maker} GPU`;
  return `${what} at ${address} does not report its power`;
}
