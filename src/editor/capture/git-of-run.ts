import { extensions, Uri, workspace } from 'vscode';
import { lookAtGit } from '../../runs/git-state';
import type { GitState } from '../../runs/record';
import { readRegularText } from '../../system/files';
import { systemPrograms } from '../../system/spawn';

/** The part of the API of VS Code's Git extension, version 1, that we use. */
interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): { getRepository(uri: Uri): Repository | null };
}

interface Repository {
  readonly state: {
    readonly HEAD: { readonly commit?: string } | undefined;
    readonly mergeChanges: readonly Change[];
    readonly indexChanges: readonly Change[];
    readonly workingTreeChanges: readonly Change[];
  };
  /** Reads the state again. */
  status(): Promise<void>;
}

interface Change {
  readonly status: number;
}

/** Files that git does not track are no change of what the commit holds. */
const untracked = 7;
const ignored = 8;

/** The commit that the folder of a run is at; null if it is in no repository. In Restricted Mode no program is asked. */
export async function gitOfRun(folder: string): Promise<GitState | null> {
  const known = workspace.isTrusted ? repositoryOf(folder) : null;
  const programs = workspace.isTrusted && known === null ? systemPrograms : null;
  const state = await lookAtGit(folder, { readText: readRegularText, programs }).state;
  if (state === null || known === null) return state;
  // What was saved for this run may not have been noticed yet.
  await known.status();
  const { HEAD, mergeChanges, indexChanges, workingTreeChanges } = known.state;
  if (HEAD?.commit !== (state.commit ?? undefined)) return state;
  const changes = [...mergeChanges, ...indexChanges, ...workingTreeChanges];
  return { ...state, dirty: changes.some(({ status }) => status !== untracked && status !== ignored) };
}

/** What VS Code knows of the repository around a folder; null without its Git extension. */
function repositoryOf(folder: string): Repository | null {
  const extension = extensions.getExtension<GitExtension>('vscode.git');
  if (extension?.isActive !== true || !extension.exports.enabled) return null;
  return extension.exports.getAPI(1).getRepository(Uri.file(folder));
}
