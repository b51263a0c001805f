import type { CodeCell } from '../../python/notebook';
import type { Finding } from '../../lint/engine/findings';
import type { LintConfig } from '../../lint/engine/settings';

/** What the editor asks of the worker that lints. */
export type LintRequest =
  | {
      readonly kind: 'lint';
      readonly id: number;
      /** The document, so that a changed text is parsed from what did not change. */
      readonly key: string;
      readonly source: LintText;
      readonly path: string;
      readonly config: LintConfig;
    }
  /** The document is closed. */
  | { readonly kind: 'forget'; readonly key: string };

export type LintText =
  | { readonly kind: 'module'; readonly text: string }
  | { readonly kind: 'notebook'; readonly cells: readonly CodeCell[] }
  | { readonly kind: 'sweep'; readonly text: string }
  /** A file as it is stored: source or notebook, by its path, in whatever encoding it declares. */
  | { readonly kind: 'file'; readonly bytes: Uint8Array };

/** What was found in a text. */
export interface LintAnswer {
  readonly findings: readonly Finding[];
  /** A sentence for the reader of the file, where not all of it could be linted; null where it was. */
  readonly notice: string | null;
}

export type LintReply = ({ readonly id: number } & LintAnswer) | { readonly id: number; readonly failure: string };

/** What the worker is told at its start. */
export interface WorkerStart {
  /** The folder of the built product, where the grammar lies. */
  readonly productFolder: string;
}
