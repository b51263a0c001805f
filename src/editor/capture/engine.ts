import { homedir } from 'node:os';
import type { Disposable } from 'vscode';
import type { Power } from '../../power/machine';
import { AmbientLog } from '../../runs/ambient-log';
import { Journal } from '../../runs/journal/journal';
import type { Meter } from '../../runs/measuring/meter';
import type { OpenCluster } from '../../runs/cluster/open-cluster';
import { stateDirectory } from '../../system/own-directories';
import { belongsToAnotherUser } from '../../system/folders';
import { systemClock } from '../../system/clock';
import { systemFiles } from '../../system/files';
import type { Log } from '../log';

/** The meter of this window. Power sources are opened for the first run and stay open. */
export class MeterEngine implements Disposable {
  readonly journal: Journal | null;
  readonly ambientLog: AmbientLog | null;
  private opened: Promise<{ readonly power: Power; readonly meter: Meter }> | null = null;
  private power: Power | null = null;
  private readonly stateFolder: string | null;

  constructor(
    private readonly version: string,
    private readonly log: Log,
  ) {
    const found = stateDirectory({ platform: process.platform, env: process.env, home: homedir() });
    const isOthers = found !== null && belongsToAnotherUser(found);
    if (isOthers)
      log.warn(
        `${found} belongs to another user, so runs are not recorded. Set XDG_STATE_HOME to a folder that you own.`,
      );
    const directory = isOthers ? null : found;
    this.stateFolder = directory;
    this.journal = directory === null ? null : new Journal(directory);
    this.ambientLog = directory === null ? null : new AmbientLog(directory);
  }

  open(): Promise<{ readonly power: Power; readonly meter: Meter }> {
    this.opened ??= this.openSources();
    return this.opened;
  }

  /** A meter for the energy of a cluster. */
  async meterOf({ power, intervalMilliseconds }: Pick<OpenCluster, 'power' | 'intervalMilliseconds'>): Promise<Meter> {
    return this.makeMeter(power, intervalMilliseconds);
  }

  get isSampling(): boolean {
    return this.power?.sampler.active ?? false;
  }

  dispose(): void {
    this.opened?.then(
      ({ power }) => power.dispose(),
      () => undefined,
    );
  }

  private async openSources(): Promise<{ readonly power: Power; readonly meter: Meter }> {
    const { openPower } = await import('../../power/machine');
    const power = await openPower({
      files: systemFiles,
      clock: systemClock,
      platform: process.platform,
      stateFolder: this.stateFolder,
    });
    this.power = power;
    return { power, meter: await this.makeMeter(power, 1000) };
  }

  private async makeMeter(power: Power, intervalMilliseconds: number): Promise<Meter> {
    const [{ Meter }, { thisHardware }] = await Promise.all([
      import('../../runs/measuring/meter'),
      import('../../runs/this-machine'),
    ]);
    return new Meter({
      power,
      journal: this.journal,
      clock: systemClock,
      intervalMilliseconds,
      version: this.version,
      hardware: thisHardware(),
      onProblem: (sentence) => this.log.warn(sentence),
    });
  }
}
