import { posix } from 'node:path';
import { Disposable, EventEmitter, Uri, workspace } from 'vscode';
import { settingsFileNames } from '../../project/nearest';
import { ConfigError } from '../../project/settings-file';
import { noProjectSettings, readProjectSettings, type ProjectSettings } from '../../runs/project-settings';
import { combineBudgets, combinePlaces, type BudgetLayer, type PlaceLayer } from '../../runs/settings-layers';
import { UnreadableFileError } from '../../system/files';
import { readWorkspaceText } from '../workspace-file';
import { readMeterSettings, type MeterSettings } from './settings';

/**
 * The settings file that holds for a folder of the workspace. In Restricted Mode there is none: a folder that nobody
 * trusts does not say where the computer stands, and sets no limits to a person's runs. It is read each time that it
 * is asked for, which is when a run starts: files above the workspace are not watched.
 */
export function projectSettingsOf(folder: Uri | null): Promise<ProjectSettings> {
  if (folder === null || !workspace.isTrusted) return Promise.resolve(noProjectSettings);
  return readProjectSettings(folder.path.length > 1 ? folder.path.replace(/\/$/, '') : folder.path, (path) => readText(folder.with({ path })), posix);
}

/** The settings that hold for the runs of a folder: the editor's, with those of the project's file between them. */
export async function effectiveSettings(folder: Uri | null): Promise<MeterSettings> {
  return withProjectFile(readMeterSettings(folder), await projectSettingsOf(folder));
}

/** A setting of the workspace belongs to the project and is nearer than its file; one of the person is not. */
function withProjectFile(settings: MeterSettings, file: ProjectSettings): MeterSettings {
  const { ofWorkspace } = settings;
  const layer = (own: boolean): PlaceLayer => ({
    location: ofWorkspace.has('location') === own ? settings.location : null,
    gramsPerKWh: ofWorkspace.has('carbonIntensity') === own ? settings.gramsPerKWh : null,
    pue: ofWorkspace.has('pue') === own ? settings.pue : null,
    from: { by: 'setting' },
  });
  const limits = (own: boolean): BudgetLayer => Object.fromEntries(Object.entries(settings.limits).filter(([name]) => ofWorkspace.has(`budget.${name}`) === own));
  const saysPlace = file.location !== null || file.gramsPerKWh !== null || file.pue !== null;
  return {
    ...settings,
    // Where the file says nothing of the place, the editor's settings hold together as they are.
    place: saysPlace ? combinePlaces([layer(true), file, layer(false)]) : settings.place,
    scope: ofWorkspace.has('meter.scope') ? settings.scope : (file.scope ?? settings.scope),
    budgets: combineBudgets([limits(true), file.budgets, limits(false)]),
    problems: [...settings.problems, ...file.problems],
  };
}

async function readText(file: Uri): Promise<string | null> {
  try {
    return await readWorkspaceText(file);
  } catch (error) {
    if (error instanceof UnreadableFileError) throw new ConfigError(`${file.path} cannot be used. ${error.message}`);
    // Not there, or nothing that this file system shows.
    return null;
  }
}

/** Watches the settings files of the workspace, and whether it is trusted. */
export class ProjectFileWatch implements Disposable {
  private readonly changed = new EventEmitter<void>();
  private readonly registrations: Disposable;

  /** When a settings file may say something else. */
  readonly onDidChange = this.changed.event;

  constructor() {
    const watcher = workspace.createFileSystemWatcher(`**/{${settingsFileNames.join(',')}}`);
    const fire = (): void => this.changed.fire();
    this.registrations = Disposable.from(watcher, this.changed, watcher.onDidChange(fire), watcher.onDidCreate(fire), watcher.onDidDelete(fire), workspace.onDidGrantWorkspaceTrust(fire));
  }

  dispose(): void {
    this.registrations.dispose();
  }
}
