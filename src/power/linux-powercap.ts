import { nextTurn } from '../system/clock';
import { errorCode, type ReadableFiles } from '../system/files';
import { microjoulesToJoules } from '../units/convert';
import { EnergyCounter, implausibleWatts } from './energy-counter';
import { implausibleWatts as mostPlausible } from './plausible';
import type {
  Availability,
  Component,
  PowerSource,
  ProbeResult,
  ReadContext,
  SourceDescription,
  SourceReading,
} from './source';

/**
 * RAPL's own error against a meter at the plug side of the package is a few percent (Khan et al. 2018,
 * doi:10.1145/3177754).
 */
const band = { low: 0.95, high: 1.05 };

/** How often a read is tried before the interval is lost. */
const attempts = 3;

/** Commands that open the counters to everybody, with the risk of that: CVE-2020-8694, the PLATYPUS attack. */
export const powercapRule = [
  `echo 'ACTION=="add", SUBSYSTEM=="powercap", KERNEL=="intel-rapl*", RUN+="/bin/chmod a+r /sys%p/energy_uj"' | sudo tee /etc/udev/rules.d/70-green-ml.rules`,
  'sudo udevadm control --reload && sudo udevadm trigger --subsystem-match=powercap --action=add',
  '# Risk: any program on this machine can then read the counters, and finely timed power readings can give away',
  '# secrets such as keys (CVE-2020-8694, "PLATYPUS"). Do this only if you trust everything that runs here.',
].join('\n');

/** One counter in `/sys/class/powercap`. */
interface Zone {
  /** Folder name: `intel-rapl:0`, `intel-rapl:0:2`, `intel-rapl-mmio:0`. */
  readonly id: string;
  /** What it counts: `package-0`, `package-0-die-1`, `dram`, `core`, `psys`. */
  readonly name: string;
  readonly path: string;
}

interface OpenZone extends Zone {
  /** What it counts. */
  readonly covers: string;
  /** Where it is now: a driver that is reloaded may number its zones in another order. */
  now: Zone;
  readonly source: SourceDescription;
  readonly counter: EnergyCounter;
  /** Whether the file has always ended with a newline: if so, a value without one may have been cut off. */
  endsLine: boolean;
}

interface Problem {
  readonly reason: string;
  readonly enable: string | null;
}

interface UnreadableZone extends Zone {
  readonly problem: Problem;
}

/** Both counters move about a hundred times in this time. People wait for it only on machines with a psys counter. */
const comparedMilliseconds = 100;
/** Two counters never agree exactly, but the platform contains its processors. */
const platformShare = 0.9;
/** Less energy than this is not enough to judge. */
const comparedJoules = 0.1;

/**
 * Finds the energy counters of the processor under `sysfs` and opens those that together count every joule once.
 *
 * @param pause waits for a number of milliseconds
 */
export async function probePowercap(
  files: ReadableFiles,
  sysfs: string,
  pause?: (milliseconds: number) => Promise<void>,
): Promise<ProbeResult> {
  const folder = `${sysfs}/class/powercap`;
  const zones = await listZones(files, folder);
  if (zones.length === 0) return { source: null, availability: [missing(await whyNoZones(files, folder), null)] };
  const found = await Promise.all(
    zones.filter(isCounted).map((zone) =>
      openZone(files, zone, zones).then(
        (open) => open,
        (error: unknown) => ({ ...zone, problem: problemOf(error) }),
      ),
    ),
  );
  const wrongPsys =
    findHalfPlatform(found) ??
    (pause === undefined
      ? null
      : await findWrongPsys(
          files,
          found.filter((zone) => 'counter' in zone),
          pause,
        ));
  const opened = found.map((zone): OpenZone | UnreadableZone => {
    const { id, name, path } = zone;
    return isPlatform(zone) && wrongPsys !== null && !('problem' in zone)
      ? { id, name, path, problem: wrongPsys }
      : zone;
  });
  const readable = opened.filter((zone) => 'counter' in zone);
  // An unreadable zone must not replace readable ones: its mirror, or the packages below psys.
  const open = chooseZones(readable, opened);
  const refused = wrongPsys === null ? [] : opened.filter(isPlatform);
  const wanted = [...chooseZones(opened), ...refused].filter((zone): zone is UnreadableZone => 'problem' in zone);
  const hasPlatform = open.some(isPlatform);
  const withoutPsys = hasPlatform ? [] : chooseZones(opened.filter((zone) => !isPlatform(zone)));
  // Besides the whole platform, processors and memory are still known separately.
  const parts = hasPlatform ? chooseZones(readable.filter((zone) => !isPlatform(zone))) : [];
  const counted = new Set(open.map((zone) => coverage(zone, zones)));
  const lost = withoutPsys.filter(
    (zone): zone is UnreadableZone => 'problem' in zone && !counted.has(coverage(zone, zones)),
  );
  const twins = findTwins(readable, [...open, ...parts]);
  return {
    source: open.length === 0 ? null : new PowercapSource(files, folder, open),
    parts: parts.length === 0 ? null : new PowercapSource(files, folder, parts),
    availability: [
      ...[...open, ...parts].map(({ id, source }) => availabilityOf(id, source, null)),
      ...[...new Set([...wanted, ...lost])].map((zone) => availabilityOf(zone.id, describe(zone), zone.problem)),
      ...twins.map((zone) => availabilityOf(zone.id, describe(zone), zone.problem)),
    ],
    missing: [...lost, ...twins].map((zone) => ({
      component: componentOf(zone),
      reason: `${zone.id}: ${zone.problem.reason}`,
    })),
  };
}

