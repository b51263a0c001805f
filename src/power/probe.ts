import { pause, type Clock } from '../system/clock';
import type { ReadableFiles } from '../system/files';
import type { Programs } from '../system/spawn';
import { batteryAvailability, BatterySource, findBatteries } from './battery';
import { fitCurve, type Calibration } from './calibration';
import type { CpuIdentity } from './cpu-identity';
import { CpuModel } from './cpu-model';
import { probeGpuHwmon } from './gpu-hwmon';
import { unreadGpus } from './gpu-missing';
import { DriverPids } from './gpu-pids';
import { isPciAddress, detectGpus, type GpuPresence } from './gpu-presence';
import { probePowercap } from './linux-powercap';
import { probeMacmon } from './macmon';
import { MemoryModel } from './memory-model';
import { probeNvidia, type NvidiaOptions } from './nvidia';
import type { Availability, Component, PowerSource, ProbeResult } from './source';
import { ProvenSources } from './proven-sources';
import { findCpuPower } from './tdp';
import { detectVirtualisation, type Virtualisation } from './virtualisation';
import { probeEnergyMeter } from './windows-energy-meter';

interface ProbeOptions {
  readonly files: ReadableFiles;
  readonly clock: Clock;
  readonly platform: NodeJS.Platform;
  readonly sysfs: string;
  readonly procfs: string;
  readonly programs: Programs;
  /** How long to wait for a helper program's first answer. */
  readonly patienceMilliseconds: number;
  readonly logicalCpus: number;
  /** Memory of the whole machine; null or absent if a container shows only its own. */
  readonly memoryBytes?: number | null;
  /** The processor; null if unknown. */
  readonly cpu: CpuIdentity | null;
  /** Set in a container that shows only the CPUs that it may use. */
  readonly seesPartOfCpu?: boolean;
  /** What was measured on this machine earlier. */
  readonly calibration: Calibration;
}

/** The sources to use on this machine, and a description of all candidates. */
interface Probed {
  readonly sources: readonly PowerSource[];
  /** The present state: a source that turns out not to work is missing from then on. */
  availability(): readonly Availability[];
  missing(): readonly UnmeasuredComponent[];
  /** Sentences to show with every figure: measured sources that do not work. */
  notes(): readonly string[];
  /** Whether it is known for every measured source whether it works. */
  isProved(): boolean;
  readonly absent: ReadonlySet<Component>;
  /** Whether the idle power of any source has to be measured. */
  readonly needsBaseline: boolean;
  /** Assumed idle power of sources until it is measured, watts, by name. */
  readonly usualIdleWatts: ReadonlyMap<string, number>;
}

const ownProc = '/proc';
const ownSys = '/sys';

interface UnmeasuredComponent {
  readonly component: Component;
  readonly reason: string;
}

/**
 * Finds every power source and chooses: measured before modelled, and no model on top of a figure of the whole
 * machine, which already includes processor and memory.
 */
export async function probeSources(options: ProbeOptions): Promise<Probed> {
  const { files, clock, platform, sysfs, procfs, logicalCpus, cpu } = options;
  const isLinux = platform === 'linux';
  const [virtualisation, gpus] = await Promise.all([
    isLinux ? detectVirtualisation(files, sysfs, procfs) : { machine: null, container: null },
    detectGpus(options),
  ]);
  const measured = await Promise.all(probesOf(options, gpus, cpu?.brand ?? null));
  const described = measured.flatMap(({ source }) => source?.descriptions ?? []);
  const has = (component: Component): boolean => described.some((description) => description.component === component);

  const cpuCurve = fitCurve('cpu', options.calibration.cpu);
  // The battery's curve includes screen and memory; the processor's own says more about a run.
  const curve = cpuCurve ?? (has('gpu') || has('memory') ? null : fitCurve('system', options.calibration.system));
  const power = await findCpuPower(cpu, virtualisation.machine !== null || options.seesPartOfCpu === true, logicalCpus);
  const isWholeMachine = virtualisation.machine === null && options.seesPartOfCpu !== true;
  const cpuModel = new CpuModel(power, curve);
  const memoryModel = new MemoryModel();
  const isGpuAlone = ({ descriptions }: PowerSource): boolean =>
    descriptions.length > 0 && descriptions.every(({ component }) => component === 'gpu');
  const opened = measured.map(({ source }) => source).filter((source) => source !== null);
  const parts = measured.flatMap((each) => each.parts ?? []);
  const proven = new ProvenSources([...opened.filter((source) => !isGpuAlone(source)), ...parts], {
    cpu: cpuModel,
    memory: memoryModel,
    hardware: {
      cpuWatts: power.known && isWholeMachine ? power.watts : null,
      memoryBytes: isWholeMachine ? (options.memoryBytes ?? null) : null,
      gpus: isWholeMachine ? countGpus(gpus) : null,
    },
  });
  const rootNotes = isLinux ? await noteWrongRoots(files, sysfs, procfs) : [];
  const batteries = isLinux ? await findBatteries(files, sysfs) : [];
  // The battery's slow figure is better than a model, but worse than a counter of the processor.
  const battery =
    batteries.length > 0 && proven.uses(cpuModel) ? new BatterySource(files, clock, batteries, [proven]) : null;
  const gpusWithoutFigure = unreadGpus(gpus, measured);
  const packages = [...described, ...parts.flatMap(({ descriptions }) => descriptions)].filter(
    ({ component }) => component === 'cpu',
  );
  return {
    sources: [...opened.filter(isGpuAlone), battery ?? proven],
    availability: () => [
      ...measured.flatMap(({ availability }) => availability).map((each) => asProved(each, proven)),
      ...gpusWithoutFigure.availability,
      ...(batteries.length > 0 ? [batteryAvailability(battery)] : isLinux ? [noBattery] : []),
      ...[cpuModel, memoryModel].map((model) => modelAvailability(model, proven.uses(model), virtualisation)),
    ],
    missing: () => [
      ...(['cpu', 'memory'] as const).filter((component) => proven.isInsideSystem(component)).map(insideSystem),
      // If nothing of its kind is measured, a model covers all of it.
      ...measured
        .flatMap(({ missing = [] }) => missing)
        .filter(
          ({ component }) =>
            component !== 'gpu' && (packages.some((each) => each.component === component) || has(component)),
        ),
      ...gpusWithoutFigure.missing,
    ],
    notes: () => [...rootNotes, ...proven.notes],
    isProved: () => proven.isProved,
    absent: new Set<Component>(has('gpu') || gpusWithoutFigure.missing.length > 0 ? [] : ['gpu']),
    needsBaseline: described.length > 0 || battery !== null,
    usualIdleWatts: new Map(packages.map(({ name }) => [name, cpuModel.idleWatts / packages.length])),
  };
}

