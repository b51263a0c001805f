import type { ProcessEntry, ProcessTable } from '../../processes/table';
import { cpuOf, treeOf } from '../../processes/tree-cpu';

/** A kernel and what it and its descendants have used since they started. */
export interface Kernel {
  readonly pid: number;
  /** Tells it from a later process with the same pid. */
  readonly identity: string;
  readonly cpuSeconds: number;
  /** Started by this window's extension host, or by something that it started. */
  readonly ours: boolean;
}

/** Whose cells are running, as far as the processes tell. */
export interface KernelChoice {
  readonly kernel: Kernel;
  /** How many others worked as well, so that it might be one of them. */
  readonly rivals: number;
}

/** CPU time, in seconds, from which a kernel has worked: a few ticks of the kernel's clock are its heartbeat. */
const workSeconds = 0.03;

/** A kernel that worked less than this part of the busiest is no rival. */
const rivalShare = 0.2;

/** Finds Jupyter kernels among the processes of this machine. */
export class KernelProcesses {
  constructor(
    private readonly table: ProcessTable,
    private readonly hostPid: number,
  ) {}

  /** The kernels there are now. */
  async find(): Promise<readonly Kernel[]> {
    const all = await this.table.snapshot(new Set());
    const entries: ProcessEntry[] = [];
    for (const entry of all.processes.values()) {
      if (isKernel(await this.table.commandLine(entry.pid))) entries.push(entry);
    }
    const pids = new Set(entries.map(({ pid }) => pid));
    // A fork of a kernel, as of Python's multiprocessing, has its command line and is a part of it.
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

/**
 * The kernel to begin with, before any has worked: the one of last time, else the only one, else the only one of this
 * window.
 */
export function likelyKernel(kernels: readonly Kernel[], lastIdentity: string | null): Kernel | null {
  const last = kernels.find(({ identity }) => identity === lastIdentity);
  if (last !== undefined) return last;
  const [only, ...others] = kernels.length === 1 ? kernels : kernels.filter(({ ours }) => ours);
  return others.length === 0 ? (only ?? null) : null;
}

/** The kernel that worked between two looks, the one of last time before all others; null when none has. */
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
