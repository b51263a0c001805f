import * as ownPaths from 'node:path';
import { shortened } from '../present/plain-text';
import { errorCode } from '../system/files';
import { isWithin } from '../system/paths';
import { systemSourceFiles, type SourceFiles } from '../system/source-files';
import { currentFolder } from './terminal-answer';
import { AgentError, type AgentWorld } from './tool';

type RealPaths = Pick<SourceFiles, 'realPath'>;

/** The rules of paths of a platform. */
type PathRules = ownPaths.PlatformPath;

/** Where a path that an agent named leads. */
interface ProjectPath {
  /** Absolute. */
  readonly path: string;
  /** The folder of the project that it is in, absolute. */
  readonly folder: string;
}

/**
 * Finds a path that an agent named. It must exist, and links in it must not lead out of the project.
 *
 * @throws AgentError
 */
export async function existingPath(
  named: string,
  { folders }: Pick<AgentWorld, 'folders'>,
  files: RealPaths = systemSourceFiles,
  rules: PathRules = ownPaths,
): Promise<ProjectPath> {
  requirePlain(named, folders, rules);
  let isOutside = false;
  for (const folder of folders) {
    const path = rules.resolve(folder, named);
    const real = await realPath(path, named, files);
    if (real === null) continue;
    const home = await folderAround(real, folders, files, rules);
    if (home !== null) return { path, folder: home };
    isOutside = true;
  }
  throw isOutside || isOutsideByName(named, folders, rules)
    ? outside(named)
    : new AgentError(`There is no "${shown(named)}" in the project; give a path relative to its folder.`);
}

/**
 * As `existingPath`, for a folder.
 *
 * @throws AgentError
 */
export async function existingFolder(named: string, world: AgentWorld): Promise<ProjectPath> {
  const found = await existingPath(named, world);
  const entry = await systemSourceFiles.inspect(found.path).catch(() => null);
  if (entry?.kind !== 'folder') throw new AgentError(`"${shown(named)}" is no folder; give a folder of the project.`);
  return found;
}

/**
 * A path for text that need not exist: what exists of it must be in the project.
 *
 * @throws AgentError
 */
export async function possiblePath(
  named: string,
  { folders }: Pick<AgentWorld, 'folders'>,
  files: RealPaths = systemSourceFiles,
  rules: PathRules = ownPaths,
): Promise<ProjectPath> {
  requirePlain(named, folders, rules);
  const path = rules.resolve(folders[0] ?? '', named);
  for (let above = path; ; above = rules.dirname(above)) {
    const real = await realPath(above, named, files);
    if (real !== null) {
      const home = await folderAround(rules.join(real, rules.relative(above, path)), folders, files, rules);
      if (home === null) throw outside(named);
      return { path, folder: home };
    }
    if (rules.dirname(above) === above) throw outside(named);
  }
}

function requirePlain(named: string, folders: readonly string[], rules: PathRules): void {
  currentFolder({ folders });
  if (named.trim() === '')
    throw new AgentError('The path is empty; give a path relative to the folder of the project.');
  if (named.includes('\0')) throw new AgentError('The path has a character that no file has; check its spelling.');
  // Only to look there, Windows would connect to the computer that the path names, and tell it who the person is.
  const isShare = (path: string): boolean => rules.parse(path).root.startsWith('\\\\');
  if (rules.sep === '\\' && isOutsideByName(named, folders, rules))
    if (folders.some((folder) => isShare(rules.resolve(folder, named)))) throw outside(named);
}

function isOutsideByName(named: string, folders: readonly string[], rules: PathRules): boolean {
  return folders.every((folder) => !isWithin(rules.resolve(folder, named), folder, rules));
}

async function folderAround(
  real: string,
  folders: readonly string[],
  files: RealPaths,
  rules: PathRules,
): Promise<string | null> {
  for (const folder of folders)
    if (isWithin(real, (await realPath(folder, folder, files)) ?? folder, rules)) return folder;
  return null;
}

/** @param named as the agent said it: the whole path says something of the machine */
async function realPath(path: string, named: string, files: RealPaths): Promise<string | null> {
  try {
    return await files.realPath(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return null;
    throw new AgentError(`"${shown(named)}" cannot be read (${errorCode(error) ?? 'unknown'}); give another path.`);
  }
}

const outside = (named: string): AgentError =>
  new AgentError(`"${shown(named)}" is outside the project; give a path inside its folder.`);

/** Nobody reads a longer path, and it may be anything. */
const longestShown = 120;

/** A path as a sentence names it. */
export const shown = (path: string): string => shortened(path, longestShown);

/** A path for an answer: relative to its folder, so that it says nothing of the machine. */
export function shownPath(path: string, folder: string): string {
  const inside = ownPaths.isAbsolute(path) ? ownPaths.relative(folder, path) : path;
  return inside.split('\\').join('/') || '.';
}