/** A wrong root for `/sys` or `/proc` would look like a machine without sources, so it is reported. */
async function noteWrongRoots(files: ReadableFiles, sysfs: string, procfs: string): Promise<string[]> {
  const [hasClasses, hasStat] = await Promise.all([
    sysfs === ownSys ||
      files.list(`${sysfs}/class`).then(
        () => true,
        () => false,
      ),
    procfs === ownProc ||
      files.readText(`${procfs}/stat`).then(
        () => true,
        () => false,
      ),
  ]);
  return [
    ...(hasClasses
      ? []
      : [
          `${sysfs} is not the /sys of a machine: it has no "class" folder, so no energy counter was found. Check --path.sysfs.`,
        ]),
    ...(hasStat
      ? []
      : [
          `${procfs} is not the /proc of a machine: it has no readable "stat" file, so the load is unknown. Check --path.procfs.`,
        ]),
  ];
}

/** The present state of a source that was found, after it has been read for a while. */
function asProved(availability: Availability, proven: ProvenSources): Availability {
  const problem = availability.available ? proven.problems.get(availability.name) : undefined;
  return problem === undefined ? availability : { ...availability, available: false, reason: problem };
}

function probesOf(options: ProbeOptions, gpus: GpuPresence, brand: string | null): Promise<ProbeResult>[] {
  const { files, clock, platform, sysfs, procfs } = options;
  const pids = platform === 'linux' ? new DriverPids(files, procfs, ownProc) : null;
  const resolvePid: NvidiaOptions['resolvePid'] = (pid) => pids?.resolve(pid) ?? { kind: 'here', pid };
  const isNvidiaPresent =
    gpus.seen.some(({ maker }) => maker.startsWith('NVIDIA')) || (gpus.incomplete === null ? false : null);
  const wait = (milliseconds: number): Promise<void> => pause(clock, milliseconds);
  return [
    ...(platform === 'linux' ? [probePowercap(files, sysfs, wait), probeGpuHwmon(files, clock, sysfs, wait)] : []),
    ...(platform === 'win32' ? [probeEnergyMeter(options)] : []),
    ...(platform === 'darwin'
      ? [probeMacmon({ ...options, brand })]
      : [probeNvidia({ ...options, resolvePid, isPresent: isNvidiaPresent })]),
  ];
}

/** Null if a card does not appear on the bus, or if part of the bus is not visible. */
function countGpus({ seen, incomplete }: GpuPresence): number | null {
  return incomplete === null && seen.every(({ address }) => isPciAddress(address)) ? seen.length : null;
}

const noBattery: Availability = {
  component: 'system',
  name: 'battery',
  method: 'sensor',
  available: false,
  reason: 'This machine has no battery.',
  enable: null,
};

function insideSystem(component: Component): UnmeasuredComponent {
  return { component, reason: 'included in the figure of the whole machine, which does not show it separately' };
}

function modelAvailability(model: PowerSource, used: boolean, { machine, container }: Virtualisation): Availability {
  const [description] = model.descriptions;
  if (description === undefined) throw new Error('a model without a description');
  const { component, name, method, label } = description;
  const where = [machine, container].filter((each) => each !== null).join(', ');
  const reason = used && where !== '' && component === 'cpu' ? `${label} (running in ${where})` : label;
  return {
    component,
    name,
    method,
    available: used,
    reason: used ? reason : `${label}; not used, because there is a measured figure.`,
    enable: null,
  };
}
