import type { Clock } from '../system/clock';
import type { Programs } from '../system/spawn';
import { GpuUsers } from './gpu-users';
import { HelperStream } from './helper-stream';
import { parseGpuLine, parseProcessLine, processArguments, queryArguments, type GpuLine } from './nvidia-smi';
import { PowerIntegral } from './power-integral';
import type { Availability, Band, Outcome, PowerSource, ProbeResult, ReadContext, SourceDescription, SourceReading } from './source';

const command = 'nvidia-smi';
/** Lines come once a second: after two missed ones the last reading tells nothing. */
const staleSeconds = 2.5;
/** A driver that is being loaded may need this long for the first answer. */
const silenceSeconds = 10;
/** A GPU that the others outlive by this long is gone, not silent. */
const vanishedSeconds = 30;

/** NVIDIA states ±5 W or ±5 %; single readings are further off, the more the shorter the window. */
const band: Band = { low: 0.9, high: 1.1 };
const shortBand: Band = { low: 0.8, high: 1.2 };
const short = { seconds: 5, band: shortBand };
/** On these the sensor sees only a quarter of the time (Yang et al. 2023, arXiv:2312.02741). */
const partTimeSensors = /\b(A30|A100|A800|H20|H100|H200|H800|GH200)\b/;

interface Gpu {
  readonly source: SourceDescription;
  readonly integral: PowerIntegral;
  line: GpuLine;
  seenAt: number;
}

export interface NvidiaOptions {
  readonly programs: Programs;
  readonly clock: Clock;
  /** How long the first answer may take; later ones are welcome too. */
  readonly patienceMilliseconds: number;
  /** Our number of a process that the driver names by the host's; null for one that is not ours to see. */
  readonly ownPid: (hostPid: number) => number | null;
  /** Whether the PCI bus shows an NVIDIA GPU; null if nobody can tell. */
  readonly isPresent: boolean | null;
}

/** Asks the driver's own tool; resolves to no source where it is not installed or its driver does not run. */
export async function probeNvidia(options: NvidiaOptions): Promise<ProbeResult> {
  const source = new NvidiaSource(options);
  const problem = await source.open(options.patienceMilliseconds);
  if (source.descriptions.length > 0) {
    return { source, availability: source.descriptions.map((description) => found(source, description)) };
  }
  source.dispose();
  const reason = explain(problem);
  if (problem === 'ENOENT' && options.isPresent !== true) return { source: null, availability: [] };
  return {
    source: null,
    availability: [{ component: 'gpu', name: command, method: 'sensor', available: false, ...reason }],
  };
}

function found(source: NvidiaSource, { name, label }: SourceDescription): Availability {
  const unknown = source.isUnknown(name);
  return {
    component: 'gpu',
    name,
    method: 'sensor',
    available: !unknown,
    reason: unknown ? `${label}: this GPU or its driver tells no power draw.` : label,
    enable: null,
  };
}

function explain(problem: string | null): Pick<Availability, 'reason' | 'enable'> {
  if (problem === 'ENOENT') {
    return {
      reason: 'There is an NVIDIA GPU, but no nvidia-smi to ask about its power.',
      enable: "Install the NVIDIA driver's utilities (on Debian and Ubuntu: nvidia-smi or nvidia-utils), or in a container pass the GPU with its utility capability.",
    };
  }
  if (problem === 'exit 9') {
    return { reason: 'nvidia-smi is there, but the NVIDIA driver is not running.', enable: 'Load or repair the NVIDIA driver: "nvidia-smi" must list your GPU.' };
  }
  return { reason: `nvidia-smi tells of no GPU (${problem ?? 'no answer in time'}).`, enable: null };
}

class NvidiaSource implements PowerSource {
  private readonly gpus = new Map<string, Gpu>();
  private readonly query: HelperStream;
  private readonly processes: HelperStream;
  private readonly users: GpuUsers;
  private onFirstAnswer: ((problem: string | null) => void) | null = null;

  constructor(private readonly options: NvidiaOptions) {
    const { programs, clock } = options;
    this.users = new GpuUsers();
    this.query = new HelperStream({
      programs,
      clock,
      command,
      args: queryArguments,
      silenceSeconds,
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
        if (parsed !== null) this.users.take(parsed, clock.monotonicSeconds());
      },
      onBroken: () => this.users.forget(),
    });
  }

  get descriptions(): readonly SourceDescription[] {
    return [...this.gpus.values()].map(({ source }) => source);
  }

  get helpers(): readonly number[] {
    return [this.query.pid, this.processes.pid].filter((pid) => pid !== null);
  }

  /** Whether a GPU never told its power. */
  isUnknown(uuid: string): boolean {
    return this.gpus.get(uuid)?.integral.isKnown !== true;
  }

  /** Resolves with the first answer, or why none came. */
  async open(patienceMilliseconds: number): Promise<string | null> {
    const { clock } = this.options;
    const problem = await new Promise<string | null>((resolve) => {
      const cancel = clock.after(patienceMilliseconds, () => resolve('no answer in time'));
      this.onFirstAnswer = (answer) => {
        cancel();
        resolve(answer);
      };
      this.query.start();
    });
    this.onFirstAnswer = null;
    // The lines of several GPUs come together: once the first is there, so are the others after this turn.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.gpus.size > 0) this.processes.start();
    return problem;
  }

  read(context: ReadContext): Promise<readonly SourceReading[]> {
    const now = this.options.clock.monotonicSeconds();
    this.query.start();
    this.processes.start();
    this.query.check();
    this.processes.check();
    const readings: SourceReading[] = [];
    for (const gpu of this.gpus.values()) {
      const outcome = this.outcome(gpu, now, context);
      if (outcome === null) continue;
      readings.push({ source: gpu.source, outcome, users: this.ownUsers(gpu.line, now) });
    }
    return Promise.resolve(readings);
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
    for (const [hostPid, share] of users) {
      const pid = this.options.ownPid(hostPid);
      if (pid !== null) own.set(pid, share);
    }
    return own;
  }

  private outcome(gpu: Gpu, now: number, context: ReadContext): Outcome | null {
    const outcome = gpu.integral.read(now, context);
    const newest = Math.max(...[...this.gpus.values()].map(({ seenAt }) => seenAt));
    if (outcome === null || newest - gpu.seenAt > vanishedSeconds) return null;
    if (!gpu.integral.isKnown && this.query.brokenBecause === null) {
      return { kind: 'unknown', reason: `${gpu.source.label} tells no power draw` };
    }
    return outcome;
  }

  private takeGpu(text: string): void {
    const line = parseGpuLine(text);
    if (line === null) return;
    const now = this.options.clock.monotonicSeconds();
    const gpu = this.gpus.get(line.uuid) ?? this.add(line, now);
    gpu.line = { ...line, index: line.index ?? gpu.line.index };
    gpu.seenAt = now;
    if (line.watts === null) gpu.integral.lose('nvidia-smi gave no figure');
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
    const gpu = { source, integral, line: { ...line, index: line.index ?? this.gpus.size }, seenAt: now };
    this.gpus.set(line.uuid, gpu);
    return gpu;
  }
}
