import type { LintConfig } from '../../lint/engine/settings';
import type { FileOutcome } from './file-linter';

/** What a thread of the crew is told at its start. */
export interface ThreadStart {
  readonly productFolder: string;
  readonly engine: string;
  /** Where earlier answers are kept; null to ask none. */
  readonly cache: { readonly cwd: string; readonly env: Readonly<Record<string, string>> } | null;
  readonly configs: readonly LintConfig[];
}

/** Files to lint, by their place in the list and that of their configuration. */
export interface ThreadRequest {
  readonly jobs: readonly { readonly index: number; readonly path: string; readonly config: number }[];
}

export interface ThreadReply {
  readonly outcomes: readonly { readonly index: number; readonly outcome: FileOutcome }[];
}
