import type { Attribution } from '../../power/attribution';
import type { Power } from '../../power/machine';
import type { MachineSample } from '../../power/sample';
import type { Earlier } from '../../power/latecomers';
import type { Sampler, Subscription } from '../../power/sampler';
import type { RootOptions, TreeTracker } from '../../processes/tree-tracker';
import type { TreeUsage } from '../../processes/tree';
import type { Clock } from '../../system/clock';
import { joulesToWattHours } from '../../units/convert';
import { buildRecord, figuresOf, type RunFigures, type RunState } from './build-record';
import { DaemonWork, daemonNote, measureAfterEnd, othersIn } from './daemon-work';
import { recentWatts } from '../describe';
import { loadInWords } from './machine-load';
import type { HeaderUpdate, Limits, MissingComponent, RunHeader } from '../header';
import { settledRun } from '../cluster/cluster';
import { InnerRuns } from './inner-runs';
import type { IntervalFill, RunInterval } from '../interval';
import type { Journal } from '../journal/journal';
import { applyLine } from '../journal/journal-lines';
import type { JournalLine, ProgressEntry } from '../journal/journal-shapes';
import { fillsOf, UnknownIntervals } from '../fill';
import type { EpochEvent } from '../progress/epoch-event';
import { ProgressTracker } from '../progress/progress-tracker';
import type { RunProgress, Usage } from '../progress/run-progress';
import { PossibleWork } from './possible-work';
import { PowerSeries } from '../power-series';
import type { Origin } from '../origin';
import type { GitState, RecordedCluster, RecordedIntensity, RunRecord, Scope } from '../record';
import { RecordFile } from '../journal/record-file';
import { sourcesAfter } from '../record-sources';
import { fillInterval } from '../totals';

/** Live power is the mean of the last seconds: steady enough to read, quick enough to follow changes. */
const recentSamples = 5;

/** A process of a run. */
export interface RunRoot extends RootOptions {
  readonly pid: number;
}

/** How a caller describes a run. */
export interface RunOptions {
  readonly name: string;
  readonly kind: RunHeader['kind'];
  readonly command: readonly string[] | null;
  readonly folder: string | null;
  /** Absent if it is not known yet. */
  readonly git?: GitState | null;
  readonly scope: Scope;
  /** Absent or null if nobody set it. */
  readonly scopeFrom?: Origin | null;
  readonly intensity: RecordedIntensity | null;
  readonly pue: number;
  /** Absent if the PUE is exact. */
  readonly pueLimits?: Limits;
  readonly pueFrom?: Origin | null;
  readonly notes: readonly string[];
  /** Set if its energy is that of a cluster. */
  readonly cluster?: RecordedCluster;
  readonly tree: TreeTracker;
  /** Its process, if known before the run begins. */
  readonly root?: RunRoot;
  /** The recorded runs that contain this one, nearest first; absent if there are none. */
  readonly ancestors?: readonly string[];
}

/** What a run's processes did in the last interval, to find out whether it is still working. */
export interface RunActivity {
  readonly seconds: number;
  /** CPU time of its whole tree. */
  readonly cpuSeconds: number;
  readonly pids: readonly number[];
  /** Its share of the graphics cards above idle; null if unknown. */
  readonly gpuJoules: number | null;
  /** The whole machine; null if unknown. */
  readonly machineJoules: number | null;
}

interface RunDependencies {
  readonly clock: Clock;
  readonly journal: Journal | null;
  readonly intervalMilliseconds: number;
  readonly onProblem: (sentence: string) => void;
  /** Set if the record already says that other processes do its work. */
  readonly hasElsewhereNote?: boolean;
  /** The exact energy of a run that has ended, if the samples are not exact. */
  readonly settle?: Power['settle'];
  /** `usageProblem` is the reason why a run that has processes has no usage. */
  readonly attribute: (sample: MachineSample, usage: TreeUsage | null, usageProblem: string | null) => Attribution;
}

