import type { ReadMachineCounters } from '../processes/machine-load';
import type { ProcessTable } from '../processes/table';
import type { TreeTracker } from '../processes/tree-tracker';
import type { TreeUsage } from '../processes/tree';
import type { Clock } from '../system/clock';
import { isSharedGpu, whoMayUse, type GpuVisibility } from './gpu-visibility';
import { Latecomers, type Earlier } from './latecomers';
import type { Neighbours } from './neighbours';
import {
  findGap,
  judgeAgainstRuns,
  judgeLoad,
  readingOf,
  readModels,
  readMoment,
  readSources,
  type JudgedLoad,
  type Moment,
} from './plausible';
import type { MachineSample } from './sample';
import type { PowerSource, ReadContext } from './source';
import { runsCpu, TreeUsages } from './tree-usages';

export interface Subscriber {
  /** The run's processes; null to get samples of the machine only. */
  readonly tree: TreeTracker | null;
  /** Milliseconds between samples that this subscriber needs; the sampler keeps the shortest of all. */
  readonly intervalMilliseconds: number;
  /**
   * Called after each sample. `usage` is what the tree did in it, null without a tree. `earlier` is what became
   * known about earlier intervals; null or absent if nothing did.
   */
  onSample(sample: MachineSample, usage: TreeUsage | null, earlier?: Earlier | null): void;
}

export interface Subscription {
  /**
   * CPU seconds that sampling has cost this process and its helper programs since the subscription began. In a
   * process that only measures, all the CPU time of the process.
   */
  meterCpuSeconds(): number;
  /** Ends at once; call `sampleNow` first to include the last partial interval. */
  end(): void;
}

/** Reads all power sources of this machine at a steady pace while there are subscribers. One per window. */
export interface Sampler {
  /** Whether there are subscribers, and so a running timer. */
  readonly active: boolean;
  /**
   * Takes a sample that closes the running interval of the others and is the new subscriber's baseline. The promise
   * resolves when it is taken, and the first `onSample` covers the time since then.
   */
  subscribe(subscriber: Subscriber): Promise<Subscription>;
  /** The last sample, if it is only seconds old; null or absent if not. */
  recentSample?(): MachineSample | null;
  /** Closes the running interval now, for the end of a run; resolves after all subscribers have received it. */
  sampleNow(): Promise<void>;
  dispose(): void;
}

interface SamplerOptions {
  readonly clock: Clock;
  readonly sources: readonly PowerSource[];
  readonly counters: ReadMachineCounters;
  readonly processes: ProcessTable;
  /** Seconds since the machine started, including sleep; null if the platform does not give it. */
  readonly uptimeSeconds: () => number | null;
  /** CPU seconds that this process has used so far. */
  readonly ownCpuSeconds: () => number;
  /** Set if this process only measures: all its CPU time since its start counts as the meter's. */
  readonly dedicatedProcess?: boolean;
  /** The counters show the container's CPU times, not those of the machine. */
  readonly countsContainer?: boolean;
  /** Which GPUs a run may use; not asked if absent. */
  readonly gpuVisibility?: GpuVisibility;
  /** Other meters on this machine; none if absent. */
  readonly neighbours?: Neighbours;
  /** Called when nobody measures any more: what is held open can be closed. */
  readonly onPause?: () => void;
  /** Called with every sample, before the subscribers. */
  readonly onSample?: (sample: MachineSample) => void;
  /** Called if a subscriber threw, which then gets no more samples; an unhandled rejection if absent. */
  readonly onFault?: (error: unknown) => void;
}

/** A timer may fire early by this part of an interval and still counts as in time. */
const roundingPart = 0.02;

/** Helper programs take a second to start, so they are kept for a subscriber that may follow soon. */
const lingerMilliseconds = 3000;

/** An older sample says nothing about the present state of the machine. */
const recentSeconds = 2;

export class MachineSampler implements Sampler {
  private readonly subscribers = new Set<Subscriber>();
  /** Subscribers whose baseline is the sample that is being taken. */
  private readonly newcomers = new Set<Subscriber>();
  /** Number of subscribers that wait for a baseline. */
  private waiting = 0;
  private previous: Moment | null = null;
  /** The last moment with new CPU times; their next growth belongs to the time since then. */
  private moved: Moment | null = null;
  /** Ticks run one after another, never two at once. */
  private queue: Promise<void> = Promise.resolve();
  /** Counts the pauses: a tick that began before a pause must not become a baseline after it. */
  private pauses = 0;
  private cancelTimer: (() => void) | null = null;
  private intervalSeconds = Infinity;
  /** CPU seconds that sampling has cost this process, without helpers. */
  private ownSeconds = 0;
  private readonly trees: TreeUsages;
  private latest: { readonly at: number; readonly sample: MachineSample } | null = null;
  private readonly latecomers = new Latecomers();

