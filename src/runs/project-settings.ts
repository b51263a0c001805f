import * as v from 'valibot';
import type { PlatformPath } from 'node:path';
import { loadPlaceFinder } from '../place/location';
import { nearestSettings, type ReadSettingsText, type SettingsFile } from '../project/nearest';
import { ConfigError, inMessage, unknownKey, type MeasuringKey, type TomlTable } from '../project/settings-file';
import { inLine } from '../present/plain-text';
import type { Expectation } from '../system/shapes';
import { parseBudget, type Budget } from './budget';
import type { Scope } from './record';
import { settingValues } from './setting-values';
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
async function projectSettingsOf(
  { path, table }: Pick<SettingsFile, 'path' | 'table'>,
  shown: string,
): Promise<ProjectSettings> {
  const values = new Values(table, shown);
  const location = values.read('location')?.trim() ?? null;
  const answer = location === null ? null : (await loadPlaceFinder()).find(location, 'project file');
  if (answer?.kind === 'unknown') values.problems.push(inLine(`${shown}: location is not used: ${answer.message}`));
  const budget = (key: 'budget' | 'budget-day' | 'budget-project'): Budget | null => {
    const text = values.read(key);
    return text === null ? null : parseBudget(text);
  };
  const run = budget('budget');
  const hours = values.read('budget-hours');
  const day = budget('budget-day');
  const project = budget('budget-project');
  const stranger = unknownKey(table, shown);
  return {
    location: answer?.kind === 'found' ? location : null,
    gramsPerKWh: values.read('carbon-intensity'),
    pue: values.read('pue'),
    from: { by: 'project file', file: shown },
    scope: values.read('scope'),
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

  read<Key extends MeasuringKey>(key: Key): MeasuringValue<Key> | null {
    const value = this.table[key];
    if (value === undefined) return null;
    const { shape, expected, example }: Expectation<MeasuringValue<Key>> = settingValues[key];
    if (v.is(shape, value)) return value;
    const wanted = example === undefined ? expected : `${expected}, such as ${example}`;
    this.problems.push(inLine(`${this.shown}: ${key} is ${written(value)}; it must be ${wanted}, so it is not used.`));
    return null;
  }
}

type MeasuringValue<Key extends MeasuringKey> = v.InferOutput<(typeof settingValues)[Key]['shape']>;

/** A value as it may have been written. */
function written(value: unknown): string {
  return inMessage(typeof value === 'number' ? String(value) : JSON.stringify(value));
}