/** A run that is being measured: takes samples, writes them to the journal, notifies listeners. */
export class ActiveRun {
  /** Power since the start, for charts. */
  readonly power = new PowerSeries();
  private readonly tracker = new ProgressTracker();
  private results: Readonly<Record<string, number>> = {};
  private state: RunState | null = null;
  private recent: RunInterval[] = [];
  private sampler: Sampler | null = null;
  private subscription: Subscription | null = null;
  private readonly file: RecordFile;
  private readonly inner = new InnerRuns();
  private lastActivity: RunActivity | null = null;
  private lastSample: MachineSample | null = null;
  private readonly possibleWork = new PossibleWork();
  private hasRoot = false;
  private hasBeenSeen = false;
  private machineNote: string | null = null;
  private chosenScope: Scope = 'run';
  private daemonWork = new DaemonWork(null);
  private noteOfDaemon: string | null = null;
  private finished: Promise<RunRecord> | null = null;
  private readonly listeners = new Set<() => void>();
  private readonly fillListeners = new Set<(fill: IntervalFill) => void>();
  private readonly unknownIntervals = new UnknownIntervals();

  constructor(
    private readonly makeHeader: (startedAt: number) => RunHeader,
    private readonly tree: TreeTracker,
    private readonly dependencies: RunDependencies,
  ) {
    this.file = new RecordFile(dependencies.journal, dependencies.onProblem);
  }

  /** Subscribes to the sampler; called once, by the meter. */
  async begin(sampler: Sampler, root: RunRoot | null = null): Promise<void> {
    this.sampler = sampler;
    const recent = sampler.recentSample?.() ?? null;
    const before = recent === null ? null : othersIn(recent);
    this.daemonWork = new DaemonWork(before === null ? null : before.cpuSeconds / before.seconds);
    if (root !== null) {
      this.hasRoot = true;
      this.inner.note([root.pid]);
      this.tree.addRoot(root.pid, root);
    }
    this.subscription = await sampler.subscribe({
      tree: this.tree,
      intervalMilliseconds: this.dependencies.intervalMilliseconds,
      onSample: (sample, usage, earlier = null) => {
        this.take(sample, this.hasRoot ? usage : null, earlier);
        if (earlier !== null) this.fillIn(earlier, sample);
      },
    });
    const header = this.makeHeader(this.dependencies.clock.wallMilliseconds());
    this.chosenScope = header.scope;
    this.tree.adoptMarked(header.id);
    this.state = applyLine(null, { type: 'start', version: 1, ...header });
  }

  get id(): string {
    return this.known().header.id;
  }

  /** The last interval that was measured; null before the first. */
  get latest(): RunInterval | null {
    return this.recent.at(-1) ?? null;
  }

  /** What its processes did in the last interval; null before the first interval with a known process. */
  get activity(): RunActivity | null {
    return this.lastActivity;
  }

  /** How busy the machine was in the last interval, in words; null if nothing is known of it. */
  get load(): string | null {
    return this.lastSample === null ? null : loadInWords(this.lastSample);
  }

  /** Whether a process of the run is known; until then only the machine's figures are known. */
  get hasProcess(): boolean {
    return this.hasRoot;
  }

  /**
   * Adds a process and all its descendants to the run; use `now` for one that is older than the run. If it has been
   * working for a while, call `measureNow` afterwards to separate earlier work from later work.
   */
  addProcess(pid: number, options: RootOptions | RootOptions['countFrom'] = 'start'): void {
    // What waits here for a cluster is no part of its work.
    if (this.isOnCluster) return;
    this.hasRoot = true;
    this.inner.note([pid]);
    this.tree.addRoot(pid, typeof options === 'string' ? { countFrom: options } : options);
    if (this.machineNote !== null) {
      const note = this.machineNote;
      this.machineNote = null;
      this.update({ scope: this.chosenScope, notes: this.known().header.notes.filter((each) => each !== note) });
    }
  }

  /** Counts the whole machine until a process is added, because no process is known; adds a note to the record. */
  countMachine(note: string): void {
    if (this.machineNote !== null || this.isOnCluster) return;
    this.machineNote = note;
    this.update({ scope: 'machine', notes: [...this.known().header.notes, note] });
  }

  /** Whether its energy is that of a cluster, and not of this machine. */
  get isOnCluster(): boolean {
    return this.known().header.cluster !== undefined;
  }

  /** Whose energy counts now. */
  get scope(): Scope {
    return this.known().header.scope;
  }