  constructor(private readonly options: SamplerOptions) {
    this.trees = new TreeUsages(options.processes, () => this.helpers(), options.clock);
  }

  get active(): boolean {
    return this.subscribers.size + this.newcomers.size + this.waiting > 0;
  }

  async subscribe(subscriber: Subscriber): Promise<Subscription> {
    this.waiting += 1;
    // Two may subscribe at once, each with its own sample in the queue; neither gets a sample before its own is taken.
    await this.enqueue(() => {
      this.waiting -= 1;
      this.newcomers.add(subscriber);
    });
    const costBefore = this.cpuSeconds();
    return {
      meterCpuSeconds: () =>
        this.options.dedicatedProcess === true
          ? this.options.ownCpuSeconds() + this.trees.helperCpuSeconds
          : this.cpuSeconds() - costBefore,
      end: () => {
        this.subscribers.delete(subscriber);
        if (subscriber.tree !== null) this.latecomers.end(subscriber.tree);
        if (this.subscribers.size + this.newcomers.size === 0) this.goIdle();
      },
    };
  }

  recentSample(): MachineSample | null {
    const { latest } = this;
    return latest !== null && this.options.clock.monotonicSeconds() - latest.at <= recentSeconds ? latest.sample : null;
  }

  sampleNow(): Promise<void> {
    return this.enqueue(() => undefined);
  }

  /** What sampling has cost so far, here and in helper programs. */
  private cpuSeconds(): number {
    return this.ownSeconds + this.trees.helperCpuSeconds;
  }

  private enqueue(prepare: () => void): Promise<void> {
    const tick = this.queue.then(() => {
      prepare();
      return this.tick();
    });
    // A bug in one tick must not stop the next one; the caller of this tick gets the error.
    this.queue = tick.catch(() => undefined);
    return tick;
  }

  dispose(): void {
    this.subscribers.clear();
    this.newcomers.clear();
    this.goIdle();
    this.cancelTimer?.();
    this.pauseSources();
  }

  private goIdle(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    this.previous = null;
    this.latecomers.clear();
    this.pauses += 1;
    this.announce();
    if (this.helpers().length === 0) this.pauseSources();
    else this.cancelTimer = this.options.clock.after(lingerMilliseconds, () => this.pauseSources());
  }

  private pauseSources(): void {
    this.cancelTimer = null;
    for (const source of this.options.sources) source.pause();
    this.closeFiles();
  }

  private closeFiles(): void {
    this.options.processes.pause?.();
    this.options.onPause?.();
  }

  private async tick(): Promise<void> {
    if (this.subscribers.size + this.newcomers.size === 0) return;
    const { clock, ownCpuSeconds, dedicatedProcess } = this.options;
    this.cancelTimer?.();
    const began = clock.monotonicSeconds();
    // Asking costs more than reading a counter, and a process that only measures counts as a whole.
    const costBefore = dedicatedProcess === true ? 0 : ownCpuSeconds();
    try {
      await this.sample();
    } finally {
      if (dedicatedProcess !== true) this.ownSeconds += Math.max(0, ownCpuSeconds() - costBefore);
      this.schedule(began);
      // A sample that was being taken when the last subscriber ended has opened its files again.
      if (this.subscribers.size + this.newcomers.size === 0) this.closeFiles();
    }
  }

