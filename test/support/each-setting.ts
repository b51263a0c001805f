import type { MeasuringKey } from '../../src/project/settings-file';

/** Where a setting can be set, the lowest precedence first. The terminal has no user setting, and the editor no variable. */
export const levels = [
  'machine file',
  'user file',
  'user setting',
  'project file',
  'environment',
  'option or workspace',
] as const;

/** One key of settings for runs, with a value of its own for each level. */
interface EachSetting {
  readonly key: MeasuringKey;
  /** Null if commands have none. */
  readonly option: string | null;
  /** Without `greenML.`. */
  readonly setting: string;
  readonly values: readonly (string | number)[];
}

const kilowattHours = (first: number): readonly string[] => levels.map((_, index) => `${first + index}000Wh`);

/** All keys that settings files, variables, options and VS Code have alike. Amounts are written as reports write them. */
export const eachSetting: readonly EachSetting[] = [
  { key: 'location', option: '--location', setting: 'location', values: ['DE', 'FR', 'NO', 'PL', 'ES', 'IT'] },
  {
    key: 'carbon-intensity',
    option: '--intensity',
    setting: 'carbonIntensity',
    values: [101, 102, 103, 104, 105, 106],
  },
  { key: 'pue', option: '--pue', setting: 'pue', values: [1.1, 1.2, 1.3, 1.4, 1.5, 1.6] },
  {
    key: 'scope',
    option: '--scope',
    setting: 'meter.scope',
    values: ['machine', 'run', 'machine', 'run', 'machine', 'run'],
  },
  { key: 'budget', option: '--budget', setting: 'budget.run', values: kilowattHours(11) },
  { key: 'budget-hours', option: null, setting: 'budget.hours', values: [21, 22, 23, 24, 25, 26] },
  { key: 'budget-day', option: '--budget-day', setting: 'budget.day', values: kilowattHours(31) },
  { key: 'budget-project', option: '--budget-project', setting: 'budget.project', values: kilowattHours(41) },
];

/** Limits of a machine that are below all of these values, by key. */
export const eachLimit: Readonly<Partial<Record<MeasuringKey, string | number>>> = {
  budget: '1000Wh',
  'budget-hours': 2,
  'budget-day': '3000Wh',
  'budget-project': '4000Wh',
};

/** A line of a settings file. */
export function tomlLine(key: string, value: string | number): string {
  return `${key} = ${JSON.stringify(value)}\n`;
}
