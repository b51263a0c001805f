import { nextTurn, type Clock } from '../system/clock';
import type { Programs } from '../system/spawn';
import type { DriverPid } from './gpu-pids';
import { GpuSensorCheck } from './gpu-sensor';
import { GpuUsers } from './gpu-users';
import { HelperStream } from './helper-stream';
import {
  listArguments,
  parseGpuLine,
  parseParts,
  parseProcessLine,
  processArguments,
  queryArguments,
  type GpuLine,
} from './nvidia-smi';
import { PowerIntegral } from './power-integral';
import type {
  Availability,
  Band,
  Outcome,
  PowerSource,
  ProbeResult,
  ReadContext,
  SourceDescription,
  SourceReading,
} from './source';

const command = 'nvidia-smi';
const noAnswer = 'no answer in time';
const noFigure = 'gave no figure';
/** Waking up eight boards without persistence mode takes it half a minute. */
const firstSilenceSeconds = 60;
/** Lines come once a second: after two missed ones the last reading tells nothing. */
const staleSeconds = 2.5;
/** A driver that is being loaded may need this long for the first answer. */
const silenceSeconds = 10;
/** A GPU that the others outlive by this long is gone, not silent. */
const vanishedSeconds = 30;
/** The list of cards and their parts is asked for once, and nobody waits for it. */
const listMilliseconds = 60_000;

/** NVIDIA states ±5 W or ±5 %; single readings are further off, the more the shorter the window. */
const band: Band = { low: 0.9, high: 1.1 };
const shortBand: Band = { low: 0.8, high: 1.2 };
const short = { seconds: 5, band: shortBand };
/** On these the sensor sees only a quarter of the time (Yang et al. 2023, arXiv:2312.02741). */
const partTimeSensors = /\b(A30|A100|A800|H20|H100|H200|H800|GH200)\b/;

/** Stands for the GPUs that nvidia-smi has not named yet. */
export const awaitedGpu: SourceDescription = {
  component: 'gpu',
  method: 'sensor',
  name: command,
  label: 'NVIDIA GPU (nvidia-smi, which has not answered yet)',
  band,
};

interface Gpu {
  readonly source: SourceDescription;
  readonly integral: PowerIntegral;
  readonly sensor: GpuSensorCheck;
  line: GpuLine;
  seenAt: number;
  /** Why its last figure does not count; null if it does. */
  problem: string | null;
  hasVanished: boolean;
  /** Sum and number of what it said of its utilisation since the last read. */
  busy: { percent: number; lines: number };
}

export interface NvidiaOptions {
  readonly programs: Programs;
  readonly clock: Clock;
  /** How long the first answer may take; later ones are welcome too. */
  readonly patienceMilliseconds: number;
  /** Which process the driver means, which names it by the host's number. */
  readonly resolvePid: (driverPid: number) => DriverPid;
  /** Whether the machine shows an NVIDIA GPU; null if nobody can tell. */
  readonly isPresent: boolean | null;
}

/**
 * Asks the driver's own tool; resolves to no source where it is not installed or its driver does not run. One that has not
 * answered in time stays open: without persistence mode it takes seconds, and its GPUs join when it does.
 */
export async function probeNvidia(options: NvidiaOptions): Promise<ProbeResult> {
  const source = new NvidiaSource(options);
  const problem = await source.open(options.patienceMilliseconds);
  if (source.isOpen)
    return { source, availability: source.descriptions.map((description) => found(source, description)) };
  // An answer without a GPU is one: a Jetson board's tool names none that it can be asked about.
  if (problem === noAnswer && source.unreadLine === null) {
    const reason = 'nvidia-smi has not answered yet; its GPUs are measured from its first answer on.';
    return {
      source,
      availability: [
        {
          component: 'gpu',
          name: command,
          method: 'sensor',
          available: true,
          reason,
          enable: 'With persistence mode on (nvidia-smi -pm 1, as administrator) it answers at once.',
        },
      ],
    };
  }
  source.dispose();
  const { isPresent } = options;
  // The tool comes with images of clouds, whether the machine has a GPU or not: the bus shows which it is.
  const saysNone = problem === 'exit 9' || /^no devices were found/i.test(source.unreadLine ?? '');
  const isAbsent = (problem === 'ENOENT' && isPresent !== true) || (saysNone && isPresent === false);
  const { reason, enable } = isAbsent
    ? {
        reason: `No NVIDIA GPU ${problem === 'ENOENT' ? 'and no nvidia-smi were' : 'was'} found.`,
        enable: null,
      }
    : explain(problem, source.unreadLine);
  return {
    source: null,
    availability: [{ component: 'gpu', name: command, method: 'sensor', available: false, reason, enable }],
    ...(isAbsent ? {} : { missing: [{ component: 'gpu', reason: reason ?? 'nvidia-smi gives no figure' }] }),
  };
}

