import type { LintConfig } from '../../lint/engine/settings';
import type { LintFinding } from '../../practices/facts';

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
}

/** What was found in one file. */
export interface ScannedFile {
  /** Of its path. */
  readonly index: number;
  /** Null if the file was not linted. */
  readonly findings: readonly Omit<LintFinding, 'path'>[] | null;
  /** As `factsAsJson` gives them; null if the file could not be read. */
  readonly facts: string | null;
}

export type ScanMessage = { readonly files: readonly ScannedFile[] } | { readonly done: true };
