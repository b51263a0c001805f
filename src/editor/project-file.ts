import { Disposable, EventEmitter, window, workspace, type Uri } from 'vscode';
import { settingsFileNames } from '../project/nearest';
import { otherProjectFileNames, requirementFileNames } from '../project/requirements';
import { ConfigError } from '../project/settings-file';
import { UnreadableFileError } from '../system/files';
import { readWorkspaceText } from './workspace-file';

/** The folder for a command that was given none: the folder of the open file, else the first folder. */
export function currentFolder(): Uri | null {
  const open = window.activeTextEditor?.document.uri;
  const folder = open === undefined ? undefined : workspace.getWorkspaceFolder(open);
  return folder?.uri ?? workspace.workspaceFolders?.[0]?.uri ?? null;
}

/** The text of a settings file; null if it does not exist. @throws ConfigError if it exists but cannot be read */
export async function readSettingsText(file: Uri): Promise<string | null> {
  try {
    return await readWorkspaceText(file);
  } catch (error) {
    if (error instanceof UnreadableFileError) throw new ConfigError(`${file.path} cannot be used. ${error.message}`);
    // It does not exist, or the file system does not show it.
    return null;
  }
}

/** Matches all settings files in the workspace. */
const settingsFilePattern = `**/{${settingsFileNames.join(',')}}`;

/** Matches all files that findings may depend on: settings, and the versions of packages. */
export const lintInputPattern = `**/{${[...new Set([...settingsFileNames, ...requirementFileNames, ...otherProjectFileNames])].join(',')}}`;

/** Watches the settings files of the workspace, and workspace trust. */
export class ProjectFileWatch implements Disposable {
  private readonly changed = new EventEmitter<void>();
  private readonly registrations: Disposable;

  /** Fires when project settings may have changed. */
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
