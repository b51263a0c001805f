import { Disposable, languages, type ExtensionContext } from 'vscode';
import { memoryStore } from '../../grid/services/caching-http';
import type { RunReader } from '../../runs/run-reader';
import { systemClock } from '../../system/clock';
import { systemHttp } from '../../system/http';
import { commands, hiddenCommands, type Command } from '../contributions/commands';
import { panels } from '../contributions/surfaces';
import { registerCommand } from '../contributions/use-commands';
import type { Log } from '../log';
import { AdvicePanel } from './advice-panel';
import type { BestTimeRequest } from './best-time';
import { allFiles, configurationFiles, LazyHints } from './lazy-hints';
import type { Recommender } from './recommend';
import { Reminder } from './reminder';

/** Where and when to run: the commands, and hints at regions in files. */
export class RegionsFeature implements Disposable {
  private readonly registrations: Disposable;

  constructor(
    { workspaceState, secrets }: Pick<ExtensionContext, 'workspaceState' | 'secrets'>,
    reader: RunReader,
    log: Log,
  ) {
    const regions = new AdvicePanel(panels.regions);
    const time = new AdvicePanel(panels.bestTime);
    const reminder = new Reminder(workspaceState, systemClock);
    let opened: Promise<Recommender> | null = null;
    const recommender = (): Promise<Recommender> => {
      opened ??= Promise.all([import('./recommend'), import('./set-location')]).then(
        ([{ Recommender }, { writeLocation }]) =>
          new Recommender(workspaceState, reader, regions, systemClock, writeLocation),
      );
      return opened;
    };
    const ports = { reader, secrets, panel: time, clock: systemClock, http: systemHttp, store: memoryStore() };
    const hints = new LazyHints();
    const command = (which: Command<[unknown?]>, run: (argument: unknown) => Promise<void>): Disposable =>
      registerCommand(which, async (argument) => {
        try {
          await run(argument);
        } catch (error) {
          log.error(`${which.id} failed`, error);
          throw error;
        }
      });
    this.registrations = Disposable.from(
      regions,
      time,
      reminder,
      command(commands.recommendRegion, async (from) =>
        (await recommender()).recommend(typeof from === 'string' ? from : null),
      ),
      command(hiddenCommands.chooseRegion, async (id) => {
        if (typeof id === 'string') await (await recommender()).choose(id);
      }),
      command(commands.bestTime, async (request) => (await import('./best-time')).bestTime(requestOf(request), ports)),
      command(hiddenCommands.remindAt, (at) => (typeof at === 'number' ? reminder.remindAt(at) : Promise.resolve())),
      command(hiddenCommands.copySchedule, async (at) => {
        if (typeof at === 'number') await (await import('./best-time')).copySchedule(at);
      }),
      command(commands.setLocation, async (text) => {
        const { askLocation, writeLocation } = await import('./set-location');
        await (typeof text === 'string' ? writeLocation(text) : askLocation());
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

/** What another command said beforehand; anything else is asked. */
function requestOf(value: unknown): BestTimeRequest {
  if (typeof value !== 'object' || value === null) return {};
  const { location, hours, deadline } = value as Record<string, unknown>;
  return {
    ...(typeof location === 'string' ? { location } : {}),
    ...(typeof hours === 'number' && hours > 0 ? { hours } : {}),
    ...(typeof deadline === 'string' ? { deadline } : {}),
  };
}
