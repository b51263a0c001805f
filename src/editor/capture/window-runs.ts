import { Disposable, EventEmitter, workspace, type Uri } from 'vscode';
import type { ActiveRun } from '../../runs/measuring/active-run';
import type { Problem } from '../../power/prometheus/client';
import { PowerSeries } from '../../runs/power-series';
import { choosePlace, type RunPlace } from '../../runs/place';
import type { RunProgress } from '../../runs/progress/run-progress';
import type { RunRecord } from '../../runs/record';
import { errorCode } from '../../system/files';
import { localTimeZone } from '../../system/time-zone';
import { affectsSettings } from '../contributions/use-settings';
import type { Log } from '../log';
import type { OpenCluster } from '../../runs/cluster/open-cluster';
import type { RunIntensityRecorder } from '../../grid/services/run-intensity-recorder';
import { ProjectFileWatch } from '../project-file';
import type { MeterEngine } from './engine';
import type { LiveIntensity } from './live-intensity';
import type { NoticedRun } from './run-host';
import { effectiveSettings, type MeterSettings } from '../meter-settings';
import { settingName } from '../contributions/links';
import { openFolderPaths } from '../open-folders';

/** A run with its power over time. */
export interface ShownSeries {
  readonly record: RunRecord;
  readonly power: PowerSeries;
  /** What its output told of its progress; null if nothing. */
  readonly progress: RunProgress | null;
  /** Null once the run has ended. */
  readonly active: ActiveRun | null;
}

/** The runs of this window: those in progress and the last one that ended. All that shows runs listens here. */
export class WindowRuns implements Disposable {
  private readonly running: ActiveRun[] = [];
  private readonly startedHere = new Set<string>();
  private isPrepared = false;
  private lastEnded: (Pick<ShownSeries, 'record' | 'progress'> & { readonly power: PowerSeries | null }) | null = null;
  private readonly changed = new EventEmitter<void>();
  private readonly listChanged = new EventEmitter<void>();

  /** Fires after each sample and each other change of any run. */
  readonly onDidChange = this.changed.event;
  /** Fires when a run starts, ends or is deleted. */
  readonly onDidChangeRuns = this.listChanged.event;

  /** Carbon intensities from live services, for runs in progress. */
  private readonly intensities = new WeakMap<ActiveRun, RunIntensityRecorder>();
  /** The folder of each run, and the notes that its settings for the place led to. */
  private readonly places = new WeakMap<
    ActiveRun,
    { readonly folder: Uri | null; readonly notes: readonly string[] }
  >();
  private readonly projectFiles = new ProjectFileWatch();
  private readonly settings = Disposable.from(
    this.projectFiles,
    this.projectFiles.onDidChange(() => this.onPlaceSettingsChanged()),
    workspace.onDidChangeConfiguration((event) => {
      if ((['location', 'carbonIntensity', 'pue'] as const).some((key) => affectsSettings(event, key)))
        this.onPlaceSettingsChanged();
    }),
  );

  constructor(
    private readonly engine: MeterEngine,
    private readonly log: Log,
    /** Null uses no live service. */
    private readonly live: LiveIntensity | null = null,
  ) {}

  /** Whether a run was started in this window since it opened. */
  isOfWindow(id: string): boolean {
    return this.startedHere.has(id);
  }

  get active(): readonly ActiveRun[] {
    return this.running;
  }

  /** The last run that ended in this window, or the last one recorded for its folders; for any, if none is open. */
  get last(): RunRecord | null {
    return this.lastEnded?.record ?? null;
  }

  /** Reads the last recorded run of this workspace. Called after activation, so that it does not delay it. */
  async loadLast(): Promise<void> {
    const folders = new Set(openFolderPaths());
    try {
      const stored = await this.engine.journal?.latest(
        ({ folder, status }) =>
          status !== 'running' && (folders.size === 0 || (folder !== null && folders.has(folder))),
      );
      if (stored === undefined || stored === null || this.lastEnded !== null || this.running.length > 0) return;
      this.lastEnded = { record: stored, power: null, progress: null };
      this.turn();
    } catch (error) {
      this.log.warn(
        `Recorded runs cannot be read (${errorCode(error) ?? String(error)}). New runs are still measured.`,
      );
    }
  }

  /** Whether all is open and loaded that a run needs, so that it is measured from its first moment. */
  get isReady(): boolean {
    return this.isPrepared;
  }

  /** Opens and loads what a run of this folder will need: that takes a moment, which the first run would lack. */
  async prepare(folder: Uri | null): Promise<void> {
    await Promise.all([this.engine.open(), effectiveSettings(folder).then(placeOf)]);
    this.isPrepared = true;
  }

