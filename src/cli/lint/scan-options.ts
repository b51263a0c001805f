import { availableParallelism } from 'node:os';
import { buildOf } from '../../lint/scan/build';
import type { FactsOf } from '../../lint/scan/file-linter';
import type { ScanOptions } from '../../lint/scan/scan';
import { StoreFolder } from '../../lint/scan/store-folder';
import { systemSourceFiles, type SourceFiles } from '../../system/source-files';
import type { Io } from '../io';

interface Wanted {
  readonly cache: boolean;
  /** Undefined lets the linter choose. */
  readonly jobs?: number;
  readonly factsOf: FactsOf | null;
}

/** How files are linted in a terminal. */
export async function scanOptions(
  { clock, env, productFolder }: Io,
  files: SourceFiles,
  { cache, jobs, factsOf }: Wanted,
): Promise<ScanOptions> {
  const build = cache ? await buildOf(productFolder, files) : null;
  return {
    files,
    productFolder,
    clock,
    cache: build === null ? null : StoreFolder.of(env, build, clock),
    // Other threads read from the disk.
    threads: files === systemSourceFiles ? (jobs ?? availableParallelism()) : 1,
    atOnce: jobs !== undefined,
    factsOf,
  };
}
