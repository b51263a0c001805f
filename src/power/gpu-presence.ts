import type { ReadableFiles } from '../system/files';

/** Makers of graphics processors by their PCI vendor id. */
const makers: Readonly<Record<string, string | undefined>> = { '0x10de': 'NVIDIA', '0x1002': 'AMD', '0x8086': 'Intel' };

/** A graphics processor that the PCI bus shows. */
export interface PciGpu {
  /** `0000:65:00.0` */
  readonly address: string;
  readonly maker: string;
}

/**
 * The graphics processors and accelerators with a card of their own. Intel's integrated one always sits at
 * 0000:00:02.0, and its energy is the processor's.
 */
export async function listPciGpus(files: ReadableFiles, sysfs: string): Promise<PciGpu[]> {
  const folder = `${sysfs}/bus/pci/devices`;
  const addresses = await files.list(folder).catch(() => []);
  const found = await Promise.all(
    addresses.map(async (address): Promise<PciGpu[]> => {
      const [kind, vendor] = await Promise.all(
        ['class', 'vendor'].map((name) => files.readText(`${folder}/${address}/${name}`).catch(() => '')),
      );
      const maker = makers[vendor?.trim() ?? ''];
      // PCI base class 3 is display controllers, 12 (hexadecimal) processing accelerators.
      const isGpu = /^0x(03|12)/.test(kind ?? '') && address !== '0000:00:02.0';
      return isGpu && maker !== undefined ? [{ address, maker }] : [];
    }),
  );
  return found.flat().sort((a, b) => a.address.localeCompare(b.address));
}
