import { PossibleProcesses } from './possible-processes';
import { ReapedAccount } from './reaped-account';
import { isSame, type ProcessEntry, type ProcessSnapshot } from './table';
import { Waiters } from './waiters';
import type { Holder } from './shared-memory';
import type { Joined, JoinedProcess, TreeUsage } from './tree';

/** CPU time is counted in ticks of a hundredth of a second, rounded down. */
const tickSeconds = 0.01;

export interface RootOptions {
  /**
   * `start`: all its CPU time counts, because the run started with it. `now`: only its CPU time after the next snapshot
   * counts, because it is older than the run.
   */
  readonly countFrom: 'start' | 'now';
  /** With `now`: CPU seconds of it and its descendants when the run started, if known. Time since then counts too. */
  readonly cpuSecondsBefore?: number;
  /** With `now`: selects the descendants that started with the run, so that all their time counts. */
  readonly startedWithRun?: (entry: ProcessEntry) => boolean;
}

interface TreeTrackerOptions {
  /**
   * A process that starts the roots and waits for them: this one. Its reaped time shows the CPU time of roots that ended
   * between two snapshots. Its own CPU time and its other children do not count.
   */
  readonly reaper?: number;
}

interface TreeMember {
  entry: ProcessEntry;
  readonly account: ReapedAccount;
  /** Its figures were of unknown age when it was found, so the next figures are its baseline. */
  baselinePending: boolean;
}

/** The result of adding new roots. */
interface Bound {
  readonly cpuSeconds: number;
  /** Null if there was none. */
  readonly joined: Joined | null;
  /** A root ended before it was seen. */
  readonly hasUnseen: boolean;
}

interface PendingRoot extends RootOptions {
  readonly pid: number;
  /** Its figures were requested, so they are fresh in the next snapshot. */
  isRequested: boolean;
}

function cpuOf(entries: readonly ProcessEntry[]): number {
  return entries.reduce((sum, { cpuSeconds, reapedCpuSeconds }) => sum + cpuSeconds + reapedCpuSeconds, 0);
}

/**
 * Follows the process tree of one run from snapshot to snapshot. A process in the tree belongs to it until it ends, even
 * if it gets another parent. Its start time distinguishes it from a later process with the same pid.
 */
export class TreeTracker {
  private readonly members = new Map<number, TreeMember>();
  /** Other children of the reaper, whose time must not count as a root's. */
  private readonly foreign = new Map<number, ProcessEntry>();
  private readonly possible = new PossibleProcesses();
  private readonly pendingRoots: PendingRoot[] = [];
  /** Parents of roots, which may have waited for processes that are already counted. */
  private readonly parentsOfRoots = new Set<number>();
  /** Process groups that a member leads, as long as they contain a member. */
  private groups = new Set<number>();
  private reaperAccount: ReapedAccount | null = null;
  private readonly waiters = new Waiters();
  /** The run's mark in the environment of its processes; null if there is none. */
  private mark: string | null = null;
  private hasRoot = false;
  private previous: ProcessSnapshot | null = null;
  /** Processes that ended in the last interval, with their last figures. */
  private ended: readonly ProcessEntry[] = [];
  /** The largest rounding error reported so far, seconds. */
  private reportedError = 0;
  private hasBegun = false;
  private joined: Joined | null = null;

  constructor(private readonly options: TreeTrackerOptions = {}) {}

  /** Adds a process and, with it, all its descendants; may be called at any time. */
  addRoot(pid: number, options: RootOptions = { countFrom: 'start' }): void {
    this.pendingRoots.push({ ...options, pid, isRequested: false });
  }

  /** Adds new processes whose environment names this run, whatever their parent: daemons that have left the tree. */
  adoptMarked(mark: string): void {
    this.mark = mark;
  }

  /** Pids whose figures must be fresh in the next snapshot. */
  watched(): readonly number[] {
    for (const root of this.pendingRoots) root.isRequested = true;
    const pids = [
      ...this.members.keys(),
      ...this.possible.pids(),
      ...this.foreign.keys(),
      ...this.pendingRoots.map(({ pid }) => pid),
      ...this.waiters.pids(),
    ];
    return this.options.reaper === undefined ? pids : [...pids, this.options.reaper];
  }

