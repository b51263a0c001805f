import type { LintConfig } from '../../lint/engine/settings';
import type { FileOutcome } from './file-linter';

/** What a thread gets when it starts. */
export interface ThreadStart {
  readonly productFolder: string;
  readonly engine: string;
  /** Where earlier results are cached; null for no cache. */
  readonly cache: { readonly cwd: string; readonly env: Readonly<Record<string, string>> } | null;
  readonly configs: readonly LintConfig[];
}

/** Files to lint, with their index in the list and the index of their configuration. */
export interface ThreadRequest {
  readonly jobs: readonly { readonly index: number; readonly path: string; readonly config: number }[];
}

export interface ThreadReply {
  readonly outcomes: readonly { readonly index: number; readonly outcome: FileOutcome }[];
}
