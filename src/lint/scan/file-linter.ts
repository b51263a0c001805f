import { createHash } from 'node:crypto';
import type { Clock } from '../../system/clock';
import { readProblem } from '../../system/files';
import { isSameState, type FileState } from '../../system/file-state';
import type { SourceFiles } from '../../system/source-files';
import type { LintConfig } from '../engine/settings';
import { isTest } from '../engine/test-paths';
import { decodeSource } from '../files/decode';
import { kindOf, withSlashes } from '../files/files';
import { contextOf } from './context';
import type { MissingGrammar } from './late-parser';
import { noText } from './no-text';
import { isSettled } from './settled-state';
import { cleanOutcome, failedOutcome, pack, type FileOutcome, type PackedOutcome } from './outcome';
import { mayConcernRules } from './text-filter';
import type { TextLinter } from './text-linter';

/** One file to lint, with its configuration. */
export interface LintJob {
  /** Absolute. */
  readonly path: string;
  readonly config: LintConfig;
}

/** What became of a job. */
export interface SettledJob {
  /**
   * Identifies all that the result depends on; null if nobody keeps results, and if the file could not be read, so that it is
   * tried again.
   */
  readonly key: string | null;
  /** The state of the file while it was read; null if it may have changed since without a trace. */
  readonly state: FileState | null;
  /** Null if the result is known by its key. */
  readonly outcome: PackedOutcome | null;
  /** What `factsOf` found in its text, as JSON; null if that was not wanted or is known. */
  readonly facts: string | null;
}

/** Finds in a text what others want to know of it, as JSON. */
export type FactsOf = (path: string, text: string) => string;

/** Results of earlier calls: whether the facts of each are known too, by its key. */
export type KnownResults = ReadonlyMap<string, boolean>;

export interface FileLinterOptions {
  readonly files: Pick<SourceFiles, 'readBytes' | 'stateNow'>;
  /** The folder of the built product. */
  readonly productFolder: string;
  readonly clock: Pick<Clock, 'wallMilliseconds'>;
  /** Null if nobody keeps results. */
  readonly known: KnownResults | null;
  /** Null if nobody wants facts. */
  readonly factsOf: FactsOf | null;
}

/** Lints files one after another. The rules are loaded only if something may be found. */
export class FileLinter {
  private texts: Promise<TextLinter> | null = null;

  constructor(private readonly options: FileLinterOptions) {}

  async lint({ path, config }: LintJob): Promise<SettledJob> {
    const { files, clock, known, factsOf } = this.options;
    let bytes: Uint8Array;
    // Only results that are kept need the state.
    const stateNow = (): FileState | null => (known === null ? null : files.stateNow(path));
    const before = stateNow();
    const began = clock.wallMilliseconds();
    try {
      bytes = await files.readBytes(path);
    } catch (error) {
      return { key: null, state: null, outcome: pack(failedOutcome(readProblem(error))), facts: noText };
    }
    const after = stateNow();
    const state =
      before !== null && after !== null && isSameState(before, after) && isSettled(before, began) ? before : null;
    const key = known === null ? null : resultKey(bytes, path, config);
    const hasFacts = key === null ? undefined : known?.get(key);
    if (hasFacts === true || (hasFacts === false && factsOf === null))
      return { key, state, outcome: null, facts: null };
    const decoded = decodeSource(bytes);
    const facts = factsOf === null ? null : 'problem' in decoded ? noText : factsOf(withSlashes(path), decoded.text);
    if (hasFacts !== undefined) return { key, state, outcome: null, facts };
    if ('problem' in decoded) return { key, state, outcome: pack(failedOutcome(decoded.problem)), facts };
    const outcome = await this.lintText(decoded.text, path, config);
    // Without a key it is tried again when the product is whole.
    return 'findings' in outcome
      ? { key, state, outcome: pack(outcome), facts }
      : { key: null, state: null, outcome: pack(failedOutcome(outcome.problem)), facts };
  }

  /** @param path the absolute path of the bytes */
  async lintBytes(bytes: Uint8Array, path: string, config: LintConfig): Promise<FileOutcome> {
    const decoded = decodeSource(bytes);
    if ('problem' in decoded) return failedOutcome(decoded.problem);
    const outcome = await this.lintText(decoded.text, path, config);
    return 'findings' in outcome ? outcome : failedOutcome(outcome.problem);
  }

  async dispose(): Promise<void> {
    await (await this.texts)?.dispose();
  }

  private async lintText(text: string, path: string, config: LintConfig): Promise<FileOutcome | MissingGrammar> {
    if (this.texts === null && !mayConcernRules(text, kindOf(path))) return cleanOutcome;
    this.texts ??= import('./text-linter').then(({ TextLinter }) => new TextLinter(this.options.productFolder));
    return (await this.texts).lint(text, path, config);
  }
}

/** All that a result depends on, except the build. A copy of a file elsewhere has the same key. */
function resultKey(bytes: Uint8Array, path: string, config: LintConfig): string {
  const slashed = withSlashes(path);
  const place = config.perFileIgnores.length > 0 ? slashed : '';
  return createHash('sha256')
    .update(JSON.stringify([contextOf(config), kindOf(path), isTest(slashed, config.root), place]))
    .update(bytes)
    .digest('base64url')
    .slice(0, 32);
}
