import type { LintConfig } from '../engine/settings';
import type { KnownResults, SettledJob } from './file-linter';

/** What a thread gets when it starts. */
export interface ThreadStart {
  readonly productFolder: string;
  readonly known: KnownResults | null;
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
