/** What `nvidia-smi` is asked for, in this order; the first three are all that is needed. */
export const queryFields = ['uuid', 'power.draw', 'utilization.gpu', 'index', 'name', 'enforced.power.limit'] as const;

export const queryArguments = [`--query-gpu=${queryFields.join(',')}`, '--format=csv,noheader,nounits', '-lms', '1000'];

export const processArguments = ['pmon', '-s', 'u', '-d', '1'];

/** One line of the query: one GPU. Null is `[N/A]`, `[Not Supported]` and whatever else is no number. */
export interface GpuLine {
  readonly uuid: string;
  readonly watts: number | null;
  /** What stands in place of a figure that can be: a negative one, or more than the board can draw; absent if nothing. */
  readonly nonsense?: string;
  readonly utilisationPercent: number | null;
  readonly index: number | null;
  readonly name: string | null;
  readonly limitWatts: number | null;
}

/** No board draws more; the driver prints nonsense now and then. */
const implausibleWatts = 3000;

/** A board holds its limit within moments: what is far above it is no power of this board. */
function mostWatts(limitWatts: number | null): number {
  return limitWatts === null ? implausibleWatts : Math.min(implausibleWatts, 1.5 * limitWatts + 100);
}

/** Parses one line; null if it is none, or was cut short. */
export function parseGpuLine(line: string): GpuLine | null {
  const split = (text: string): string[] => text.split(',').map((cell) => cell.trim());
  const plain = split(line);
  // Where decimals are written with a comma, only the space after it tells a separator from one.
  const cells = plain.length > queryFields.length ? split(line.replace(/(\d),(\d)/g, '$1.$2')) : plain;
  const [uuid = '', watts, utilisation, index, name, limit] = cells;
  if (cells.length < 3 || !/^(GPU|MIG)-[0-9a-f-]+$/i.test(uuid)) return null;
  const number = (cell: string | undefined): number | null =>
    cell !== undefined && /^\d+(\.\d+)?$/.test(cell) ? Number(cell) : null;
  const positive = (cell: string | undefined): number | null => {
    const value = number(cell);
    return value !== null && value > 0 && value < implausibleWatts ? value : null;
  };
  const drawn = number(watts);
  const limitWatts = positive(limit);
  const canBe = drawn !== null && drawn < mostWatts(limitWatts);
  const isNumber = watts !== undefined && watts !== '' && Number.isFinite(Number(watts));
  return {
    uuid,
    watts: canBe ? drawn : null,
    ...(isNumber && !canBe ? { nonsense: `${watts} W` } : {}),
    utilisationPercent: number(utilisation),
    index: number(index),
    name: name === undefined || name === '' || name.startsWith('[') ? null : name,
    limitWatts,
  };
}

/** Names the cards and the parts (MIG) that they are divided into. */
export const listArguments = ['-L'];

/** The parts of each card, by the card's UUID: "GPU 0: NVIDIA A100 (UUID: GPU-…)", below it "MIG 1g.5gb Device 0: (UUID: MIG-…)". */
export function parseParts(list: string): ReadonlyMap<string, readonly string[]> {
  const parts = new Map<string, string[]>();
  let card: string[] | null = null;
  for (const line of list.split('\n')) {
    const [, uuid] = /\(UUID: ((?:GPU|MIG)-[\w/-]{1,80})\)/i.exec(line) ?? [];
    if (uuid === undefined) continue;
    if (/^MIG-/i.test(uuid)) card?.push(uuid);
    else parts.set(uuid, (card = []));
  }
  return parts;
}

/** One line of `pmon -s u`: a process on a GPU; `pid` is null in the line that says that a GPU has none. */
export interface ProcessLine {
  readonly gpu: number;
  readonly pid: number | null;
  /** C computes, G draws, C+G does both. */
  readonly kind: string;
  /** Share of the time that it kept the multiprocessors busy; null where the driver does not tell. */
  readonly smPercent: number | null;
  /** What the driver calls the program; null where it does not say. */
  readonly command: string | null;
}

/** Parses one line; null for headings and whatever else is no process. */
export function parseProcessLine(line: string): ProcessLine | null {
  const cells = line.trim().split(/\s+/);
  const [gpu = '', pid = '', kind = '', sm = ''] = cells;
  const command = cells.length > 4 ? cells.at(-1) : undefined;
  if (!/^\d+$/.test(gpu) || !/^(\d+|-)$/.test(pid) || !/^(C|G|C\+G|M\+C|-)$/.test(kind)) return null;
  return {
    gpu: Number(gpu),
    pid: pid === '-' ? null : Number(pid),
    kind,
    smPercent: /^\d+$/.test(sm) ? Number(sm) : null,
    command: command === undefined || /^(?:-|\d+)$/.test(command) ? null : command,
  };
}
