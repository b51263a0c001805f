import type { Clock } from '../system/clock';
import type { ReadableFiles } from '../system/files';
import { PowerIntegral } from './power-integral';
import type { Availability, PowerSource, ReadContext, SourceDescription, SourceReading } from './source';

const source: SourceDescription = {
  component: 'system',
  method: 'sensor',
  name: 'battery',
  label: 'battery while it discharges (the whole machine)',
  band: { low: 0.9, high: 1.1 },
};
/** Most batteries renew their figure only every few seconds up to half a minute. */
const short = { seconds: 60, band: { low: 0.5, high: 1.5 } };

/** Finds the batteries that run this machine (not those of a mouse). */
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

export function batteryAvailability(used: boolean): Availability {
  return {
    component: 'system',
    name: source.name,
    method: source.method,
    available: used,
    reason: used
      ? `${source.label}; on mains the figures below take over.`
      : 'There is a battery; not used, for the processor has an energy counter, which is better.',
    enable: null,
  };
}

/**
 * What the batteries give while the machine runs on them; on mains they tell nothing of it, and other sources answer
 * in their place.
 */
export class BatterySource implements PowerSource {
  private readonly integral = new PowerIntegral({ staleSeconds: 60, limitWatts: null, band: source.band, short });

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
      this.integral.lose('the machine runs on mains');
      this.integral.begin(now);
      return others.flat();
    }
    this.integral.sample(now, watts);
    const outcome = this.integral.read(now, context);
    return outcome === null ? [] : [{ source, outcome, users: null }];
  }

  pause(): void {
    this.integral.lose('nobody listened');
    for (const other of this.onMains) other.pause();
  }

  dispose(): void {
    for (const other of this.onMains) other.dispose();
  }

  /** Null unless a battery discharges and tells its power. */
  private watts(): number | null {
    let total: number | null = null;
    for (const path of this.batteries) {
      if (this.text(`${path}/status`) !== 'Discharging') continue;
      const power = this.micro(`${path}/power_now`);
      const [current, voltage] = [this.micro(`${path}/current_now`), this.micro(`${path}/voltage_now`)];
      const watts = power ?? (current === null || voltage === null ? null : current * voltage);
      if (watts === null) return null;
      total = (total ?? 0) + watts;
    }
    // 0 W says that the battery's own figure has not been renewed since the mains went.
    return total === 0 ? null : total;
  }

  /** Some drivers give a discharging current as a negative number. */
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
