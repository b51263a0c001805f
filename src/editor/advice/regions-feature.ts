import { commands, Disposable, languages, type ExtensionContext } from 'vscode';
import { memoryStore } from '../../grid/services/caching-http';
import type { Journal } from '../../runs/journal';
import { systemClock } from '../../system/clock';
import { systemHttp } from '../../system/http';
import type { Log } from '../log';
import { AdvicePanel } from './advice-panel';
import { bestTime, copySchedule, type BestTimeRequest } from './best-time';
import { allFiles, configurationFiles, LiteralHints } from './literal-hints';
import { askKey } from './live-choice';
import { Recommender } from './recommend';
import { Reminder } from './reminder';
import { askLocation, writeLocation } from './set-location';

/** Where and when to run: the commands, and hints at regions in files. */
export class RegionsFeature implements Disposable {
  private readonly registrations: Disposable;

  constructor(
    { workspaceState, secrets }: Pick<ExtensionContext, 'workspaceState' | 'secrets'>,
    journal: Journal | null,
    log: Log,
  ) {
    const regions = new AdvicePanel('greenML.regions');
    const time = new AdvicePanel('greenML.bestTime');
    const reminder = new Reminder(workspaceState, systemClock);
    const recommender = new Recommender(workspaceState, journal, regions, systemClock, writeLocation);
    const ports = { journal, secrets, panel: time, clock: systemClock, http: systemHttp, store: memoryStore() };
    const hints = new LiteralHints();
    const command = (name: string, run: (argument: unknown) => Promise<void>): Disposable =>
      commands.registerCommand(name, async (argument: unknown) => {
        try {
          await run(argument);
        } catch (error) {
          log.error(`${name} failed`, error);
          throw error;
        }
      });
    this.registrations = Disposable.from(
      regions,
      time,
      reminder,
      command('greenML.regions.recommend', (from) => recommender.recommend(typeof from === 'string' ? from : null)),
      command('greenML.regions.choose', (id) => (typeof id === 'string' ? recommender.choose(id) : Promise.resolve())),
      command('greenML.regions.bestTime', (request) => bestTime(requestOf(request), ports)),
      command('greenML.regions.remind', (at) => (typeof at === 'number' ? reminder.remindAt(at) : Promise.resolve())),
      command('greenML.regions.copySchedule', (at) => (typeof at === 'number' ? copySchedule(at) : Promise.resolve())),
      command('greenML.setLocation', (text) => (typeof text === 'string' ? writeLocation(text) : askLocation())),
      command('greenML.live.setKey', () => askKey(secrets)),
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
