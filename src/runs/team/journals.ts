import { join, sep } from 'node:path';
import { globMatcher } from '../../system/glob';
import { errorCode } from '../../system/files';

/** The journal of one person of a team. */
interface TeamJournal {
  /** The name of the folder that is theirs. */
  readonly person: string;
  /** The folder with the files of the runs. */
  readonly folder: string;
  /** Whether its owner lets reports show the names of programs. */
  readonly showsNames: boolean;
}

/** An empty file with this name beside the folder of the runs: its owner lets team reports show the names of programs. */
const sharedNamesFile = 'share-names';

/** Where the folder of the runs is, seen from what a person calls theirs: a home, a state folder, a copy of one. */
const places = [
  ['runs'],
  ['green-ml', 'runs'],
  ['.local', 'state', 'green-ml', 'runs'],
  ['Library', 'Application Support', 'green-ml', 'runs'],
];

/** How the folders of others are read: nothing here can write. */
export interface TeamFiles {
  list(folder: string): Promise<string[]>;
  /** @throws Node's `ErrnoException`, also if it is no regular file or larger than the limit */
  readText(path: string, limitBytes: number): Promise<string>;
  /** Null where it cannot be seen; times are milliseconds since the epoch. */
  stateNow(path: string): { readonly changedAt: number } | null;
}

/** What was looked for and found. */
interface FoundJournals {
  readonly journals: readonly TeamJournal[];
  /** One sentence each on folders that cannot be read. */
  readonly problems: readonly string[];
}

/**
 * The journals in the folders of a team: the folders in a folder, or those that a pattern such as
 * `/home/*` names. Nothing is written.
 */
export async function teamJournals(pattern: string, files: TeamFiles): Promise<FoundJournals> {
  const problems: string[] = [];
  const folders = /[*?[]/.test(pattern)
    ? await matching(pattern, files, problems)
    : (await childrenOf(pattern, files, problems)).map((name) => ({ person: name, path: join(pattern, name) }));
  const journals: TeamJournal[] = [];
  for (const { person, path } of folders) {
    const found = places.map((parts) => join(path, ...parts)).find((folder) => files.stateNow(folder) !== null);
    if (found === undefined) {
      if (await isClosed(path, files)) problems.push(`${path} cannot be read (EACCES).`);
      continue;
    }
    journals.push({
      person,
      folder: found,
      showsNames: files.stateNow(join(found, '..', sharedNamesFile)) !== null,
    });
  }
  return { journals, problems };
}

/** Whether a journal may be in this folder, and only its owner can see. */
async function isClosed(path: string, files: TeamFiles): Promise<boolean> {
  for (const parts of places) {
    const code = await files.list(join(path, ...parts)).then(() => null, errorCode);
    if (code === 'EACCES' || code === 'EPERM') return true;
  }
  return false;
}

async function childrenOf(folder: string, files: TeamFiles, problems: string[]): Promise<readonly string[]> {
  try {
    return (await files.list(folder === '' ? sep : folder)).sort();
  } catch (error) {
    const code = errorCode(error) ?? String(error);
    // A pattern also names files, and folders of people who keep them closed.
    if (code !== 'ENOTDIR') problems.push(`${folder} cannot be read (${code}).`);
    return [];
  }
}

interface NamedFolder {
  /** What the first part with a wildcard stands for. */
  readonly person: string;
  readonly path: string;
}

/** The paths that fit an absolute pattern, part by part, so that only folders that can fit are listed. */
async function matching(pattern: string, files: TeamFiles, problems: string[]): Promise<readonly NamedFolder[]> {
  // On Windows, the first part is the drive.
  const [root = '', ...parts] = pattern.split(sep);
  let found: readonly { readonly person: string | null; readonly path: string }[] = [{ person: null, path: root }];
  for (const part of parts.filter((each) => each !== '')) {
    if (!/[*?[]/.test(part)) {
      found = found.map(({ person, path }) => ({ person, path: `${path}${sep}${part}` }));
      continue;
    }
    const matches = globMatcher(part);
    const next: { person: string; path: string }[] = [];
    for (const { person, path } of found)
      for (const name of await childrenOf(path, files, problems))
        if (matches(name)) next.push({ person: person ?? name, path: `${path}${sep}${name}` });
    found = next;
  }
  return found.map(({ person, path }) => ({ person: person ?? path, path }));
}
