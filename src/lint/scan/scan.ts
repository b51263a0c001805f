import { dirname, join, sep } from 'node:path';
import type { Clock } from '../../system/clock';
import type { FileState } from '../../system/file-state';
import type { SourceFiles } from '../../system/source-files';
import { isTest } from '../engine/test-paths';
import { withSlashes } from '../files/files';
import { contextOf } from './context';
import type { FactsOf, LintJob, SettledJob } from './file-linter';
import { failedOutcome, pack } from './outcome';
import type { StoredResult } from './result-store';
import type { StoreFile, StoreFolder } from './store-folder';

/** A file to lint. */
export interface ScanFile extends LintJob {
  /** The folder that was searched; null if the file itself was named. */
  readonly under: string | null;
}

export interface ScanOptions {
  readonly files: SourceFiles;
  readonly productFolder: string;
  readonly clock: Clock;
  /** Null for no cache. */
  readonly cache: StoreFolder | null;
  /** The most threads that lint at the same time, including this one. */
  readonly threads: number;
  /** False to start them only if there is enough work. */
  readonly atOnce: boolean;
  /** Finds facts in this thread as the other threads do; null if nobody wants facts. */
  readonly factsOf: FactsOf | null;
  /** Called with each result as soon as it is known. */
  readonly onResult?: (index: number, result: StoredResult) => void;
}

/** A file that is not known from an earlier call. */
interface Missing {
  readonly index: number;
  readonly file: ScanFile;
  readonly place: Place | null;
}

/** Where the result of a file is cached. */
interface Place {
  readonly project: StoreFile;
  readonly name: string;
}

/**
 * Lints a list of files; the results are in its order. Files that are as they were, by size, times and inode, are not
 * read: neither rules nor parser are loaded before a file must be.
 */
export async function scan(files: readonly ScanFile[], options: ScanOptions): Promise<readonly StoredResult[]> {
  const projects = await Projects.open(files, options);
  const results: (StoredResult | undefined)[] = [];
  const missing: Missing[] = [];
  const add = (index: number, result: StoredResult): void => {
    results[index] = result;
    options.onResult?.(index, result);
  };
  for (const [index, file] of files.entries()) {
    const place = projects.placeOf(file);
    const state = place === null ? null : options.files.stateNow(file.path);
    const known = place === null || state === null ? null : lookUp(place, state, file);
    if (known === null || (options.factsOf !== null && known.facts === null)) missing.push({ index, file, place });
    else add(index, known);
  }
  if (missing.length > 0) {
    await lintMissing(missing, projects, options, ({ index, file, place }, job) =>
      add(index, keep(job, file, place, projects)),
    );
  }
  await projects.write();
  return files.map((_file, index) => results[index] ?? lost);
}

/** The crew settles every job; this is for the compiler. */
const lost: StoredResult = { outcome: pack(failedOutcome('It was not linted.')), facts: null };

const lookUp = ({ project, name }: Place, state: FileState, file: LintJob): StoredResult | null =>
  project.store.get(name, state, contextFor(file));

/** Identifies what the result of a file depends on, besides the file. */
const contextFor = ({ path, config }: LintJob): string =>
  `${contextOf(config)}${isTest(withSlashes(path), config.root) ? ' test' : ''}`;

async function lintMissing(
  missing: readonly Missing[],
  projects: Projects,
  { files, productFolder, clock, cache, threads, atOnce, factsOf }: ScanOptions,
  settle: (missing: Missing, job: SettledJob) => void,
): Promise<void> {
  const [{ FileLinter }, { Crew }] = await Promise.all([import('./file-linter'), import('./crew')]);
  const known = cache === null ? null : projects.known();
  const linter = new FileLinter({ files, productFolder, clock, known, factsOf });
  try {
    await new Crew(
      missing.map(({ file }) => file),
      linter,
      {
        threads,
        atOnce,
        clock,
        start: { productFolder, known, wantsFacts: factsOf !== null },
        onSettled: (at, job) => {
          const of = missing[at];
          if (of !== undefined) settle(of, job);
        },
      },
    ).run();
  } finally {
    await linter.dispose();
  }
}

/** The result of a job, which is cached if it has a place. */
function keep(
  { key, state, outcome, facts }: SettledJob,
  file: LintJob,
  place: Place | null,
  projects: Projects,
): StoredResult {
  const earlier = key === null ? null : projects.result(key);
  const known = outcome ?? earlier?.outcome;
  if (known === undefined) return lost;
  const result: StoredResult = { outcome: known, facts: facts ?? earlier?.facts ?? null };
  if (key !== null) place?.project.store.keep(place.name, state, contextFor(file), key, result);
  return result;
}

/** The caches of the projects that files belong to. */
class Projects {
  private readonly opened: ReadonlySet<StoreFile>;

  private constructor(private readonly byFolder: ReadonlyMap<string, Project>) {
    this.opened = new Set([...byFolder.values()].map(({ results }) => results));
  }

  static async open(
    files: readonly ScanFile[],
    { cache, files: disk }: Pick<ScanOptions, 'cache' | 'files'>,
  ): Promise<Projects> {
    const byFolder = new Map<string, Project>();
    const opened = new Map<string, Project>();
    if (cache === null) return new Projects(byFolder);
    for (const start of new Set(files.map(startOf))) {
      const folder = repositoryAbove(start, disk) ?? start;
      const project = opened.get(folder) ?? { results: await cache.open(folder), prefix: withEnd(folder) };
      opened.set(folder, project);
      byFolder.set(start, project);
    }
    return new Projects(byFolder);
  }

  placeOf(file: ScanFile): Place | null {
    const project = this.byFolder.get(startOf(file));
    if (project === undefined) return null;
    const { results, prefix } = project;
    return { project: results, name: withSlashes(file.path.slice(prefix.length)) };
  }

  /** The keys that any of the projects knows, and whether one of them knows the facts too. */
  known(): ReadonlyMap<string, boolean> {
    const all = new Map<string, boolean>();
    for (const { store } of this.opened)
      for (const [key, hasFacts] of store.keys()) all.set(key, hasFacts || all.get(key) === true);
    return all;
  }

  /** What is known by a key, whichever project knows it: a file may be a copy of one in another project. */
  result(key: string): StoredResult | null {
    const found = [...this.opened].flatMap(({ store }) => store.result(key) ?? []);
    return found.find(({ facts }) => facts !== null) ?? found[0] ?? null;
  }

  async write(): Promise<void> {
    for (const results of this.opened) await results.write();
  }
}

interface Project {
  readonly results: StoreFile;
  /** What the paths of its files begin with. */
  readonly prefix: string;
}

const startOf = ({ path, under }: ScanFile): string => under ?? dirname(path);

const withEnd = (folder: string): string => (folder.endsWith(sep) ? folder : `${folder}${sep}`);

/** The folder of the repository, so that all who lint parts of it share results; null outside a repository. */
function repositoryAbove(start: string, files: Pick<SourceFiles, 'stateNow'>): string | null {
  for (let folder = start; ; folder = dirname(folder)) {
    if (files.stateNow(join(folder, '.git')) !== null) return folder;
    if (dirname(folder) === folder) return null;
  }
}