  /** A note that other processes seem to have done the run's work; null before its end, and if there is no sign of that. */
  get daemonNote(): string | null {
    return this.noteOfDaemon;
  }

  /** Adds one sentence to the notes of the record. */
  addNote(note: string): void {
    this.update({ notes: [...this.known().header.notes, note] });
  }

  /** Changes fields of the run, also in its record. */
  update(update: HeaderUpdate): void {
    this.apply({ type: 'update', ...update });
  }

  /** Takes progress that was read from the run's output. */
  addProgress(events: readonly EpochEvent[]): void {
    if (this.finished === null) this.tracker.add(events);
  }

  /** Takes the results that its output shows so far; they are recorded at its end. */
  setResults(results: Readonly<Record<string, number>>): void {
    this.results = results;
  }

  /** How far the run has come; null while its output shows no progress. */
  get progress(): RunProgress | null {
    return this.tracker.progress;
  }

  /** What the run has used so far, in its scope. */
  usage(): Usage {
    const { header, totals, lastAt } = this.known();
    const { total } = header.scope === 'machine' ? totals.machine : totals.run;
    return { at: lastAt, seconds: totals.seconds, wattHours: total === null ? null : joulesToWattHours(total) };
  }

  /** The record so far. */
  record(): RunRecord {
    const { end } = this.known();
    return buildRecord(this.known(), end === null ? 'running' : 'completed', this.subscription?.meterCpuSeconds() ?? 0);
  }

  /** The figures of the record so far, for what is updated with each sample. */
  figures(): RunFigures {
    return figuresOf(this.known());
  }

  /** Mean power of the counted scope over the last seconds, watts; null when unknown. */
  recentWatts(): number | null {
    const machine = this.scope === 'machine';
    return recentWatts(
      this.recent.map(({ seconds, run, machine: whole }) => ({ seconds, joules: machine ? whole.total : run.total })),
    );
  }

  /** Closes the running interval now, for a figure at a certain moment. */
  async measureNow(): Promise<void> {
    if (this.finished === null) await this.sampler?.sampleNow();
  }

  /** Called after each sample and change; the returned function ends it. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Called with what becomes known about an earlier interval; the returned function ends it. */
  onFill(listener: (fill: IntervalFill) => void): () => void {
    this.fillListeners.add(listener);
    return () => void this.fillListeners.delete(listener);
  }

  /** Takes the last partial sample and closes the record. Safe to call twice. */
  finish(exitCode: number | null): Promise<RunRecord> {
    this.finished ??= this.close(exitCode);
    return this.finished;
  }

  /** Ends without a record, for a command that did not start. */
  abandon(): void {
    this.subscription?.end();
    this.subscription = null;
  }

  private async close(exitCode: number | null): Promise<RunRecord> {
    const { clock, settle } = this.dependencies;
    const endedAt = clock.wallMilliseconds();
    await this.sampler?.sampleNow();
    // What is read after the end is read for any time; without that, the last sample is the end. A server may take long for it.
    const at = settle === undefined ? clock.wallMilliseconds() : endedAt;
    const meterCpuSeconds = this.subscription?.meterCpuSeconds() ?? 0;
    this.subscription?.end();
    this.subscription = null;
    await this.settle(at);
    await this.judgeDaemonWork();
    this.write(this.tracker.finish(this.usage()));
    if (Object.keys(this.results).length > 0) this.update({ results: this.results });
    const { journal } = this.dependencies;
    const children = journal === null ? [] : await this.inner.find(journal, this.known().header);
    if (children.length > 0) this.update({ children });
    const end = { type: 'end', at, exitCode, meterCpuSeconds } as const;
    this.state = applyLine(this.state, end);
    await this.file.end(end, this.known().header);
    this.notify();
    return buildRecord(this.known(), 'completed', meterCpuSeconds);
  }

  private async settle(at: number): Promise<void> {
    const { settle } = this.dependencies;
    if (settle === undefined) return;
    const result = await settle(this.known().header.startedAt, at);
    const { energy, update } = settledRun(this.known().header, result, at);
    if (energy !== null) this.apply({ type: 'settled', ...energy });
    this.update(update);
  }

