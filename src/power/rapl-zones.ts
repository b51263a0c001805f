import type { ReadableFiles } from '../system/files';
import type { Component, SourceDescription } from './source';

/** The zones of Linux's powercap tree, and which of them together count every joule once. */

/**
 * RAPL's own error against a meter at the plug side of the package is a few percent (Khan et al. 2018,
 * doi:10.1145/3177754).
 */
export const band = { low: 0.95, high: 1.05 };

/** One counter in `/sys/class/powercap`. */
export interface Zone {
  /** Folder name: `intel-rapl:0`, `intel-rapl:0:2`, `intel-rapl-mmio:0`. */
  readonly id: string;
  /** What it counts: `package-0`, `package-0-die-1`, `dram`, `core`, `psys`. */
  readonly name: string;
  readonly path: string;
}

export function isCounted({ name }: Zone): boolean {
  return isPlatform({ name }) || name === 'dram' || name.startsWith('package-');
}

export async function listZones(files: ReadableFiles, folder: string): Promise<Zone[]> {
  const names = await files.list(folder).catch(() => []);
  const zones: Zone[] = [];
  for (const id of names.filter((name) => /^intel-rapl(-mmio)?:\d+(:\d+)?$/.test(name)).sort(byNumber)) {
    const path = `${folder}/${id}`;
    const name = await files.readText(`${path}/name`).catch(() => null);
    if (name !== null) zones.push({ id, name: name.trim(), path });
  }
  return zones;
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** What a zone counts, regardless of its driver. */
export function coverage(zone: Zone, zones: readonly Zone[]): string {
  return zone.name === 'dram' ? `${parentName(zone, zones)}/dram` : zone.name;
}

function parentName({ id }: Pick<Zone, 'id'>, zones: readonly Pick<Zone, 'id' | 'name'>[]): string {
  return zones.find((zone) => zone.id === id.replace(/:\d+$/, ''))?.name ?? id;
}

/** The whole platform: `psys`, and on machines of several sockets `psys-1`, `psys-2`, … */
export function isPlatform({ name }: Pick<Zone, 'name'>): boolean {
  return /^psys(-\d+)?$/.test(name);
}

export function driverOf({ id }: Pick<Zone, 'id'>): string {
  return id.replace(/:.*$/, '');
}

/**
 * The zones that together cover the whole platform: one for all, or one for each package. Empty if some packages
 * have one and others do not, because the rest would be missing. Kernels before 5.10 call all of them `psys`; later
 * ones put the package's number in the name.
 *
 * @param all all zones, including unreadable ones: they show how many packages there are
 */
export function choosePlatform<Z extends Pick<Zone, 'id' | 'name'>>(
  zones: readonly Z[],
  all: readonly Pick<Zone, 'name'>[] = zones,
): readonly Z[] {
  const platform = zones.filter(isPlatform);
  // Another driver may show the same zones again.
  const [first] = platform;
  const ofDriver = first === undefined ? [] : platform.filter((zone) => driverOf(zone) === driverOf(first));
  const packages = new Set(all.flatMap(({ name }) => /^package-\d+/.exec(name)?.[0] ?? [])).size;
  if (packages > 1)
    return ofDriver.length === packages || (ofDriver.length === 1 && first?.name === 'psys') ? ofDriver : [];
  const named = ofDriver.filter(({ name }, index) => ofDriver.findIndex((each) => each.name === name) === index);
  return named.length <= 1 || packages === 0 ? named : [];
}

/**
 * The zones that count every joule once: the whole platform (psys) if there is one, else each package with its
 * memory. `core` and `uncore` are parts of the package. `intel-rapl-mmio` shows the same package again; a package zone
 * contains its dies.
 */
export function chooseZones<Z extends Pick<Zone, 'id' | 'name'>>(
  zones: readonly Z[],
  all: readonly Pick<Zone, 'name'>[] = zones,
): readonly Z[] {
  const platform = choosePlatform(zones, all);
  if (platform.length > 0) return platform;
  const seen = new Set<string>();
  const first = (key: string): boolean => !seen.has(key) && seen.add(key).has(key);
  // MSR zones come first, so that a mirror is the one left out.
  const ordered = [...zones].sort((a, b) => Number(a.id.includes('mmio')) - Number(b.id.includes('mmio')));
  const packages = ordered.filter(({ name }) => name.startsWith('package-') && first(name));
  const whole = new Set(packages.map(({ name }) => name));
  const isInsideWhole = (name: string): boolean => /-die-\d+$/.test(name) && whole.has(name.replace(/-die-\d+$/, ''));
  return [
    ...packages.filter(({ name }) => !isInsideWhole(name)),
    ...ordered.filter(
      (zone) =>
        zone.name === 'dram' && first(`${parentName(zone, zones)}/dram`) && !isInsideWhole(parentName(zone, zones)),
    ),
  ];
}

export function componentOf(zone: Zone): Component {
  return isPlatform(zone) ? 'system' : zone.name === 'dram' ? 'memory' : 'cpu';
}

export function describeZone(zone: Zone): SourceDescription {
  const component = componentOf(zone);
  const what = { system: 'whole platform', memory: 'memory', cpu: `processor ${zone.name}`, gpu: '' }[component];
  return { component, method: 'counter', name: zone.id, label: `energy counter (RAPL) of the ${what}`, band };
}