function found(source: NvidiaSource, { name, label }: SourceDescription): Availability {
  const unknown = source.isUnknown(name);
  return {
    component: 'gpu',
    name,
    method: 'sensor',
    available: !unknown,
    reason: unknown ? `${source.problemOf(name)}.` : label,
    enable: null,
  };
}

/** What nvidia-smi means by its exit status, from its manual page ("RETURN VALUE") and NVML's error codes. */
const exits: Readonly<Record<string, Pick<Availability, 'reason' | 'enable'>>> = {
  'exit 3': { reason: 'nvidia-smi says that this device does not support being asked.', enable: null },
  'exit 4': {
    reason: 'nvidia-smi may not ask the driver: this user has no permission.',
    enable: 'Ask the administrator for access to /dev/nvidia* (often the group "video").',
  },
  'exit 8': {
    reason: 'nvidia-smi says that a GPU lacks its external power cables.',
    enable: 'Connect the power cables of the GPU.',
  },
  'exit 9': {
    reason: 'nvidia-smi is there, but the NVIDIA driver is not running.',
    enable: 'Load or repair the NVIDIA driver: "nvidia-smi" must list your GPU.',
  },
  'exit 10': {
    reason: 'nvidia-smi says that the kernel has an interrupt problem with a GPU.',
    enable: 'The kernel log (dmesg) says more; a restart often helps.',
  },
  'exit 12': {
    reason: "nvidia-smi does not find NVIDIA's library NVML (libnvidia-ml).",
    enable:
      'Install the library of the same version as the driver; in a container pass the GPU with its utility capability.',
  },
  'exit 13': {
    reason: "NVIDIA's library NVML is too old for this nvidia-smi.",
    enable: 'Install driver and nvidia-smi of the same version.',
  },
  'exit 14': {
    reason: 'nvidia-smi says that the memory of a GPU with its identity (infoROM) is damaged.',
    enable: null,
  },
  'exit 15': {
    reason: 'nvidia-smi says that a GPU has fallen off the bus.',
    enable: 'The kernel log (dmesg) says more; the machine must be restarted.',
  },
  'exit 18': {
    reason: 'The NVIDIA driver that runs and its library are of different versions, as after an update.',
    enable:
      'Restart the machine, or load the driver anew: "nvidia-smi" must list your GPU. In a container, update its driver libraries to those of the host.',
  },
};

/** @param line what it printed in place of a GPU; null if nothing */
function explain(problem: string | null, line: string | null): Pick<Availability, 'reason' | 'enable'> {
  if (problem === 'ENOENT') {
    return {
      reason: 'There is an NVIDIA GPU, but no nvidia-smi to ask about its power.',
      enable:
        "Install the NVIDIA driver's utilities (on Debian and Ubuntu: nvidia-smi or nvidia-utils), or in a container pass the GPU with its utility capability.",
    };
  }
  if (problem === noAnswer && line !== null) {
    const isFault = /\b(?:lost|unable|failed|fallen|error|reset)\b/i.test(line);
    return {
      reason: isFault
        ? `nvidia-smi cannot ask the GPU ("${line}").`
        : `nvidia-smi names no GPU that it can ask for its power ("${line}"), as on Jetson boards.`,
      enable: null,
    };
  }
  return (
    exits[problem ?? ''] ?? {
      reason: `nvidia-smi lists no GPU (${problem ?? 'it has ended'}${line === null ? '' : `: "${line}"`}).`,
      enable: null,
    }
  );
}

class NvidiaSource implements PowerSource {
  private readonly gpus = new Map<string, Gpu>();
  private readonly query: HelperStream;
  private readonly processes: HelperStream;
  private readonly users: GpuUsers;
  /** The parts that cards are divided into, by their UUIDs; null before anybody asked. */
  private parts: ReadonlyMap<string, readonly string[]> | null = null;
  private onFirstAnswer: ((problem: string | null) => void) | null = null;
  /** The first line that was no GPU. */
  unreadLine: string | null = null;

