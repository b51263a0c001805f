import type { ReadMachineCounters } from '../processes/machine-load';
import { linuxMachineCounters, nodeMachineCounters } from '../processes/machine-load';
import { LinuxProcessTable } from '../processes/linux';
import { PsProcessTable } from '../processes/ps';
import type { ProcessTable } from '../processes/table';
import { WindowsProcessTable } from '../processes/windows';
import { pause, type Clock } from '../system/clock';
import type { HeldFile, ReadableFiles } from '../system/files';
import { systemPrograms, type Programs } from '../system/spawn';
import type { Attribution } from './attribution';
import { CalibrationKeeper } from './calibration-keeper';
import { readCpuIdentity, type CpuIdentity } from './cpu-identity';
import { GpuVisibility } from './gpu-visibility';
import { IdleObserver, type IdleLevels } from './idle';
import { FileNeighbours, nobody } from './neighbours';
import { probeSources } from './probe';
import { MachineSampler, type Sampler } from './sampler';
import type { MachineSample } from './sample';
import type { Availability, Component, SourceDescription } from './source';
import type { Problem } from './prometheus/client';
import type { ClusterResult } from './prometheus/result';
import { findReplaced } from './virtualisation';

export interface PowerOptions {
  readonly files: ReadableFiles;
  readonly clock: Clock;
  readonly platform: NodeJS.Platform;
  /** Other roots to read, for a container that mounts those of its host; `/sys` and `/proc` if absent. */
  readonly sysfs?: string;
  readonly procfs?: string;
  /** The processor, if a test sets it; otherwise the operating system is asked. */
  readonly cpu?: CpuIdentity;
  /** Where this user's meters keep what they know about this machine and each other; nowhere if absent or null. */
  readonly stateFolder?: string | null;
  /** Starts the helper programs that some sources need (`nvidia-smi`); the system's if absent. */
  readonly programs?: Programs;
  /** How long to wait for the first answer of helper programs; later answers count too. 700 if absent. */
  readonly patienceMilliseconds?: number;
  /** Set if this process only measures, so that all its CPU time counts as the meter's. */
  readonly dedicatedProcess?: boolean;
  /** CPU seconds that other programs have used for this meter, besides the helpers of its sources; 0 if absent. */
  readonly otherCpuSeconds?: () => number;
}

/** The power sources of this machine, opened. */
export interface Power {
  readonly sources: readonly SourceDescription[];
  /** One line for each source, found or not, for `green-ml sources`. */
  readonly availability: readonly Availability[];
  /** Components that have no figure at all, and why. */
  readonly missing: readonly { readonly component: Component; readonly reason: string }[];
  /** Sentences to show with every figure: sources that exist but do not work. */
  readonly notes: readonly string[];
  /** Components that this machine does not have: their energy is 0. */
  readonly absent: ReadonlySet<Component>;
  readonly processes: ProcessTable;
  readonly sampler: Sampler;
  /** Idle levels known so far. */
  idleLevels(): IdleLevels;
  /**
   * Measures the idle level for at most `milliseconds` (1000) before a run starts. Resolves to a sentence if the
   * machine was too busy for that, else to null.
   */
  findIdle(milliseconds: number): Promise<string | null>;
  /** Splits a sample where the sources are not those of this machine; absent if they are. */
  readonly attribute?: (sample: MachineSample) => Attribution;
  /**
   * The exact energy between two moments, wall-clock milliseconds, asked for after the end of a run. Absent if the samples
   * are exact.
   */
  readonly settle?: (from: number, to: number) => Promise<ClusterResult | Problem>;
  /** Reads all sources until it is known whether each one works, for half a second at most. */
  prove(): Promise<void>;
  dispose(): void;
}

/** People wait for their command meanwhile: probing and baseline together take about a second. */
const usualPatienceMilliseconds = 700;
const shortestBaselineMilliseconds = 300;
/** How long a counter that does not move is read before it counts as dead. */
const provingMilliseconds = 600;
const baselineParts = 4;

