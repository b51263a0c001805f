import type { ReadableFiles } from '../system/files';
import type { Programs } from '../system/spawn';

/** Makers of graphics processors and accelerators by their PCI vendor id. */
const makers: Readonly<Record<string, string | undefined>> = {
  '0x10de': 'NVIDIA',
  '0x1002': 'AMD',
  '0x8086': 'Intel',
  '0x1da3': 'Habana',
  '0x1ae0': 'Google',
  '0x1d0f': 'Amazon',
  '0x1e52': 'Tenstorrent',
  '0x1ed5': 'Moore Threads',
  '0x9999': 'MetaX',
  '0x19e5': 'Huawei',
  '0x1d82': 'Graphcore',
};

/** Makers that build other things of the display and accelerator classes too. */
const acceleratorClass = /^0x12/;

/** A graphics processor or accelerator that the machine shows. */
export interface SeenGpu {
  /** `0000:65:00.0`, or the file by which it shows. */
  readonly address: string;
  readonly maker: string;
}

/** What a look for graphics processors and accelerators found. */
export interface GpuPresence {
  readonly seen: readonly SeenGpu[];
  /** Why it cannot be said that there is none; null where the machine was looked through. */
  readonly blind: string | null;
}

/** Files by which drivers show a device that no PCI bus may show: in WSL, in containers, on boards. */
const nodes: readonly { readonly folder: string; readonly name: RegExp; readonly maker: string }[] = [
  { folder: '/dev', name: /^dxg$/, maker: 'Windows' },
  { folder: '/dev', name: /^nvidia(?:\d+|ctl)$/, maker: 'NVIDIA' },
  { folder: '/dev', name: /^kfd$/, maker: 'AMD' },
  { folder: '/dev', name: /^neuron\d+$/, maker: 'Amazon' },
  { folder: '/dev', name: /^hl\d+$/, maker: 'Habana' },
  { folder: '/dev', name: /^accel\d+$/, maker: 'Google' },
  { folder: '/dev/accel', name: /^accel\d+$/, maker: 'unknown' },
];

/**
 * The graphics processors and accelerators that have power of their own, wherever Linux shows them. Intel's integrated one
 * always sits at 0000:00:02.0, and its energy is the processor's; so is that of the devices in `integrated`.
 *
 * @param integrated PCI addresses whose energy another figure contains
 */
export async function findGpus(files: ReadableFiles, { sysfs, procfs }: { readonly sysfs: string; readonly procfs: string }, integrated: ReadonlySet<string> = new Set()): Promise<GpuPresence> {
  const [pci, shown, driver, board, buses, classes] = await Promise.all([
    listPciGpus(files, sysfs),
    Promise.all(nodes.map(async ({ folder, name, maker }) => (await listOf(files, folder)).filter((each) => name.test(each)).map((each) => ({ address: `${folder}/${each}`, maker })))),
    listOf(files, `${procfs}/driver/nvidia/gpus`),
    files.readText('/proc/device-tree/compatible').catch(() => ''),
    listOf(files, `${sysfs}/bus`),
    listOf(files, `${sysfs}/class`),
  ]);
  const others = pci.filter(({ address }) => !integrated.has(address));
  // Device files of a maker whose cards the bus shows are those cards.
  const known = new Set(pci.map(({ maker }) => maker));
  const files_ = [
    ...shown.flat(),
    ...driver.map((address) => ({ address, maker: 'NVIDIA' })),
    ...(/nvidia,tegra/.test(board) ? [{ address: 'the board', maker: 'NVIDIA Jetson' }] : []),
  ].filter(({ maker }) => !known.has(maker));
  const firstOfEach = files_.filter(({ maker }, index) => files_.findIndex((each) => each.maker === maker) === index);
  const seen = [...others, ...firstOfEach];
  const blind = seen.length === 0 && buses.length === 0 && classes.length === 0 ? `${sysfs} shows no devices here, so there may be a GPU` : null;
  return { seen, blind };
}

async function listPciGpus(files: ReadableFiles, sysfs: string): Promise<SeenGpu[]> {
  const folder = `${sysfs}/bus/pci/devices`;
  const found = await Promise.all(
    (await listOf(files, folder)).map(async (address): Promise<SeenGpu[]> => {
      const [kind = '', vendor = ''] = await Promise.all(['class', 'vendor'].map((name) => files.readText(`${folder}/${address}/${name}`).catch(() => '')));
      const maker = makers[vendor.trim()];
      // PCI base class 3 is display controllers, 12 (hexadecimal) processing accelerators.
      const isGpu = /^0x(03|12)/.test(kind) && address !== '0000:00:02.0';
      if (!isGpu) return [];
      // Virtual displays of QEMU, VMware and Hyper-V draw pictures alone; an accelerator of any maker computes.
      if (maker === undefined) return acceleratorClass.test(kind) ? [{ address, maker: 'unknown' }] : [];
      return [{ address, maker }];
    }),
  );
  return found.flat().sort((a, b) => a.address.localeCompare(b.address));
}

function listOf(files: ReadableFiles, folder: string): Promise<readonly string[]> {
  return files.list(folder).catch(() => []);
}

/** Where Windows keeps its display adapters. */
const displayClass = String.raw`HKLM\SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}`;

/** Graphics within the processor, whose energy is the processor's, and displays that only draw. */
const withoutOwnPower = /^(?:Intel\(R\) (?:U?HD|Iris)|Intel\(R\) Graphics|AMD Radeon(?:\(TM\))?(?: (?:Vega \d+|\d{3}M))? Graphics|Microsoft (?:Basic|Hyper-V|Remote)|VMware|VirtualBox|Parsec|Citrix|Red Hat|QXL)/i;

/** The display adapters of Windows, by one look into its registry. */
export async function findWindowsGpus(programs: Programs): Promise<GpuPresence> {
  const { stdout, problem } = await programs.run('reg', ['query', displayClass, '/s', '/v', 'DriverDesc'], 3000);
  const names = [...stdout.matchAll(/DriverDesc\s+REG_SZ\s+(.+)/g)].map(([, name = '']) => name.trim());
  if (names.length === 0) return { seen: [], blind: `the graphics cards of this computer could not be listed (${problem ?? 'none was named'})` };
  const own = [...new Set(names)].filter((name) => !withoutOwnPower.test(name));
  return { seen: own.map((name) => ({ address: name, maker: /NVIDIA|GeForce|Quadro|RTX/i.test(name) ? 'NVIDIA' : /AMD|Radeon/i.test(name) ? 'AMD' : /Intel/i.test(name) ? 'Intel' : 'unknown' })), blind: null };
}

/** Why a device that was seen has no figure, for people. */
export function unreadReason({ maker, address }: SeenGpu): string {
  if (maker === 'Windows') return 'WSL shares a GPU of Windows (/dev/dxg), and nothing here reports its power';
  if (maker === 'NVIDIA Jetson') return 'the GPU of a Jetson board shares its power sensors with the board, which are not read';
  const name = maker === 'unknown' ? 'an accelerator' : maker === 'Google' || maker === 'Amazon' || maker === 'Habana' ? `an accelerator of ${maker}` : `the ${maker} GPU`;
  return address.startsWith('/dev/') || /^[0-9a-f]{4}:/i.test(address) ? `${name} at ${address} does not report its power` : `${address} does not report its power`;
}
