import type { TreeUsage } from '../processes/tree';
import { errorCode, type ReadableFiles } from '../system/files';
import { visibleDevices, type ProcessVariables, type NamedGpu } from './visible-devices';

/** Variables of a process that say which GPUs it may use. */
const variables: ReadonlySet<string> = new Set([
  'CUDA_VISIBLE_DEVICES',
  'CUDA_DEVICE_ORDER',
  'NVIDIA_VISIBLE_DEVICES',
  'ROCR_VISIBLE_DEVICES',
  'HIP_VISIBLE_DEVICES',
  'GPU_DEVICE_ORDINAL',
]);
/** Libraries without which no program computes on a GPU, and the files that it has open then. */
const gpuLibraries =
  /\/(?:libcuda\.so|libnvidia-|libamdhip64\.so|libhsa-runtime64\.so|libOpenCL\.so|libvulkan\.so)|\/dev\/(?:nvidia|kfd|dxg|dri\/)/;

/** A process may start another program in its place: it is read again after 1, 2, 4 … looks, and then always after so many. */
const mostLooks = 32;
/** One that does not use a GPU yet may do so later, so it is asked again sooner. */
const mostLooksUnused = 8;

interface ProcessVisibility {
  environment: ProcessVariables;
  /** Whether it runs in another container than we do. */
  isElsewhere: boolean;
  /** Whether it has what it takes to compute on a GPU; null while nobody has looked, or may not look. */
  usesGpu: boolean | null;
  /** Looks until it is read again, and how many that were the last time. */
  wait: number;
  pause: number;
  usesWait: number;
}

/**
 * Which GPUs the processes of a run may use, by the variables that they were started with. A program that sets them
 * itself (`os.environ`) does not show that here: without a variable from the start it is taken to use any.
 */
export class GpuVisibility {
  private readonly processes = new Map<number, ProcessVisibility>();
  private ownNamespace: string | null = null;

  constructor(
    private readonly files: Pick<ReadableFiles, 'readText' | 'readLink'>,
    private readonly root = '/proc',
  ) {}

  /** Reads what is new of the processes; those that have ended are forgotten. */
  async look(usages: readonly TreeUsage[]): Promise<void> {
    this.ownNamespace ??= await this.namespaceOf('self');
    const pids = new Set(usages.flatMap((usage) => usage.pids));
    for (const pid of this.processes.keys()) if (!pids.has(pid)) this.processes.delete(pid);
    await Promise.all([...pids].map((pid) => this.lookAt(pid)));
    await Promise.all(usages.map((usage) => this.lookAtMixed(usage)));
  }

  /** Whether a run may use a GPU; true where nothing of its processes speaks against it. */
  mayUse(usage: TreeUsage, gpu: NamedGpu, gpus: readonly NamedGpu[]): boolean {
    if (usage.pids.length === 0) return true;
    const own = gpus.filter(({ maker }) => maker === gpu.maker);
    const mixed = this.isMixed(usage);
    return usage.pids.some((pid) => {
      const known = this.processes.get(pid);
      if (known === undefined) return true;
      // A launcher without a variable starts the workers that have one, and computes on no GPU itself.
      if (mixed && known.usesGpu === false && !hasChoice(known.environment)) return false;
      const visible = visibleDevices(known.environment, own, known.isElsewhere);
      return visible === null || visible.some(({ name }) => name === gpu.name);
    });
  }

  private async lookAt(pid: number): Promise<void> {
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
    known.pause = Math.min(mostLooks, 2 * known.pause);
    known.environment = await this.environmentOf(pid);
    if (known.environment['NVIDIA_VISIBLE_DEVICES'] === undefined) return;
    const namespace = await this.namespaceOf(pid);
    known.isElsewhere = namespace !== null && this.ownNamespace !== null && namespace !== this.ownNamespace;
  }

  /** Only where some processes of a run have such a variable and others have none, it matters which of these use a GPU. */
  private async lookAtMixed(usage: TreeUsage): Promise<void> {
    if (!this.isMixed(usage)) return;
    await Promise.all(
      usage.pids.map(async (pid) => {
        const known = this.processes.get(pid);
        if (known === undefined || known.usesGpu === true || hasChoice(known.environment) || known.usesWait-- > 0)
          return;
        known.usesWait = Math.min(known.pause, mostLooksUnused) - 1;
        // One that has ended uses nothing; one that may not be read might.
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
      // Of two with one name, the first counts, as for getenv(3).
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
