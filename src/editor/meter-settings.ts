import * as v from 'valibot';
import type { ConfigurationScope, Uri } from 'vscode';
import { budgetExamples, parseBudget, type BudgetPeriod, type PeriodBudget } from '../runs/budget';
import type { Sourced } from '../runs/origin';
import type { PlaceChoice } from '../runs/place';
import type { ProjectSettings } from '../runs/project-settings';
import type { Scope } from '../runs/record';
import { settingValues } from '../runs/setting-values';
import { budgetsIn, combineBudgets, combinePlaces, type BudgetLayer, type PlaceLayer } from '../runs/settings-layers';
import type { Expectation } from '../system/shapes';
import type { SettingKey, SettingValue } from './contributions/settings';
import { Settings, trueOrFalse } from './contributions/use-settings';
import { projectSettingsOf } from './project-file';

/** The checked settings of the meter. `problems` has one sentence for each value that cannot be used. */
export interface MeterSettings {
  readonly debugSessions: boolean;
  readonly terminals: boolean;
  readonly tasks: boolean;
  readonly notebooks: boolean;
  /** Programs whose commands are measured in terminals and tasks; `*` stands for anything. */
  readonly commands: readonly string[];
  readonly scope: Scope;
  /** Where the electricity comes from, from all settings about it. */
  readonly place: PlaceChoice;
  /** A grid zone or provider:region; null if not set. */
  readonly location: string | null;
  readonly gramsPerKWh: number | null;
  /** Null: the PUE of the location, which is 1 outside a data centre. */
  readonly pue: number | null;
  readonly budgets: readonly PeriodBudget[];
  /** The budgets by setting. */
  readonly limits: BudgetLayer;
  /** The settings that the workspace sets, as opposed to the user. */
  readonly ofWorkspace: ReadonlySet<SettingKey>;
  /** At the budget, interrupt the run (SIGINT) instead of asking the user. */
  readonly interruptAtBudget: boolean;
  readonly plateauNotices: boolean;
  readonly idleNotices: boolean;
  readonly problems: readonly string[];
}

/** Settings that the project's settings file can set too. */
const sharedSettings: readonly SettingKey[] = [
  'location',
  'carbonIntensity',
  'pue',
  'meter.scope',
  'budget.run',
  'budget.hours',
  'budget.day',
  'budget.project',
];

/** An empty text is no limit. */
const budgetText: Expectation<string> = {
  shape: v.union([settingValues.budget.shape, v.pipe(v.string(), v.trim(), v.maxLength(0))]),
  expected: `${settingValues.budget.expected}, such as ${budgetExamples}`,
};
const hoursOrNull = orNull(settingValues['budget-hours']);
/** Any text: whether there is such a place is found out later. */
const placeText: Expectation<string> = { shape: v.string(), expected: settingValues.location.expected };
const intensityOrNull = orNull(settingValues['carbon-intensity']);
const pueOrNull = orNull(settingValues.pue);
const programNames: Expectation<readonly string[]> = {
  shape: v.array(v.string()),
  expected: 'a list of program names',
};

/** Checks every value, because settings files are edited by hand. An invalid value falls back to the default. */
export function readMeterSettings(scope: ConfigurationScope | null): MeterSettings {
  const settings = new Settings(scope);
  const problems: string[] = [];
  const read = <Key extends SettingKey>(key: Key, wanted: Expectation<SettingValue<Key>>): SettingValue<Key> =>
    settings.read(key, wanted, problems);
  const budgetOf = (period: BudgetPeriod): BudgetLayer => {
    const budget = parseBudget(read(`budget.${period}`, budgetText));
    return budget === null ? {} : { [period]: { period, budget } };
  };
  const hours = read('budget.hours', hoursOrNull);
  const location = emptyAsNull(read('location', placeText));
  const gramsPerKWh = read('carbonIntensity', intensityOrNull);
  const pue = read('pue', pueOrNull);
  const limits: BudgetLayer = {
    ...budgetOf('run'),
    ...(hours === null ? {} : { hours: { period: 'run', budget: { quantity: 'time', hours } } }),
    ...budgetOf('day'),
    ...budgetOf('project'),
  };
  return {
    debugSessions: read('meter.debugSessions', trueOrFalse),
    terminals: read('meter.terminals', trueOrFalse),
    tasks: read('meter.tasks', trueOrFalse),
    notebooks: read('meter.notebooks', trueOrFalse),
    commands: read('meter.commands', programNames),
    scope: read('meter.scope', settingValues.scope),
    location,
    gramsPerKWh,
    pue,
    place: { location: fromSettings(location), gramsPerKWh: fromSettings(gramsPerKWh), pue: fromSettings(pue) },
    budgets: budgetsIn(limits),
    limits,
    ofWorkspace: new Set(sharedSettings.filter((key) => settings.isSetByWorkspace(key))),
    interruptAtBudget: read('budget.interrupt', trueOrFalse),
    plateauNotices: read('meter.plateauNotices', trueOrFalse),
    idleNotices: read('meter.idleNotices', trueOrFalse),
    problems,
  };
}

/** The settings for runs of a folder: VS Code's settings combined with the project's settings file. */
export async function effectiveSettings(folder: Uri | null): Promise<MeterSettings> {
  return withProjectFile(readMeterSettings(folder), await projectSettingsOf(folder));
}

/** Workspace settings override the project's settings file; the file overrides user settings. */
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
  const fileSetsPlace = file.location !== null || file.gramsPerKWh !== null || file.pue !== null;
  const combined = combineBudgets([limits(true), file.budgets, limits(false)]);
  return {
    ...settings,
    // If the file does not set the place, VS Code's settings are used as they are.
    place: fileSetsPlace ? combinePlaces([layer(true), file, layer(false)]) : settings.place,
    scope: ofWorkspace.has('meter.scope') ? settings.scope : (file.scope ?? settings.scope),
    limits: combined,
    budgets: budgetsIn(combined),
    problems: [...settings.problems, ...file.problems],
  };
}

function fromSettings<T>(value: T | null): Sourced<T> | null {
  return value === null ? null : { value, from: { by: 'setting' } };
}

function emptyAsNull(text: string): string | null {
  return text.trim() === '' ? null : text;
}

function orNull<T>({ shape, expected }: Expectation<T>): Expectation<T | null> {
  return { shape: v.nullable(shape), expected };
}
