import type { Clock } from '../system/clock';
import type { ReadableFiles } from '../system/files';
import { implausibleWatts } from './plausible';
import { PowerIntegral } from './power-integral';
import type { Availability, PowerSource, ReadContext, SourceDescription, SourceReading } from './source';
import { formatPower } from '../present/words';

const source: SourceDescription = {
  component: 'system',
  method: 'sensor',
  name: 'battery',
  label: 'battery while discharging (whole machine)',
  band: { low: 0.9, high: 1.1 },
};
/** Most batteries update their figure only every few seconds, some every half minute. */
const short = { seconds: 60, band: { low: 0.5, high: 1.5 } };

/** A laptop that is on draws more than this: values below are in another unit, or invalid. */
const leastWatts = 0.3;
const mostWatts = implausibleWatts.laptopBattery;

/** Finds the batteries that power this machine (not those of a mouse). */
export async function findBatteries(files: ReadableFiles, sysfs: string): Promise<readonly string[]> {
  const folder = `${sysfs}/class/power_supply`;
  const names = (await files.list(folder).catch(() => [])).sort();
  const isOurs = await Promise.all(
    names.map(async (name) => {
      const [type, scope] = await Promise.all(
        ['type', 'scope'].map((file) => files.readText(`${folder}/${name}/${file}`).catch(() => '')),
      );
      return type?.trim() === 'Battery' && scope?.trim() !== 'Device';
    }),
  );
  return names.filter((_name, index) => isOurs[index]).map((name) => `${folder}/${name}`);
}

/** @param battery null if it is not used */
export function batteryAvailability(battery: BatterySource | null): Availability {
  const problem = battery?.problem ?? null;
  const used = battery !== null && problem === null;
  return {
    component: 'system',
    name: source.name,
    method: source.method,
    available: used,
    reason: used
      ? `${source.label}; on mains power the sources below are used.`
      : (problem ?? 'There is a battery, but it is not used: the energy counter of the processor is more precise.'),
    enable: null,
  };
}

/**
 * The power of the batteries while the machine runs on them. On mains power they say nothing about the machine, and
 * other sources take over.
 */
export class BatterySource implements PowerSource {
  private readonly integral = new PowerIntegral({
    staleSeconds: 60,
    limitWatts: null,
    mostWatts,
    band: source.band,
    short,
  });

  constructor(
    private readonly files: ReadableFiles,
    private readonly clock: Clock,
    private readonly batteries: readonly string[],
    private readonly onMains: readonly PowerSource[],
  ) {}

  get descriptions(): readonly SourceDescription[] {
    const others = this.onMains.flatMap(({ descriptions }) => descriptions);
    return this.watts() === null ? others : [source, ...others];
  }

  async read(context: ReadContext): Promise<readonly SourceReading[]> {
    const others = await Promise.all(this.onMains.map((other) => other.read(context)));
    const now = this.clock.monotonicSeconds();
    const watts = this.watts();
    if (watts === null) {
      this.integral.lose('the machine runs on mains power');
      this.integral.begin(now);
      return others.flat();
    }
    this.integral.sample(now, watts);
    const outcome = this.integral.read(now, context);
    return outcome === null ? [] : [{ source, outcome, users: null }];
  }

  async readModelled(context: ReadContext): Promise<readonly SourceReading[]> {
    if (this.watts() !== null) return [];
    return (await Promise.all(this.onMains.map(async (other) => (await other.readModelled?.(context)) ?? []))).flat();
  }

  /** Why the batteries give no figure although one discharges; null if they do, or if none discharges. */
  get problem(): string | null {
    const figures = this.discharging().map(({ watts }) => watts);
    if (figures.length === 0 || this.watts() !== null) return null;
    const reported = figures.map((watts) => (watts === null ? 'no power' : formatPower(watts)));
    return `The battery is discharging but reports ${reported.join(' and ')}, which cannot be the power of a whole machine, so it is not used.`;
  }

  pause(): void {
    this.integral.lose('the source was not being read');
    for (const other of this.onMains) other.pause();
  }

  dispose(): void {
    for (const other of this.onMains) other.dispose();
  }

  /** Null unless a battery discharges and reports its power. */
  private watts(): number | null {
    let total: number | null = null;
    for (const { watts } of this.discharging()) {
      if (watts === null) return null;
      total = (total ?? 0) + watts;
    }
    // 0 W means that the battery has not updated its figure since the machine was unplugged.
    return total === null || total < leastWatts || total > mostWatts ? null : total;
  }

  /** The figure of each battery that discharges; null if it gives none. */
  private discharging(): { readonly watts: number | null }[] {
    return this.batteries
      .filter((path) => this.text(`${path}/status`) === 'Discharging')
      .map((path) => {
        const power = this.micro(`${path}/power_now`);
        if (power !== null && power >= leastWatts && power <= mostWatts) return { watts: power };
        const [current, voltage] = [this.micro(`${path}/current_now`), this.micro(`${path}/voltage_now`)];
        return { watts: current === null || voltage === null ? power : current * voltage };
      });
  }

  /** Some drivers report a discharging current as a negative number. */
  private micro(path: string): number | null {
    const text = this.text(path);
    return /^-?\d+$/.test(text) ? Math.abs(Number(text)) / 1e6 : null;
  }

  private text(path: string): string {
    try {
      return this.files.readTextNow(path).trim();
    } catch {
      return '';
    }
  }
}
