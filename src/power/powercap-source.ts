import { nextTurn } from '../system/clock';
import type { ReadableFiles } from '../system/files';
import { microjoulesToJoules } from '../units/convert';
import { EnergyCounter } from './energy-counter';
import { implausibleWatts } from './plausible';
import { band, componentOf, coverage, describeZone, driverOf, listZones, type Zone } from './rapl-zones';
import type { PowerSource, ReadContext, SourceDescription, SourceReading } from './source';

/** How often a read is tried before the interval is lost. */
const attempts = 3;

export interface OpenZone extends Zone {
  /** What it counts. */
  readonly covers: string;
  /** Where it is now: a driver that is reloaded may number its zones in another order. */
  now: Zone;
  readonly source: SourceDescription;
  readonly counter: EnergyCounter;
  /** Whether the file has always ended with a newline: if so, a value without one may have been cut off. */
  endsLine: boolean;
}

export async function openZone(files: ReadableFiles, zone: Zone, zones: readonly Zone[]): Promise<OpenZone> {
  const text = await readCount(files, `${zone.path}/energy_uj`);
  const range = await readMicro(files, `${zone.path}/max_energy_range_uj`);
  const limits = await Promise.all(
    [0, 1, 2].map((n) => readMicro(files, `${zone.path}/constraint_${n}_power_limit_uw`)),
  );
  const limit = Math.max(...limits.map((watts) => watts ?? 0));
  const counter = new EnergyCounter({
    rangeJoules: range,
    mostWatts: implausibleWatts[componentOf(zone)],
    // Boards without a limit report nonsense such as 4095 W.
    limitWatts: limit > 0 && limit < implausibleWatts.cpu ? limit : null,
    band,
    neverRests: true,
  });
  return {
    ...zone,
    covers: coverage(zone, zones),
    now: zone,
    source: describeZone(zone),
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

export class PowercapSource implements PowerSource {
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
export async function readCount(files: ReadableFiles, path: string): Promise<string> {
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
