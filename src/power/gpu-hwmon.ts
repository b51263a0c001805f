import { errorCode, type ReadableFiles } from '../system/files';
import { microjoulesToJoules } from '../units/convert';
import type { Clock } from '../system/clock';
import { EnergyCounter } from './energy-counter';
import { gpuKindOf } from './gpu-kinds';
import { GpuSensorCheck } from './gpu-sensor';
import { readKfdOrder } from './kfd-order';
import { leastOfGpu } from './hardware-range';
import { Liveness } from './liveness';
import { implausibleWatts } from './plausible';
import { PowerIntegral } from './power-integral';
import {
  availabilityOf,
  type Availability,
  type Outcome,
  type PowerSource,
  type ProbeResult,
  type ReadContext,
  type SourceDescription,
  type SourceReading,
} from './source';
import type { NamedGpu } from './visible-devices';

/** The driver's counter follows the card's own measurement; the sensor's figure is the card's estimate. */
const counterBand = { low: 0.95, high: 1.05 };
const sensorBand = { low: 0.9, high: 1.1 };
const short = { seconds: 5, band: { low: 0.8, high: 1.2 } };

/** One card, and how the energy of an interval is read from it. */
interface Card {
  readonly source: SourceDescription;
  /** How environment variables of a process name it; null if they do not. */
  readonly device: NamedGpu | null;
  /** Why its present figure cannot be true, as the end of a sentence; null if it can. */
  readonly problem: string | null;
  /** Null for a baseline. */
  read(context: ReadContext): Outcome | null;
  /** 0 to 1; null if the kernel does not report it. */
  utilisation(): number | null;
  pause(): void;
}

/** A counter moves about a hundred times in this time. */
const movesMilliseconds = 100;

/**
 * Finds AMD and Intel cards that report energy or power through the kernel's hardware monitor.
 *
 * @param pause waits for a number of milliseconds, to see whether a counter moves; not checked if absent
 */
export async function probeGpuHwmon(
  files: ReadableFiles,
  clock: Clock,
  sysfs: string,
  pause?: (milliseconds: number) => Promise<void>,
): Promise<ProbeResult> {
  const folder = `${sysfs}/class/hwmon`;
  const cards: Card[] = [];
  const availability: Availability[] = [];
  const missing: { readonly component: 'gpu'; readonly reason: string }[] = [];
  const integrated = new Set<string>();
  const order = await readKfdOrder(files, sysfs);
  for (const id of (await files.list(folder).catch(() => [])).sort()) {
    const path = `${folder}/${id}`;
    const driver = (await read(files, `${path}/name`))?.trim();
    const opened =
      driver === 'i915' || driver === 'xe'
        ? await openIntel(files, path, driver, pause)
        : driver === 'amdgpu'
          ? await openAmd(files, clock, path, order)
          : null;
    if (opened === 'integrated') integrated.add(await address(files, path));
    if (opened === null || opened === 'integrated') continue;
    const name = 'read' in opened ? opened.source.name : opened.name;
    // Two monitors of one card (each of its tiles may have one) report the same energy.
    if (availability.some((each) => each.name === name)) continue;
    if ('read' in opened) cards.push(opened);
    else missing.push({ component: 'gpu', reason: opened.reason ?? 'it cannot be read' });
    availability.push('read' in opened ? found(opened.source, opened.problem) : opened);
  }
  if (availability.length === 0) {
    const reason =
      integrated.size > 0
        ? 'The GPU is part of the processor and is included in its figure.'
        : 'No AMD or Intel graphics card with a power sensor was found.';
    availability.push({
      component: 'gpu',
      name: 'amdgpu, i915, xe',
      method: 'sensor',
      available: false,
      reason,
      enable: null,
    });
  }
  return {
    source: cards.length === 0 ? null : new GpuHwmonSource(cards),
    availability,
    missing,
    covers: (gpu) => integrated.has(gpu.address) || availability.some(({ name }) => name.endsWith(`:${gpu.address}`)),
  };
}

