import type { Clock } from '../system/clock';
import { amount, anyObject, fits, parseFitting } from '../system/shapes';
import type { Programs } from '../system/spawn';
import { HelperSource, type HelperFigures } from './helper-source';
import { implausibleWatts } from './plausible';
import { availabilityOf, type Availability, type Component, type ProbeResult, type SourceDescription } from './source';

const command = 'macmon';
const streamArguments = ['pipe', '--interval', '1000'];
/** Asks for one line at once, to see what this machine reports. */
const probeArguments = ['pipe', '--samples', '1', '--interval', '100'];

/** The chip's own estimate, from the counters that `powermetrics` shows too. */
const band = { low: 0.9, high: 1.1 };
const short = { seconds: 5, band: { low: 0.8, high: 1.2 } };
/** On a busy machine macmon starts slowly and joins late. */
const firstSilenceSeconds = 60;

const enable = 'Install macmon, which reads the power of the chip without administrator rights: brew install macmon';

/** The fields of a line that give power of the chip, in watts. `sys_power` is left out: it includes the screen and plugged-in devices. */
const parts: readonly {
  readonly name: string;
  readonly fields: readonly string[];
  readonly component: Component;
  readonly label: string;
}[] = [
  { name: 'macmon-cpu', fields: ['cpu_power'], component: 'cpu', label: 'processor cores of the chip' },
  { name: 'macmon-gpu', fields: ['gpu_power', 'gpu_ram_power'], component: 'gpu', label: 'graphics of the chip' },
  { name: 'macmon-ane', fields: ['ane_power'], component: 'gpu', label: 'Neural Engine' },
  { name: 'macmon-ram', fields: ['ram_power'], component: 'memory', label: 'memory of the chip' },
];

interface MacmonOptions {
  readonly programs: Programs;
  readonly clock: Clock;
  readonly patienceMilliseconds: number;
  /** As the operating system names the processor; null if it does not. */
  readonly brand: string | null;
}

/**
 * Looks for `macmon`; without it, the GPU power of an Apple chip is unknown, not 0. If macmon has not answered in
 * time, it stays open, and its figures count from its first line on.
 */
export async function probeMacmon({
  programs,
  clock,
  patienceMilliseconds,
  brand,
}: MacmonOptions): Promise<ProbeResult> {
  // macmon supports only Apple's own chips.
  if (brand?.startsWith('Apple') === false)
    return {
      source: null,
      availability: [
        missing('cpu', 'On Macs with an Intel processor only root can read the power (powermetrics).', null),
      ],
    };
  const { stdout, problem } = await programs.run(command, probeArguments, patienceMilliseconds);
  const figures = stdout
    .split('\n')
    .map(parseMacmonLine)
    .find((each) => each !== null);
  const isAwaited = figures === undefined && problem === 'timeout';
  if (figures === undefined && !isAwaited) {
    const reason =
      problem === 'ENOENT'
        ? 'macmon, which reads the power of the chip, is not installed.'
        : `macmon is installed but reports no power (${problem ?? 'no figures in its answer'}).`;
    return {
      source: null,
      availability: (['cpu', 'gpu'] as const).map((component) =>
        missing(component, reason, problem === 'ENOENT' ? enable : null),
      ),
      missing: [{ component: 'gpu', reason }],
    };
  }
  const sources = parts
    .filter(({ name }) => figures?.has(name) ?? true)
    .map(
      ({ name, component, label }): SourceDescription => ({
        component,
        method: 'sensor',
        name,
        label: `${brand === null ? '' : `${brand}, `}${label} (macmon)`,
        band,
        ...(component === 'gpu' ? { inProcessor: true } : {}),
      }),
    );
  const source = new HelperSource({
    programs,
    clock,
    command,
    args: streamArguments,
    devices: sources.map((each) => ({ source: each, short })),
    staleSeconds: 2.5,
    silenceSeconds: 10,
    firstSilenceSeconds,
    parse: parseMacmonLine,
  });
  const reason = isAwaited ? 'macmon has not answered yet. The chip is measured as soon as it does.' : null;
  return {
    source,
    availability: sources.map((each) => ({ ...availabilityOf(each), ...(reason === null ? {} : { reason }) })),
  };
}

/** Watts by source from one line of `macmon pipe`; null if the line was cut short or is something else. */
export function parseMacmonLine(line: string): HelperFigures | null {
  const fields = parseFitting(anyObject, line);
  if (fields === null || !('cpu_power' in fields)) return null;
  const watts = (field: string): number | null => {
    const found = fields[field];
    return fits(amount, found) && found < implausibleWatts.appleChip ? found : null;
  };
  const figures = new Map<string, number | null>();
  for (const {
    name,
    fields: [first = '', ...more],
  } of parts) {
    if (!(first in fields)) continue;
    const main = watts(first);
    figures.set(name, main === null ? null : more.reduce((sum, field) => sum + (watts(field) ?? 0), main));
  }
  return figures;
}

function missing(component: Component, reason: string, howTo: string | null): Availability {
  return { component, name: command, method: 'sensor', available: false, reason, enable: howTo };
}
