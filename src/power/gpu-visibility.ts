import type { TreeUsage } from '../processes/tree';
import { errorCode, type ReadableFiles } from '../system/files';
import type { MachineSample } from './sample';
import type { SourceReading } from './source';
import { visibleDevices, type ProcessVariables, type NamedGpu } from './visible-devices';

/** Environment variables that restrict which GPUs a process may use. */
const variables: ReadonlySet<string> = new Set([
  'CUDA_VISIBLE_DEVICES',
  'CUDA_DEVICE_ORDER',
  'NVIDIA_VISIBLE_DEVICES',
  'ROCR_VISIBLE_DEVICES',
  'HIP_VISIBLE_DEVICES',
  'GPU_DEVICE_ORDINAL',
]);
/** Libraries that every program needs to compute on a GPU, and the device files that it then has open. */
const gpuLibraries =
  /\/(?:libcuda\.so|libnvidia-|libamdhip64\.so|libhsa-runtime64\.so|libOpenCL\.so|libvulkan\.so)|\/dev\/(?:nvidia|kfd|dxg|dri\/)/;

/** A process may replace its program (exec), so it is read again after 1, 2, 4 … checks, and from then on after this many. */
const mostChecks = 32;
/** A process that does not use a GPU yet may do so later, so it is checked more often. */
const mostChecksUnused = 8;

interface ProcessVisibility {
  environment: ProcessVariables;
  /** Whether it runs in a different container than we do. */
  isElsewhere: boolean;
  /** Whether it can compute on a GPU; null if that was not checked yet or may not be read. */
  usesGpu: boolean | null;
  /** Checks left until it is read again, and the number of checks of the last wait. */
  wait: number;
  pause: number;
  usesWait: number;
}

/**
 * Which GPUs the processes of a run may use, from their initial environment variables. Variables that a program sets
 * itself (`os.environ`) are not visible here: without an initial variable, it may use any GPU.
 */
export class GpuVisibility {
  private readonly processes = new Map<number, ProcessVisibility>();
  private ownNamespace: string | null = null;

  constructor(
    private readonly files: Pick<ReadableFiles, 'readText' | 'readLink'>,
    private readonly root = '/proc',
  ) {}

  /** Reads new processes and forgets those that have ended. */
  async update(usages: readonly TreeUsage[]): Promise<void> {
    this.ownNamespace ??= await this.namespaceOf('self');
    const pids = new Set(usages.flatMap((usage) => usage.pids));
    for (const pid of this.processes.keys()) if (!pids.has(pid)) this.processes.delete(pid);
    await Promise.all([...pids].map((pid) => this.readProcess(pid)));
    await Promise.all(usages.map((usage) => this.readMixed(usage)));
  }

  /** Whether a run may use a GPU; true unless its processes rule it out. */
  mayUse(usage: TreeUsage, gpu: NamedGpu, gpus: readonly NamedGpu[]): boolean {
    if (usage.pids.length === 0) return true;
    const own = gpus.filter(({ maker }) => maker === gpu.maker);
    const mixed = this.isMixed(usage);
    return usage.pids.some((pid) => {
      const known = this.processes.get(pid);
      if (known === undefined) return true;
      // A launcher without a variable starts workers that have one; it does not compute on a GPU itself.
      if (mixed && known.usesGpu === false && !hasChoice(known.environment)) return false;
      const visible = visibleDevices(known.environment, own, known.isElsewhere);
      return visible === null || visible.some(({ name }) => name === gpu.name);
    });
  }

  private async readProcess(pid: number): Promise<void> {
    const known = this.processes.get(pid) ?? {
      environment: {},
      isElsewhere: false,
      usesGpu: null,
      wait: 0,
      pause: 1,
      usesWait: 0,
    };
    if (!this.processes.has(pid)) this.processes.set(pid, known);
    if (known.wait-- > 0) return;
    known.wait = known.pause - 1;
    known.pause = Math.min(mostChecks, 2 * known.pause);
    known.environment = await this.environmentOf(pid);
    if (known.environment['NVIDIA_VISIBLE_DEVICES'] === undefined) return;
    const namespace = await this.namespaceOf(pid);
    known.isElsewhere = namespace !== null && this.ownNamespace !== null && namespace !== this.ownNamespace;
  }

  /** Which processes use a GPU matters only if some processes of the run have such a variable and others do not. */
  private async readMixed(usage: TreeUsage): Promise<void> {
    if (!this.isMixed(usage)) return;
    await Promise.all(
      usage.pids.map(async (pid) => {
        const known = this.processes.get(pid);
        if (known === undefined || known.usesGpu === true || hasChoice(known.environment) || known.usesWait-- > 0)
          return;
        known.usesWait = Math.min(known.pause, mostChecksUnused) - 1;
        // A process that has ended uses nothing; one that may not be read might.
        const maps = await this.files
          .readText(`${this.root}/${pid}/maps`)
          .catch((error: unknown) => (errorCode(error) === 'ENOENT' || errorCode(error) === 'ESRCH' ? '' : null));
        known.usesGpu = maps === null ? null : gpuLibraries.test(maps);
      }),
    );
  }

  private isMixed({ pids }: TreeUsage): boolean {
    const chosen = pids.filter((pid) => hasChoice(this.processes.get(pid)?.environment ?? {})).length;
    return chosen > 0 && chosen < pids.length;
  }

  private async environmentOf(pid: number): Promise<ProcessVariables> {
    const text = await this.files.readText(`${this.root}/${pid}/environ`).catch(() => '');
    const found: Record<string, string> = {};
    for (const entry of text.split('\0')) {
      const at = entry.indexOf('=');
      const name = entry.slice(0, Math.max(0, at));
      // Of two variables with the same name the first counts, as in getenv(3).
      if (variables.has(name)) found[name] ??= entry.slice(at + 1);
    }
    return found;
  }

  private namespaceOf(pid: number | 'self'): Promise<string | null> {
    return this.files.readLink(`${this.root}/${pid}/ns/pid`).catch(() => null);
  }
}

function hasChoice(environment: ProcessVariables): boolean {
  return Object.keys(environment).some((name) => name !== 'CUDA_DEVICE_ORDER');
}

/** Whether a reading is of a GPU that does not report who uses it. */
export function isSharedGpu({ source, users }: SourceReading): boolean {
  return source.component === 'gpu' && users === null;
}

/** If a GPU does not report who uses it, the environment variables of processes may show which runs cannot. */
export async function whoMayUse(
  gpuVisibility: GpuVisibility | undefined,
  readings: readonly SourceReading[],
  usages: readonly TreeUsage[],
): Promise<Pick<MachineSample, 'mayUse'>> {
  const devices = readings.flatMap(({ device }) => device ?? []);
  if (
    gpuVisibility === undefined ||
    devices.length === 0 ||
    !readings.some((reading) => isSharedGpu(reading) && reading.device !== undefined)
  )
    return {};
  await gpuVisibility.update(usages);
  return {
    mayUse: (usage, source) => {
      const device = devices.find(({ name }) => name === source);
      return device === undefined || gpuVisibility.mayUse(usage, device, devices);
    },
  };
}
