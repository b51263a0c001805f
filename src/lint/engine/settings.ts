import { posix } from 'node:path';
import { globMatcher } from '../../system/glob';
import type { Requirements, VersionedPackage } from '../../project/requirements';
import { isTest } from './test-paths';
import { allSeverities, lower, type Rule, type Severity } from './rule';

/** The highest severity of a rule; `off` switches it off, any other switches it on. */
export const severityChoices = [...allSeverities, 'off'] as const;

export type SeverityChoice = (typeof severityChoices)[number];

/** What a team or a caller chose; see `readConfig` for the file that it comes from. */
export interface LintConfig {
  /** Only these rules, by id or practice (`P16`); null for all that are on by default. */
  readonly select: readonly string[] | null;
  readonly ignore: readonly string[];
  /** By rule. */
  readonly severity: Readonly<Record<string, SeverityChoice>>;
  readonly perFileIgnores: readonly { readonly pattern: string; readonly ids: readonly string[] }[];
  /** By rule and name. */
  readonly thresholds: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The folder of the project, with '/', which patterns are relative to; empty if it is not known. */
  readonly root: string;
  /** What the project asks of packages whose version matters. */
  readonly requirements: Requirements;
}

export const defaultConfig: LintConfig = {
  select: null,
  ignore: [],
  severity: {},
  perFileIgnores: [],
  thresholds: {},
  root: '',
  requirements: {},
};

/** A team's configuration, and a person's own wishes where the team says nothing. */
export function withTeamConfig(team: LintConfig, own: LintConfig): LintConfig {
  return {
    ...team,
    select: team.select ?? own.select,
    ignore: team.ignore.length > 0 ? team.ignore : own.ignore,
    severity: { ...own.severity, ...team.severity },
  };
}

/** A pattern holds for a file's path, for its name, and for all in a folder; with a `!` in front, for all other files. */
function covers(pattern: string, path: string): boolean {
  if (pattern.startsWith('!')) return !covers(pattern.slice(1), path);
  return [path, posix.basename(path)].some(globMatcher(pattern)) || globMatcher(`${pattern}/**`)(path);
}

/** The rules that hold for one file, and how loudly they speak. */
export interface LintSettings {
  readonly rules: readonly Rule[];
  severityOf(rule: Rule, reported: Severity): Severity;
  threshold(rule: Rule, name: string): number;
  /** What the project asks of a package; null if that is not known. */
  requirement(name: VersionedPackage): string | null;
}

/** True if `id` is a rule's id, or the practice that it serves. */
export function names(id: string, rule: Rule): boolean {
  return (
    id === rule.id || id.toLowerCase() === 'all' || (rule.practice !== null && id.toUpperCase() === `P${rule.practice}`)
  );
}

/** The first id that names no rule; null if all do. */
export function unknownId(ids: readonly string[], rules: readonly Rule[]): string | null {
  return ids.find((id) => !/^P(?:[1-9]|1[0-7])$/i.test(id) && !rules.some((rule) => names(id, rule))) ?? null;
}

/**
 * @param path the file's path with '/', absolute or relative as `config.root` is
 */
export function settingsFor(rules: readonly Rule[], config: LintConfig, path: string): LintSettings {
  const relative = config.root !== '' && path.startsWith(`${config.root}/`) ? path.slice(config.root.length + 1) : path;
  const ignored = [...config.ignore];
  for (const { pattern, ids } of config.perFileIgnores) {
    if (covers(pattern, relative)) ignored.push(...ids);
  }
  const test = isTest(path, config.root);
  const active = rules.filter((rule) => {
    if (test && !rule.inTests) return false;
    if (config.severity[rule.id] === 'off' || ignored.some((id) => names(id, rule))) return false;
    if (config.select !== null) return config.select.some((id) => names(id, rule));
    return rule.enabled || config.severity[rule.id] !== undefined;
  });
  return {
    rules: active,
    severityOf(rule, reported) {
      const chosen = config.severity[rule.id];
      // A chosen severity replaces the rule's highest tier; what a rule reports below that stays below.
      const severity =
        chosen === undefined || chosen === 'off'
          ? reported
          : reported === rule.severity
            ? chosen
            : quieter(reported, chosen);
      return test ? lower(severity) : severity;
    },
    threshold(rule, name) {
      const standard = Object.hasOwn(rule.thresholds, name) ? rule.thresholds[name]?.default : undefined;
      // A rule that asks for a threshold that it does not have would be silent for ever.
      if (standard === undefined) throw new Error(`${rule.id} has no threshold ${name}`);
      const chosen = config.thresholds[rule.id];
      return (chosen !== undefined && Object.hasOwn(chosen, name) ? chosen[name] : undefined) ?? standard;
    },
    requirement: (name) => config.requirements[name] ?? null,
  };
}

const order: readonly Severity[] = ['hint', 'information', 'warning'];
const quieter = (a: Severity, b: Severity): Severity => (order.indexOf(a) < order.indexOf(b) ? a : b);