/** `xe` counts the whole card and the package on it, `i915` only one of them; the card contains the package. */
async function openIntel(
  files: ReadableFiles,
  path: string,
  driver: string,
  pause?: (milliseconds: number) => Promise<void>,
): Promise<Card | Availability | null> {
  const entries = await files.list(path).catch(() => []);
  const inputs = entries.filter((name) => /^energy\d+_input$/.test(name)).sort();
  if (inputs.length === 0) return null;
  const labels = await Promise.all(inputs.map((name) => read(files, `${path}/${name.replace('input', 'label')}`)));
  const input =
    inputs[
      Math.max(
        0,
        labels.findIndex((label) => label?.trim() === 'card'),
      )
    ] ?? '';
  const source: SourceDescription = {
    component: 'gpu',
    method: 'counter',
    name: `${driver}:${await address(files, path)}`,
    label: `Intel GPU, energy counter (${driver})`,
    band: counterBand,
  };
  const file = `${path}/${input}`;
  const problem = await files.readText(file).then(() => null, errorCode);
  if (problem !== null) return found(source, `it cannot be read (${problem})`);
  const first = readMicroNow(files, file);
  await pause?.(movesMilliseconds);
  const isStill = pause !== undefined && first !== null && readMicroNow(files, file) === first;
  const cap = Math.max(
    (await readMicro(files, `${path}/power1_max`)) ?? 0,
    (await readMicro(files, `${path}/power1_rated_max`)) ?? 0,
  );
  const counter = new EnergyCounter({
    rangeJoules: null,
    limitWatts: cap > 0 ? cap : null,
    mostWatts: implausibleWatts.gpu,
    band: counterBand,
  });
  const leastWatts = leastOfGpu(cap);
  const liveness = new Liveness(source, { resting: leastWatts, working: leastWatts });
  return {
    source,
    problem: isStill ? 'its counter does not move, although a card that is on always uses energy' : null,
    device: null,
    utilisation: () => null,
    read(context) {
      if (context.seconds === 0) counter.reset();
      const outcome = counter.next(readMicroNow(files, file), context);
      return context.seconds === 0 ? null : liveness.judge(outcome, context);
    },
    pause: () => counter.reset(),
  };
}

async function openAmd(
  files: ReadableFiles,
  clock: Clock,
  path: string,
  order: readonly string[] | null,
): Promise<Card | Availability | 'integrated'> {
  const pci = await address(files, path);
  if (await isInProcessor(files, path, pci)) return 'integrated';
  const source: SourceDescription = {
    component: 'gpu',
    method: 'sensor',
    name: `amdgpu:${pci}`,
    label: 'AMD GPU, power sensor (amdgpu)',
    band: sensorBand,
  };
  // A card has one or the other, and it may not be readable.
  const candidates = ['power1_average', 'power1_input'].map((name) => `${path}/${name}`);
  const problems = await Promise.all(
    candidates.map((file) =>
      files.readText(file).then(
        (text) => (parseMicro(text) === null ? 'it is not a number' : null),
        (error: unknown) => errorCode(error) ?? String(error),
      ),
    ),
  );
  const input = candidates[problems.indexOf(null)];
  if (input === undefined)
    return found(source, `it cannot be read (${problems.find((each) => each !== 'ENOENT') ?? 'ENOENT'})`);
  const limitWatts = await readMicro(files, `${path}/power1_cap`);
  const integral = new PowerIntegral({ staleSeconds: Infinity, limitWatts, band: sensorBand, short });
  const mostWatts = Math.min(
    implausibleWatts.gpu,
    limitWatts === null || limitWatts === 0 ? Infinity : 1.5 * limitWatts + 100,
  );
  const sensor = new GpuSensorCheck(limitWatts);
  let busyPercent: number | null = null;
  const first = readMicroNow(files, input);
  return {
    source,
    problem: first === null ? null : sensor.doubt(first, null),
    device: await nameOf(files, path, source.name, pci, order),
    utilisation: () => (busyPercent === null ? null : busyPercent / 100),
    read(context) {
      const now = clock.monotonicSeconds();
      const watts =
        readMicroNow(files, input) ??
        candidates.map((file) => readMicroNow(files, file)).find((each) => each !== null) ??
        null;
      busyPercent = readPercentNow(files, `${path}/device/gpu_busy_percent`);
      const problem =
        watts === null
          ? 'could not be read'
          : watts > mostWatts
            ? `reports ${watts} W, which the GPU cannot draw`
            : sensor.doubt(watts, busyPercent);
      if (watts === null || problem !== null) integral.lose(`the sensor ${problem ?? 'could not be read'}`);
      else integral.sample(now, watts);
      return integral.read(now, context);
    },
    pause: () => integral.lose('the source was not being read'),
  };
}

