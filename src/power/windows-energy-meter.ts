import type { Clock } from '../system/clock';
import type { Programs } from '../system/spawn';
import { EnergyCounter } from './energy-counter';
import { HelperSource, type HelperFigures } from './helper-source';
import { implausibleWatts } from './plausible';
import {
  availabilityOf,
  type Availability,
  type Component,
  type PowerSource,
  type ProbeResult,
  type ReadContext,
  type SourceDescription,
  type SourceReading,
} from './source';

const command = 'typeperf';
/** English name of the counter set; Windows in other languages uses other names, but the same instances. */
const englishSet = 'Energy Meter';
/** Listing all sets takes a second or two; done only if the English name is not known. */
const fullListMilliseconds = 2500;
/** The most that the first list takes on a machine that has just started or is busy. */
const lateListMilliseconds = 60_000;

const joulesPerPicowattHour = 3.6e-9;
const wattsPerMilliwatt = 1e-3;
const band = { low: 0.95, high: 1.05 };
/** Lines come once a second, so the ends of a short run are known only to the second. */
const short = { seconds: 5, band: { low: 0.85, high: 1.15 } };
/** Lines that arrive together after a stall give no power of their own. */
const shortestSeconds = 0.2;
/** Energy and power of one instance are read at slightly different moments; if they differ by this factor, one of them is in another unit. */
const mostDisagreement = 4;

const energyWords = /^(energy|energie|énergie|energía|energia|энергия|エネルギー|能量|能源|에너지|enerji|energi)$/iu;
const powerWords =
  /^(power|leistung|puissance|potencia|potenza|potência|мощность|電力|功率|电源|전원|전력|moc|effekt|güç)$/iu;

/** The paths of the counters of one instance: `\Energy Meter(RAPL_Package0_PKG)\Energy`. */
interface EnergyMeterPaths {
  readonly instance: string;
  readonly energy: string | null;
  readonly power: string | null;
}

interface EnergyMeterOptions {
  readonly programs: Programs;
  readonly clock: Clock;
  readonly patienceMilliseconds: number;
}

const noneOffered =
  'Windows has no energy counter ("Energy Meter") for this processor: on desktops and virtual machines most drivers lack one.';
const awaited = 'typeperf has not answered yet. If it lists an energy counter, the processor is measured from then on.';

/**
 * Asks Windows for its energy counters; they need no administrator rights. If the list is late, its counters join
 * running measurements when it arrives.
 */
export async function probeEnergyMeter(options: EnergyMeterOptions): Promise<ProbeResult> {
  const found = await listMeters(options.programs, options.patienceMilliseconds, fullListMilliseconds);
  if (found === 'not installed')
    return { source: null, availability: [missing('typeperf, which reads the counters of Windows, was not found.')] };
  if (found === 'late') {
    const source = new LateEnergyMeter(options);
    return {
      source,
      get availability() {
        return source.availability;
      },
    };
  }
  return found.length === 0 ? { source: null, availability: [missing(noneOffered)] } : openMeters(options, found);
}

/** The meters that Windows lists; `late` if the list has not arrived in time. */
async function listMeters(
  programs: Programs,
  patienceMilliseconds: number,
  fullMilliseconds: number,
): Promise<readonly EnergyMeterPaths[] | 'not installed' | 'late'> {
  const english = await programs.run(command, ['-qx', englishSet], patienceMilliseconds);
  if (english.problem === 'ENOENT') return 'not installed';
  const meters = chooseMeters(english.stdout);
  if (meters.length > 0) return meters;
  if (english.problem === 'timeout') return 'late';
  if (namesSet(english.stdout)) return [];
  const full = await programs.run(command, ['-qx'], fullMilliseconds);
  const named = chooseMeters(full.stdout);
  return named.length === 0 && full.problem === 'timeout' ? 'late' : named;
}

/** Stands for counters whose list has not arrived yet; until then a model is used. */
class LateEnergyMeter implements PowerSource {
  private meters: ProbeResult | null = null;
  private listed: readonly EnergyMeterPaths[] | null = null;
  private isListing = false;

  constructor(private readonly options: EnergyMeterOptions) {}

  get descriptions(): readonly SourceDescription[] {
    return this.meters?.source?.descriptions ?? [];
  }

  get helpers(): readonly number[] {
    return this.meters?.source?.helpers ?? [];
  }

  get availability(): readonly Availability[] {
    if (this.meters !== null) return this.meters.availability;
    return [this.listed === null ? { ...missing(awaited), available: true } : missing(noneOffered)];
  }

  async read(context: ReadContext): Promise<readonly SourceReading[]> {
    // Switch between two reads, so that each interval is either modelled or measured.
    if (this.meters === null && this.listed !== null && this.listed.length > 0)
      this.meters = openMeters(this.options, this.listed);
    if (this.meters === null) this.list();
    return (await this.meters?.source?.read(context)) ?? [];
  }

  pause(): void {
    this.meters?.source?.pause();
  }

  dispose(): void {
    this.meters?.source?.dispose();
  }

  private list(): void {
    if (this.isListing || this.listed !== null) return;
    this.isListing = true;
    void listMeters(this.options.programs, lateListMilliseconds, lateListMilliseconds).then((found) => {
      this.isListing = false;
      this.listed = typeof found === 'string' ? [] : found;
    });
  }
}

