import { homedir } from 'node:os';
import { Journal } from '../runs/journal/journal';
import { stateDirectory } from '../system/own-directories';
import { belongsToAnotherUser, isThere } from '../system/folders';
import { promptFiles } from '../system/own-files';
import type { Io } from './io';

const noHome = 'there is no home directory, so no record is kept; set XDG_STATE_HOME to a writable folder.';

/** The journal of this user; null, after one printed sentence, if there is no place for it. */
export function journalOf(io: Io, say: (sentence: string) => void): Journal | null {
  const directory = stateDirectoryOf(io);
  if (directory === null) say(noHome);
  else if (belongsToAnotherUser(directory))
    say(`${directory} belongs to another user, so no record is kept; set XDG_STATE_HOME to a folder of your own.`);
  else return new Journal(directory, promptFiles);
  return null;
}

/** Where this user's state is kept; null if there is no place for it. */
export function stateFolderOf(io: Io): string | null {
  const directory = stateDirectoryOf(io);
  return directory === null || belongsToAnotherUser(directory) ? null : directory;
}

function stateDirectoryOf({ env }: Io): string | null {
  return stateDirectory({ platform: process.platform, env, home: homeOf(env) });
}

/**
 * The home directory: HOME if it is set, as the XDG specification requires. A home that does not exist is not
 * created, because services without a home often have such a setting.
 */
export function homeOf(env: NodeJS.ProcessEnv): string | null {
  if (process.platform === 'win32') return homedir();
  const home = env['HOME'];
  return home !== undefined && home !== '' && isThere(home) ? home : null;
}
