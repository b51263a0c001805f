import type { ProcessEntry, ProcessSnapshot } from '../../src/processes/table';

interface SimulatedProcess {
  readonly pid: number;
  readonly startTime: number;
  /** Whether it descends from `root`, even if it got another parent later. */
  readonly inTree: boolean;
  parent: number;
  group: number;
  own: number;
  reaped: number;
  residentBytes: number;
  zombie: boolean;
  /** Whether its children vanish without being added to its reaped time (SIGCHLD is ignored). */
  ignoresChildren: boolean;
}

const init = 1;

/** A small Unix with fork, work, exit, wait, orphans and reused pids, which knows the true CPU time of one tree. */
export class ProcessWorld {
  private readonly processes = new Map<number, SimulatedProcess>();
  private time = 0;
  /** The CPU seconds that the processes of the tree have really used. */
  trueCpuSeconds = 0;

  constructor(
    readonly root: number,
    readonly reaper: number,
    private readonly pidLimit = 40,
  ) {
    this.put({ pid: init, parent: 0, inTree: false });
    this.put({ pid: reaper, parent: init, inTree: false });
  }

  get pids(): readonly number[] {
    return [...this.processes.values()].filter(({ zombie, pid }) => !zombie && pid !== init).map(({ pid }) => pid);
  }

  startRoot(): void {
    this.put({ pid: this.root, parent: this.reaper, inTree: true, group: this.root });
  }

  startForeign(pid: number, parent: number): void {
    this.put({ pid, parent, inTree: false });
  }

  fork(parentPid: number): number | null {
    const parent = this.get(parentPid);
    if (parent === null || parent.zombie) return null;
    for (let pid = 2; pid < this.pidLimit; pid++) {
      if (this.processes.has(pid) || pid === this.root) continue;
      this.put({ pid, parent: parentPid, inTree: parent.inTree, group: parent.group });
      return pid;
    }
    return null;
  }

  work(pid: number, seconds: number): void {
    const process = this.get(pid);
    if (process === null || process.zombie) return;
    process.own += seconds;
    if (process.inTree) this.trueCpuSeconds += seconds;
  }

  ignoreChildren(pid: number): void {
    const process = this.get(pid);
    if (process !== null) process.ignoresChildren = true;
  }

  setMemory(pid: number, bytes: number): void {
    const process = this.get(pid);
    if (process !== null) process.residentBytes = bytes;
  }

  exit(pid: number): void {
    const process = this.get(pid);
    if (process === null || process.zombie || pid === init || pid === this.reaper) return;
    process.zombie = true;
    process.residentBytes = 0;
    for (const child of this.childrenOf(pid)) {
      child.parent = init;
      if (child.zombie) this.processes.delete(child.pid);
    }
    const parent = this.get(process.parent);
    if (process.parent === init) this.processes.delete(pid);
    else if (parent?.ignoresChildren === true) this.processes.delete(pid);
  }

  /** Makes a parent wait for all its ended children. */
  reap(pid: number): void {
    const parent = this.get(pid);
    if (parent === null) return;
    for (const child of this.childrenOf(pid).filter(({ zombie }) => zombie)) {
      parent.reaped += child.own + child.reaped;
      this.processes.delete(child.pid);
    }
  }

  snapshot(): ProcessSnapshot {
    const entries = [...this.processes.values()].map(
      (process): ProcessEntry => ({
        pid: process.pid,
        parentPid: process.parent,
        startTime: process.startTime,
        cpuSeconds: process.own,
        reapedCpuSeconds: process.reaped,
        residentBytes: process.residentBytes,
        zombie: process.zombie,
        group: process.group,
        name: 'simulated',
      }),
    );
    return { processes: new Map(entries.sort((a, b) => a.pid - b.pid).map((entry) => [entry.pid, entry])) };
  }

  private put(fields: Pick<SimulatedProcess, 'pid' | 'parent' | 'inTree'> & { readonly group?: number }): void {
    this.time += 1;
    this.processes.set(fields.pid, {
      startTime: this.time,
      own: 0,
      reaped: 0,
      residentBytes: 0,
      zombie: false,
      ignoresChildren: false,
      group: 0,
      ...fields,
    });
  }

  private get(pid: number): SimulatedProcess | null {
    return this.processes.get(pid) ?? null;
  }

  private childrenOf(pid: number): SimulatedProcess[] {
    return [...this.processes.values()].filter(({ parent }) => parent === pid);
  }
}
