import { dirname, resolve } from 'node:path';
import { FileFinder, kindOf } from '../../lint/files/files';
import { unpack } from '../../lint/scan/outcome';
import { scan, type ScanFile } from '../../lint/scan/scan';
import { factsAsJson, factsOfJson } from '../../practices/code-facts';
import type { CodeFact, LintFinding } from '../../practices/facts';
import { lintFindingOf } from '../../practices/lint-finding';
import { systemSourceFiles } from '../../system/source-files';
import type { Io } from '../io';
import { Configs } from './configs';
import { leadsInside } from './inside';
import { orCommandError } from './options';
import { scanOptions } from './scan-options';

/** One file of a project that could be read, with what was found in it. */
interface ProjectFile {
  readonly findings: readonly LintFinding[];
  readonly facts: readonly CodeFact[];
}

export interface ProjectScan {
  /** Whether results of unchanged files are taken from the cache. */
  readonly cache: boolean;
  /** Links are followed into these folders only; none follows all. */
  readonly inside: readonly string[];
}

/**
 * Lints a project's folder as `green-ml lint` does, and finds facts in its code. Files that cannot be read are skipped.
 * @throws CommandError when its configuration cannot be used
 */
export async function* lintProject(
  folder: string,
  io: Io,
  { cache, inside }: ProjectScan,
): AsyncGenerator<ProjectFile> {
  const configs = new Configs(systemSourceFiles);
  const mayFollow = leadsInside(inside, systemSourceFiles);
  const found = await new FileFinder(systemSourceFiles, folder, undefined, mayFollow).find(['.']);
  const jobs: ScanFile[] = [];
  for (const { path, under } of found.files) {
    const config = await orCommandError(configs.nearest(dirname(resolve(folder, path))));
    jobs.push({ path, under, config });
  }
  const results = await scan(jobs, await scanOptions(io, systemSourceFiles, { cache, factsOf: factsAsJson }));
  for (const [index, { outcome, facts }] of results.entries()) {
    const { path = '', shown = '' } = found.files[index] ?? {};
    const read = facts === null ? null : factsOfJson(facts, shown);
    // Other YAML files are not linted.
    if (read === null || (kindOf(path) === 'configuration' && !outcome.linted)) continue;
    yield {
      findings: unpack(outcome).findings.map((finding) => ({ ...lintFindingOf(finding), path: shown })),
      facts: read,
    };
  }
}
