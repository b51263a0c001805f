import { nextTurn, type Clock } from '../system/clock';
import type { Programs } from '../system/spawn';
import type { DriverPid } from './gpu-pids';
import { windowsGpu, type SeenGpu } from './gpu-presence';
import { GpuSensorCheck } from './gpu-sensor';
import { GpuUsers } from './gpu-users';
import { HelperStream } from './helper-stream';
import { explain, noAnswer } from './nvidia-problems';
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
import {
  availabilityOf,
  type Availability,
  type Band,
  type Outcome,
  type PowerSource,
  type ProbeResult,
  type ReadContext,
  type SourceDescription,
  type SourceReading,
} from './source';

const command = 'nvidia-smi';
const noFigure = 'gave no figure';
/** Without persistence mode, waking up eight boards takes half a minute. */
const firstSilenceSeconds = 60;
/** Lines come once a second: after two missed lines the last reading is too old. */
const staleSeconds = 2.5;
/** While the driver is loading, the first answer may take this long. */
const silenceSeconds = 10;
/** A GPU that has been missing for this long while others report is gone. */
const vanishedSeconds = 30;
/** The list of cards and MIG instances is requested once, in the background. */
const listMilliseconds = 60_000;

/** NVIDIA states ±5 W or ±5 %; single readings are less exact, especially over short times. */
const band: Band = { low: 0.9, high: 1.1 };
const shortBand: Band = { low: 0.8, high: 1.2 };
const short = { seconds: 5, band: shortBand };
/** On these the sensor sees only a quarter of the time (Yang et al. 2023, arXiv:2312.02741). */
const partTimeSensors = /\b(A30|A100|A800|H20|H100|H200|H800|GH200)\b/;

/** Stands for the GPUs that nvidia-smi has not listed yet. */
const awaitedGpu: SourceDescription = {
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
  /** Why its last figure is not used; null if it is. */
  problem: string | null;
  hasVanished: boolean;
  /** Sum and number of its utilisation readings since the last read. */
  busy: { percent: number; lines: number };
}

export interface NvidiaOptions {
  readonly programs: Programs;
  readonly clock: Clock;
  /** How long to wait for the first answer; later answers are used too. */
  readonly patienceMilliseconds: number;
  /** Resolves the process number that the driver gives, which is the host's. */
  readonly resolvePid: (driverPid: number) => DriverPid;
  /** Whether the machine shows an NVIDIA GPU; null if unknown. */
  readonly isPresent: boolean | null;
}

/**
 * Asks the driver's own tool; resolves to no source if it is not installed or the driver is not running. If it has
 * not answered in time, it stays open: without persistence mode it takes seconds, and its GPUs join when it answers.
 */
export async function probeNvidia(options: NvidiaOptions): Promise<ProbeResult> {
  const source = new NvidiaSource(options);
  const problem = await source.open(options.patienceMilliseconds);
  if (source.isOpen)
    return { source, availability: source.descriptions.map((description) => found(source, description)), covers };
  // An answer without a GPU is still an answer: on Jetson boards the tool lists no GPU that it can query.
  if (problem === noAnswer && source.unreadLine === null) {
    const reason = 'nvidia-smi has not answered yet. Its GPUs are measured as soon as it does.';
    return {
      source,
      availability: [
        {
          component: 'gpu',
          name: command,
          method: 'sensor',
          available: true,
          reason,
          enable: 'Turn on persistence mode (nvidia-smi -pm 1, as administrator) to get an answer at once.',
        },
      ],
      covers,
    };
  }
  source.dispose();
  const { isPresent } = options;
  // Cloud images contain the tool even on machines without a GPU; the PCI bus shows whether there is one.
  const reportsNoGpu = problem === 'exit 9' || /^no devices were found/i.test(source.unreadLine ?? '');
  const isAbsent = (problem === 'ENOENT' && isPresent !== true) || (reportsNoGpu && isPresent === false);
  const { reason, enable } = isAbsent
    ? {
        reason: `No NVIDIA GPU ${problem === 'ENOENT' ? 'and no nvidia-smi were' : 'was'} found.`,
        enable: null,
      }
    : explain(problem, source.unreadLine);
  return {
    source: null,
    availability: [{ component: 'gpu', name: command, method: 'sensor', available: false, reason, enable }],
    ...(isAbsent
      ? {}
      : {
          missing: [{ component: 'gpu', reason: reason ?? 'nvidia-smi gives no figure' }],
          covers: ({ maker }) => maker === 'NVIDIA',
        }),
  };
}

