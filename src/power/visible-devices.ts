/** A GPU as environment variables name it. */
export interface NamedGpu {
  /** `GPU-…`, or the source's own name. */
  readonly name: string;
  /** Another name by which its maker's variables know it (`GPU-` and AMD's unique id); absent where there is none. */
  readonly alias?: string;
  /** The names of its MIG instances (`MIG-…`), as far as the driver lists them; absent if it is not divided. */
  readonly parts?: readonly string[];
  /** The driver's number, in the order of the PCI bus; null if unknown. */
  readonly index: number | null;
  readonly model: string;
  readonly maker: 'NVIDIA' | 'AMD' | 'other';
}

/** The variables of a process, by their names. */
export type ProcessVariables = Readonly<Record<string, string | undefined>>;

/**
 * Applies a list such as `1,GPU-5d…` to the devices visible so far; returns the rest in its order, or null if
 * unknown. https://docs.nvidia.com/cuda/cuda-c-programming-guide (environment variables)
 *
 * @param order the order of the numbers: that of the bus, or one that only the program knows
 */
function chosenDevices(list: string, order: 'bus' | 'unknown', gpus: readonly NamedGpu[]): readonly NamedGpu[] | null {
  const chosen: NamedGpu[] = [];
  for (const word of list.split(',').map((each) => each.trim())) {
    // `-1`, an empty entry or any other invalid entry hides the devices after it too.
    if (word === '' || /^(?:-\d+|NoDevFiles)$/i.test(word)) break;
    const parent = /^MIG-(GPU-[0-9a-f-]+)/i.exec(word)?.[1];
    if (parent === undefined && /^MIG-/i.test(word)) {
      // A MIG instance by its own name; only the driver knows its card.
      const part = word.toLowerCase();
      const [whole, ...others] = gpus.filter(({ parts = [] }) =>
        parts.some((each) => each.toLowerCase().startsWith(part)),
      );
      if (whole === undefined || others.length > 0) return null;
      if (!chosen.includes(whole)) chosen.push(whole);
      continue;
    }
    if (/^\d+$/.test(word)) {
      if (order === 'unknown') return null;
      const gpu = gpus[Number(word)];
      if (gpu === undefined) break;
      chosen.push(gpu);
      continue;
    }
    const prefix = (parent ?? word).toLowerCase();
    const matches = gpus.filter(({ name, alias }) =>
      [name, alias].some((each) => each?.toLowerCase().startsWith(prefix) === true),
    );
    const [gpu] = matches;
    if (gpu === undefined || matches.length > 1) break;
    chosen.push(gpu);
  }
  return chosen;
}

/**
 * The GPUs of one maker that a process may use, from its initial environment variables; null if unknown.
 *
 * @param isElsewhere whether it runs in a different container than we do, so that it sees only the GPUs of that one
 */
export function visibleDevices(
  environment: ProcessVariables,
  gpus: readonly NamedGpu[],
  isElsewhere: boolean,
): readonly NamedGpu[] | null {
  const [first] = gpus;
  if (first === undefined) return [];
  // Numbers follow the bus; a card without a number could be any of them.
  const inOrder = gpus.some(({ index }) => index === null)
    ? null
    : [...gpus].sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
  const filters =
    first.maker === 'AMD'
      ? amdFilters(environment)
      : first.maker === 'NVIDIA'
        ? nvidiaFilters(environment, gpus, isElsewhere)
        : [];
  let left: readonly NamedGpu[] = inOrder ?? gpus;
  for (const { list, order } of filters) {
    const chosen = chosenDevices(list, inOrder === null ? 'unknown' : order, left);
    if (chosen === null) return null;
    left = chosen;
  }
  return left;
}

interface DeviceFilter {
  readonly list: string;
  readonly order: 'bus' | 'unknown';
}

function nvidiaFilters(
  environment: ProcessVariables,
  gpus: readonly NamedGpu[],
  isElsewhere: boolean,
): readonly DeviceFilter[] {
  const given = environment['NVIDIA_VISIBLE_DEVICES'];
  // The GPUs given to a container, numbered by the bus; outside containers the variable has no effect.
  const ofContainer =
    given === undefined || !isElsewhere || given === 'all'
      ? []
      : [{ list: /^(?:void|none)$/.test(given) ? '' : given, order: 'bus' as const }];
  const list = environment['CUDA_VISIBLE_DEVICES'];
  if (list === undefined) return ofContainer;
  // By default CUDA numbers the fastest card first; for equal cards that is the order of the bus.
  const isSame = new Set(gpus.map(({ model }) => model)).size <= 1;
  return [
    ...ofContainer,
    { list, order: environment['CUDA_DEVICE_ORDER'] === 'PCI_BUS_ID' || isSame ? 'bus' : 'unknown' },
  ];
}

/** ROCm's own variable applies first; those of HIP and OpenCL select from the result. */
function amdFilters(environment: ProcessVariables): readonly DeviceFilter[] {
  const ofHip =
    environment['HIP_VISIBLE_DEVICES'] ?? environment['CUDA_VISIBLE_DEVICES'] ?? environment['GPU_DEVICE_ORDINAL'];
  return [environment['ROCR_VISIBLE_DEVICES'], ofHip].flatMap((list) =>
    list === undefined ? [] : [{ list, order: 'bus' as const }],
  );
}
