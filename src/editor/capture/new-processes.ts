import { whyStranger } from '../../processes/proof';
import type { ProcessEntry, ProcessSnapshot, ProcessTable } from '../../processes/table';

/** Children of the extension host that are never a run. */
const notARun = new Set(['git', 'rg', 'nvidia-smi', 'typeperf', 'macmon', 'ps', 'powershell', 'conhost']);

/** Remembers the processes at one moment, to find those that have started since. */
export class NewProcesses {
  private constructor(
    private readonly table: ProcessTable,
    private readonly before: ReadonlySet<string>,
    /** The extension host, which starts debug adapters. */
    private readonly hostPid: number,
  ) {}

  static async since(table: ProcessTable, hostPid: number): Promise<NewProcesses> {
    const { processes } = await table.snapshot(new Set());
    return new NewProcesses(table, new Set([...processes.values()].map(identity)), hostPid);
  }

  /** The topmost new processes below the terminal's shell, if known, else below the extension host. */
  async find(shellPid: number | null): Promise<number[]> {
    const snapshot = await this.table.snapshot(new Set());
    const above = shellPid ?? this.hostPid;
    return [...snapshot.processes.values()]
      .filter((entry) => this.isNew(entry) && !notARun.has(entry.name) && isBelow(entry, above, snapshot))
      .filter((entry) => {
        const parent = snapshot.processes.get(entry.parentPid);
        return parent === undefined || parent.pid === above || !this.isNew(parent);
      })
      .map(({ pid }) => pid);
  }

  /**
   * Why a process that a debugger reports does not belong to the run; null if it does.
   *
   * @param anchors processes, besides the extension host, whose descendants belong to the run
   * @param fits whether arguments match the program
   */
  async whyStranger(
    pid: number,
    anchors: readonly number[],
    isChosen: boolean,
    fits: (commandLine: readonly string[] | null) => boolean | null,
  ): Promise<string | null> {
    const snapshot = await this.table.snapshot(new Set());
    const entry = snapshot.processes.get(pid);
    return whyStranger(pid, snapshot, {
      anchors: [this.hostPid, ...anchors],
      self: this.hostPid,
      isNew: entry !== undefined && this.isNew(entry),
      isChosen,
      fits: fits(entry === undefined ? null : await this.table.commandLine(pid)),
    });
  }

  private isNew(entry: ProcessEntry): boolean {
    return !this.before.has(identity(entry));
  }
}

function identity({ pid, startTime }: ProcessEntry): string {
  return `${pid}:${startTime}`;
}

function isBelow(entry: ProcessEntry, ancestor: number, { processes }: ProcessSnapshot): boolean {
  const seen = new Set<number>();
  let pid = entry.parentPid;
  while (pid > 0 && !seen.has(pid)) {
    if (pid === ancestor) return true;
    seen.add(pid);
    pid = processes.get(pid)?.parentPid ?? 0;
  }
  return false;
}
