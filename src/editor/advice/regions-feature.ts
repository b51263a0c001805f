import { Disposable, languages, type ExtensionContext } from 'vscode';
import { memoryStore } from '../../grid/services/caching-http';
import type { RunReader } from '../../runs/journal/run-reader';
import { systemClock } from '../../system/clock';
import { systemHttp } from '../../system/http';
import { commands, hiddenCommands, type OwnCommand } from '../contributions/commands';
import { panels } from '../contributions/surfaces';
import { registerCommand, type Checked } from '../contributions/use-commands';
import type { Log } from '../log';
import { AdvicePanel } from './advice-panel';
import { allFiles, configurationFiles, LazyHints } from './lazy-hints';
import type { BestTime } from './best-time';
import type { Recommender } from './recommend';
import { Reminder } from './reminder';

/** Where and when to run: commands, and hints at regions in files. */
export class RegionsFeature implements Disposable {
  private readonly registrations: Disposable;

  constructor(
    { workspaceState, secrets }: Pick<ExtensionContext, 'workspaceState' | 'secrets'>,
    reader: RunReader,
    log: Log,
  ) {
    const regions = new AdvicePanel(panels.regions);
    const timePanel = new AdvicePanel(panels.bestTime);
    const reminder = new Reminder(workspaceState, systemClock);
    let opened: Promise<Recommender> | null = null;
    const recommender = (): Promise<Recommender> => {
      opened ??= Promise.all([import('./recommend'), import('./set-location')]).then(
        ([{ Recommender }, { writeLocation }]) =>
          new Recommender(workspaceState, reader, regions, systemClock, writeLocation),
      );
      return opened;
    };
    let time: Promise<BestTime> | null = null;
    const bestTime = (): Promise<BestTime> => {
      const ports = {
        memory: workspaceState,
        reader,
        secrets,
        panel: timePanel,
        clock: systemClock,
        http: systemHttp,
        store: memoryStore(),
      };
      time ??= import('./best-time').then(({ BestTime }) => new BestTime(ports));
      return time;
    };
    const hints = new LazyHints();
    const command = <Args extends readonly unknown[]>(
      which: OwnCommand<Args>,
      run: (...args: Checked<Args>) => Promise<void>,
    ): Disposable =>
      registerCommand(which, async (...args) => {
        try {
          await run(...args);
        } catch (error) {
          log.error(`The command ${which.id} failed.`, error);
          throw error;
        }
      });
    this.registrations = Disposable.from(
      regions,
      timePanel,
      reminder,
      command(commands.recommendRegion, async (from) => (await recommender()).recommend(from ?? null)),
      command(hiddenCommands.chooseRegion, async (id) => (await recommender()).choose(id)),
      command(hiddenCommands.writeRegion, async (id) => (await recommender()).write(id)),
      command(hiddenCommands.askRegionAnswer, async (missing) => (await recommender()).ask(missing)),
      command(commands.bestTime, async (request) => (await bestTime()).run(request ?? {})),
      command(hiddenCommands.remindAt, (at) => reminder.remindAt(at)),
      command(hiddenCommands.copySchedule, async (at) => (await import('./best-time')).copySchedule(at)),
      command(hiddenCommands.saveCalendar, async (hours, file) => (await bestTime()).saveCalendar(hours, file ?? null)),
      command(hiddenCommands.askTimeAnswer, async (answer) => (await bestTime()).ask(answer)),
      command(commands.setLocation, async (text) => {
        const { askLocation, writeLocation } = await import('./set-location');
        await (text === undefined ? askLocation() : writeLocation(text));
      }),
      command(commands.setLiveKey, async () => (await import('./live-choice')).askKey(secrets)),
      languages.registerHoverProvider(allFiles, hints),
      languages.registerCodeLensProvider(configurationFiles, hints),
    );
  }

  dispose(): void {
    this.registrations.dispose();
  }
}