  constructor(private readonly options: NvidiaOptions) {
    const { programs, clock } = options;
    this.users = new GpuUsers();
    this.query = new HelperStream({
      programs,
      clock,
      command,
      args: queryArguments,
      silenceSeconds,
      firstSilenceSeconds,
      onLine: (line) => this.takeGpu(line),
      onBroken: (problem) => {
        for (const gpu of this.gpus.values()) gpu.integral.lose(`nvidia-smi failed (${problem})`);
        this.onFirstAnswer?.(problem);
      },
    });
    this.processes = new HelperStream({
      programs,
      clock,
      command,
      args: processArguments,
      silenceSeconds,
      onLine: (line) => {
        const parsed = parseProcessLine(line);
        if (parsed === null) return;
        this.users.take(parsed, clock.monotonicSeconds());
        // While it is alive: a process may end before anybody reads.
        if (parsed.pid !== null) options.resolvePid(parsed.pid);
      },
      onBroken: () => this.users.forget(),
    });
  }

  /** Whether a GPU has been named. */
  get isOpen(): boolean {
    return this.gpus.size > 0;
  }

  get descriptions(): readonly SourceDescription[] {
    return this.isOpen ? [...this.gpus.values()].map(({ source }) => source) : [awaitedGpu];
  }

  get helpers(): readonly number[] {
    return [this.query.pid, this.processes.pid].filter((pid) => pid !== null);
  }

  /** Whether a GPU never gave a figure of its power that can be believed. */
  isUnknown(uuid: string): boolean {
    return this.gpus.get(uuid)?.integral.isKnown !== true;
  }

  /** Why a GPU has no figure now, for people. */
  problemOf(uuid: string): string {
    const gpu = this.gpus.get(uuid);
    return `${gpu?.source.label ?? uuid} ${gpu?.problem ?? noFigure}`;
  }

  /** Resolves with the first answer, or why none came. */
  async open(patienceMilliseconds: number): Promise<string | null> {
    const { clock } = this.options;
    const problem = await new Promise<string | null>((resolve) => {
      const cancel = clock.after(patienceMilliseconds, () => resolve(noAnswer));
      this.onFirstAnswer = (answer) => {
        cancel();
        resolve(answer);
      };
      this.query.start();
    });
    this.onFirstAnswer = null;
    // The lines of several GPUs come together: once the first is there, so are the others after this turn.
    await nextTurn();
    if (this.gpus.size > 0) this.processes.start();
    return problem;
  }

  read(context: ReadContext): Promise<readonly SourceReading[]> {
    const now = this.options.clock.monotonicSeconds();
    this.query.start();
    this.query.check();
    if (!this.isOpen) return Promise.resolve(context.seconds > 0 ? [this.awaitedReading()] : []);
    this.processes.start();
    this.processes.check();
    this.findParts();
    const readings: SourceReading[] = [];
    for (const gpu of this.gpus.values()) {
      const outcome = this.outcome(gpu, now, context);
      const { busy } = gpu;
      gpu.busy = { percent: 0, lines: 0 };
      if (outcome === null) continue;
      // Over the interval: what it does at the end says nothing of what it did before.
      // Without a new line in a short interval, the last one still holds.
      const isFresh = now - gpu.seenAt <= staleSeconds;
      const utilisationPercent =
        busy.lines > 0 ? busy.percent / busy.lines : isFresh ? gpu.line.utilisationPercent : null;
      readings.push({
        source: gpu.source,
        outcome,
        users: this.ownUsers(
          { ...gpu.line, utilisationPercent: utilisationPercent ?? gpu.line.utilisationPercent },
          now,
        ),
        utilisation: utilisationPercent === null ? null : utilisationPercent / 100,
        device: {
          name: gpu.source.name,
          ...this.partsOf(gpu.source.name),
          index: gpu.line.index,
          model: gpu.line.name ?? '',
          maker: 'NVIDIA',
        },
      });
    }
    return Promise.resolve(readings);
  }

  /** A card that is divided tells no utilisation; of others nobody needs to ask. */
  private findParts(): void {
    if (this.parts !== null || ![...this.gpus.values()].some(({ line }) => line.utilisationPercent === null)) return;
    this.parts = new Map();
    void this.options.programs
      .run(command, listArguments, listMilliseconds)
      .then(({ stdout }) => (this.parts = parseParts(stdout)));
  }

  private partsOf(uuid: string): { readonly parts?: readonly string[] } {
    const parts = this.parts?.get(uuid) ?? [];
    return parts.length === 0 ? {} : { parts };
  }