  /** What the tree did since the previous call. Call `watched()` before the snapshot is taken. */
  update(snapshot: ProcessSnapshot): TreeUsage {
    const { processes } = snapshot;
    this.ended = this.settleVanished(processes);
    let cpuSeconds = this.growReaper(processes) + this.growWaiters(processes);
    this.hasBegun ||= this.hasRoot || this.pendingRoots.some(({ isRequested }) => isRequested);
    for (const member of this.members.values()) {
      cpuSeconds += this.grow(member, processes.get(member.entry.pid) ?? member.entry);
    }
    const strangers = this.strangers(snapshot);
    if (this.members.size > 0 || this.hasBegun) cpuSeconds += cpuOf(this.findDescendants(strangers));
    const bound = this.bindRoots(processes);
    cpuSeconds += bound.cpuSeconds;
    if (bound.hasUnseen && !this.hasRoot) {
      // A root that ended before the first snapshot has left its mark on the processes that it started.
      this.hasRoot = true;
      cpuSeconds += cpuOf(this.findDescendants(strangers));
    }
    this.noteForeign(strangers, processes);
    const possibleCpu = this.growPossible(strangers, processes);
    this.noteGroups();
    this.previous = snapshot;
    return this.usage(cpuSeconds, bound, possibleCpu);
  }

  /**
   * Credits the counted time of each vanished process to the nearest ancestor that may have waited for it; returns
   * the vanished processes with their last figures.
   */
  private settleVanished(processes: ReadonlyMap<number, ProcessEntry>): readonly ProcessEntry[] {
    const vanished = [...this.members.values()].filter(({ entry }) => !isSame(entry, processes.get(entry.pid)));
    const gone = new Set(vanished.map(({ entry }) => entry.pid));
    for (const { entry, account, baselinePending } of vanished) {
      // Without a baseline, the part of its time that is older than the run is unknown, so none of it counts.
      const counted = baselinePending ? Infinity : entry.cpuSeconds + entry.reapedCpuSeconds + account.outstanding;
      this.nearestAccount(entry, gone)?.expect(counted);
    }
    for (const pid of gone) this.members.delete(pid);
    for (const [pid, entry] of this.foreign) {
      if (isSame(entry, processes.get(pid))) continue;
      this.foreign.delete(pid);
      this.reaperAccount?.expect(entry.cpuSeconds + entry.reapedCpuSeconds);
    }
    return vanished.map(({ entry }) => entry);
  }

  private nearestAccount(entry: ProcessEntry, gone: ReadonlySet<number>): ReapedAccount | null {
    const passed = new Set<number>();
    let pid = entry.parentPid;
    while (!passed.has(pid)) {
      passed.add(pid);
      if (pid === this.options.reaper) return this.reaperAccount;
      const parent = this.members.get(pid);
      if (parent === undefined) return this.waiters.accountOf(pid);
      if (!gone.has(pid)) return parent.account;
      pid = parent.entry.parentPid;
    }
    return null;
  }

  private growReaper(processes: ReadonlyMap<number, ProcessEntry>): number {
    const { reaper } = this.options;
    const entry = reaper === undefined ? undefined : processes.get(reaper);
    if (entry === undefined) return 0;
    if (this.reaperAccount !== null) return this.reaperAccount.growTo(entry.reapedCpuSeconds);
    this.reaperAccount = new ReapedAccount(entry.reapedCpuSeconds);
    return 0;
  }

  private growWaiters(processes: ReadonlyMap<number, ProcessEntry>): number {
    const isOther = (entry: ProcessEntry, pid: number): boolean =>
      entry.parentPid === pid && !this.members.has(entry.pid) && !this.ended.some((each) => isSame(each, entry));
    return this.waiters.grow(processes, (pid) =>
      [processes, this.previous?.processes ?? processes].some((all) =>
        [...all.values()].some((entry) => isOther(entry, pid)),
      ),
    );
  }

  private growPossible(strangers: readonly ProcessEntry[], processes: ReadonlyMap<number, ProcessEntry>): number {
    if (!this.hasBegun || this.options.reaper === undefined) return 0;
    return this.possible.grow(strangers, processes, (pid) => this.members.has(pid));
  }

