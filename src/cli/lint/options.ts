import { ConfigError } from '../../project/settings-file';
import { allSeverities, type Severity } from '../../lint/engine/rule';
import { unknownId, type LintConfig } from '../../lint/engine/settings';
import { CommandError } from '../io';

/** More threads than this only use more memory. */
const mostJobs = 64;

export const formats = ['text', 'json', 'sarif', 'github'] as const;
export type LintFormat = (typeof formats)[number];

/** The options of `lint` as commander gives them. */
export interface LintOptions {
  readonly format: LintFormat;
  readonly select?: string;
  readonly ignore?: string;
  readonly minSeverity: Severity;
  readonly config?: string;
  readonly exitZero: boolean;
  readonly fix: boolean;
  readonly diff: boolean;
  readonly statistics: boolean;
  readonly stdinFilename?: string;
  /** See `insideOption`. */
  readonly inside: readonly string[];
  readonly color: boolean;
  readonly cache: boolean;
  /** Undefined lets the linter choose. */
  readonly jobs?: number;
}

/** A list of rule ids, separated by commas. @throws CommandError */
export async function idList(text: string | undefined, option: string): Promise<readonly string[] | null> {
  if (text === undefined) return null;
  const { allRules: rules } = await import('../../lint/rules');
  const ids = text
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  const unknown = unknownId(ids, rules);
  if (ids.length === 0 || unknown !== null) {
    const known = rules.map(({ id }) => id).join(', ');
    throw new CommandError(
      `${option} takes rule ids or practices such as P16, separated by commas; ${unknown === null ? 'none is given' : `"${unknown}" is neither`}. The rules are ${known}.`,
    );
  }
  return ids;
}

/** The argument of `--jobs`. @throws CommandError */
export function jobCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text.trim()) || count < 1 || count > mostJobs) {
    throw new CommandError(`--jobs takes a whole number from 1 to ${mostJobs}, not "${text}".`);
  }
  return count;
}

/** The configuration, with the options of the command line on top. */
export function withOptions(
  config: LintConfig,
  select: readonly string[] | null,
  ignore: readonly string[] | null,
): LintConfig {
  return {
    ...config,
    select: select ?? config.select,
    ignore: [...config.ignore, ...(ignore ?? [])],
    // A rule that is selected by name runs, even if the file switches it off.
    severity:
      select === null
        ? config.severity
        : Object.fromEntries(Object.entries(config.severity).filter(([, severity]) => severity !== 'off')),
  };
}

export const isAtLeast = (severity: Severity, least: Severity): boolean =>
  allSeverities.indexOf(severity) >= allSeverities.indexOf(least);

/** Turns a broken configuration into a command error: one sentence, exit code 2. */
export async function orCommandError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(error.message);
    throw error;
  }
}
