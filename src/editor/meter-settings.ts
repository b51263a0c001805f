import { workspace, type ConfigurationScope, type WorkspaceConfiguration } from 'vscode';
import { mostGramsPerKWh, mostPue } from '../place/limits';
import { defaultCommandPatterns } from '../runs/command-line';
import { budgetExamples, parseBudget, type BudgetPeriod, type PeriodBudget } from '../runs/budget';
import type { Said } from '../runs/origin';
import type { PlaceChoice } from '../runs/place';
import type { Scope } from '../runs/record';
import { budgetsIn, type BudgetLayer } from '../runs/settings-layers';

/** The meter's settings, checked; what could not be used is told in `problems`, one sentence each. */
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
  /** Those of the settings, without `greenML.`, that the workspace sets and not the person alone. */
  readonly ofWorkspace: ReadonlySet<string>;
  /** At the budget the run is asked to end (SIGINT) instead of the person. */
  readonly interruptAtBudget: boolean;
  readonly plateauNotices: boolean;
  readonly idleNotices: boolean;
  readonly problems: readonly string[];
}

/** What a settings file of the project can say, too. */
const sharedSettings = [
  'location',
  'carbonIntensity',
  'pue',
  'meter.scope',
  'budget.run',
  'budget.hours',
  'budget.day',
  'budget.project',
];

function isSetByWorkspace(configuration: WorkspaceConfiguration, key: string): boolean {
  const { workspaceFolderValue, workspaceValue } = configuration.inspect<unknown>(key) ?? {};
  return (workspaceFolderValue ?? workspaceValue ?? null) !== null;
}

/** Settings files are written by hand: every value is checked, and a wrong one falls back to its default. */
export function readMeterSettings(scope: ConfigurationScope | null): MeterSettings {
  const configuration = workspace.getConfiguration('greenML', scope);
  const problems: string[] = [];
  const read = <T>(key: string, isValid: (value: unknown) => value is T, fallback: T, expected: string): T => {
    const value: unknown = configuration.get(key);
    if (value === undefined || value === null) return fallback;
    if (isValid(value)) return value;
    problems.push(`The setting greenML.${key} is ${JSON.stringify(value)}; it must be ${expected}, so it is not used.`);
    return fallback;
  };
  const budgetOf = (period: BudgetPeriod): BudgetLayer => {
    const budget = parseBudget(
      read(`budget.${period}`, isBudget, '', `an amount above zero with its unit, such as ${budgetExamples}`),
    );
    return budget === null ? {} : { [period]: { period, budget } };
  };
  const hours = read('budget.hours', isHours, null, 'a number of hours above zero');
  const location = emptyAsNull(
    read(
      'location',
      (value): value is string => typeof value === 'string',
      '',
      'a text such as "DE" or "aws:eu-north-1"',
    ),
  );
  const gramsPerKWh = read(
    'carbonIntensity',
    isNumberFrom(0, mostGramsPerKWh),
    null,
    `a number of grams per kWh from 0 to ${mostGramsPerKWh}`,
  );
  const pue = read('pue', isNumberFrom(1, mostPue), null, `a number from 1 to ${mostPue}`);
  const limits: BudgetLayer = {
    ...budgetOf('run'),
    ...(hours === null ? {} : { hours: { period: 'run', budget: { quantity: 'time', hours } } }),
    ...budgetOf('day'),
    ...budgetOf('project'),
  };
  return {
    debugSessions: read('meter.debugSessions', isBoolean, true, 'true or false'),
    terminals: read('meter.terminals', isBoolean, true, 'true or false'),
    tasks: read('meter.tasks', isBoolean, true, 'true or false'),
    notebooks: read('meter.notebooks', isBoolean, true, 'true or false'),
    commands: read('meter.commands', isTextList, defaultCommandPatterns, 'a list of program names'),
    scope: read(
      'meter.scope',
      (value): value is Scope => value === 'run' || value === 'machine',
      'run',
      '"run" or "machine"',
    ),
    location,
    gramsPerKWh,
    pue,
    place: { location: said(location), gramsPerKWh: said(gramsPerKWh), pue: said(pue) },
    budgets: budgetsIn(limits),
    limits,
    ofWorkspace: new Set(sharedSettings.filter((key) => isSetByWorkspace(configuration, key))),
    interruptAtBudget: read('budget.interrupt', isBoolean, false, 'true or false'),
    plateauNotices: read('meter.plateauNotices', isBoolean, true, 'true or false'),
    idleNotices: read('meter.idleNotices', isBoolean, true, 'true or false'),
    problems,
  };
}

function said<T>(value: T | null): Said<T> | null {
  return value === null ? null : { value, from: { by: 'setting' } };
}

function emptyAsNull(text: string): string | null {
  return text.trim() === '' ? null : text;
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isBudget(value: unknown): value is string {
  return typeof value === 'string' && (value.trim() === '' || parseBudget(value) !== null);
}

function isHours(value: unknown): value is number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isNumberFrom(least: number, most: number): (value: unknown) => value is number | null {
  return (value): value is number => typeof value === 'number' && value >= least && value <= most;
}
