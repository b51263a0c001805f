import { homedir } from 'node:os';
import { posix } from 'node:path';
import { workspace, type Uri } from 'vscode';
import type { FileSettings } from '../runs/settings/settings-file';
import { ownSettingsFiles, readOwnSettings, type OwnSettings, type OwnSettingsFiles } from '../runs/settings/own-files';
import { inOrder } from '../runs/settings/precedence';
import { noProjectSettings, readProjectSettings } from '../runs/settings/project-file';
import { combineSettings, type CombinedSettings, type SettingsLayer } from '../runs/settings/layers';
import { readSettingsText } from './project-file';

/** What is set in files, loaded with the first run or question: activation does not need it. */

/** What VS Code itself has for settings that files can set too. */
interface OfEditor {
  readonly ofWorkspace: SettingsLayer;
  readonly ofUser: SettingsLayer;
  readonly problems: readonly string[];
}

/** Everything that counts, with the files that it comes from. */
export interface SettingsOfAll extends CombinedSettings {
  readonly sources: OwnSettings & { readonly project: FileSettings; readonly files: OwnSettingsFiles };
  readonly problems: readonly string[];
}

/** VS Code's settings combined with those of the project, the user and the machine. */
export async function withFiles(
  settings: OfEditor,
  folder: Uri | null,
  files = ownSettingsFiles({ platform: process.platform, env: process.env, home: homedir() }),
): Promise<SettingsOfAll> {
  const [project, own] = await Promise.all([projectSettingsOf(folder), readOwnSettings(files)]);
  const layers = inOrder<'editor', SettingsLayer>('editor', {
    'workspace setting': settings.ofWorkspace,
    'project file': project,
    'user setting': settings.ofUser,
    'user file': own.user,
    'machine file': own.machine,
  });
  const combined = combineSettings(layers, own.limits);
  const problems = [settings, project, own.user, own.machine].flatMap((source) => source.problems);
  return {
    ...combined,
    sources: { ...own, project, files },
    problems: [...problems, ...combined.exceeded],
  };
}

/**
 * The project settings for a folder of the workspace. In Restricted Mode there are none: an untrusted folder must not
 * change the location of the computer or limit runs. The file is read every time a run starts, because files above the
 * workspace are not watched.
 */
export function projectSettingsOf(folder: Uri | null): Promise<FileSettings> {
  if (folder === null || !workspace.isTrusted) return Promise.resolve(noProjectSettings);
  return readProjectSettings(
    folder.path.length > 1 ? folder.path.replace(/\/$/, '') : folder.path,
    (path) => readSettingsText(folder.with({ path })),
    posix,
  );
}
