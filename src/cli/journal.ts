import { homedir } from 'node:os';
import { Journal } from '../runs/journal';
import { stateDirectory } from '../runs/state-directory';
import { isOfAnother, isThere } from '../system/folders';
import { promptFiles } from '../system/own-files';
import type { Io } from './io';

const noHome = 'there is no home directory, so no record is kept; set XDG_STATE_HOME to a folder that can be written.';

/** The journal of this person; null, with one sentence said, where there is no place for it. */
export function journalOf(io: Io, say: (sentence: string) => void): Journal | null {
  const directory = stateDirectoryOf(io);
  if (directory === null) say(noHome);
  else if (isOfAnother(directory))
    say(`${directory} belongs to another user, so no record is kept; set XDG_STATE_HOME to a folder of your own.`);
  else return new Journal(directory, promptFiles);
  return null;
}

/** Where this person's state is kept; null where there is no place for it. */
export function stateFolderOf(io: Io): string | null {
  const directory = stateDirectoryOf(io);
  return directory === null || isOfAnother(directory) ? null : directory;
}

function stateDirectoryOf({ env }: Io): string | null {
  return stateDirectory({ platform: process.platform, env, home: homeOf(env) });
}

/**
 * Where there is a HOME to be told, that is the home directory (the XDG specification knows no other); one that does
 * not exist is not made, for a service without a home is mostly given such a one.
 */
function homeOf(env: NodeJS.ProcessEnv): string | null {
  if (process.platform === 'win32') return homedir();
  const home = env['HOME'];
  return home !== undefined && home !== '' && isThere(home) ? home : null;
}