  /** @param cluster whose energy counts instead of this machine's; null for this machine */
  async start(
    folder: Uri | null,
    run: NoticedRun,
    known?: MeterSettings,
    cluster: OpenCluster | null = null,
  ): Promise<ActiveRun> {
    const settings = known ?? (await effectiveSettings(folder));
    const [meter, place] = await Promise.all([
      cluster === null
        ? this.engine.open().then((opened) => opened.meter)
        : this.engine.meterOf({ ...cluster, power: this.untilClose(cluster) }),
      placeOf(settings),
    ]);
    const notes = [...settings.problems, ...place.notes];
    for (const note of notes) this.log.warn(note);
    const { root, knownAs: _knownAs, ...noticed } = run;
    const active = await meter.start({
      ...noticed,
      // What waits here for a cluster is no part of its work.
      ...(cluster === null && root !== undefined ? { root } : {}),
      scope: cluster?.scope ?? settings.scope?.value ?? 'run',
      scopeFrom: cluster === null ? (settings.scope?.from ?? null) : null,
      ...(cluster === null ? {} : { cluster: cluster.recorded }),
      intensity: place.intensity,
      pue: place.pue,
      pueLimits: place.pueLimits,
      pueFrom: place.pueFrom,
      notes,
    });
    this.running.push(active);
    this.startedHere.add(active.id);
    this.places.set(active, { folder, notes });
    const intensity = this.live?.ask(settings, place.intensity) ?? null;
    if (intensity !== null) {
      this.intensities.set(active, intensity);
      intensity
        .follow(active)
        .catch((error: unknown) =>
          this.log.warn(`Live services failed (${String(error)}). The yearly average is used instead.`),
        );
    }
    active.onChange(() => this.changed.fire());
    this.turn();
    if (run.folder !== null)
      this.addGit(active, run.folder).catch((error: unknown) =>
        this.log.warn(`The git commit of ${run.name} is not known (${String(error)}).`),
      );
    return active;
  }

  /** The run does not wait for this. If it ends first, its record has no git state. */
  private async addGit(run: ActiveRun, folder: string): Promise<void> {
    const { gitOfRun } = await import('./git-of-run');
    const git = await gitOfRun(folder);
    if (this.running.includes(run) && run.record().status === 'running') run.update({ git });
  }

  /** Resolved when the window closes. */
  private readonly closing = withResolvers<Problem>();

  /** Changes are applied one after another, so that the last one wins. */
  private relocation: Promise<void> = Promise.resolve();

  private onPlaceSettingsChanged(): void {
    this.relocation = this.relocation
      .then(() => this.updatePlaces())
      .catch((error: unknown) =>
        this.log.error('The changed location could not be applied to runs in progress.', error),
      );
  }

  /** A changed location applies to runs in progress from their start: computers do not move during a run. */
  private async updatePlaces(): Promise<void> {
    for (const run of [...this.running]) {
      const known = this.places.get(run);
      // A run with a live service keeps it.
      if (known === undefined || this.intensities.has(run)) continue;
      const settings = await effectiveSettings(known.folder);
      const { intensity, pue, pueLimits, pueFrom, notes: placeNotes } = await placeOf(settings);
      if (!this.running.includes(run)) continue;
      const notes = [...settings.problems, ...placeNotes];
      const others = run.record().notes.filter((note) => !known.notes.includes(note));
      this.places.set(run, { ...known, notes });
      run.update({
        intensity,
        pue,
        pueLimits: { low: pueLimits.low, high: pueLimits.high },
        pueFrom,
        notes: [...notes, ...others],
      });
    }
  }

  async finish(run: ActiveRun, exitCode: number | null): Promise<RunRecord> {
    this.intensities.get(run)?.settle(run);
    const record = await run.finish(exitCode);
    const index = this.running.indexOf(run);
    if (index >= 0) this.running.splice(index, 1);
    this.lastEnded = { record, power: run.power, progress: run.progress };
    this.turn();
    this.log.info(`${record.name}: recorded as ${record.id}`);
    return record;
  }

  /** A window that closes cannot wait for the last scrapes of a cluster. */
  private untilClose({ power }: OpenCluster): OpenCluster['power'] {
    const { settle } = power;
    return settle === undefined
      ? power
      : { ...power, settle: (from, to) => Promise.race([this.closing.promise, settle(from, to)]) };
  }

  /** Closes the records of runs in progress; called when the window closes. */
  async close(): Promise<void> {
    this.closing.resolve({ kind: 'problem', sentence: 'the window was closed.', mayPass: false });
    for (const run of this.running) this.intensities.get(run)?.settle(run);
    await Promise.allSettled(this.running.map((run) => run.finish(null)));
  }

  /** A run of this window or of the journal; null if there is none. */
  async find(id: string): Promise<ShownSeries | null> {
    const active = this.running.find((run) => run.id === id);
    if (active !== undefined)
      return { record: active.record(), power: active.power, progress: active.progress, active };
    if (this.lastEnded?.record.id === id && this.lastEnded.power !== null)
      return { ...this.lastEnded, power: this.lastEnded.power, active: null };
    try {
      const stored = await this.engine.journal?.read(id);
      return stored === undefined || stored === null
        ? null
        : {
            record: stored.record,
            power: PowerSeries.of(stored.samples),
            progress: stored.progress,
            active: null,
          };
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  }

  /** Stops showing a run whose record was deleted. */
  forget(id: string): void {
    if (this.lastEnded?.record.id === id) this.lastEnded = null;
    this.turn();
  }

  dispose(): void {
    this.settings.dispose();
    this.changed.dispose();
    this.listChanged.dispose();
  }

  private turn(): void {
    this.listChanged.fire();
    this.changed.fire();
  }
}

function withResolvers<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}

/** Where the electricity comes from, from the settings. An unknown location leads to a note. */
async function placeOf({ place: choice }: Pick<MeterSettings, 'place'>): Promise<RunPlace> {
  const { place, problem } = await choosePlace(choice, localTimeZone());
  return problem === null
    ? place
    : { ...place, notes: [`The setting ${settingName('location')} is ignored: ${problem}`, ...place.notes] };
}
