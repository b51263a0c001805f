import type { LintConfig } from '../engine/settings';
import type { SettledJob } from './file-linter';

/** What a thread gets when it starts. */
export interface ThreadStart {
  readonly productFolder: string;
  /** The keys of results of earlier calls, and whether the facts of each are known too. */
  readonly known: ReadonlyMap<string, boolean>;
  readonly wantsFacts: boolean;
  readonly configs: readonly LintConfig[];
}

/** Files to lint, with their index in the list and the index of their configuration. */
export interface ThreadRequest {
  readonly jobs: readonly { readonly index: number; readonly path: string; readonly config: number }[];
}

export interface ThreadReply {
  readonly settled: readonly { readonly index: number; readonly job: SettledJob }[];
}
