import { implausibleWatts } from './plausible';
import type { GpuMemory } from './source';

/** The fields to query from `nvidia-smi`, in this order; only the first three are required. */
const queryFields = [
  'uuid',
  'power.draw',
  'utilization.gpu',
  'index',
  'name',
  'enforced.power.limit',
  'memory.used',
  'memory.total',
] as const;

const mebibyte = 2 ** 20;

export const queryArguments = [`--query-gpu=${queryFields.join(',')}`, '--format=csv,noheader,nounits', '-lms', '1000'];

export const processArguments = ['pmon', '-s', 'u', '-d', '1'];

/** One line of the query: one GPU. Null is `[N/A]`, `[Not Supported]` or anything else that is not a number. */
export interface GpuLine {
  readonly uuid: string;
  readonly watts: number | null;
  /** An impossible figure as printed: negative, or more than the board can draw; absent if the figure is possible. */
  readonly nonsense?: string;
  readonly utilisationPercent: number | null;
  readonly index: number | null;
  readonly name: string | null;
  readonly limitWatts: number | null;
  readonly memory: GpuMemory | null;
}

/** The driver sometimes prints invalid figures. A board returns to its limit within moments, so a figure far above the limit is wrong. */
function mostWatts(limitWatts: number | null): number {
  return limitWatts === null ? implausibleWatts.gpu : Math.min(implausibleWatts.gpu, 1.5 * limitWatts + 100);
}

/** Parses one line; null if it is something else or was cut short. */
export function parseGpuLine(line: string): GpuLine | null {
  const split = (text: string): string[] => text.split(',').map((cell) => cell.trim());
  // If decimals are written with a comma, only the space after a comma marks a separator.
  const cells = split(line.includes(', ') ? line.replace(/(\d),(\d)/g, '$1.$2') : line);
  const [uuid = '', watts, utilisation, index, name, limit, used, total] = cells;
  if (cells.length < 3 || !/^(GPU|MIG)-[0-9a-f-]+$/i.test(uuid)) return null;
  const number = (cell: string | undefined): number | null =>
    cell !== undefined && /^\d+(\.\d+)?$/.test(cell) ? Number(cell) : null;
  const positive = (cell: string | undefined): number | null => {
    const value = number(cell);
    return value !== null && value > 0 && value < implausibleWatts.gpu ? value : null;
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
    memory: memoryOf(number(used), number(total)),
  };
}

function memoryOf(used: number | null, total: number | null): GpuMemory | null {
  if (used === null || total === null || total <= 0 || used > total) return null;
  return { usedBytes: used * mebibyte, totalBytes: total * mebibyte };
}

/** Lists the cards and the MIG instances that they are divided into. */
export const listArguments = ['-L'];

/** The MIG instances of each card, by the card's UUID: "GPU 0: NVIDIA A100 (UUID: GPU-…)", below it "MIG 1g.5gb Device 0: (UUID: MIG-…)". */
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

/** One line of `pmon -s u`: a process on a GPU; `pid` is null in the line of a GPU without processes. */
export interface ProcessLine {
  readonly gpu: number;
  readonly pid: number | null;
  /** C computes, G draws, C+G does both. */
  readonly kind: string;
  /** Share of the time that it kept the multiprocessors busy; null if the driver does not report it. */
  readonly smPercent: number | null;
  /** The program's name according to the driver; null if not given. */
  readonly command: string | null;
}

/** Parses one line; null for headings and anything else that is not a process. */
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
