import type { ReadableFiles } from '../system/files';

/**
 * The order in which AMD's ROCm numbers its devices, and so the meaning of the numbers in `ROCR_VISIBLE_DEVICES`:
 * PCI addresses, including those of graphics inside the processor. Null if the kernel does not show it.
 */
export async function readKfdOrder(files: ReadableFiles, sysfs: string): Promise<readonly string[] | null> {
  const folder = `${sysfs}/class/kfd/kfd/topology/nodes`;
  const nodes = await files.list(folder).catch(() => null);
  if (nodes === null) return null;
  const addresses: string[] = [];
  for (const node of nodes
    .map(Number)
    .filter(Number.isInteger)
    .sort((a, b) => a - b)) {
    const text = await files.readText(`${folder}/${node}/properties`).catch(() => null);
    // An unreadable node may belong to another container, so the order is unknown.
    if (text === null) return null;
    const values = new Map(
      text
        .split('\n')
        .map((line) => line.split(' '))
        .map(([name = '', value = '']) => [name, value]),
    );
    const value = (name: string): number => Number(values.get(name) ?? NaN);
    if (!(value('simd_count') > 0)) continue;
    const location = value('location_id');
    const domain = value('domain');
    if (Number.isNaN(location)) return null;
    const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');
    addresses.push(
      `${hex(Number.isNaN(domain) ? 0 : domain, 4)}:${hex((location >> 8) & 0xff, 2)}:${hex((location >> 3) & 0x1f, 2)}.${location & 7}`,
    );
  }
  return addresses;
}
