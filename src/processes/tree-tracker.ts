import { PossibleProcesses } from './possible-processes';
import { ReapedAccount } from './reaped-account';
import { isSame, type ProcessEntry, type ProcessSnapshot } from './table';
import { Waiters } from './waiters';
import type { Holder } from './shared-memory';
import type { Joined, JoinedProcess, TreeUsage } from './tree';

/** Systems tell CPU time in ticks of a hundredth of a second, rounded down. */
const tickSeconds = 0.01;

export interface RootOptions {
  /**
   * `start`: all its CPU time counts, because the run began with it; `now`: only what it uses from the next snapshot
   * on, for a process that was there before the run.
   */
  readonly countFrom: 'start' | 'now';
  /** With `now`: CPU time of it and all below it when the run began, seconds, if somebody looked then: what came since counts too. */
  readonly cpuSecondsBefore?: number;
  /** With `now`: which of the processes below it have started with the run, so that all their time counts. */
  readonly startedWithRun?: (entry: ProcessEntry) => boolean;
}

export interface TreeTrackerOptions {
  /**
   * A process (this one) that starts and waits for the roots: CPU time of roots that ended between two snapshots is
   * read from its account of reaped children. Its own CPU time and its other children do not count.
   */
  readonly reaper?: number;
}

interface TreeMember {
  entry: ProcessEntry;
  readonly account: ReapedAccount;
  /** Its figures were of unknown age when it was found: the next ones are its baseline. */
  baselinePending: boolean;
}

/** What new roots bring in. */
interface Bound {
  readonly cpuSeconds: number;
  /** Null if there was none. */
  readonly joined: Joined | null;
  /** One was gone before anybody saw it. */
  readonly hasUnseen: boolean;
}

interface PendingRoot extends RootOptions {
  readonly pid: number;
  /** Its figures were asked for, so the next snapshot shows it as it is. */
  asked: boolean;
}

function cpuOf(entries: readonly ProcessEntry[]): number {
  return entries.reduce((sum, { cpuSeconds, reapedCpuSeconds }) => sum + cpuSeconds + reapedCpuSeconds, 0);
}

/**
 * Follows the process tree of one run from snapshot to snapshot. A process that once belonged to the tree does so
 * until it ends, wherever it is reparented; each is told from a later one with the same pid by its start time.
 */
export class TreeTracker {
  private readonly members = new Map<number, TreeMember>();
  /** Other children of the reaper, whose time must not pass for a root's. */
  private readonly foreign = new Map<number, ProcessEntry>();
  private readonly possible = new PossibleProcesses();
  private readonly pendingRoots: PendingRoot[] = [];
  /** Parents of roots, which may have waited for processes that were counted already. */
  private readonly parentsOfRoots = new Set<number>();
  /** Process groups led by a member, as long as a member is in them. */
  private groups = new Set<number>();
  private reaperAccount: ReapedAccount | null = null;
  private readonly waiters = new Waiters();
  /** What the environment of the run's processes names; null if nothing was put there. */
  private mark: string | null = null;
  private hasRoot = false;
  private previous: ProcessSnapshot | null = null;
  /** What ended in the last interval, as it was before. */
  private ended: readonly ProcessEntry[] = [];
  /** Of what rounding may have hidden, the most that was told so far. */
  private errorTold = 0;
  private hasBegun = false;
  private joined: Joined | null = null;

  constructor(private readonly options: TreeTrackerOptions = {}) {}

  /** Adds a process and, with it, all its descendants; may be called at any time. */
  addRoot(pid: number, options: RootOptions = { countFrom: 'start' }): void {
    this.pendingRoots.push({ ...options, pid, asked: false });
  }

  /** Takes in new processes whose environment names this run, wherever they hang: daemons that have left the tree. */
  adoptMarked(mark: string): void {
    this.mark = mark;
  }

  /** Pids whose figures must be fresh in the next snapshot. */
  watched(): readonly number[] {
    for (const root of this.pendingRoots) root.asked = true;
    const pids = [
      ...this.members.keys(),
      ...this.possible.pids(),
      ...this.foreign.keys(),
      ...this.pendingRoots.map(({ pid }) => pid),
      ...this.waiters.pids(),
    ];
    return this.options.reaper === undefined ? pids : [...pids, this.options.reaper];
  }