/** Probes for power sources and opens the best; takes milliseconds if they are files. */
export async function openPower(options: PowerOptions): Promise<Power> {
  const { files, clock, platform, sysfs = '/sys', procfs = '/proc', programs = systemPrograms } = options;
  const isLinux = platform === 'linux';
  const held: HeldFile[] = [];
  const hold = (path: string): HeldFile => {
    const file = files.hold(path);
    held.push(file);
    return file;
  };
  const counters: ReadMachineCounters = isLinux
    ? linuxMachineCounters({ readText: (path) => files.readText(path), hold }, procfs)
    : nodeMachineCounters();
  const processes = processTable(options, programs);
  const beganAt = clock.monotonicSeconds();
  const cpu = options.cpu ?? (await readCpuIdentity(files, platform, procfs, sysfs));
  // If the user names another root, it is the host's.
  const replaced =
    isLinux && procfs === '/proc' ? await findReplaced(files) : { stat: false, cpuinfo: false, meminfo: false };
  const first = await counters();
  const learned = new CalibrationKeeper(options.stateFolder ?? null, cpu, platform);
  const probed = await probeSources({
    files,
    clock,
    platform,
    sysfs,
    procfs,
    programs,
    cpu,
    seesPartOfCpu: replaced.cpuinfo,
    calibration: learned.calibration,
    patienceMilliseconds: options.patienceMilliseconds ?? usualPatienceMilliseconds,
    logicalCpus: first?.logicalCpus ?? 1,
    memoryBytes: replaced.meminfo ? null : (first?.memoryTotalBytes ?? null),
  });
  const spentMilliseconds = (clock.monotonicSeconds() - beganAt) * 1000;
  const { sources } = probed;
  const idle = new IdleObserver(probed.usualIdleWatts, learned.calibration.idle);
  const sampler = new MachineSampler({
    clock,
    sources,
    counters,
    processes,
    uptimeSeconds: isLinux ? uptimeReader(hold('/proc/uptime')) : () => null,
    ownCpuSeconds: () => ownCpuSeconds() + (options.otherCpuSeconds?.() ?? 0),
    countsContainer: replaced.stat,
    dedicatedProcess: options.dedicatedProcess ?? false,
    ...(isLinux ? { gpuVisibility: new GpuVisibility(files) } : {}),
    neighbours:
      options.stateFolder === undefined || options.stateFolder === null
        ? nobody
        : new FileNeighbours(options.stateFolder, process.pid),
    onPause: () => {
      for (const file of held) file.close();
    },
    onSample: (sample) => {
      idle.observe(sample);
      // The load of a container says nothing about the power of its host.
      if (!replaced.stat) learned.take(sample);
    },
  });
  return {
    get sources() {
      return sources.flatMap(({ descriptions }) => descriptions);
    },
    get availability() {
      return [...probed.availability(), ...learned.availability];
    },
    get missing() {
      return probed.missing();
    },
    get notes() {
      return probed.notes();
    },
    absent: probed.absent,
    processes,
    sampler,
    idleLevels: () => idle.levels(),
    findIdle: async (milliseconds) => {
      processes.prepare?.();
      if (!probed.needsBaseline) return null;
      // Proving that a source works takes a little longer than measuring an idle one.
      const least = probed.isProved() ? shortestBaselineMilliseconds : provingMilliseconds;
      const samples = await listen(sampler, clock, Math.max(least, milliseconds - spentMilliseconds));
      const problem = idle.takeBaseline(samples);
      learned.takeIdle(idle.measured(), clock.wallMilliseconds());
      return problem;
    },
    prove: async () => {
      if (!probed.isProved()) await listen(sampler, clock, provingMilliseconds);
    },
    dispose: () => {
      sampler.dispose();
      learned.save();
      for (const source of sources) source.dispose();
    },
  };
}

function processTable({ files, clock, platform }: PowerOptions, programs: Programs): ProcessTable {
  if (platform === 'win32') return new WindowsProcessTable(programs, clock);
  return platform === 'darwin' ? new PsProcessTable(programs, clock) : new LinuxProcessTable(files);
}

/** Takes several samples while no run is in progress, so that a disturbance spoils only one of them. */
async function listen(sampler: Sampler, clock: Clock, milliseconds: number): Promise<readonly MachineSample[]> {
  const samples: MachineSample[] = [];
  const subscription = await sampler.subscribe({
    tree: null,
    // Longer than each part, so that the sampler's own timer does not split them.
    intervalMilliseconds: 2 * milliseconds,
    onSample: (sample) => void samples.push(sample),
  });
  for (let part = 0; part < baselineParts; part++) {
    await pause(clock, milliseconds / baselineParts);
    await sampler.sampleNow();
  }
  subscription.end();
  return samples;
}

function uptimeReader(uptime: HeldFile): () => number | null {
  return () => {
    try {
      const seconds = parseFloat(uptime.textNow());
      return Number.isFinite(seconds) ? seconds : null;
    } catch {
      return null;
    }
  };
}

function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
