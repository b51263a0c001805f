import { Command } from 'commander';
import { equivalents, equivalentsSource } from '../carbon/equivalents';
import { emissionsGrams } from '../carbon/emissions';
import { intensityEstimate, type CarbonIntensity } from '../carbon/intensity';
import { plannedKilowattHours } from '../carbon/planned-job';
import { embodiedGrams, softwareCarbonIntensity, type SoftwareCarbonIntensity } from '../carbon/sci';
import { exactly } from '../units/estimate';
import { formatEnergy, formatMass, formatPower } from '../units/format';
import { linesOfText } from '../units/plain-text';
import { findDevice } from './device';
import { CommandError, type Io } from './io';
import { atLeast, moreThanZero, share } from './number-option';
import { intensityOptions, resolvePlace, type PlaceOptions } from './place';

interface EstimateOptions extends PlaceOptions {
  readonly device?: string;
  readonly watts?: number;
  readonly count: number;
  readonly hours?: number;
  readonly usage: number;
  readonly memoryGb: number;
  readonly embodiedKg?: number;
  readonly lifespanHours?: number;
  readonly share: number;
  readonly units?: number;
  readonly unit: string;
  readonly equivalents?: boolean;
  readonly json?: boolean;
}

interface Device {
  readonly name: string | null;
  readonly watts: number;
  /** What the table says of the figure. */
  readonly note: string | null;
}

/** What `estimate --json` prints, beside its version; numbers are not rounded. */
interface PlannedFootprint {
  readonly device: string | null;
  readonly watts: number;
  readonly energyKWh: number;
  readonly operationalGrams: number;
  readonly operationalGramsLow: number;
  readonly operationalGramsHigh: number;
  /** Null where the hardware's embodied emissions were not given. */
  readonly embodiedGrams: number | null;
  readonly sci: SoftwareCarbonIntensity | null;
  readonly intensity: CarbonIntensity;
  readonly pue: number;
  readonly notes: readonly string[];
}

/** `green-ml estimate`: energy and emissions of a planned job, before it runs. */
export function estimateCommand(io: Io): Command {
  const command = new Command('estimate')
    .description('estimate the energy and emissions of a planned job')
    .option('--device <name>', 'a device of the hardware table, such as "H100 SXM"')
    .option('--watts <w>', 'power of one device at full load', moreThanZero)
    .option('--count <n>', 'how many devices', moreThanZero, 1)
    .option('--hours <h>', 'how long the job takes', moreThanZero)
    .option('--usage <share>', 'average load of the devices, 0 to 1', share, 1)
    .option('--memory-gb <gb>', 'memory of the job', atLeast(0), 0)
    .option('--embodied-kg <kg>', 'emissions from making the hardware, kg CO2e', atLeast(0))
    .option('--lifespan-hours <h>', 'hours that the hardware is in use in its life', moreThanZero)
    .option('--share <share>', "share of the hardware's resources that the job takes, 0 to 1", share, 1)
    .option('--units <n>', 'how many functional units the job serves, for the SCI score', moreThanZero)
    .option('--unit <name>', 'what a functional unit is, such as inference', 'unit')
    .option('--equivalents', 'also say the emissions as distances and flights')
    .option('--json', 'print JSON');
  for (const option of intensityOptions()) command.addOption(option);
  return command.action(async (options: EstimateOptions) => {
    const footprint = await estimate(options);
    io.stdout.write(options.json === true ? `${JSON.stringify({ version: 1, ...footprint }, null, 2)}\n` : text(footprint, options));
  });
}

async function estimate(options: EstimateOptions): Promise<PlannedFootprint> {
  const { count, hours, usage, memoryGb } = options;
  if (hours === undefined) throw new CommandError('Say how long the job takes, with --hours.');
  const device = await deviceOf(options);
  const { intensity, pue, pueLimits, notes } = await resolvePlace(options);
  const job = { watts: device.watts, count, hours, usage, memoryGigabytes: memoryGb };
  const operational = emissionsGrams(exactly(plannedKilowattHours({ ...job, pue: 1 })), pueLimits, intensityEstimate(intensity));
  const embodied = embodiedOf(options, hours);
  const { units, unit } = options;
  return {
    device: device.name,
    watts: device.watts,
    energyKWh: plannedKilowattHours({ ...job, pue }),
    operationalGrams: operational.value,
    operationalGramsLow: operational.low,
    operationalGramsHigh: operational.high,
    embodiedGrams: embodied,
    sci: units === undefined ? null : softwareCarbonIntensity(operational.value, embodied ?? 0, units, unit),
    intensity,
    pue,
    notes: [
      ...(device.note === null ? [] : [`${device.name ?? ''}: ${device.note}.`]),
      ...notes,
      ...(units !== undefined && embodied === null ? ['The SCI score lacks the emissions from making the hardware; give them with --embodied-kg and --lifespan-hours.'] : []),
    ],
  };
}

async function deviceOf({ device, watts }: EstimateOptions): Promise<Device> {
  if (device !== undefined && watts !== undefined) throw new CommandError('Give either --device or --watts, not both.');
  if (watts !== undefined) return { name: null, watts, note: null };
  if (device === undefined) throw new CommandError('Say what the job runs on, with --device NAME or --watts W.');
  return findDevice(device);
}

function embodiedOf({ embodiedKg, lifespanHours, share: reserved }: EstimateOptions, hours: number): number | null {
  if (embodiedKg === undefined) return null;
  if (lifespanHours === undefined) throw new CommandError('Say how long the hardware lives, with --lifespan-hours, to share its --embodied-kg.');
  return embodiedGrams(embodiedKg, hours, lifespanHours, reserved);
}

function text(footprint: PlannedFootprint, { count, hours, usage, memoryGb, equivalents: wanted }: EstimateOptions): string {
  const { device, watts, energyKWh, operationalGrams, intensity, pue, sci, notes } = footprint;
  const load = usage === 1 ? '' : ` at ${usage * 100} %`;
  const memory = memoryGb === 0 ? '' : ` + ${memoryGb} GB of memory`;
  const grid = [intensity.zone, intensity.year, intensity.basis === 'given' ? null : intensity.basis, intensity.source].filter((part) => part !== null).join(', ');
  const range = footprint.operationalGramsLow === footprint.operationalGramsHigh ? '' : `, ${formatMass(footprint.operationalGramsLow)} to ${formatMass(footprint.operationalGramsHigh)}`;
  const lines = [
    `Energy     ${formatEnergy(energyKWh * 1000)}   ${hours ?? 0} h × (${count} × ${device === null ? '' : `${device}, `}${formatPower(watts)}${load}${memory})${pue === 1 ? '' : ` × PUE ${pue}`}`,
    `Emissions  ${formatMass(operationalGrams)} CO2e${range}   ${intensity.gramsPerKWh} g/kWh (${grid})`,
  ];
  if (footprint.embodiedGrams !== null) lines.push(`Embodied   ${formatMass(footprint.embodiedGrams)} CO2e   the job's share of making the hardware`);
  if (sci !== null) lines.push(`SCI        ${Number(sci.value.toPrecision(3))} ${sci.unit}`);
  if (wanted === true) {
    lines.push(...equivalents(operationalGrams).map(({ name, value, unit }) => `  as much as ${Number(value.toPrecision(2))} ${unit}: ${name}`), `  (${equivalentsSource})`);
  }
  return `${linesOfText([...lines, ...notes])}\n`;
}
