import type { PlatformPath } from 'node:path';
import { mostGramsPerKWh, mostPue } from '../place/limits';
import { loadPlaceFinder } from '../place/location';
import { nearestSettings, type ReadSettingsText, type SettingsFile } from '../project/nearest';
import { ConfigError, inMessage, unknownKey, type MeasuringKey, type TomlTable } from '../project/settings-file';
import { inLine } from '../present/plain-text';
import { parseBudget, type Budget } from './budget';
import type { Scope } from './record';
import type { BudgetLayer, PlaceLayer } from './settings-layers';

/** The settings for runs in a project's settings file; null for those that are not set. */
export interface ProjectSettings extends PlaceLayer {
  readonly scope: Scope | null;
  readonly budgets: BudgetLayer;
  /** The path of the file; null if there is no readable file. */
  readonly path: string | null;
  /** One sentence for each invalid value; the others are used. */
  readonly problems: readonly string[];
}

const nothing: Omit<ProjectSettings, 'problems'> = {
  location: null,
  gramsPerKWh: null,
  pue: null,
  from: { by: 'project file', file: '' },
  scope: null,
  budgets: {},
  path: null,
};

/** For folders without a settings file. */
export const noProjectSettings: ProjectSettings = { ...nothing, problems: [] };

/** No location in the tables has a longer name. */
const longestLocation = 100;

type RelativePathFunctions = Pick<PlatformPath, 'join' | 'dirname' | 'relative' | 'sep'>;

/**
 * The settings for runs in a folder, from the file that applies to it. Never throws because of the contents of a
 * file: a typo does not stop a measurement, but is reported.
 */
export async function readProjectSettings(
  folder: string,
  read: ReadSettingsText,
  paths: RelativePathFunctions,
): Promise<ProjectSettings> {
  try {
    const file = await nearestSettings(folder, read, paths);
    return file === null
      ? noProjectSettings
      : await projectSettingsOf(file, paths.relative(folder, file.path).replaceAll(paths.sep, '/'));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { ...nothing, problems: [`The project settings are not used: ${error.message}`] };
  }
}

/** @param shown the file's path relative to the run's folder, for display and records */
export async function projectSettingsOf(
  { path, table }: Pick<SettingsFile, 'path' | 'table'>,
  shown: string,
): Promise<ProjectSettings> {
  const values = new Values(table, shown);
  const location =
    values
      .read('location', isLocation, `a grid zone such as "DE" or a cloud region such as "aws:eu-north-1"`)
      ?.trim() ?? null;
  const answer = location === null ? null : (await loadPlaceFinder()).find(location, 'project file');
  if (answer?.kind === 'unknown') values.problems.push(inLine(`${shown}: location is not used: ${answer.message}`));
  const amount = `an amount above zero with its unit, such as "5Wh" or "72h"`;
  const budget = (key: MeasuringKey): Budget | null => {
    const text = values.read(key, isBudget, amount);
    return text === null ? null : parseBudget(text);
  };
  const run = budget('budget');
  const hours = values.read('budget-hours', isHours, 'a number of hours above 0, such as 72');
  const day = budget('budget-day');
  const project = budget('budget-project');
  const stranger = unknownKey(table, shown);
  return {
    location: answer?.kind === 'found' ? location : null,
    gramsPerKWh: values.read(
      'carbon-intensity',
      isNumberFrom(0, mostGramsPerKWh),
      `a number of grams per kWh from 0 to ${mostGramsPerKWh}, such as 350`,
    ),
    pue: values.read('pue', isNumberFrom(1, mostPue), `a number from 1 to ${mostPue}, such as 1.2`),
    from: { by: 'project file', file: shown },
    scope: values.read('scope', isScope, '"run" or "machine"'),
    budgets: {
      ...(run === null ? {} : { run: { period: 'run', budget: run, file: shown } }),
      ...(hours === null ? {} : { hours: { period: 'run', budget: { quantity: 'time', hours }, file: shown } }),
      ...(day === null ? {} : { day: { period: 'day', budget: day, file: shown } }),
      ...(project === null ? {} : { project: { period: 'project', budget: project, file: shown } }),
    },
    path,
    problems: [...(stranger === null ? [] : [stranger]), ...values.problems],
  };
}

/** Reads the values of a table, and explains for each invalid one what to write. */
class Values {
  readonly problems: string[] = [];

  constructor(
    private readonly table: TomlTable,
    private readonly shown: string,
  ) {}

  read<T>(key: MeasuringKey, isValid: (value: unknown) => value is T, expected: string): T | null {
    const value = this.table[key];
    if (value === undefined) return null;
    if (isValid(value)) return value;
    this.problems.push(
      inLine(`${this.shown}: ${key} is ${written(value)}; it must be ${expected}, so it is not used.`),
    );
    return null;
  }
}

/** A value as it may have been written. */
function written(value: unknown): string {
  return inMessage(typeof value === 'number' ? String(value) : JSON.stringify(value));
}

function isLocation(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= longestLocation;
}

export function isBudget(value: unknown): value is string {
  return typeof value === 'string' && parseBudget(value) !== null;
}

export function isHours(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

export function isScope(value: unknown): value is Scope {
  return value === 'run' || value === 'machine';
}

export function isNumberFrom(least: number, most: number): (value: unknown) => value is number {
  return (value): value is number => typeof value === 'number' && value >= least && value <= most;
}
