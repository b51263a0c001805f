import type { Uri } from 'vscode';
import type { ProjectSettings } from '../runs/project-settings';
import { budgetsIn, combineBudgets, combinePlaces, type BudgetLayer, type PlaceLayer } from '../runs/settings-layers';
import { projectSettingsOf } from './project-file';
import { readMeterSettings, type MeterSettings } from './meter-settings';

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
  const limits = (own: boolean): BudgetLayer =>
    Object.fromEntries(
      Object.entries(settings.limits).filter(
        ([name]) => ofWorkspace.has(`budget.${name as keyof BudgetLayer}`) === own,
      ),
    );
  const saysPlace = file.location !== null || file.gramsPerKWh !== null || file.pue !== null;
  const combined = combineBudgets([limits(true), file.budgets, limits(false)]);
  return {
    ...settings,
    // Where the file says nothing of the place, the editor's settings hold together as they are.
    place: saysPlace ? combinePlaces([layer(true), file, layer(false)]) : settings.place,
    scope: ofWorkspace.has('meter.scope') ? settings.scope : (file.scope ?? settings.scope),
    limits: combined,
    budgets: budgetsIn(combined),
    problems: [...settings.problems, ...file.problems],
  };
}
