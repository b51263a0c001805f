import type { CancellationToken, Uri } from 'vscode';
import type { LintConfig } from '../../lint/engine/settings';
import type { Clock } from '../../system/clock';
import { mostSourceBytes } from '../../system/source-files';
import { readWorkspaceFile } from '../workspace-file';
import { problemsOf, type Problems } from './problems';
import { ProjectScan } from './project-scan';
import type { LintAnswer, LintText } from './protocol';
import { scanStart } from './scan-start';

/** Few files wait for the worker at once, so that open documents are linted in between. */
const parallelFiles = 2;

/** Lints files. */
export interface FileLinter {
  /** Null if the linter is off or has failed. */
  lint(uri: Uri, source: LintText): Promise<LintAnswer | null>;
  /** Call this when the linter's configuration may have changed. */
  configChanged(): void;
}

/** Where the product is, and how the files of a project are linted. */
export interface ProjectLinter extends FileLinter {
  readonly productFolder: string;
  /** The configuration of each file; null if the linter is off for one of them. */
  configsOf(uris: readonly Uri[]): Promise<readonly LintConfig[] | null>;
}

/** What was found in a file. */
export interface LintedUri {
  readonly uri: Uri;
  readonly problems: Problems;
  /** False if the linter is off for it, or has failed. */
  readonly linted: boolean;
}

const noProblems: Problems = { findings: [], notices: [], found: 0, copy: null };

/** Lints the files of a folder, or a single one, from the disk. */
export class FolderLint {
  constructor(
    private readonly linter: ProjectLinter,
    private readonly clock: Pick<Clock, 'after'>,
    /** Only these; null for all. */
    private readonly rules: readonly string[] | null,
  ) {}

  /**
   * Lints all files: in other threads and with the cache that the terminal uses, if that is possible, else one by one.
   * @param receive gets each file once, unless the token ends it
   */
  async lintAll(
    folder: Uri,
    files: readonly Uri[],
    token: CancellationToken,
    receive: (files: readonly LintedUri[]) => void,
  ): Promise<void> {
    const left = (await this.lintInThreads(folder, files, token, receive)).values();
    const work = async (): Promise<void> => {
      for (const uri of left) {
        if (token.isCancellationRequested) return;
        receive([await this.lintFile(uri)]);
      }
    };
    await Promise.all(Array.from({ length: parallelFiles }, work));
  }

  /** A file that cannot be read has no findings. */
  async lintFile(uri: Uri): Promise<LintedUri> {
    let bytes: Uint8Array;
    try {
      bytes = await readWorkspaceFile(uri, mostSourceBytes);
    } catch {
      return { uri, problems: noProblems, linted: true };
    }
    const answer = await this.linter.lint(uri, { kind: 'file', bytes });
    return { uri, problems: answer === null ? noProblems : problemsOf(answer, this.rules), linted: answer !== null };
  }

  /** Returns the files that are left: all of them if the folder is not on the disk, or the linter is off in a part of it. */
  private async lintInThreads(
    folder: Uri,
    files: readonly Uri[],
    token: CancellationToken,
    receive: (files: readonly LintedUri[]) => void,
  ): Promise<readonly Uri[]> {
    // Only the engine's threads read from the disk directly.
    if (folder.scheme !== 'file' || files.length === 0) return files;
    const configs = await this.linter.configsOf(files);
    if (configs === null || token.isCancellationRequested) return files;
    const left = new Set(files.keys());
    const scan = new ProjectScan(
      {
        ...scanStart(files, configs, folder),
        productFolder: this.linter.productFolder,
        mostBytes: mostSourceBytes,
        wanted: { kind: 'problems', rules: this.rules },
      },
      this.clock,
      (found) =>
        receive(
          found.flatMap(({ index, problems }) => {
            const uri = files[index];
            return uri === undefined || !left.delete(index) ? [] : [{ uri, problems, linted: true }];
          }),
        ),
    );
    const cancelling = token.onCancellationRequested(() => scan.dispose());
    try {
      // What blocks or ends a thread does so one by one again, where the file is known.
      await scan.ended;
    } finally {
      cancelling.dispose();
      scan.dispose();
    }
    return files.filter((_uri, index) => left.has(index));
  }
}