  /** Notes in the record that other processes did its work, if the machine became idle when the run ended. */
  private async judgeDaemonWork(): Promise<void> {
    if (
      this.dependencies.hasElsewhereNote === true ||
      this.scope === 'machine' ||
      !this.hasRoot ||
      !this.daemonWork.mayBeClient()
    )
      return;
    const { sampler } = this;
    const after = sampler === null ? null : await measureAfterEnd(sampler, this.dependencies.clock);
    if (this.daemonWork.isClient(after)) this.noteOfDaemon = daemonNote(this.known().totals);
    if (this.noteOfDaemon !== null) this.addNote(this.noteOfDaemon);
  }

  private take(sample: MachineSample, seen: TreeUsage | null, earlier: Earlier | null): void {
    this.lastSample = sample;
    const usage = earlier?.isUnknownYet === true ? null : seen;
    const usageProblem =
      !this.hasRoot || usage !== null
        ? null
        : seen === null
          ? 'the processes of this machine could not be read'
          : (earlier?.problem ?? null);
    const { run, machine, gaps, unknownSeconds, missing } = this.dependencies.attribute(sample, usage, usageProblem);
    const interval: RunInterval = {
      at: sample.at,
      seconds: sample.seconds,
      run,
      machine,
      // A command may start and end within its first interval: then there was one process.
      processes: usage === null ? 0 : Math.max(usage.processes, this.hasBeenSeen ? 0 : 1),
      gaps,
      ...(unknownSeconds === undefined ? {} : { unknownSeconds }),
    };
    this.daemonWork.take(sample, usage);
    this.hasBeenSeen ||= usage !== null;
    if (run.total === null && machine.total !== null && seen === null)
      this.unknownIntervals.add(sample.at, sample.seconds);
    this.inner.note(usage?.pids ?? []);
    this.lastActivity =
      usage === null
        ? null
        : {
            seconds: sample.seconds,
            cpuSeconds: usage.cpuSeconds,
            pids: usage.pids,
            gpuJoules: run.gpu,
            machineJoules: machine.total,
          };
    this.recent = [...this.recent, interval].slice(-recentSamples);
    this.power.add(interval);
    this.noteSources(sample, usage);
    this.apply({ type: 'sample', ...interval });
    this.noteMissing(missing);
    const possible = this.possibleWork.take(usage);
    if (possible !== null) this.addNote(possible);
    this.write(this.tracker.measure(this.usage()));
  }

  /** Takes what became known about the time before the run's processes were known. */
  private fillIn(earlier: Earlier, now: MachineSample): void {
    const { attribute } = this.dependencies;
    for (const fill of this.unknownIntervals.settle(fillsOf(earlier, this.unknownIntervals, now, attribute))) {
      this.power.fill(fill.at, fill.run);
      this.recent = this.recent.map((interval) =>
        interval.at === fill.at && fill.seconds > 0 ? fillInterval(interval, fill) : interval,
      );
      this.apply({ type: 'fill', ...fill });
      for (const listener of this.fillListeners) listener(fill);
    }
  }

  /** Keeps the sources in the record up to date: a model may replace a counter that stops. */
  private noteSources({ readings }: MachineSample, usage: TreeUsage | null): void {
    const sources = sourcesAfter(this.known().header.sources, readings, usage !== null);
    if (sources !== null) this.update({ sources });
  }

  /** Keeps components without a figure in the record, each once. */
  private noteMissing(missing: readonly MissingComponent[]): void {
    const before = this.known().header.missing;
    const isNew = (each: MissingComponent): boolean =>
      !before.some(({ component, reason }) => component === each.component && reason === each.reason);
    const added = missing.filter(isNew);
    if (added.length > 0) this.update({ missing: [...before, ...added] });
  }

  private write(entries: readonly ProgressEntry[]): void {
    for (const entry of entries) this.apply({ type: 'progress', ...entry });
    // Not every mark of a long training is written, but all are known here.
    const { progress } = this.tracker;
    if (progress !== null) this.state = { ...this.known(), progress };
  }

  private apply(line: JournalLine): void {
    // The file starts with the present header, before the line changes anything.
    this.file.append(line, this.known().header);
    this.state = applyLine(this.state, line);
    this.notify();
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }

  private known(): RunState {
    if (this.state === null) throw new Error('the run has not started');
    return this.state;
  }
}
