import type { PlatformPath } from 'node:path';
import {
  locked,
  mostLockBytes,
  requirementsIn,
  versionedPackages,
  type RequirementFiles,
  type Requirements,
} from './requirements';

type PathFunctions = Pick<PlatformPath, 'join' | 'dirname' | 'relative' | 'sep'>;

/** The lock file of a workspace of uv, which says the versions of all its members. */
interface WorkspaceLock {
  /** The members' folders, relative to that of the file, with `/`. */
  readonly members: ReadonlySet<string>;
  readonly versions: Requirements;
}

const nothingAsked: Requirements = {};

/**
 * What the project of each folder asks for. Its project is the nearest folder, at or above it, that has a list of packages;
 * none is looked for above the repository. Command and editor both use this, and files are read once.
 */
export class NearestRequirements {
  private readonly byFolder = new Map<string, Promise<Requirements>>();
  private readonly locks = new Map<string, Promise<WorkspaceLock | null>>();

  constructor(
    private readonly files: RequirementFiles,
    private readonly paths: PathFunctions,
  ) {}

  /** The same object for all folders of a project. */
  of(folder: string): Promise<Requirements> {
    let found = this.byFolder.get(folder);
    if (found === undefined) {
      found = this.search(folder);
      this.byFolder.set(folder, found);
    }
    return found;
  }

  private async search(folder: string): Promise<Requirements> {
    const project = await requirementsIn(folder, this.files, this.paths);
    const parent = await this.above(folder);
    if (project === null) return parent === null ? nothingAsked : await this.of(parent);
    const shared = project.isLocked ? null : await this.lockedFor(folder, parent);
    const all = { ...project.asked, ...shared };
    return Object.keys(all).length === 0 ? nothingAsked : all;
  }

  /** The folder above one, in the same repository; null if there is none. */
  private async above(folder: string): Promise<string | null> {
    const parent = this.paths.dirname(folder);
    return parent === folder || (await this.files.exists(this.paths.join(folder, '.git'))) ? null : parent;
  }

  /** The versions in the nearest lock file above a project, if the project belongs to its workspace. */
  private async lockedFor(project: string, start: string | null): Promise<Requirements | null> {
    for (let folder = start; folder !== null; folder = await this.above(folder)) {
      let reading = this.locks.get(folder);
      if (reading === undefined) {
        reading = this.lockIn(folder);
        this.locks.set(folder, reading);
      }
      const lock = await reading;
      if (lock === null) continue;
      const member = this.paths.relative(folder, project).split(this.paths.sep).join('/');
      return lock.members.has(member) ? lock.versions : null;
    }
    return null;
  }

  private async lockIn(folder: string): Promise<WorkspaceLock | null> {
    const bytes = await this.files.read(this.paths.join(folder, 'uv.lock'), mostLockBytes);
    if (bytes === null) return null;
    const text = new TextDecoder().decode(bytes);
    const members = [...text.matchAll(/\b(?:editable|virtual) = "([^"\n]{1,300})"/g)].map(([, path = '']) => path);
    const versions = versionedPackages.flatMap((name) => {
      const version = locked(bytes, name);
      return version === null ? [] : [[name, version] as const];
    });
    return { members: new Set(members), versions: Object.fromEntries(versions) };
  }
}