/**
 * Zones of one driver with the same name as another zone. They may count a second processor or the same one again,
 * so they are left out with a note. (A zone of `mmio` is the other driver's view of the same package.)
 */
function findTwins(readable: readonly OpenZone[], used: readonly OpenZone[]): UnreadableZone[] {
  return readable.flatMap((zone) => {
    const twin = used.find(
      (each) => each.id !== zone.id && each.name === zone.name && driverOf(each) === driverOf(zone),
    );
    if (zone.name === 'dram' || twin === undefined || used.includes(zone)) return [];
    const { id, name, path } = zone;
    return [
      {
        id,
        name,
        path,
        problem: {
          reason: `It has the same name (${name}) as ${twin.id} and may count the same energy twice, so it is not used.`,
          enable: null,
        },
      },
    ];
  });
}

/** Why the platform counters do not cover the whole platform: one is unreadable, or packages lack one. Null if they do. */
function findHalfPlatform(zones: readonly (OpenZone | UnreadableZone)[]): Problem | null {
  const platform = zones.filter(isPlatform);
  const broken = platform.filter((zone) => 'problem' in zone);
  if (broken.length === platform.length) return null;
  if (broken.length === 0) {
    if (choosePlatform(zones).length > 0) return null;
    return {
      reason:
        "It covers only one processor's part of the platform, and the other processors have no such counter. The processors' counters are used.",
      enable: null,
    };
  }
  return {
    reason: `It covers only part of the platform, and ${broken.map(({ id }) => id).join(' and ')}, which covers another part, cannot be read. The processors' counters are used.`,
    enable: broken[0]?.problem.enable ?? null,
  };
}

/**
 * Why psys cannot be the energy of the whole platform; null if it can. On some boards it was never calibrated, and
 * it counts less than the processors alone, or nothing.
 */
async function findWrongPsys(
  files: ReadableFiles,
  zones: readonly OpenZone[],
  pause: (milliseconds: number) => Promise<void>,
): Promise<Problem | null> {
  const psys = choosePlatform(zones);
  const packages = chooseZones(zones.filter(({ name }) => name.startsWith('package-')));
  if (psys.length === 0 || packages.length === 0) return null;
  const read = (some: readonly OpenZone[]): Promise<number[]> =>
    Promise.all(
      some.map(({ path }) =>
        readCount(files, `${path}/energy_uj`).then(
          (text) => microjoulesToJoules(Number(text)),
          () => NaN,
        ),
      ),
    );
  const before = [await read(psys), await read(packages)] as const;
  await pause(comparedMilliseconds);
  const [whole, parts] = [await read(psys), await read(packages)].map((after, kind) =>
    after.reduce((sum, joules, index) => sum + joules - (before[kind as 0 | 1][index] ?? NaN), 0),
  ) as [number, number];
  // A negative difference is a wrap and NaN a failed read: neither proves anything.
  if (!(whole >= 0 && parts >= comparedJoules) || whole >= platformShare * parts) return null;
  const watts = (joules: number): string => ((joules * 1000) / comparedMilliseconds).toFixed(1);
  return {
    reason: `The energy counter of the whole platform is wrong on this machine: it shows ${watts(whole)} W, but the processor alone uses ${watts(parts)} W. The processor's counters are used.`,
    enable: null,
  };
}

