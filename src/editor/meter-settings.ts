import * as v from 'valibot';
import type { ConfigurationScope } from 'vscode';
import { budgetExamples, parseBudget, type BudgetPeriod, type PeriodBudget } from '../runs/budget';
import type { Sourced } from '../runs/origin';
import type { PlaceChoice } from '../runs/place';
import type { Scope } from '../runs/record';
import { settingValues } from '../runs/setting-values';
import { budgetsIn, type BudgetLayer } from '../runs/settings-layers';
import type { Wanted } from '../system/shapes';
import type { SettingKey, SettingValue } from './contributions/settings';
import { Settings, trueOrFalse } from './contributions/use-settings';

/** The meter's settings, checked; `problems` has one sentence for each that cannot be used. */
export interface MeterSettings {
  readonly debugSessions: boolean;
  readonly terminals: boolean;
  readonly tasks: boolean;
  readonly notebooks: boolean;
  /** Programs whose commands are measured in terminals and tasks; `*` stands for anything. */
  readonly commands: readonly string[];
  readonly scope: Scope;
  /** Where the electricity comes from, by all that is said of it. */
  readonly place: PlaceChoice;
  /** A grid zone or provider:region; null when the person has not said. */
  readonly location: string | null;
  readonly gramsPerKWh: number | null;
  /** Null: the location's own, which is 1 outside a data centre. */
  readonly pue: number | null;
  readonly budgets: readonly PeriodBudget[];
  /** The budgets by the setting that holds each of them. */
  readonly limits: BudgetLayer;
  /** The settings that the workspace sets, and not the person alone. */
  readonly ofWorkspace: ReadonlySet<SettingKey>;
  /** At the budget the run is asked to end (SIGINT) instead of the person. */
  readonly interruptAtBudget: boolean;
  readonly plateauNotices: boolean;
  readonly idleNotices: boolean;
  readonly problems: readonly string[];
}

/** What a settings file of the project can say, too. */
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
const budgetText: Wanted<string> = {
  shape: v.union([settingValues.budget.shape, v.pipe(v.string(), v.trim(), v.maxLength(0))]),
  expected: `${settingValues.budget.expected}, such as ${budgetExamples}`,
};
const hoursOrNull = orNull(settingValues['budget-hours']);
/** Any text: whether there is such a place is found out later. */
const placeText: Wanted<string> = { shape: v.string(), expected: settingValues.location.expected };
const intensityOrNull = orNull(settingValues['carbon-intensity']);
const pueOrNull = orNull(settingValues.pue);
const programNames: Wanted<readonly string[]> = {
  shape: v.array(v.string()),
  expected: 'a list of program names',
};

/** Settings files are written by hand: every value is checked, and a wrong one falls back to its default. */
export function readMeterSettings(scope: ConfigurationScope | null): MeterSettings {
  const settings = new Settings(scope);
  const problems: string[] = [];
  const read = <Key extends SettingKey>(key: Key, wanted: Wanted<SettingValue<Key>>): SettingValue<Key> =>
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
    place: { location: said(location), gramsPerKWh: said(gramsPerKWh), pue: said(pue) },
    budgets: budgetsIn(limits),
    limits,
    ofWorkspace: new Set(sharedSettings.filter((key) => settings.isSetByWorkspace(key))),
    interruptAtBudget: read('budget.interrupt', trueOrFalse),
    plateauNotices: read('meter.plateauNotices', trueOrFalse),
    idleNotices: read('meter.idleNotices', trueOrFalse),
    problems,
  };
}

function said<T>(value: T | null): Sourced<T> | null {
  return value === null ? null : { value, from: { by: 'setting' } };
}

function emptyAsNull(text: string): string | null {
  return text.trim() === '' ? null : text;
}

function orNull<T>({ shape, expected }: Wanted<T>): Wanted<T | null> {
  return { shape: v.nullable(shape), expected };
}
