import { errorCode, type ReadableFiles } from '../system/files';
import { microjoulesToJoules } from '../units/convert';
import { openZone, PowercapSource, readCount, type OpenZone } from './powercap-source';
import {
  choosePlatform,
  chooseZones,
  componentOf,
  coverage,
  describeZone,
  driverOf,
  isCounted,
  isPlatform,
  listZones,
  type Zone,
} from './rapl-zones';
import { formatPower } from '../present/words';
import { availabilityOf, type Availability, type ProbeResult } from './source';

/** Commands that open the counters to everybody, with the risk of that: CVE-2020-8694, the PLATYPUS attack. */
const powercapRule = [
  `echo 'ACTION=="add", SUBSYSTEM=="powercap", KERNEL=="intel-rapl*", RUN+="/bin/chmod a+r /sys%p/energy_uj"' | sudo tee /etc/udev/rules.d/70-green-ml.rules`,
  'sudo udevadm control --reload && sudo udevadm trigger --subsystem-match=powercap --action=add',
  '# Risk: any program on this machine can then read the counters, and finely timed power readings can give away',
  '# secrets such as keys (CVE-2020-8694, "PLATYPUS"). Do this only if you trust everything that runs here.',
].join('\n');

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
      ...[...open, ...parts].map(({ source }) => availabilityOf(source)),
      ...[...new Set([...wanted, ...lost])].map((zone) => availabilityOf(describeZone(zone), zone.problem)),
      ...twins.map((zone) => availabilityOf(describeZone(zone), zone.problem)),
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
  const power = (joules: number): string => formatPower((joules * 1000) / comparedMilliseconds);
  return {
    reason: `The energy counter of the whole platform is wrong on this machine: it shows ${power(whole)}, but the processor alone uses ${power(parts)}. The processor's counters are used.`,
    enable: null,
  };
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
    return 'There is no energy counter (RAPL): most virtual machines and containers hide it, and most processors that are not from Intel or AMD have none.';
  }
}

function missing(reason: string, enable: string | null): Availability {
  return { component: 'cpu', name: 'intel-rapl', method: 'counter', available: false, reason, enable };
}
