import * as v from 'valibot';
import {
  ConfigError,
  inMessage,
  isTable,
  parseSettings,
  unknownKey,
  type TomlTable,
} from '../../project/settings-file';
import { longestGlob } from '../../system/glob';
import { between, fitting, type Expectation, type NumberShape } from '../../system/shapes';
import type { Rule, Threshold } from '../engine/rule';
import { defaultConfig, severityChoices, unknownId, type LintConfig, type SeverityChoice } from '../engine/settings';

export { ConfigError };

/** Rules by id or practice; which ones there are is asked of the rules. */
const ruleIds = v.array(v.string());

const severityChoice = v.picklist(severityChoices);

/** What a threshold may be set to. */
export function thresholdValue({ unit }: Threshold): Expectation<number> & { readonly shape: NumberShape } {
  return unit === 'share'
    ? { shape: between(0, 1), expected: 'a number from 0 to 1' }
    : { shape: between(0, Number.MAX_SAFE_INTEGER), expected: 'a number of 0 or more' };
}

/**
 * Reads the linter's part of `[tool.green-ml]` in a `pyproject.toml`, or of a whole `green-ml.toml`.
 * @param file its path, for messages
 * @param root the folder that its patterns are relative to, with '/'
 * @returns null if a `pyproject.toml` has no table of ours
 * @throws ConfigError
 */
export async function readConfig(
  text: string,
  file: string,
  root: string,
  rules: readonly Rule[],
): Promise<LintConfig | null> {
  const table = await parseSettings(text, file);
  return table === null ? null : configOf(table, file, root, rules);
}

/**
 * The linter's part of a settings file; settings of the meter are ignored.
 * @throws ConfigError
 */
export function configOf(table: TomlTable, file: string, root: string, rules: readonly Rule[]): LintConfig {
  const stranger = unknownKey(table, file);
  if (stranger !== null) throw new ConfigError(stranger);
  const checked = (ids: readonly string[]): readonly string[] => {
    const unknown = unknownId(ids, rules);
    if (unknown !== null) throw new ConfigError(`${file}: there is no rule "${inMessage(unknown)}".`);
    return ids;
  };
  const ids = (key: string): readonly string[] | null =>
    table[key] === undefined ? null : checked(textList(table[key], `${file}: ${key}`));
  const perFile = optionalTable(table['per-file-ignores'], `${file}: per-file-ignores`);
  return {
    ...defaultConfig,
    root,
    select: ids('select'),
    ignore: ids('ignore') ?? [],
    severity: severities(optionalTable(table['severity'], `${file}: severity`), file, checked),
    perFileIgnores: Object.entries(perFile).map(([pattern, value]) => {
      if (pattern.length > longestGlob)
        throw new ConfigError(
          `${file}: a pattern of per-file-ignores has ${pattern.length} characters. The maximum is ${longestGlob}.`,
        );
      return { pattern, ids: checked(textList(value, `${file}: per-file-ignores."${inMessage(pattern)}"`)) };
    }),
    thresholds: thresholds(optionalTable(table['thresholds'], `${file}: thresholds`), file, rules),
  };
}

function optionalTable(value: unknown, where: string): TomlTable {
  if (value === undefined) return {};
  if (!isTable(value)) throw new ConfigError(`${where} must be a table.`);
  return value;
}

function textList(value: unknown, where: string): readonly string[] {
  const list = fitting(ruleIds, value);
  if (list === null) throw new ConfigError(`${where} must be a list of rule ids.`);
  return list;
}

function severities(
  table: TomlTable,
  file: string,
  checked: (ids: readonly string[]) => unknown,
): LintConfig['severity'] {
  checked(Object.keys(table));
  const chosen: Record<string, SeverityChoice> = {};
  for (const [rule, value] of Object.entries(table)) {
    const severity = fitting(severityChoice, value);
    if (severity === null)
      throw new ConfigError(`${file}: the severity of ${rule} must be one of ${severityChoices.join(', ')}.`);
    chosen[rule] = severity;
  }
  return chosen;
}

function knownThresholds(rule: Rule | undefined, rules: readonly Rule[]): string {
  const own = rule === undefined ? [] : Object.keys(rule.thresholds);
  if (rule !== undefined && own.length > 0) return `${rule.id} has ${own.join(', ')}`;
  const all = rules.filter((each) => Object.keys(each.thresholds).length > 0).map(({ id }) => id);
  return `${rule === undefined ? 'thresholds belong' : `${rule.id} has none, they belong`} to ${all.join(', ')}`;
}

/** `thresholds."grid-search".candidates = 20`, or `thresholds."grid-search.candidates" = 20`. */
function thresholds(table: TomlTable, file: string, rules: readonly Rule[]): LintConfig['thresholds'] {
  const chosen: Record<string, Record<string, number>> = {};
  const set = (rule: string, name: string, value: unknown): void => {
    const known = rules.find(({ id }) => id === rule);
    const standard = known !== undefined && Object.hasOwn(known.thresholds, name) ? known.thresholds[name] : undefined;
    if (standard === undefined)
      throw new ConfigError(
        `${file}: there is no threshold "${inMessage(`${rule}.${name}`)}"; ${knownThresholds(known, rules)}.`,
      );
    const { shape, expected } = thresholdValue(standard);
    const number = fitting(shape, value);
    if (number === null)
      throw new ConfigError(
        `${file}: the threshold ${rule}.${name} must be ${expected} (${standard.default} by default).`,
      );
    chosen[rule] = { ...chosen[rule], [name]: number };
  };
  for (const [key, value] of Object.entries(table)) {
    if (isTable(value)) for (const [name, number] of Object.entries(value)) set(key, name, number);
    else if (key.includes('.')) set(key.slice(0, key.indexOf('.')), key.slice(key.indexOf('.') + 1), value);
    else
      throw new ConfigError(
        `${file}: thresholds.${inMessage(key)} must be a table, as in [tool.green-ml.thresholds.grid-search]; ${knownThresholds(undefined, rules)}.`,
      );
  }
  return chosen;
}