  private awaitedReading(): SourceReading {
    const problem = this.query.brokenBecause;
    const outcome: Outcome =
      problem === null
        ? { kind: 'gap', reason: 'nvidia-smi has not answered yet', atMostJoules: null }
        : { kind: 'unknown', reason: explain(problem, this.unreadLine).reason ?? 'nvidia-smi lists no GPU' };
    return { source: awaitedGpu, outcome, users: null };
  }

  pause(): void {
    this.query.stop();
    this.processes.stop();
    this.users.forget();
  }

  dispose(): void {
    this.pause();
  }

  private ownUsers(line: GpuLine, now: number): ReadonlyMap<number, number> | null {
    const users = this.users.of(line, now);
    if (users === null) return null;
    const own = new Map<number, number>();
    for (const { pid: driverPid, share } of users) {
      if (share <= 0) continue;
      const user = this.options.resolvePid(driverPid);
      // A number that means nothing here may be the run's: nobody can tell whose its part of the work is.
      if (user.kind === 'unknown') return null;
      if (user.kind === 'here') own.set(user.pid, (own.get(user.pid) ?? 0) + share);
    }
    return own;
  }

  private outcome(gpu: Gpu, now: number, context: ReadContext): Outcome | null {
    const outcome = gpu.integral.read(now, context);
    const newest = Math.max(...[...this.gpus.values()].map(({ seenAt }) => seenAt));
    if (outcome === null) return null;
    if (newest - gpu.seenAt > vanishedSeconds) {
      // Said once: what it draws from now on is known to nobody, and no part of the machine's figure any more.
      const isNews = !gpu.hasVanished;
      gpu.hasVanished = true;
      return isNews
        ? {
            kind: 'unknown',
            reason: `${gpu.source.label} is no longer listed by nvidia-smi; its energy since then is not counted`,
          }
        : null;
    }
    if (!gpu.integral.isKnown && this.query.brokenBecause === null)
      return { kind: 'unknown', reason: this.problemOf(gpu.source.name) };
    return outcome;
  }

  private takeGpu(text: string): void {
    const line = parseGpuLine(text);
    if (line === null) {
      this.unreadLine ??= readableLine(text);
      return;
    }
    const now = this.options.clock.monotonicSeconds();
    const gpu = this.gpus.get(line.uuid) ?? this.add(line, now);
    gpu.line = { ...line, index: line.index ?? gpu.line.index };
    gpu.seenAt = now;
    gpu.hasVanished = false;
    if (line.utilisationPercent !== null)
      gpu.busy = { percent: gpu.busy.percent + line.utilisationPercent, lines: gpu.busy.lines + 1 };
    gpu.problem = problemOf(line, gpu.sensor);
    if (line.watts === null || gpu.problem !== null) gpu.integral.lose(`nvidia-smi ${gpu.problem ?? noFigure}`);
    else gpu.integral.sample(now, line.watts);
    this.onFirstAnswer?.(null);
  }

  private add(line: GpuLine, now: number): Gpu {
    const name = line.name ?? 'NVIDIA GPU';
    const partTime = partTimeSensors.test(name);
    const source: SourceDescription = {
      component: 'gpu',
      method: 'sensor',
      name: line.uuid,
      label: `${name}${partTime ? ', whose sensor sees a part of the time' : ''} (nvidia-smi)`,
      band: partTime ? shortBand : band,
    };
    const integral = new PowerIntegral({ staleSeconds, limitWatts: line.limitWatts, band: source.band, short });
    const gpu: Gpu = {
      source,
      integral,
      sensor: new GpuSensorCheck(line.limitWatts),
      line: { ...line, index: line.index ?? this.gpus.size },
      seenAt: now,
      problem: null,
      hasVanished: false,
      busy: { percent: 0, lines: 0 },
    };
    this.gpus.set(line.uuid, gpu);
    return gpu;
  }
}

/** Why a line's figure does not count; null if it does. */
function problemOf({ watts, nonsense, utilisationPercent }: GpuLine, sensor: GpuSensorCheck): string | null {
  if (nonsense !== undefined) return `says ${nonsense}, which the GPU cannot draw`;
  return watts === null ? noFigure : sensor.doubt(watts, utilisationPercent);
}

/** A line as it may be shown; null if it says nothing. */
function readableLine(text: string): string | null {
  const shown = text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 120);
  return shown === '' ? null : shown;
}
