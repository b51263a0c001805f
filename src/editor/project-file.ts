import { posix } from 'node:path';
import { Disposable, EventEmitter, window, workspace, type Uri } from 'vscode';
import { settingsFileNames } from '../project/nearest';
import { ConfigError } from '../project/settings-file';
import { noProjectSettings, readProjectSettings, type ProjectSettings } from '../runs/project-settings';
import { UnreadableFileError } from '../system/files';
import { readWorkspaceText } from './workspace-file';

/**
 * The settings file that holds for a folder of the workspace. In Restricted Mode there is none: a folder that nobody
 * trusts does not say where the computer stands, and sets no limits to a person's runs. It is read each time that it
 * is asked for, which is when a run starts: files above the workspace are not watched.
 */
export function projectSettingsOf(folder: Uri | null): Promise<ProjectSettings> {
  if (folder === null || !workspace.isTrusted) return Promise.resolve(noProjectSettings);
  return readProjectSettings(
    folder.path.length > 1 ? folder.path.replace(/\/$/, '') : folder.path,
    (path) => readSettingsText(folder.with({ path })),
    posix,
  );
}

/** The folder that a command is about which names none: that of the open file, else the first. */
export function currentFolder(): Uri | null {
  const open = window.activeTextEditor?.document.uri;
  const folder = open === undefined ? undefined : workspace.getWorkspaceFolder(open);
  return folder?.uri ?? workspace.workspaceFolders?.[0]?.uri ?? null;
}

/** The text of a settings file; null where there is none. @throws ConfigError where there is one that cannot be read */
export async function readSettingsText(file: Uri): Promise<string | null> {
  try {
    return await readWorkspaceText(file);
  } catch (error) {
    if (error instanceof UnreadableFileError) throw new ConfigError(`${file.path} cannot be used. ${error.message}`);
    // Not there, or nothing that this file system shows.
    return null;
  }
}

/** Where settings files may lie in the workspace. */
export const settingsFilePattern = `**/{${settingsFileNames.join(',')}}`;

/** Watches the settings files of the workspace, and whether it is trusted. */
export class ProjectFileWatch implements Disposable {
  private readonly changed = new EventEmitter<void>();
  private readonly registrations: Disposable;

  /** When a settings file may say something else. */
  readonly onDidChange = this.changed.event;

  constructor() {
    const watcher = workspace.createFileSystemWatcher(settingsFilePattern);
    const fire = (): void => this.changed.fire();
    this.registrations = Disposable.from(
      watcher,
      this.changed,
      watcher.onDidChange(fire),
      watcher.onDidCreate(fire),
      watcher.onDidDelete(fire),
      workspace.onDidGrantWorkspaceTrust(fire),
    );
  }

  dispose(): void {
    this.registrations.dispose();
  }
}
