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
import { bestTime, copySchedule, type BestTimeRequest } from './best-time';
import { allFiles, configurationFiles, LiteralHints } from './literal-hints';
import { askKey } from './live-choice';
import { Recommender } from './recommend';
import { Reminder } from './reminder';
import { askLocation, writeLocation } from './set-location';

/** Where and when to run: commands, and hints at regions in files. */
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
    const recommender = new Recommender(workspaceState, reader, regions, systemClock, writeLocation);
    const ports = { reader, secrets, panel: time, clock: systemClock, http: systemHttp, store: memoryStore() };
    const hints = new LiteralHints();
    const command = (which: Command<[unknown?]>, run: (argument: unknown) => Promise<void>): Disposable =>
      registerCommand(which, async (argument) => {
        try {
          await run(argument);
        } catch (error) {
          log.error(`The command ${which.id} failed.`, error);
          throw error;
        }
      });
    this.registrations = Disposable.from(
      regions,
      time,
      reminder,
      command(commands.recommendRegion, (from) => recommender.recommend(typeof from === 'string' ? from : null)),
      command(hiddenCommands.chooseRegion, (id) =>
        typeof id === 'string' ? recommender.choose(id) : Promise.resolve(),
      ),
      command(commands.bestTime, (request) => bestTime(requestOf(request), ports)),
      command(hiddenCommands.remindAt, (at) => (typeof at === 'number' ? reminder.remindAt(at) : Promise.resolve())),
      command(hiddenCommands.copySchedule, (at) => (typeof at === 'number' ? copySchedule(at) : Promise.resolve())),
      command(commands.setLocation, (text) => (typeof text === 'string' ? writeLocation(text) : askLocation())),
      command(commands.setLiveKey, () => askKey(secrets)),
      languages.registerHoverProvider(allFiles, hints),
      languages.registerCodeLensProvider(configurationFiles, hints),
    );
  }

  dispose(): void {
    this.registrations.dispose();
  }
}

/** What another command passed; the user is asked for the rest. */
function requestOf(value: unknown): BestTimeRequest {
  if (typeof value !== 'object' || value === null) return {};
  const { location, hours, deadline } = value as Record<string, unknown>;
  return {
    ...(typeof location === 'string' ? { location } : {}),
    ...(typeof hours === 'number' && hours > 0 ? { hours } : {}),
    ...(typeof deadline === 'string' ? { deadline } : {}),
  };
}
