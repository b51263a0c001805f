import { placeRemark } from '../../place/intensity';
import { serverAddress, shownAddress } from '../../power/prometheus/address';
import {
  lintKeys,
  type MeasuringKey,
  type SettingsKey,
  type SettingsOwner,
  type TomlTable,
} from '../../project/settings-file';
import { formatBudget, writtenBudget, type PeriodBudget } from '../budget/budget';
import { variableOf } from './environment';
import type { FileSettings } from './settings-file';
import type { Origin } from '../origin';
import type { OwnSettings, OwnSettingsFiles } from './own-files';
import { choosePlace } from '../place';
import type { BudgetLayer, CombinedSettings } from './layers';

/** Who set a value; nobody, and then why it is what it is. */
type ReportedOrigin = Origin | { readonly by: 'default'; readonly reason: string };

/** One setting with the value that counts. */
export interface ReportedSetting {
  /** As a settings file has it; budgets as `5Wh`. Null for no budget. */
  readonly value: unknown;
  /** The value for people. */
  readonly shown: string;
  readonly from: ReportedOrigin;
  /** The environment variable that set it. */
  readonly variable?: string;
  /** It is a limit of the machine. */
  readonly isLimit?: true;
}

/** A settings file, and whether it is used. */
interface ReportedFile {
  readonly owner: SettingsOwner;
  /** Null if there is no such place. */
  readonly path: string | null;
  readonly state: 'used' | 'absent' | 'not used';
}

/** The settings that count in a folder, and where each comes from. */
export interface SettingsReport {
  readonly settings: Readonly<Partial<Record<SettingsKey | 'prometheus', ReportedSetting>>>;
  readonly limits: Readonly<Partial<Record<MeasuringKey, ReportedSetting>>>;
  readonly files: readonly ReportedFile[];
  /** One sentence for each value and file that is not used. */
  readonly problems: readonly string[];
}

interface ReportInput extends OwnSettings {
  readonly combined: CombinedSettings;
  readonly project: FileSettings;
  /** The table of the project's file; null if there is none. */
  readonly table: TomlTable | null;
  readonly files: OwnSettingsFiles;
  readonly problems: readonly string[];
  /** IANA time zone, for the guess. */
  readonly timeZone: string | null;
  /** The address of the server that is asked for the energy of clusters; null if none is set. */
  readonly prometheus: PrometheusAddress | null;
}

/** An address with who set it; no settings file can. */
interface PrometheusAddress {
  readonly url: string;
  readonly from: Origin;
  readonly variable?: string;
}

const budgetKeyOf = { run: 'budget', hours: 'budget-hours', day: 'budget-day', project: 'budget-project' } as const;

export async function settingsReport(input: ReportInput): Promise<SettingsReport> {
  const { combined, limits, project, user, machine, files, problems } = input;
  const { place, problem } = await choosePlace(combined.place, input.timeZone);
  const { location, gramsPerKWh, pue } = combined.place;
  const { intensity } = place;
  const named = (
    key: MeasuringKey,
    from: Origin | undefined,
    otherwise: string,
  ): Pick<ReportedSetting, 'from' | 'variable'> =>
    from === undefined
      ? { from: { by: 'default', reason: otherwise } }
      : { from, ...(from.by === 'environment' ? { variable: variableOf(key) } : {}) };
  const known = [intensity.zone ?? 'world', intensity.year, intensity.basis].filter((part) => part !== null).join(', ');
  return {
    settings: {
      location: {
        value: location?.value ?? intensity.zone,
        shown: location?.value ?? intensity.zone ?? 'unknown',
        ...named('location', location?.from, placeRemark(intensity) ?? 'not needed for a given carbon intensity'),
      },
      'carbon-intensity': {
        value: intensity.gramsPerKWh,
        shown: `${Math.round(intensity.gramsPerKWh)} g/kWh`,
        ...named('carbon-intensity', gramsPerKWh?.from, known),
      },
      pue: {
        value: place.pue,
        shown: String(place.pue),
        ...named('pue', pue?.from, intensity.region === undefined ? 'outside a data centre' : `of ${intensity.region}`),
      },
      scope: {
        value: combined.scope?.value ?? 'run',
        shown: combined.scope?.value ?? 'run',
        ...named('scope', combined.scope?.from, 'default'),
      },
      ...reportedBudgets(combined.budgets, named),
      prometheus: reportedServer(input.prometheus),
      ...linterSettings(input.table, project),
    },
    limits: Object.fromEntries(
      Object.entries(reportedBudgets(limits, named)).filter(([, { value }]) => value !== null),
    ),
    files: [
      { owner: 'project', path: project.path, state: stateOf(project) },
      { owner: 'user', path: files.user, state: stateOf(user) },
      { owner: 'machine', path: files.machine, state: stateOf(machine) },
    ],
    problems: problem === null ? problems : [...problems, problem],
  };
}

function reportedBudgets(
  budgets: BudgetLayer,
  named: (key: MeasuringKey, from: Origin | undefined, otherwise: string) => Pick<ReportedSetting, 'from' | 'variable'>,
): Readonly<Record<string, ReportedSetting>> {
  return Object.fromEntries(
    Object.entries(budgetKeyOf).map(([name, key]): [string, ReportedSetting] => {
      const limit: PeriodBudget | undefined = budgets[name as keyof BudgetLayer];
      if (limit === undefined) return [key, { value: null, shown: 'none', ...named(key, undefined, 'default') }];
      const { budget, from = { by: 'person' }, isLimit } = limit;
      const value = name === 'hours' && budget.quantity === 'time' ? budget.hours : writtenBudget(budget);
      return [
        key,
        { value, shown: formatBudget(budget), ...named(key, from, ''), ...(isLimit === true ? { isLimit } : {}) },
      ];
    }),
  );
}

/** A name and password in the address are not shown, nor what is no address: it may be a token. */
function reportedServer(server: PrometheusAddress | null): ReportedSetting {
  if (server === null) return { value: null, shown: 'none', from: { by: 'default', reason: 'default' } };
  const { url, ...origin } = server;
  const address = serverAddress(url);
  const value = address === null ? null : shownAddress(address);
  return { value, shown: value ?? 'no address', ...origin };
}

/** As the project's file has them; `lint` checks them. */
function linterSettings(table: TomlTable | null, { from }: FileSettings): SettingsReport['settings'] {
  return Object.fromEntries(
    lintKeys.flatMap((key) => {
      const value = table?.[key];
      return value === undefined ? [] : [[key, { value, shown: JSON.stringify(value), from }]];
    }),
  );
}

/** A file that exists and cannot be used has a sentence about it. */
function stateOf({ path, problems }: FileSettings): ReportedFile['state'] {
  if (path !== null) return 'used';
  return problems.length > 0 ? 'not used' : 'absent';
}
