import { co2e, massWithin } from '../present/quantities';
import { Command } from 'commander';
import { equivalents, equivalentsSource } from '../runs/equivalents';
import {
  emissionsGrams,
  intensityEstimate,
  placeKnowledge,
  placeRemark,
  type CarbonIntensity,
} from '../place/intensity';
import { plannedKilowattHours } from '../runs/planned-job';
import { embodiedGrams, softwareCarbonIntensity, type SoftwareCarbonIntensity } from '../runs/sci';
import { originRemark, type Origin } from '../runs/origin';
import { exactly } from '../units/estimate';
import { formatEnergy, formatMass, formatPower, toDigits } from '../present/words';
import { linesOfText } from '../present/plain-text';
import { findDevice, type Device } from './device';
import { CommandError, type Io } from './io';
import { atLeast, moreThanZero, most, share } from './number-option';
import { intensityOptions, resolvePlace, type PlaceOptions } from './place';
import { sharedSettings, type SharedSettings } from './settings';

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

/** A device of the table, or only a power. */
type PlannedDevice = Omit<Device, 'name'> & { readonly name: string | null };

/** What `estimate --json` prints besides its version; numbers are not rounded. */
interface PlannedFootprint {
  readonly device: string | null;
  readonly watts: number;
  readonly energyKWh: number;
  readonly operationalGrams: number;
  readonly operationalGramsLow: number;
  readonly operationalGramsHigh: number;
  /** Null if the hardware's embodied emissions were not given. */
  readonly embodiedGrams: number | null;
  readonly sci: SoftwareCarbonIntensity | null;
  readonly intensity: CarbonIntensity;
  readonly pue: number;
  /** Who set the PUE; null if it is the location's own. */
  readonly pueFrom: Origin | null;
  readonly notes: readonly string[];
}

/** `green-ml estimate`: energy and emissions of a planned job, before it runs. */
export function estimateCommand(io: Io): Command {
  const command = new Command('estimate')
    .description('estimate the energy and emissions of a planned job')
    .option('--device <name>', 'device in the hardware table, such as "H100 SXM"')
    .option('--watts <w>', 'power of one device at full load', moreThanZero(most.watts))
    .option('--count <n>', 'number of devices', moreThanZero(most.devices), 1)
    .option('--hours <h>', 'duration of the job', moreThanZero(most.hours))
    .option('--usage <share>', 'average load of the devices, 0 to 1', share, 1)
    .option('--memory-gb <gb>', 'memory that the job uses', atLeast(0, most.gigabytes), 0)
    .option(
      '--embodied-kg <kg>',
      'emissions from making the hardware, kg CO₂e (default with --lifespan-hours: from the hardware table, if listed)',
      atLeast(0, most.kilograms),
    )
    .option('--lifespan-hours <h>', 'hours that the hardware is used over its lifetime', moreThanZero(most.hours))
    .option('--share <share>', "share of the hardware's resources that the job uses, 0 to 1", share, 1)
    .option(
      '--units <n>',
      'number of functional units that the job serves, for the SCI score',
      moreThanZero(most.units),
    )
    .option('--unit <name>', 'name of the functional unit, such as inference', 'unit')
    .option('--equivalents', 'also show the emissions as distances and flights')
    .option('--json', 'print JSON');
  for (const option of intensityOptions()) command.addOption(option);
  return command.action(async (options: EstimateOptions) => {
    const footprint = await estimate(options, await sharedSettings(io));
    io.stdout.write(
      options.json === true ? `${JSON.stringify({ version: 1, ...footprint }, null, 2)}\n` : text(footprint, options),
    );
  });
}

async function estimate(options: EstimateOptions, settings: SharedSettings): Promise<PlannedFootprint> {
  const { count, hours, usage, memoryGb } = options;
  if (hours === undefined) throw new CommandError('Give the duration of the job with --hours.');
  const device = await deviceOf(options);
  const { intensity, pue, pueLimits, pueFrom, notes } = await resolvePlace(options, settings);
  const job = { watts: device.watts, count, hours, usage, memoryGigabytes: memoryGb };
  const operational = emissionsGrams(
    exactly(plannedKilowattHours({ ...job, pue: 1 })),
    pueLimits,
    intensityEstimate(intensity),
  );
  const { embodied, notes: embodiedNotes } = embodiedOf(options, device, hours);
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
    pueFrom,
    notes: [
      ...(device.note === null ? [] : [`${device.name ?? ''}: ${device.note}.`]),
      ...notes,
      ...embodiedNotes,
      ...(units !== undefined && embodied === null ? [lacksEmbodied(device)] : []),
    ],
  };
}

