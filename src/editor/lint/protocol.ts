import type { CodeCell } from '../../python/notebook';
import type { Finding } from '../../lint/engine/findings';
import type { CopyMark } from '../../lint/scan/copies';
import type { LintConfig } from '../../lint/engine/settings';

/** Requests to the linter's worker. */
export type LintRequest =
  | {
      readonly kind: 'lint';
      readonly id: number;
      /** Identifies the document, so that changed text is parsed incrementally. */
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
  | { readonly kind: 'configuration'; readonly text: string }
  /** The bytes of a file: source or notebook, depending on its path, in any encoding that it declares. */
  | { readonly kind: 'file'; readonly bytes: Uint8Array };

/** The result for one text. */
export interface LintAnswer {
  readonly findings: readonly Finding[];
  /** A sentence for the user if the file could not be linted completely; else null. */
  readonly notice: string | null;
  /** For a file: by what copies of it are known. */
  readonly copy?: CopyMark | null;
}

export type LintReply = ({ readonly id: number } & LintAnswer) | { readonly id: number; readonly failure: string };

/** What the worker gets at its start. */
export interface WorkerStart {
  /** The folder of the built extension, which contains the grammar. */
  readonly productFolder: string;
}
