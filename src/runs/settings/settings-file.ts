import * as v from 'valibot';
import { loadPlaceFinder } from '../../place/location';
import { inLine } from '../../present/plain-text';
import {
  budgetKeys,
  inMessage,
  instead,
  isTable,
  limitsKey,
  unknownKey,
  type MeasuringKey,
  type SettingsOwner,
  type TomlTable,
} from '../../project/settings-file';
import type { Expectation } from '../../system/shapes';
import { parseBudget, type Budget } from '../budget/budget';
import type { FileOrigin, Origin } from '../origin';
import { settingValues } from './values';
import type { BudgetLayer, SettingsLayer } from './layers';

/** The settings for runs from one source, such as a file; null for those that are not set. */
export interface FileSettings extends SettingsLayer {
  /** The path of the file; null if there is no readable file. */
  readonly path: string | null;
  /** One sentence for each invalid value; the others are used. */
  readonly problems: readonly string[];
}

/** A source that sets nothing. */
export function noSettings(from: Origin, problems: readonly string[] = []): FileSettings {
  return { location: null, gramsPerKWh: null, pue: null, from, scope: null, budgets: {}, path: null, problems };
}

const ownerOf: Readonly<Record<FileOrigin['by'], SettingsOwner>> = {
  'project file': 'project',
  'user file': 'user',
  'machine file': 'machine',
};

/**
 * The settings for runs in a table. Never throws because of its values: a typo does not stop a measurement, but is
 * reported.
 *
 * @param path of the file, for programs; `from.file` is the path for display and records
 */
export async function settingsOfTable(table: TomlTable, path: string, from: FileOrigin): Promise<FileSettings> {
  const stranger = unknownKey(table, from.file, ownerOf[from.by]);
  const settings = await settingsOfValues(table, from, (key) => `${from.file}: ${key}`);
  return { ...settings, path, problems: [...(stranger === null ? [] : [stranger]), ...settings.problems] };
}

/** @param nameOf what the user calls a setting in this source */
export async function settingsOfValues(
  table: TomlTable,
  from: Origin,
  nameOf: (key: MeasuringKey) => string,
): Promise<FileSettings> {
  const values = new Values(table, nameOf);
  const location = values.read('location')?.trim() ?? null;
  const answer = location === null ? null : (await loadPlaceFinder()).find(location, from.by);
  if (answer?.kind === 'unknown') values.problems.push(inLine(`${nameOf('location')} is not used: ${answer.message}`));
  return {
    ...noSettings(from),
    location: answer?.kind === 'found' ? location : null,
    gramsPerKWh: values.read('carbon-intensity'),
    pue: values.read('pue'),
    scope: values.read('scope'),
    budgets: values.budgets(from),
    problems: values.problems,
  };
}

/** What a machine's file limits. */
export function limitsOfTable(
  table: TomlTable,
  from: FileOrigin,
): { readonly limits: BudgetLayer; readonly problems: readonly string[] } {
  const limits = table[limitsKey];
  if (limits === undefined) return { limits: {}, problems: [] };
  if (!isTable(limits)) return { limits: {}, problems: [`${from.file}: ${limitsKey} must be a table.`] };
  const values = new Values(limits, (key) => `${from.file}: ${limitsKey}.${key}`);
  const keys: readonly string[] = budgetKeys;
  const stranger = Object.keys(limits).find((key) => !keys.includes(key));
  if (stranger !== undefined)
    values.problems.push(
      inLine(`${from.file}: there is no limit "${inMessage(stranger)}"; ${instead(stranger, keys)}`),
    );
  const budgets = Object.entries(values.budgets(from)).map(([name, budget]) => [name, { ...budget, isLimit: true }]);
  return { limits: Object.fromEntries(budgets) as BudgetLayer, problems: values.problems };
}

/** Reads the values of a table, and explains for each invalid one what to write. */
class Values {
  readonly problems: string[] = [];

  constructor(
    private readonly table: TomlTable,
    private readonly nameOf: (key: MeasuringKey) => string,
  ) {}

  read<Key extends MeasuringKey>(key: Key): MeasuringValue<Key> | null {
    const value = this.table[key];
    if (value === undefined) return null;
    const { shape, expected, example }: Expectation<MeasuringValue<Key>> = settingValues[key];
    if (v.is(shape, value)) return value;
    const wanted = example === undefined ? expected : `${expected}, such as ${example}`;
    this.problems.push(inLine(`${this.nameOf(key)} is ${written(value)}; it must be ${wanted}, so it is not used.`));
    return null;
  }

  budgets(from: Origin): BudgetLayer {
    const run = this.budget('budget');
    const hours = this.read('budget-hours');
    const day = this.budget('budget-day');
    const project = this.budget('budget-project');
    return {
      ...(run === null ? {} : { run: { period: 'run', budget: run, from } }),
      ...(hours === null ? {} : { hours: { period: 'run', budget: { quantity: 'time', hours }, from } }),
      ...(day === null ? {} : { day: { period: 'day', budget: day, from } }),
      ...(project === null ? {} : { project: { period: 'project', budget: project, from } }),
    };
  }

  private budget(key: 'budget' | 'budget-day' | 'budget-project'): Budget | null {
    const text = this.read(key);
    return text === null ? null : parseBudget(text);
  }
}

type MeasuringValue<Key extends MeasuringKey> = v.InferOutput<(typeof settingValues)[Key]['shape']>;

/** A value as it may have been written. */
function written(value: unknown): string {
  return inMessage(typeof value === 'number' ? String(value) : JSON.stringify(value));
}