async function deviceOf({ device, watts }: EstimateOptions): Promise<PlannedDevice> {
  if (device !== undefined && watts !== undefined) throw new CommandError('Give either --device or --watts, not both.');
  if (watts !== undefined) return { name: null, watts, note: null, embodiedKilograms: null, embodiedSource: null };
  if (device === undefined) throw new CommandError('Give the device with --device NAME or its power with --watts W.');
  return findDevice(device);
}

/** The job's share of making the hardware: as given, or from the table if that has the device and a lifespan is given. */
function embodiedOf(
  options: EstimateOptions,
  { name, embodiedKilograms, embodiedSource }: PlannedDevice,
  hours: number,
): { readonly embodied: number | null; readonly notes: readonly string[] } {
  const { embodiedKg, lifespanHours, share: reserved, count } = options;
  if (embodiedKg !== undefined) {
    if (lifespanHours === undefined) throw new CommandError('--embodied-kg needs --lifespan-hours.');
    return { embodied: embodiedGrams(embodiedKg, hours, lifespanHours, reserved), notes: [] };
  }
  if (lifespanHours === undefined) return { embodied: null, notes: [] };
  if (embodiedKilograms === null)
    return {
      embodied: null,
      notes: [
        '--lifespan-hours has no effect without --embodied-kg: the table has no embodied emissions for this hardware.',
      ],
    };
  return {
    embodied: embodiedGrams(embodiedKilograms * count, hours, lifespanHours, reserved),
    notes: [`Making one ${name ?? 'device'} emits ${embodiedKilograms} kg CO₂e (${embodiedSource ?? 'no source'}).`],
  };
}

function lacksEmbodied({ embodiedKilograms }: PlannedDevice): string {
  return embodiedKilograms === null
    ? 'The SCI score does not include the embodied emissions of the hardware. Add them with --embodied-kg and --lifespan-hours.'
    : 'The SCI score does not include the embodied emissions of the hardware. The table has them for this device: add --lifespan-hours.';
}

function text(
  footprint: PlannedFootprint,
  { count, hours, usage, memoryGb, equivalents: wanted }: EstimateOptions,
): string {
  const { device, watts, energyKWh, operationalGrams, intensity, pue, pueFrom, sci, notes } = footprint;
  const load = usage === 1 ? '' : ` at ${usage * 100} %`;
  const memory = memoryGb === 0 ? '' : ` + ${memoryGb} GB of memory`;
  const remark = placeRemark(intensity);
  const isNamed = placeKnowledge(intensity) === 'named' && intensity.basis !== 'given';
  const pueRemark = originRemark(pueFrom);
  const grid = [
    intensity.zone ?? (intensity.basis === 'given' ? null : remark),
    isNamed && intensity.zone !== null ? remark : null,
    intensity.year,
    intensity.basis === 'given' ? null : intensity.basis,
    intensity.source,
  ]
    .filter((part) => part !== null)
    .join(', ');
  const { value: emitted, range } = massWithin(operationalGrams, {
    low: footprint.operationalGramsLow,
    high: footprint.operationalGramsHigh,
  });
  const lines = [
    `Energy     ${formatEnergy(energyKWh * 1000)}   ${hours ?? 0} h × (${count} × ${device === null ? '' : `${device}, `}${formatPower(watts)}${load}${memory})${pue === 1 ? '' : ` × PUE ${pue}${pueRemark === null ? '' : `, ${pueRemark}`}`}`,
    `Emissions  ${emitted} ${co2e}${range === null ? '' : `, ${range}`}   ${intensity.gramsPerKWh} g/kWh (${grid})`,
  ];
  if (footprint.embodiedGrams !== null)
    lines.push(`Embodied   ${formatMass(footprint.embodiedGrams)} ${co2e}   the job's share of making the hardware`);
  if (sci !== null) lines.push(`SCI        ${toDigits(sci.value, 3)} ${sci.unit}`);
  if (wanted === true) {
    lines.push(
      ...equivalents(operationalGrams).map(
        ({ name, value, unit }) => `  as much as ${toDigits(value, 2)} ${unit}: ${name}`,
      ),
      `  (${equivalentsSource})`,
    );
  }
  return `${linesOfText([...lines, ...notes])}\n`;
}
