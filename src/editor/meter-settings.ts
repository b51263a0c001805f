import * as v from 'valibot';
import type { ConfigurationScope, Uri } from 'vscode';
import { budgetExamples, parseBudget, type BudgetPeriod } from '../runs/budget/budget';
import { clusterMappings, type ClusterMapping } from '../runs/cluster/cluster-mapping';
import type { Origin } from '../runs/origin';
import type { OwnSettingsFiles } from '../runs/settings/own-files';
import { settingValues } from '../runs/settings/values';
import type { BudgetLayer, SettingsLayer } from '../runs/settings/layers';
import type { Expectation } from '../system/shapes';
import type { SettingKey, SettingValue } from './contributions/settings';
import { Settings, trueOrFalse } from './contributions/use-settings';
import type { SettingsOfAll } from './settings-files';

/** The checked settings of VS Code for the meter. `problems` has one sentence for each value that cannot be used. */
export interface EditorSettings {
  readonly debugSessions: boolean;
  readonly terminals: boolean;
  readonly tasks: boolean;
  readonly notebooks: boolean;
  /** Programs whose commands are measured in terminals and tasks; `*` stands for anything. */
  readonly commands: readonly string[];
  /** Runs that compute on a cluster. */
  readonly clusterRuns: readonly ClusterMapping[];
  /** What the workspace sets of the settings that files can set too. */
  readonly ofWorkspace: SettingsLayer;
  /** What the user sets of them. */
  readonly ofUser: SettingsLayer;
  /** At the budget, interrupt the run (SIGINT) instead of asking the user. */
  readonly interruptAtBudget: boolean;
  readonly plateauNotices: boolean;
  readonly idleNotices: boolean;
  readonly problems: readonly string[];
}

/** The settings of VS Code combined with those of the project, the user and the machine. */
export interface MeterSettings extends EditorSettings, SettingsOfAll {
  /** Of VS Code's settings and of the files. */
  readonly problems: readonly string[];
}

const ofSetting = { by: 'setting' } as const satisfies Origin;

/** Settings that settings files can set too. */
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
export function readEditorSettings(folder: ConfigurationScope | null): EditorSettings {
  const settings = new Settings(folder);
  const problems: string[] = [];
  const read = <Key extends SettingKey>(key: Key, wanted: Expectation<SettingValue<Key>>): SettingValue<Key> =>
    settings.read(key, wanted, problems);
  const budgetOf = (period: BudgetPeriod): BudgetLayer => {
    const budget = parseBudget(read(`budget.${period}`, budgetText));
    return budget === null ? {} : { [period]: { period, budget, from: ofSetting } };
  };
  const hours = read('budget.hours', hoursOrNull);
  const location = emptyAsNull(read('location', placeText));
  const gramsPerKWh = read('carbonIntensity', intensityOrNull);
  const pue = read('pue', pueOrNull);
  const scope = read('meter.scope', settingValues.scope);
  // The default of VS Code is below all files.
  const isScopeSet = settings.isSet('meter.scope') && settings.written('meter.scope') === scope;
  const budgets: BudgetLayer = {
    ...budgetOf('run'),
    ...(hours === null ? {} : { hours: { period: 'run', budget: { quantity: 'time', hours }, from: ofSetting } }),
    ...budgetOf('day'),
    ...budgetOf('project'),
  };
  const ofWorkspace = new Set(sharedSettings.filter((key) => settings.isSetByWorkspace(key)));
  const layer = (own: boolean): SettingsLayer => ({
    location: ofWorkspace.has('location') === own ? location : null,
    gramsPerKWh: ofWorkspace.has('carbonIntensity') === own ? gramsPerKWh : null,
    pue: ofWorkspace.has('pue') === own ? pue : null,
    scope: isScopeSet && ofWorkspace.has('meter.scope') === own ? scope : null,
    budgets: Object.fromEntries(
      Object.entries(budgets).filter(([name]) => ofWorkspace.has(`budget.${name as keyof BudgetLayer}`) === own),
    ),
    from: ofSetting,
  });
  return {
    debugSessions: read('meter.debugSessions', trueOrFalse),
    terminals: read('meter.terminals', trueOrFalse),
    tasks: read('meter.tasks', trueOrFalse),
    notebooks: read('meter.notebooks', trueOrFalse),
    commands: read('meter.commands', programNames),
    clusterRuns: read('prometheus.runs', clusterMappings),
    ofWorkspace: layer(true),
    ofUser: layer(false),
    interruptAtBudget: read('budget.interrupt', trueOrFalse),
    plateauNotices: read('meter.plateauNotices', trueOrFalse),
    idleNotices: read('meter.idleNotices', trueOrFalse),
    problems,
  };
}

/**
 * The settings for runs of a folder. The files are read every time, so that a change applies to the next run.
 *
 * @param files absent: where this platform has the settings of the user and the machine
 */
export async function effectiveSettings(folder: Uri | null, files?: OwnSettingsFiles): Promise<MeterSettings> {
  const { withFiles } = await import('./settings-files');
  const settings = readEditorSettings(folder);
  return { ...settings, ...(await withFiles(settings, folder, files)) };
}

function emptyAsNull(text: string): string | null {
  return text.trim() === '' ? null : text;
}

function orNull<T>({ shape, expected }: Expectation<T>): Expectation<T | null> {
  return { shape: v.nullable(shape), expected };
}
