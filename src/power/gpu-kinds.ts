/** What a PCI device of the display or accelerator classes means for the meter. */
export type GpuKind =
  /** It draws power that no figure of the processor includes. */
  | { readonly kind: 'own'; readonly maker: string }
  /** It is a part of the processor, whose figure contains it. */
  | { readonly kind: 'processor'; readonly maker: string }
  /** It draws pictures for a virtual machine or a server's remote console, and next to no power. */
  | { readonly kind: 'display' };

interface PciIdentity {
  /** `0x030200` */
  readonly class: string;
  /** `0x10de` */
  readonly vendor: string;
  /** `0x20b0` */
  readonly device: string;
  /** `0000:65:00.0`; null if the platform does not report it. */
  readonly address: string | null;
}

/** Makers of graphics processors and accelerators by their PCI vendor id (pci.ids). */
const makers: Readonly<Record<string, string | undefined>> = {
  '0x10de': 'NVIDIA',
  '0x1002': 'AMD',
  '0x1022': 'AMD',
  '0x8086': 'Intel',
  '0x1da3': 'Habana',
  '0x1ae0': 'Google',
  '0x1d0f': 'Amazon',
  '0x19e5': 'Huawei',
  '0x1e52': 'Tenstorrent',
  '0x1ed5': 'Moore Threads',
  '0x9999': 'MetaX',
  '0xcabc': 'Cambricon',
  '0x17cb': 'Qualcomm',
  '0x10ee': 'AMD Xilinx',
  '0x1d94': 'Hygon',
  '0x1e3e': 'Iluvatar',
  '0x1d22': 'Baidu',
};

/** These make no graphics cards: their displays belong to a virtual machine or a server console. */
const displayMakers: ReadonlySet<string> = new Set([
  '0x1a03', // ASPEED
  '0x102b', // Matrox
  '0x1234', // QEMU
  '0x1af4', // virtio
  '0x1b36', // QXL
  '0x15ad', // VMware
  '0x80ee', // VirtualBox
  '0x1013', // Cirrus Logic
  '0x1414', // Hyper-V, WSL
  '0x1ab8', // Parallels
  '0x5853', // Xen
  '0x1d0f', // Amazon EC2
  '0x1ae0', // Google Compute Engine
  '0x19e5', // Huawei iBMC
  '0x126f', // Silicon Motion
  '0x18ca', // XGI
  '0x1bd4', // Inspur
]);
/** ATI's displays of old servers: Rage XL, ES1000. */
const displayDevices: ReadonlySet<string> = new Set(['0x4752', '0x515e', '0x5974', '0x5975']);

/**
 * Intel's cards: DG1, DG2 and the data-centre cards with its chips, Ponte Vecchio, Battlemage. All others are part of
 * the processor.
 */
const intelCards = /^0x(?:490[5-9]|4f8[0-9a-f]|56[9a-f][0-9a-f]|0bd[0-9a-f]|0b69|0b6e|e2[0-2][0-9a-f])$/;

/** AMD's processors with graphics (`AMD_IS_APU` in the kernel's list, and later ones from pci.ids). */
const amdProcessors: ReadonlySet<string> = new Set(
  (
    '15dd 15d8 15e7 1636 1638 164c 163f 164d 1681 164e 1506 15bf 15c8 1900 1901 150e 1586 1114 13c0 13c1 13fe 143f 98e4 9870 9874 9875 9876 9877 ' +
    '1304 1305 1306 1307 1309 130a 130b 130c 130d 130e 130f 1310 1311 1312 1313 1315 1316 1317 1318 131b 131c 131d ' +
    '9830 9831 9832 9833 9834 9835 9836 9837 9838 9839 983a 983b 983c 983d 983e 983f 9850 9851 9852 9853 9854 9855 9856 9857 9858 9859 985a 985b 985c 985d 985e 985f'
  )
    .split(' ')
    .map((id) => `0x${id}`),
);

/** Base classes that no accelerator has: storage, network, memory, bridges, serial and USB controllers. */
const otherwise = /^0x(?:01|02|05|06|07|0c)/;

/** What a device is; null if it is neither a display nor an accelerator. */
export function gpuKindOf({ class: kind, vendor, device, address }: PciIdentity): GpuKind | null {
  const maker = makers[vendor];
  const isDisplay = kind.startsWith('0x03');
  // Google's and Amazon's accelerators appear under no particular class.
  const isAccelerator =
    kind.startsWith('0x12') || ((vendor === '0x1ae0' || vendor === '0x1d0f') && !isDisplay && !otherwise.test(kind));
  if (!isDisplay && !isAccelerator) return null;
  if (isDisplay && (displayMakers.has(vendor) || displayDevices.has(device))) return { kind: 'display' };
  if (maker === undefined) return { kind: 'own', maker: 'unknown' };
  return { kind: isInProcessor({ class: kind, vendor, device, address }) ? 'processor' : 'own', maker };
}

function isInProcessor({ class: kind, vendor, device, address }: PciIdentity): boolean {
  if (vendor === '0x1002' || vendor === '0x1022') return amdProcessors.has(device);
  if (vendor !== '0x8086' || intelCards.test(device)) return false;
  // The neural processor of a Core Ultra always sits at 00:0b.0, the graphics at 00:02, with virtual functions behind.
  if (address === null) return true;
  return kind.startsWith('0x12') ? /^0000:00:0b\.\d$/.test(address) : /^0000:00:02\.\d$/.test(address);
}