  private grow(member: TreeMember, entry: ProcessEntry): number {
    const own = Math.max(0, entry.cpuSeconds - member.entry.cpuSeconds);
    const reaped = member.account.growTo(entry.reapedCpuSeconds);
    member.entry = entry;
    if (!member.baselinePending) return own + reaped;
    member.baselinePending = false;
    return 0;
  }

  private bindRoots(processes: ReadonlyMap<number, ProcessEntry>): Bound {
    let [cpuSeconds, hasUnseen, isComplete] = [0, false, true];
    const joined: JoinedProcess[] = [];
    const roots = this.pendingRoots.filter(({ isRequested }) => isRequested);
    for (const root of roots) {
      this.pendingRoots.splice(this.pendingRoots.indexOf(root), 1);
      const entry = processes.get(root.pid);
      hasUnseen ||= entry === undefined;
      if (entry === undefined || this.members.has(root.pid)) continue;
      this.foreign.delete(root.pid);
      this.hasRoot = true;
      const brought = this.takeIn(entry, root, processes);
      cpuSeconds += brought.reduce((sum, each) => sum + each.cpuSeconds, 0);
      const known = this.previous?.processes;
      joined.push(
        ...brought.filter(({ pid, startTime }) => known === undefined || known.get(pid)?.startTime === startTime),
      );
      isComplete &&=
        root.countFrom === 'start' || root.cpuSecondsBefore !== undefined || root.startedWithRun !== undefined;
    }
    return {
      cpuSeconds,
      joined:
        roots.length === 0
          ? null
          : {
              processes: joined,
              isComplete: isComplete && (!hasUnseen || this.options.reaper !== undefined),
              hasUnseen,
            },
      hasUnseen,
    };
  }

  /** Makes a root and its descendants members; returns the CPU time that each brings in. */
  private takeIn(
    entry: ProcessEntry,
    { countFrom, cpuSecondsBefore, startedWithRun }: RootOptions,
    processes: ReadonlyMap<number, ProcessEntry>,
  ): readonly JoinedProcess[] {
    const waitedForCounted = this.parentsOfRoots.has(entry.pid);
    this.waiters.remove(entry.pid);
    const parent = processes.get(entry.parentPid);
    if (parent !== undefined && this.options.reaper === undefined && !this.members.has(parent.pid))
      this.waiters.add(parent);
    this.parentsOfRoots.add(entry.parentPid);
    // A process that appeared in the last snapshot may not have been read again since, so the age of its figures is
    // unknown.
    const isStale = countFrom === 'now' && this.previous?.since?.arrived.some(({ pid }) => pid === entry.pid) === true;
    this.add(entry, false);
    const found = this.findDescendants([...processes.values()], (each) => isStale && startedWithRun?.(each) !== true);
    const bring = ({ pid, startTime, cpuSeconds, reapedCpuSeconds }: ProcessEntry, isOlder = false): JoinedProcess => ({
      pid,
      startTime,
      cpuSeconds: cpuSeconds + reapedCpuSeconds,
      isOlder,
    });
    if (countFrom === 'start')
      return [bring(waitedForCounted ? { ...entry, reapedCpuSeconds: 0 } : entry), ...found.map((each) => bring(each))];
    const [withRun, older] = [
      found.filter((each) => startedWithRun?.(each) === true),
      found.filter((each) => startedWithRun?.(each) !== true),
    ];
    if (cpuSecondsBefore === undefined) return withRun.map((each) => bring(each));
    const used = [entry, ...older].reduce((sum, each) => sum + each.cpuSeconds + each.reapedCpuSeconds, 0);
    return [
      ...withRun.map((each) => bring(each)),
      { ...bring(entry, true), cpuSeconds: Math.max(0, used - cpuSecondsBefore) },
    ];
  }

  /** Processes that the previous snapshot did not show. Only they can be new in the tree, unless a root is new. */
  private strangers({ processes, since }: ProcessSnapshot): readonly ProcessEntry[] {
    const before = this.previous?.processes;
    if (since !== undefined && since !== null && since.processes === before) return since.arrived;
    return [...processes.values()].filter((entry) => before === undefined || !isSame(entry, before.get(entry.pid)));
  }