  private async sample(): Promise<void> {
    const { onSample, clock, sources, gpuVisibility } = this.options;
    const listeners = [...this.subscribers];
    const arriving = [...this.newcomers];
    const { previous, pauses } = this;
    const moment = await readMoment(this.options);
    const gap = previous === null ? null : findGap(previous, moment, this.intervalSeconds);
    const seconds = previous === null ? 0 : moment.monotonic - previous.monotonic;
    const totals =
      previous === null ? noLoad : judgeLoad(readingOf(this.moved ?? previous), readingOf(moment), seconds);
    const trees = [...listeners, ...arriving].map(({ tree }) => tree).filter((tree) => tree !== null);
    const context: ReadContext = { seconds, late: gap !== null, load: totals.load };
    const [measured, snapshot] = await Promise.all([readSources(sources, context), this.trees.snapshot(trees)]);
    const processesReadAt = clock.monotonicSeconds();
    if (pauses !== this.pauses) return;
    this.previous = moment;
    if (previous === null || moment.counters?.isOld !== true) this.moved = moment;
    const usages =
      snapshot === null ? new Map<TreeTracker, TreeUsage>() : await this.trees.update(trees, snapshot, seconds);
    const { load, problem } = judgeAgainstRuns(
      totals,
      readingOf(moment),
      runsCpu(
        listeners.flatMap(({ tree }) => (tree === null ? [] : (usages.get(tree) ?? []))),
        processesReadAt,
      ),
    );
    const readings = [...measured, ...(await readModels(sources, { ...context, load }))];
    // Subscribers may have ended in the meantime, so check again whether any are left.
    if (pauses !== this.pauses) return;
    const receivers = listeners.filter((listener) => this.subscribers.has(listener));
    for (const newcomer of arriving) {
      if (this.newcomers.delete(newcomer)) this.subscribers.add(newcomer);
    }
    if (arriving.length > 0 || readings.some(({ source }) => source.component === 'gpu')) this.announce();
    const { uptime, wallMilliseconds } = moment;
    const ageOf = (entry: { readonly startTime: number }): number | null =>
      this.options.processes.ageSeconds?.(entry, { uptimeSeconds: uptime, wallMilliseconds }) ?? null;
    for (const { tree } of arriving) if (tree !== null) this.latecomers.begin(tree, moment.monotonic, ageOf);
    if (previous === null) return;
    const seen = new Map(
      receivers.flatMap(({ tree }) =>
        tree === null || !usages.has(tree) ? [] : [[tree, usages.get(tree) as TreeUsage] as const],
      ),
    );
    const machine: MachineSample = {
      at: clock.wallMilliseconds(),
      seconds,
      readings,
      load,
      loadProblem: problem,
      ...(this.options.countsContainer === true ? { loadOfContainer: true } : {}),
      memoryTotalBytes: moment.counters?.memoryTotalBytes ?? null,
      gap,
      usages: [],
      ...(await whoMayUse(gpuVisibility, readings, [...usages.values()])),
      runsElsewhere: readings.some(isSharedGpu) ? (this.options.neighbours?.runs() ?? 0) : 0,
    };
    const settled = this.latecomers.settle(
      { from: previous.monotonic, until: moment.monotonic, sample: machine, usages: seen },
      ageOf,
    );
    const sample: MachineSample = { ...machine, usages: [...settled.usages.values()] };
    this.latest = { at: moment.monotonic, sample };
    onSample?.(sample);
    this.deliver(receivers, (listener) => {
      if (listener.tree === null) listener.onSample(sample, null);
      else
        listener.onSample(
          sample,
          settled.usages.get(listener.tree) ?? null,
          settled.earlier.get(listener.tree) ?? null,
        );
    });
  }

  /** If a subscriber throws, only that one stops getting samples, and the error is thrown where nothing else waits. */
  private deliver(listeners: readonly Subscriber[], deliverTo: (listener: Subscriber) => void): void {
    const {
      onFault = (error: unknown) => void Promise.reject(error instanceof Error ? error : new Error(String(error))),
    } = this.options;
    for (const listener of listeners) {
      try {
        deliverTo(listener);
      } catch (error) {
        this.subscribers.delete(listener);
        onFault(error);
      }
    }
  }

  /** Only GPUs may not report who uses them. */
  private announce(): void {
    if (!this.options.sources.some(({ descriptions }) => descriptions.some(({ component }) => component === 'gpu')))
      return;
    this.options.neighbours?.announce([...this.subscribers].filter(({ tree }) => tree !== null).length);
  }

  private helpers(): readonly number[] {
    const { sources, processes } = this.options;
    return [...sources, processes].flatMap(({ helpers = [] }) => helpers);
  }

  /**
   * The next tick comes at the next whole interval of the machine's monotonic clock, but only once this one is over.
   * So all meters on the machine sample at the same moments: each computes shares of the same energy, and the shares
   * do not add up to more than that.
   */
  private schedule(began: number): void {
    const all = [...this.subscribers, ...this.newcomers];
    if (all.length === 0) return;
    const interval = Math.min(...all.map(({ intervalMilliseconds }) => intervalMilliseconds));
    this.intervalSeconds = interval / 1000;
    const now = this.options.clock.monotonicSeconds() * 1000;
    const due = (Math.floor((began * 1000) / interval + roundingPart) + 1) * interval;
    const wait = due - now;
    this.cancelTimer?.();
    this.cancelTimer = this.options.clock.after(
      wait < interval / 10 ? wait + interval * Math.ceil(0.1 - wait / interval) : wait,
      () => {
        void this.sampleNow();
      },
    );
  }
}

const noLoad: JudgedLoad = { load: null, problem: null };