function availabilityOf(name: string, { component, label }: SourceDescription, problem: Problem | null): Availability {
  return {
    component,
    name,
    method: 'counter',
    available: problem === null,
    reason: problem?.reason ?? label,
    enable: problem?.enable ?? null,
  };
}

function isCounted({ name }: Zone): boolean {
  return isPlatform({ name }) || name === 'dram' || name.startsWith('package-');
}

/** What a zone counts, regardless of its driver. */
function coverage(zone: Zone, zones: readonly Zone[]): string {
  return zone.name === 'dram' ? `${parentName(zone, zones)}/dram` : zone.name;
}

function parentName({ id }: Pick<Zone, 'id'>, zones: readonly Pick<Zone, 'id' | 'name'>[]): string {
  return zones.find((zone) => zone.id === id.replace(/:\d+$/, ''))?.name ?? id;
}

async function listZones(files: ReadableFiles, folder: string): Promise<Zone[]> {
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

/** The whole platform: `psys`, and on machines of several sockets `psys-1`, `psys-2`, … */
function isPlatform({ name }: Pick<Zone, 'name'>): boolean {
  return /^psys(-\d+)?$/.test(name);
}

/**
 * The zones that together cover the whole platform: one for all, or one for each package. Empty if some packages
 * have one and others do not, because the rest would be missing. Kernels before 5.10 call all of them `psys`; later
 * ones put the package's number in the name.
 *
 * @param all all zones, including unreadable ones: they show how many packages there are
 */
function choosePlatform<Z extends Pick<Zone, 'id' | 'name'>>(
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

function driverOf({ id }: Pick<Zone, 'id'>): string {
  return id.replace(/:.*$/, '');
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

function componentOf(zone: Zone): Component {
  return isPlatform(zone) ? 'system' : zone.name === 'dram' ? 'memory' : 'cpu';
}

function describe(zone: Zone): SourceDescription {
  const component = componentOf(zone);
  const what = { system: 'whole platform', memory: 'memory', cpu: `processor ${zone.name}`, gpu: '' }[component];
  return { component, method: 'counter', name: zone.id, label: `energy counter (RAPL) of the ${what}`, band };
}

async function openZone(files: ReadableFiles, zone: Zone, zones: readonly Zone[]): Promise<OpenZone> {
  const text = await readCount(files, `${zone.path}/energy_uj`);
  const range = await readMicro(files, `${zone.path}/max_energy_range_uj`);
  const limits = await Promise.all(
    [0, 1, 2].map((n) => readMicro(files, `${zone.path}/constraint_${n}_power_limit_uw`)),
  );
  const limit = Math.max(...limits.map((watts) => watts ?? 0));
  const counter = new EnergyCounter({
    rangeJoules: range,
    mostWatts: mostPlausible[componentOf(zone)],
    // Boards without a limit report nonsense such as 4095 W.
    limitWatts: limit > 0 && limit < implausibleWatts ? limit : null,
    band,
    neverRests: true,
  });
  return {
    ...zone,
    covers: coverage(zone, zones),
    now: zone,
    source: describe(zone),
    counter,
    endsLine: text.endsWith('\n'),
  };
}

/** Joules or watts from a file in micro-units; null if it cannot be read or is not a positive number. */
async function readMicro(files: ReadableFiles, path: string): Promise<number | null> {
  const text = await files.readText(path).catch(() => '');
  const value = microjoulesToJoules(Number(text.trim() === '' ? NaN : text));
  return value > 0 ? value : null;
}

function problemOf(error: unknown): Problem {
  const code = errorCode(error);
  if (code === 'EACCES' || code === 'EPERM') {
    return {
      reason: 'There is an energy counter, but only root can read it (since CVE-2020-8694).',
      enable: powercapRule,
    };
  }
  return {
    reason: `There is an energy counter, but it cannot be read (${code ?? (error instanceof Error ? error.message : String(error))}).`,
    enable: null,
  };
}

async function whyNoZones(files: ReadableFiles, folder: string): Promise<string> {
  try {
    await files.list(folder);
    return 'The kernel has no energy counter (RAPL) for this processor.';
  } catch {
    return 'There is no energy counter (RAPL): most virtual machines and containers hide it, and few processors have one except those from Intel and AMD.';
  }
}

function missing(reason: string, enable: string | null): Availability {
  return { component: 'cpu', name: 'intel-rapl', method: 'counter', available: false, reason, enable };
}

class PowercapSource implements PowerSource {
  readonly descriptions: readonly SourceDescription[];
  private hasMoved = false;

  constructor(
    private readonly files: ReadableFiles,
    private readonly folder: string,
    private readonly zones: readonly OpenZone[],
  ) {
    this.descriptions = zones.map(({ source }) => source);
  }

  async read(context: ReadContext): Promise<readonly SourceReading[]> {
    const values = await Promise.all(this.zones.map((zone) => this.readJoules(zone, context.seconds)));
    if (this.hasMoved) await this.leaveOutMoved(values);
    const readings = this.zones.map((zone, index): SourceReading => {
      if (context.seconds === 0) zone.counter.reset();
      return { source: zone.source, outcome: zone.counter.next(values[index] ?? null, context), users: null };
    });
    return context.seconds === 0 ? [] : readings;
  }

  pause(): void {
    for (const { counter } of this.zones) counter.reset();
  }

  dispose(): void {
    this.pause();
  }

  /** Null if every attempt fails or is cut off: never 0, never an old value. */
  private async readJoules(zone: OpenZone, seconds: number): Promise<number | null> {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      if (attempt > 1) await nextTurn();
      const joules = this.readOnce(zone, seconds);
      if (joules !== null) return joules;
    }
    await this.follow(zone);
    return null;
  }

  /** Finds the new place of a zone that has moved; it is read again from the next interval on. */
  private async follow(zone: OpenZone): Promise<void> {
    const zones = await listZones(this.files, this.folder);
    const [found, ...others] = zones.filter(
      (each) => driverOf(each) === driverOf(zone) && coverage(each, zones) === zone.covers,
    );
    if (found === undefined || others.length > 0) return;
    this.hasMoved ||= zone.now.path !== found.path;
    zone.now = found;
  }

  /** If one zone has moved, others may have too, and the zones now in their places may have similar values. */
  private async leaveOutMoved(values: (number | null)[]): Promise<void> {
    this.hasMoved = false;
    for (const [index, zone] of this.zones.entries()) {
      if (values[index] === null || this.isInPlace(zone)) continue;
      values[index] = null;
      await this.follow(zone);
    }
    this.hasMoved = false;
  }

  private isInPlace(zone: OpenZone): boolean {
    try {
      return this.hasItsNames(zone);
    } catch {
      return false;
    }
  }

  private hasItsNames({ id, name, now, covers }: OpenZone): boolean {
    const nameAt = (path: string): string => this.files.readTextNow(`${path}/name`).trim();
    if (nameAt(now.path) !== name) return false;
    // Memory belongs to its parent package, if that has a name.
    const isNamed = name === 'dram' && covers !== `${id}/dram`;
    return !isNamed || covers === `${nameAt(now.path.replace(/:\d+$/, ''))}/dram`;
  }

  private readOnce(zone: OpenZone, seconds: number): number | null {
    try {
      const text = this.files.readTextNow(`${zone.now.path}/energy_uj`);
      if (!isCount(text)) return null;
      const joules = microjoulesToJoules(Number(text));
      // A value that was cut off has lost digits and is far below the last one.
      if (zone.endsLine && !text.endsWith('\n')) {
        if (!zone.counter.follows(joules)) return null;
        zone.endsLine = false;
      }
      // Another zone with about the same value would not change the sum, so only a jump is checked.
      return zone.counter.isOnPace(joules, seconds) || this.isInPlace(zone) ? joules : null;
    } catch {
      return null;
    }
  }
}

/** @throws whatever reading throws, or if the file contains no number. */
async function readCount(files: ReadableFiles, path: string): Promise<string> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const text = await files.readText(path);
    if (isCount(text)) return text;
    await nextTurn();
  }
  throw new Error('it contains no number');
}

function isCount(text: string): boolean {
  return /^\d+\n?$/.test(text);
}