  /** Adds every descendant of a member and returns them; `isStale` selects those whose figures are of unknown age. */
  private findDescendants(
    candidates: readonly ProcessEntry[],
    isStale: (entry: ProcessEntry) => boolean = () => false,
  ): readonly ProcessEntry[] {
    const found: ProcessEntry[] = [];
    // Parents usually have the lower pid and come first, so the second round rarely finds any.
    for (let before = -1; before < found.length; ) {
      before = found.length;
      for (const entry of candidates) {
        if (this.members.has(entry.pid) || !this.belongs(entry)) continue;
        this.add(entry, isStale(entry));
        found.push(entry);
      }
    }
    return found;
  }

  private belongs(entry: ProcessEntry): boolean {
    const isMarked = this.hasRoot && this.mark !== null && entry.mark === this.mark;
    return this.members.has(entry.parentPid) || isMarked || this.isOrphanOfGroup(entry) || this.isOwnOrphan(entry);
  }

  /** Only a program that starts the run itself can know that processes with its streams belong to the run. */
  private isOwnOrphan({ origin }: ProcessEntry): boolean {
    return origin === 'ours' && this.hasBegun && this.options.reaper !== undefined;
  }

  /** A new process whose parent ended before any snapshot showed the two together, but whose group is ours. */
  private isOrphanOfGroup(entry: ProcessEntry): boolean {
    return (
      this.groups.has(entry.group) && this.previous !== null && !isSame(entry, this.previous.processes.get(entry.pid))
    );
  }

  private add(entry: ProcessEntry, baselinePending: boolean): void {
    this.members.set(entry.pid, { entry, account: new ReapedAccount(entry.reapedCpuSeconds), baselinePending });
    if (entry.group === entry.pid) this.groups.add(entry.group);
  }

  private noteForeign(strangers: readonly ProcessEntry[], processes: ReadonlyMap<number, ProcessEntry>): void {
    const { reaper } = this.options;
    if (reaper === undefined) return;
    for (const pid of this.foreign.keys()) {
      const entry = processes.get(pid);
      if (entry !== undefined) this.foreign.set(pid, entry);
    }
    for (const entry of strangers) {
      if (entry.parentPid === reaper && !this.members.has(entry.pid)) this.foreign.set(entry.pid, entry);
    }
  }

  /** Once the last member of a group has ended, its number may be reused, so it is forgotten one snapshot later. */
  private noteGroups(): void {
    const groups = new Set<number>();
    for (const { entry } of this.members.values()) {
      if (entry.group !== 0 && (entry.group === entry.pid || this.groups.has(entry.group))) groups.add(entry.group);
    }
    this.groups = groups;
  }

  /** The processes that held memory in the last interval. */
  holders(): readonly Holder[] {
    return [...this.ended, ...this.alive()];
  }

  private alive(): readonly ProcessEntry[] {
    return [...this.members.values()].map(({ entry }) => entry).filter(({ zombie }) => !zombie);
  }

  /**
   * The most CPU time, in seconds, that rounding may have hidden and that has not been reported yet. Each living process
   * and each sum of reaped time may hide up to a tick. Hidden time appears later, so over a whole run, no more can be
   * missing than at its worst moment.
   */
  takeRounding(): number {
    const accounts = this.options.reaper !== undefined && this.hasBegun ? 1 : 0;
    const error = Math.max(0, (this.alive().length + accounts) * tickSeconds - this.reportedError);
    this.reportedError += error;
    return error;
  }

  /** Earlier CPU time of the roots that were added since the last call; null if none were. */
  takeJoined(): Joined | null {
    const { joined } = this;
    this.joined = null;
    return joined;
  }

  private usage(cpuSeconds: number, { joined, hasUnseen }: Bound, possibleCpu: number): TreeUsage {
    const alive = this.alive();
    if (joined !== null) this.joined = joined;
    const earlier = joined?.processes.reduce((sum, each) => sum + each.cpuSeconds, 0) ?? 0;
    return {
      cpuSeconds,
      ...(earlier > 0 ? { earlierCpuSeconds: earlier } : {}),
      ...(hasUnseen ? { hasUnseen } : {}),
      ...this.possible.usage(possibleCpu),
      residentBytes: this.holders().reduce((sum, { residentBytes }) => sum + residentBytes, 0),
      processes: alive.length,
      pids: alive.map(({ pid }) => pid),
    };
  }
}