  /** What the tree did since the previous call. `watched()` must have been asked before the snapshot was taken. */
  update(snapshot: ProcessSnapshot): TreeUsage {
    const { processes } = snapshot;
    this.ended = this.settleVanished(processes);
    let cpuSeconds = this.growReaper(processes) + this.growWaiters(processes);
    this.hasBegun ||= this.hasRoot || this.pendingRoots.some(({ asked }) => asked);
    for (const member of this.members.values()) {
      cpuSeconds += this.grow(member, processes.get(member.entry.pid) ?? member.entry);
    }
    const strangers = this.strangers(snapshot);
    if (this.members.size > 0 || this.hasBegun) cpuSeconds += cpuOf(this.findDescendants(strangers));
    const bound = this.bindRoots(processes);
    cpuSeconds += bound.cpuSeconds;
    if (bound.hasUnseen && !this.hasRoot) {
      // A root that ended before the first look has left its mark on what it started.
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
   * Hands what was counted of each vanished process to the nearest ancestor that may have waited for it; returns them
   * as they were.
   */
  private settleVanished(processes: ReadonlyMap<number, ProcessEntry>): readonly ProcessEntry[] {
    const vanished = [...this.members.values()].filter(({ entry }) => !isSame(entry, processes.get(entry.pid)));
    const gone = new Set(vanished.map(({ entry }) => entry.pid));
    for (const { entry, account, baselinePending } of vanished) {
      // Without a baseline nobody knows what of its time is older than the run: none of it counts.
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
    const roots = this.pendingRoots.filter(({ asked }) => asked);
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

  /** Makes a root and what is below it members; returns the CPU time that each brings in. */
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
    // What a look has just found new was read then, and not again since: how old its figures are is not known.
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

  /** Processes that the previous snapshot did not show: only they can be new in the tree, unless a root is. */
  private strangers({ processes, since }: ProcessSnapshot): readonly ProcessEntry[] {
    const before = this.previous?.processes;
    if (since !== undefined && since !== null && since.processes === before) return since.arrived;
    return [...processes.values()].filter((entry) => before === undefined || !isSame(entry, before.get(entry.pid)));
  }

  /** Adds every process below a member and returns them; `isStale` names those whose figures are of unknown age. */
  private findDescendants(
    candidates: readonly ProcessEntry[],
    isStale: (entry: ProcessEntry) => boolean = () => false,
  ): readonly ProcessEntry[] {
    const found: ProcessEntry[] = [];
    // Parents mostly have the lower pid and come first, so the second round seldom finds any.
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

  /** Only one that starts the run itself knows that what holds its streams is the run's. */
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

  /** A group whose last member has ended may be named anew by strangers, so it is forgotten one snapshot later. */
  private noteGroups(): void {
    const groups = new Set<number>();
    for (const { entry } of this.members.values()) {
      if (entry.group !== 0 && (entry.group === entry.pid || this.groups.has(entry.group))) groups.add(entry.group);
    }
    this.groups = groups;
  }

  /** What held memory in the last interval. */
  holders(): readonly Holder[] {
    return [...this.ended, ...this.alive()];
  }

  private alive(): readonly ProcessEntry[] {
    return [...this.members.values()].map(({ entry }) => entry).filter(({ zombie }) => !zombie);
  }

  /**
   * The most CPU time that was hidden by rounding and has not been told of yet, seconds. Each living process, and the
   * account of those that have been waited for, may hide up to a tick; what they hide now they tell later, so over a run
   * no more can be missing than at its worst moment.
   */
  takeRounding(): number {
    const accounts = this.options.reaper !== undefined && this.hasBegun ? 1 : 0;
    const error = Math.max(0, (this.alive().length + accounts) * tickSeconds - this.errorTold);
    this.errorTold += error;
    return error;
  }

  /** What the roots that were added since the last call bring in from before; null if none was. */
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
