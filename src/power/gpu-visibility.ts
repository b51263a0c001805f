import type { TreeUsage } from '../processes/tree';
import type { ReadableFiles } from '../system/files';

/** A GPU as the variables of a process name it. */
export interface NamedGpu {
  /** `GPU-…`, or whatever the source calls it. */
  readonly name: string;
  /** The driver's number, in the order of the PCI bus; null where none is known. */
  readonly index: number | null;
  readonly model: string;
  readonly maker: 'NVIDIA' | 'AMD' | 'other';
}

const variables: Readonly<Record<NamedGpu['maker'], readonly string[]>> = {
  NVIDIA: ['CUDA_VISIBLE_DEVICES'],
  AMD: ['ROCR_VISIBLE_DEVICES', 'HIP_VISIBLE_DEVICES', 'CUDA_VISIBLE_DEVICES'],
  other: [],
};

/**
 * The devices that a variable such as `CUDA_VISIBLE_DEVICES=1,GPU-5d…` leaves to a process; null where that cannot be
 * said. https://docs.nvidia.com/cuda/cuda-c-programming-guide (environment variables)
 *
 * @param order `CUDA_DEVICE_ORDER`: the fastest device is 0 unless it says `PCI_BUS_ID`
 */
export function visibleDevices(value: string, order: string | null, gpus: readonly NamedGpu[]): ReadonlySet<string> | null {
  const visible = new Set<string>();
  const sameModel = new Set(gpus.map(({ model }) => model)).size === 1;
  for (const word of value.split(',').map((each) => each.trim())) {
    // Devices behind the first word that names none are not seen either.
    if (word === '' || word === '-1' || /^NoDevFiles$/i.test(word)) break;
    if (/^MIG-/i.test(word)) return null;
    if (/^\d+$/.test(word)) {
      // By which order of speed CUDA counts different cards, nothing outside it says.
      if (order !== 'PCI_BUS_ID' && !sameModel) return null;
      const gpu = gpus.find(({ index }) => index === Number(word));
      if (gpu === undefined) {
        if (gpus.some(({ index }) => index === null)) return null;
        break;
      }
      visible.add(gpu.name);
      continue;
    }
    const matches = gpus.filter(({ name }) => name.toLowerCase().startsWith(word.toLowerCase()));
    if (matches.length !== 1) break;
    for (const { name } of matches) visible.add(name);
  }
  return visible;
}

/**
 * Which GPUs the processes of a run may use, by the variables that they were started with. A program that changes its own
 * environment does not show that here: then it is taken to use what it was started with.
 */
export class GpuVisibility {
  /** By pid: the text of the variables; empty where none is set or the process cannot be read. */
  private readonly environments = new Map<number, Readonly<Record<string, string>>>();

  constructor(
    private readonly files: Pick<ReadableFiles, 'readText'>,
    private readonly root = '/proc',
  ) {}

  /** Reads the environment of processes that are new; those that have ended are forgotten. */
  async look(usages: readonly TreeUsage[]): Promise<void> {
    const pids = new Set(usages.flatMap((usage) => usage.pids));
    for (const pid of this.environments.keys()) if (!pids.has(pid)) this.environments.delete(pid);
    const fresh = [...pids].filter((pid) => !this.environments.has(pid));
    await Promise.all(
      fresh.map(async (pid) => {
        const text = await this.files.readText(`${this.root}/${pid}/environ`).catch(() => '');
        const found: Record<string, string> = {};
        for (const line of text.split('\0')) {
          const [, name, value] = /^((?:CUDA|HIP|ROCR)_(?:VISIBLE_DEVICES|DEVICE_ORDER))=(.*)$/s.exec(line) ?? [];
          if (name !== undefined && value !== undefined) found[name] = value;
        }
        this.environments.set(pid, found);
      }),
    );
  }

  /** Whether a run may use a GPU; true where nothing of its processes speaks against it. */
  mayUse(usage: TreeUsage, gpu: NamedGpu, gpus: readonly NamedGpu[]): boolean {
    const own = gpus.filter(({ maker }) => maker === gpu.maker);
    const answers = usage.pids.flatMap((pid) => {
      const environment = this.environments.get(pid) ?? {};
      const name = variables[gpu.maker].find((each) => environment[each] !== undefined);
      return name === undefined ? [] : [visibleDevices(environment[name] ?? '', environment['CUDA_DEVICE_ORDER'] ?? null, own)];
    });
    // A launcher without the variable starts the workers that have it.
    return answers.length === 0 || answers.some((visible) => visible === null || visible.has(gpu.name));
  }
}
