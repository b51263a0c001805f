import type { LintConfig } from '../../lint/engine/settings';
import type { LintFinding } from '../../practices/facts';
import type { Problems } from './problems';

/** What the thread that reads a project gets at its start. */
export interface ScanStart {
  readonly productFolder: string;
  /** The variables that say where the cache is. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute. */
  readonly paths: readonly string[];
  /** The folder that they are below. */
  readonly folder: string;
  readonly configs: readonly LintConfig[];
  /** For each path, the index of its configuration. */
  readonly configOf: readonly number[];
  /** Larger files are skipped. */
  readonly mostBytes: number;
  readonly wanted: ScanWish;
}

export type ScanWish =
  /** What practices need: facts about code, and all findings. */
  | { readonly kind: 'facts' }
  /** What the Problems view shows; null for all rules. */
  | { readonly kind: 'problems'; readonly rules: readonly string[] | null };

/** Facts that were found in one file. */
export interface ScannedFile {
  /** Of its path. */
  readonly index: number;
  /** Null if the file was not linted. */
  readonly findings: readonly Omit<LintFinding, 'path'>[] | null;
  /** As `factsAsJson` gives them; null if the file could not be read. */
  readonly facts: string | null;
}

/** What the Problems view shows of one file. */
export interface LintedFile {
  /** Of its path. */
  readonly index: number;
  readonly problems: Problems;
}

/** The thread sends the next files when it is asked for more, so that none of them wait here. */
export type ScanMessage<File> = { readonly files: readonly File[] } | { readonly done: true };