/** Whether the GPU is part of a processor, whose figure already includes it. */
async function isInProcessor(files: ReadableFiles, path: string, pci: string): Promise<boolean> {
  // Only processors with graphics have a north bridge voltage, though not all of them do.
  if ((await read(files, `${path}/in1_label`))?.trim() === 'vddnb') return true;
  const [kind = '', vendor = '', device = ''] = await Promise.all(
    ['class', 'vendor', 'device'].map(async (name) => (await read(files, `${path}/device/${name}`))?.trim()),
  );
  return gpuKindOf({ class: kind, vendor, device, address: pci })?.kind === 'processor';
}

async function nameOf(
  files: ReadableFiles,
  path: string,
  name: string,
  pci: string,
  order: readonly string[] | null,
): Promise<NamedGpu> {
  const unique = (await read(files, `${path}/device/unique_id`))?.trim();
  const model = (await read(files, `${path}/device/device`))?.trim() ?? '';
  const index = order?.indexOf(pci) ?? -1;
  return {
    name,
    ...(unique === undefined || unique === '' ? {} : { alias: `GPU-${unique}` }),
    index: index < 0 ? null : index,
    model,
    maker: 'AMD',
  };
}

function found(source: SourceDescription, problem: string | null): Availability {
  return availabilityOf(source, problem === null ? null : { reason: `${source.label}: ${problem}.`, enable: null });
}

async function read(files: ReadableFiles, path: string): Promise<string | null> {
  return files.readText(path).catch(() => null);
}

/** The card's address on the PCI bus. Unlike the monitor's own number, it survives restarts. */
async function address(files: ReadableFiles, path: string): Promise<string> {
  const target = await files.readLink(`${path}/device`).catch(() => '');
  // Cards without an address must not be confused with each other.
  return target.split('/').at(-1) || (path.split('/').at(-1) ?? '');
}

async function readMicro(files: ReadableFiles, path: string): Promise<number | null> {
  return parseMicro((await read(files, path)) ?? '');
}

function readMicroNow(files: ReadableFiles, path: string): number | null {
  try {
    return parseMicro(files.readTextNow(path));
  } catch {
    return null;
  }
}

function readPercentNow(files: ReadableFiles, path: string): number | null {
  try {
    const text = files.readTextNow(path).trim();
    return /^\d{1,3}$/.test(text) && Number(text) <= 100 ? Number(text) : null;
  } catch {
    return null;
  }
}

/** Joules or watts from text in micro-units. */
function parseMicro(text: string): number | null {
  return /^\d+\n?$/.test(text) ? microjoulesToJoules(Number(text)) : null;
}

class GpuHwmonSource implements PowerSource {
  readonly descriptions: readonly SourceDescription[];

  constructor(private readonly cards: readonly Card[]) {
    this.descriptions = cards.map(({ source }) => source);
  }

  read(context: ReadContext): Promise<readonly SourceReading[]> {
    const readings: SourceReading[] = [];
    for (const card of this.cards) {
      const outcome = card.read(context);
      if (outcome !== null)
        readings.push({
          source: card.source,
          outcome,
          users: null,
          utilisation: card.utilisation(),
          ...(card.device === null ? {} : { device: card.device }),
        });
    }
    return Promise.resolve(readings);
  }

  pause(): void {
    for (const card of this.cards) card.pause();
  }

  dispose(): void {
    this.pause();
  }
}