/** Windows lends its GPU to WSL without naming the maker; if nvidia-smi reads one there, it is that one. */
function covers({ maker }: SeenGpu): boolean {
  return maker === 'NVIDIA' || maker === windowsGpu;
}

function found(source: NvidiaSource, description: SourceDescription): Availability {
  const { name } = description;
  const problem = source.isUnknown(name) ? { reason: `${source.problemOf(name)}.`, enable: null } : null;
  return availabilityOf(description, problem);
}

class NvidiaSource implements PowerSource {
  private readonly gpus = new Map<string, Gpu>();
  private readonly query: HelperStream;
  private readonly processes: HelperStream;
  private readonly users: GpuUsers;
  /** The MIG instances of each card, by UUID; null until they are requested. */
  private parts: ReadonlyMap<string, readonly string[]> | null = null;
  private onFirstAnswer: ((problem: string | null) => void) | null = null;
  /** The first line that did not describe a GPU. */
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
        // Resolve it while it is alive: it may end before the next read.
        if (parsed.pid !== null) options.resolvePid(parsed.pid);
      },
      onBroken: () => this.users.forget(),
    });
  }

  /** Whether a GPU has been listed. */
  get isOpen(): boolean {
    return this.gpus.size > 0;
  }

  get descriptions(): readonly SourceDescription[] {
    return this.isOpen ? [...this.gpus.values()].map(({ source }) => source) : [awaitedGpu];
  }

  get helpers(): readonly number[] {
    return [this.query.pid, this.processes.pid].filter((pid) => pid !== null);
  }

  /** Whether a GPU never gave a plausible power figure. */
  isUnknown(uuid: string): boolean {
    return this.gpus.get(uuid)?.integral.isKnown !== true;
  }

  /** Why a GPU has no figure now, for display. */
  problemOf(uuid: string): string {
    const gpu = this.gpus.get(uuid);
    return `${gpu?.source.label ?? uuid} ${gpu?.problem ?? noFigure}`;
  }

  /** Resolves after the first answer, or with the reason why none came. */
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
    // The lines of all GPUs come together: after the first line, the others are there one turn later.
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
      // The mean of the interval: the last value says nothing about the time before.
      // If a short interval has no new line, the last one is still valid.
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
        memory: isFresh ? gpu.line.memory : null,
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

  /** Cards divided into MIG instances report no utilisation; other cards need no list. */
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
      // An unknown process number may be one of the run's, so the shares are unknown.
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
      // Reported once: its energy is unknown from now on and no longer part of the machine's figure.
      const isFirst = !gpu.hasVanished;
      gpu.hasVanished = true;
      return isFirst
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
      label: `${name}${partTime ? ', whose sensor measures only part of the time' : ''} (nvidia-smi)`,
      band: partTime ? shortBand : band,
      replaces: awaitedGpu.name,
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

/** Why the figure of a line is not used; null if it is. */
function problemOf({ watts, nonsense, utilisationPercent }: GpuLine, sensor: GpuSensorCheck): string | null {
  if (nonsense !== undefined) return `reports ${nonsense}, which the GPU cannot draw`;
  return watts === null ? noFigure : sensor.doubt(watts, utilisationPercent);
}

/** A line in printable form; null if it is empty. */
function readableLine(text: string): string | null {
  const shown = text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 120);
  return shown === '' ? null : shown;
}