function openMeters({ programs, clock }: EnergyMeterOptions, meters: readonly EnergyMeterPaths[]): ProbeResult {
  const sources = meters.map(describe);
  const parser = new TypeperfLines(meters);
  const source = new HelperSource({
    programs,
    clock,
    command,
    args: [...meters.flatMap(({ energy, power }) => [energy, power]).filter((path) => path !== null), '-si', '1'],
    devices: sources.map((each) => ({ source: each, short })),
    staleSeconds: 3.5,
    silenceSeconds: 15,
    firstSilenceSeconds: lateListMilliseconds / 1000,
    parse: (line, now) => parser.take(line, now),
    onRestart: () => parser.restart(),
  });
  return {
    source,
    availability: sources.map((each) => availabilityOf(each)),
  };
}

function missing(reason: string): Availability {
  return { component: 'cpu', name: englishSet, method: 'counter', available: false, reason, enable: null };
}

function describe({ instance, energy }: EnergyMeterPaths): SourceDescription {
  const memory = instance.endsWith('_DRAM');
  const what = memory ? 'memory' : 'processor';
  return {
    component: memory ? 'memory' : 'cpu',
    method: energy === null ? 'sensor' : 'counter',
    name: instance,
    label: `${energy === null ? 'power meter' : 'energy counter'} of Windows for the ${what} (${instance})`,
    band,
  } satisfies SourceDescription & { component: Component };
}

function namesSet(list: string): boolean {
  return list.includes(`\\${englishSet}(`);
}

/**
 * The instances that count every joule once: each package and its memory. `_PP0` and `_PP1` are parts of the
 * package, and `_Total` is the sum of all.
 */
function chooseMeters(list: string): readonly EnergyMeterPaths[] {
  const found = new Map<string, { energy: string | null; power: string | null }>();
  for (const line of list.split(/\r?\n/)) {
    const [path, instance = '', counter = ''] =
      /^\\[^\\(]+\((RAPL_Package\d+_(?:PKG|DRAM))\)\\(.+)$/i.exec(line.trim()) ?? [];
    if (path === undefined) continue;
    const meter = found.get(instance) ?? { energy: null, power: null };
    found.set(instance, meter);
    if (energyWords.test(counter)) meter.energy = path;
    else if (powerWords.test(counter)) meter.power = path;
  }
  return [...found]
    .map(([instance, paths]) => ({ instance, ...paths }))
    .filter(({ energy, power }) => energy !== null || power !== null);
}

interface LastCount {
  readonly counter: EnergyCounter;
  at: number | null;
}

/** Parses the output of `typeperf`: a heading with the counters' paths, then quoted figures, a blank for a missing one. */
class TypeperfLines {
  private columns: readonly string[] | null = null;
  private counts = new Map<string, LastCount>();

  constructor(private readonly meters: readonly EnergyMeterPaths[]) {}

  restart(): void {
    this.columns = null;
    this.counts = new Map();
  }

  /** Null for lines without figures and lines that were cut short. */
  take(line: string, now: number): HelperFigures | null {
    const cells = [...line.matchAll(/"([^"]*)"/g)].map(([, cell = '']) => cell);
    if (cells[0]?.startsWith('(PDH-CSV') === true) {
      // Paths are printed with the name of the computer in front.
      this.columns = cells.map((cell) => cell.replace(/^\\\\[^\\]+/, '').toLowerCase());
      return null;
    }
    const { columns } = this;
    if (columns === null || cells.length !== columns.length || !line.trimEnd().endsWith('"')) return null;
    const value = (path: string | null): number | null => {
      const column = path === null ? -1 : columns.indexOf(path.toLowerCase());
      return column < 0 ? null : parseFigure(cells[column] ?? '');
    };
    const figures = new Map<string, number | null>();
    for (const { instance, energy, power } of this.meters) {
      const watts = this.watts(instance, value(energy), value(power), now);
      if (watts !== 'wait') figures.set(instance, watts);
    }
    return figures.size === 0 ? null : figures;
  }

  /** Mean power since the last line; `wait` if this line is too close to it. */
  private watts(
    instance: string,
    picowattHours: number | null,
    milliwatts: number | null,
    now: number,
  ): number | null | 'wait' {
    const reported = milliwatts === null ? null : milliwatts * wattsPerMilliwatt;
    const count = this.counts.get(instance) ?? {
      counter: new EnergyCounter({ rangeJoules: null, limitWatts: null, mostWatts: implausibleWatts.cpu, band }),
      at: null,
    };
    this.counts.set(instance, count);
    const seconds = count.at === null ? 0 : now - count.at;
    if (count.at !== null && seconds < shortestSeconds) return 'wait';
    count.at = now;
    const outcome = count.counter.next(picowattHours === null ? null : picowattHours * joulesPerPicowattHour, {
      seconds,
      late: false,
      load: null,
    });
    if (outcome.kind !== 'energy') return reported;
    const counted = outcome.joules / seconds;
    const disagree =
      reported !== null &&
      reported > 0 &&
      (counted > reported * mostDisagreement || counted * mostDisagreement < reported);
    return disagree ? reported : counted;
  }
}

/** Some languages use a decimal comma; a blank or a negative value is not a figure. */
function parseFigure(text: string): number | null {
  const cleaned = text.trim().replace(',', '.');
  return /^\d+(\.\d+)?$/.test(cleaned) ? Number(cleaned) : null;
}
