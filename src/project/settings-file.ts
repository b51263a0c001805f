import { inLine, shortened } from '../present/plain-text';
import { suggestions } from '../present/spelling';
import { oneOf } from '../present/words';
import { anyObject, fits } from '../system/shapes';
import { strangeText } from '../system/strange-text';

/**
 * The settings of a project, `[tool.green-ml]` of a `pyproject.toml` or a whole `green-ml.toml`, and those of a user and
 * a machine, a whole `config.toml`. This file defines the keys. The values are checked where they are used.
 */

/** Settings of the linter, read by `lint/files/config.ts`. */
export const lintKeys = ['select', 'ignore', 'severity', 'per-file-ignores', 'thresholds'] as const;

/** Settings that can also be limits, which nobody on a machine may exceed. */
export const budgetKeys = ['budget', 'budget-hours', 'budget-day', 'budget-project'] as const;

/** Settings of measuring, read by `runs/file-settings.ts`. */
export const measuringKeys = ['location', 'carbon-intensity', 'pue', 'scope', ...budgetKeys] as const;

/** The table with the limits of a machine. */
export const limitsKey = 'limits';

export type MeasuringKey = (typeof measuringKeys)[number];

export type SettingsKey = (typeof lintKeys)[number] | MeasuringKey;

/** Whose settings a file has. */
export type SettingsOwner = 'project' | 'user' | 'machine';

/** Findings should be the same for everyone who works on a project, so only its own file has settings of the linter. */
const keysOf: Readonly<Record<SettingsOwner, readonly string[]>> = {
  project: [...lintKeys, ...measuringKeys],
  user: measuringKeys,
  machine: [...measuringKeys, limitsKey],
};

/** Longer texts from a file are shortened in messages. */
const mostShown = 60;

export type TomlTable = Readonly<Record<string, unknown>>;

export const isTable = (value: unknown): value is TomlTable => fits(anyObject, value);

/** A settings file cannot be used. `message` is one sentence for people, whatever the file contains. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(message: string) {
    super(inLine(message));
  }
}

/** A text from the file, shortened for a message. */
export function inMessage(text: string): string {
  return shortened(text, mostShown);
}

/**
 * Parses the table with our settings. Its values are not checked.
 *
 * @param file the path: its name decides whether the whole file is ours, and messages contain it
 * @returns null if a `pyproject.toml` has no settings for us
 * @throws ConfigError if the file is not valid TOML or has no such table
 */
export async function parseSettings(text: string, file: string): Promise<TomlTable | null> {
  const { parse } = await import('smol-toml');
  let whole: TomlTable;
  try {
    whole = parse(text);
  } catch (error) {
    const strange = strangeText(text);
    if (strange !== null) throw new ConfigError(`${file} cannot be read. ${strange}`);
    const [reason = 'it is not TOML'] = error instanceof Error ? error.message.split('\n') : [];
    throw new ConfigError(`${file} cannot be read: ${reason.replace(/\.$/, '')}.`);
  }
  if (!/(?:^|[/\\])pyproject\.toml$/.test(file)) return whole;
  const tool = whole['tool'];
  const table = isTable(tool) && Object.hasOwn(tool, 'green-ml') ? tool['green-ml'] : undefined;
  if (table === undefined) return null;
  if (!isTable(table)) throw new ConfigError(`${file}: tool.green-ml must be a table.`);
  return table;
}

/** One sentence about a key that does not exist, or not in such a file; null if all are fine. */
export function unknownKey(table: TomlTable, file: string, owner: SettingsOwner = 'project'): string | null {
  const keys = keysOf[owner];
  const stranger = Object.keys(table).find((key) => !keys.includes(key));
  if (stranger === undefined) return null;
  if (stranger === limitsKey) return inLine(`${file}: only the settings file of a machine can set limits.`);
  if (keysOf.project.includes(stranger))
    return inLine(`${file}: ${stranger} is a setting of the linter, and only a project's file can set it.`);
  if (stranger === 'tool') return inLine(`${file}: write the settings without [tool.green-ml].`);
  return inLine(`${file}: there is no setting "${inMessage(stranger)}"; ${instead(stranger, keys)}`);
}

/** "did you mean location?", or all there are. */
export function instead(written: string, keys: readonly string[]): string {
  const similar = suggestions(
    inMessage(written),
    keys.map((id) => ({ id, names: [id] })),
  );
  return similar.length > 0 ? `did you mean ${oneOf(similar)}?` : `the settings are ${keys.join(', ')}.`;
}
