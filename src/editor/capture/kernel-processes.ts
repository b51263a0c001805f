import type { ProcessEntry, ProcessTable } from '../../processes/table';
import { cpuOf, treeOf } from '../../processes/tree-cpu';

/** A kernel, with the CPU time that it and its descendants have used since they started. */
export interface Kernel {
  readonly pid: number;
  /** Distinguishes it from a later process with the same pid. */
  readonly identity: string;
  readonly cpuSeconds: number;
  /** Whether this window's extension host or one of its descendants started it. */
  readonly ours: boolean;
}

/** The kernel that probably runs the cells. */
interface KernelChoice {
  readonly kernel: Kernel;
  /** How many other kernels worked as well: it could be one of them. */
  readonly rivals: number;
}

/** A kernel with less CPU time than this, in seconds, did not work: its heartbeat takes a few clock ticks too. */
const workSeconds = 0.03;

/** A kernel with less than this share of the busiest kernel's CPU time is not a rival. */
const rivalShare = 0.2;

/** Finds Jupyter kernels among the processes of this machine. */
export class KernelProcesses {
  constructor(
    private readonly table: ProcessTable,
    private readonly hostPid: number,
  ) {}

  /** All kernels that are running now. */
  async find(): Promise<readonly Kernel[]> {
    const all = await this.table.snapshot(new Set());
    const entries: ProcessEntry[] = [];
    for (const entry of all.processes.values()) {
      if (isKernel(await this.table.commandLine(entry.pid))) entries.push(entry);
    }
    const pids = new Set(entries.map(({ pid }) => pid));
    // A fork of a kernel (Python's multiprocessing) has the same command line, and is part of the kernel.
    const roots = entries.filter(({ parentPid }) => !pids.has(parentPid));
    if (roots.length === 0) return [];
    const fresh = await this.table.snapshot(new Set(roots.flatMap(({ pid }) => [...treeOf(pid, all)])));
    return roots.flatMap(({ pid, startTime }) => {
      if (fresh.processes.get(pid)?.startTime !== startTime) return [];
      return [
        {
          pid,
          identity: `${pid}:${startTime}`,
          cpuSeconds: cpuOf(pid, fresh),
          ours: treeOf(this.hostPid, fresh).has(pid),
        },
      ];
    });
  }
}

/** The best guess before any kernel has worked: the last one, else the only one, else the only one of this window. */
export function likelyKernel(kernels: readonly Kernel[], lastIdentity: string | null): Kernel | null {
  const last = kernels.find(({ identity }) => identity === lastIdentity);
  if (last !== undefined) return last;
  const [only, ...others] = kernels.length === 1 ? kernels : kernels.filter(({ ours }) => ours);
  return others.length === 0 ? (only ?? null) : null;
}

/** The kernel that worked between two snapshots, preferably the last one; null if none did. */
export function workingKernel(
  before: readonly Kernel[],
  after: readonly Kernel[],
  lastIdentity: string | null,
): KernelChoice | null {
  const worked = after
    .map((kernel) => ({
      kernel,
      seconds: kernel.cpuSeconds - (before.find(({ identity }) => identity === kernel.identity)?.cpuSeconds ?? 0),
    }))
    .filter(({ seconds }) => seconds >= workSeconds)
    .sort((a, b) => b.seconds - a.seconds);
  const last = worked.find(({ kernel }) => kernel.identity === lastIdentity);
  if (last !== undefined) return { kernel: last.kernel, rivals: 0 };
  const [busiest, ...others] = worked;
  if (busiest === undefined) return null;
  return {
    kernel: busiest.kernel,
    rivals: others.filter(({ seconds }) => seconds >= rivalShare * busiest.seconds).length,
  };
}

/**
 * Every Jupyter kernel is given a connection file: `python -m ipykernel_launcher -f …/kernel-1a2b.json`,
 * `--f=…/kernel-v3….json`. https://jupyter-client.readthedocs.io/en/stable/kernels.html
 */
function isKernel(commandLine: readonly string[] | null): boolean {
  if (commandLine === null) return false;
  return commandLine.some(
    (argument) => argument === 'ipykernel_launcher' || /(^|[\\/=])kernel-[^\\/=]*\.json$/.test(argument),
  );
}
