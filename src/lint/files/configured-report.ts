import type { DictValue } from '../../python/values';
import type { Report, Rule } from '../engine/rule';
import type { LintSettings } from '../engine/settings';

/** What a rule says of a configuration, at one of its keys. */
export interface ConfiguredReport extends Pick<Report, 'severity' | 'message' | 'headline' | 'wayOut' | 'estimate'> {
  readonly rule: Rule;
  /** A key at the top of the file. */
  readonly key: string;
  /** What to write: a value for the key, or lines above it. */
  readonly fix?:
    | { readonly title: string; readonly value: string }
    | { readonly title: string; readonly lines: string };
}

/** What a configuration says to the rules; null if it is of a kind that we do not know. */
export type ConfiguredJudge = (config: DictValue, settings: LintSettings) => readonly ConfiguredReport[] | null;
