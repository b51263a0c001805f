import { dirname, join, resolve } from 'node:path';
import type { Programs, RunningProgram } from '../system/spawn';
import type { GitState } from './record';

/** What looking at a repository needs. */
interface GitPorts {
  /** The text of a regular file of sane size. @throws if there is none */
  readonly readText: (path: string) => Promise<string>;
  /** Null where no program may run in the folder: then only the commit is read. */
  readonly programs: Pick<Programs, 'start'> | null;
}

/** A look at a repository that goes on in the background. */
interface GitLook {
  /** Null if the folder is in no repository. Never rejects. */
  readonly state: Promise<GitState | null>;
  /** Whoever waits gets what is known now; a git that still runs is stopped. */
  stop(): void;
}

/** The commit that a folder is at, and whether tracked files differ from it. Nothing waits for it. */
export function lookAtGit(folder: string, { readText, programs }: GitPorts): GitLook {
  const worktree = programs === null ? null : new Worktree(folder, programs);
  let stop = (): void => undefined;
  const stopped = new Promise<null>((done) => (stop = () => done(null)));
  const files = commitOf(folder, readText).catch(() => null);
  const state = async (): Promise<GitState | null> => {
    // Both at the same time: the tree may change from now on.
    const seen = worktree === null ? Promise.resolve(null) : Promise.race([worktree.look(), stopped]);
    const found = await files;
    if (found === null) {
      worktree?.stop();
      return null;
    }
    const status = await seen;
    // Git looked at another repository, such as one that GIT_DIR names.
    if (status === null || (found.commit !== null && status.commit !== found.commit))
      return { commit: found.commit, dirty: null };
    return status;
  };
  return {
    state: state().catch(() => null),
    stop: () => {
      stop();
      worktree?.stop();
    },
  };
}

/** What a file stands with in place of the folder `.git`, in linked worktrees and submodules. */
const pointer = 'gitdir:';

/** The commit of the repository around a folder, from its files; null if there is no repository. */
async function commitOf(
  start: string,
  readText: GitPorts['readText'],
): Promise<{ readonly commit: string | null } | null> {
  const read = (path: string): Promise<string | null> => readText(path).catch(() => null);
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    const own = join(folder, '.git');
    const text = (await read(own)) ?? '';
    const repository = text.startsWith(pointer) ? besideOf(folder, text.slice(pointer.length).trim()) : own;
    const head = repository === null ? null : await read(join(repository, 'HEAD'));
    if (repository !== null && head !== null) return { commit: await commitAt(repository, head, read) };
    if (dirname(folder) === folder) return null;
  }
}

/** A reference that points to a reference that points on: git allows five. */
const mostReferences = 5;

async function commitAt(
  repository: string,
  head: string,
  read: (path: string) => Promise<string | null>,
): Promise<string | null> {
  // A linked worktree has its own HEAD and shares the branches.
  const common = besideOf(repository, (await read(join(repository, 'commondir')))?.trim() ?? '.');
  let text = head;
  for (let step = 0; step < mostReferences; step += 1) {
    const commit = /^([\da-f]{40}(?:[\da-f]{24})?)\s*$/.exec(text)?.[1];
    if (commit !== undefined) return commit;
    const name = /^ref: *(refs\/[^\s\\:]+)\s*$/.exec(text)?.[1];
    if (name === undefined || name.includes('..') || common === null) return null;
    const next = (await read(join(repository, name))) ?? (await read(join(common, name)));
    if (next === null) return packed((await read(join(common, 'packed-refs'))) ?? '', name);
    text = next;
  }
  return null;
}

/** A path that a file of the repository names. Null for a share on another machine, which would be asked for it. */
function besideOf(folder: string, path: string): string | null {
  return /^[\\/]{2}/.test(path) ? null : resolve(folder, path);
}

function packed(text: string, name: string): string | null {
  const end = text.indexOf(` ${name}\n`);
  if (end < 0) return null;
  const line = text.slice(text.lastIndexOf('\n', end) + 1, end);
  return /^[\da-f]{40}(?:[\da-f]{24})?$/.test(line) ? line : null;
}

/**
 * Asks git whether tracked files differ from the commit. A repository can be hostile: its configuration names programs
 * that git would run. So everything that `git status` may start is turned off: the file system monitor, hooks, fetching
 * of missing objects, looking into submodules, and the filters that the repository itself defines.
 */
class Worktree {
  private running: RunningProgram | null = null;
  private isStopped = false;

  constructor(
    private readonly folder: string,
    private readonly programs: Pick<Programs, 'start'>,
  ) {}

  /** Null if git is missing, refuses, or was stopped. */
  async look(): Promise<GitState | null> {
    const filters = new Set<string>();
    const asked = await this.git(
      ['config', '--show-scope', '--name-only', '--get-regexp', String.raw`^filter\.`],
      (line) => {
        const [scope = '', key = ''] = line.split('\t');
        // A person's own filters, such as Git LFS, are as trusted as git itself.
        if (scope !== 'global' && scope !== 'system') filters.add(key.slice('filter.'.length, key.lastIndexOf('.')));
        return true;
      },
    );
    // Exit code 1: there are none.
    if (asked !== null && asked !== 'exit 1') return null;
    // Git would read such a name in another way, and run the filter.
    if ([...filters].some((name) => name.includes('='))) return null;
    return this.status(filters);
  }

  stop(): void {
    this.isStopped = true;
    this.running?.stop();
  }

  private async status(filters: ReadonlySet<string>): Promise<GitState | null> {
    const seen: { commit: string | null; dirty: boolean | null } = { commit: null, dirty: false };
    const problem = await this.git(statusArguments(filters), (line) => {
      seen.commit = /^# branch\.oid ([\da-f]+)$/.exec(line)?.[1] ?? seen.commit;
      if (line.startsWith('#')) return true;
      // A file whose filter did not run may only look changed.
      seen.dirty = filters.size > 0 && line.startsWith('1 .M') ? null : true;
      return seen.dirty === null;
    });
    return problem === null || seen.dirty === true ? seen : null;
  }

  /** @param onLine false ends it. @returns the problem; null if it ended by itself, with exit code 0 */
  private git(args: readonly string[], onLine: (line: string) => boolean): Promise<string | null> {
    return new Promise((done) => {
      if (this.isStopped) {
        done('stopped');
        return;
      }
      let isWanted = true;
      const program = this.programs.start('git', ['-C', this.folder, ...args], {
        onLine: (line) => {
          if (!isWanted || onLine(line)) return;
          isWanted = false;
          program.stop();
        },
        onEnd: done,
      });
      this.running = program;
    });
  }
}

const noProtocols = ['', 'ext.', 'file.', 'git.', 'http.', 'https.', 'ssh.'].map(
  (name) => `protocol.${name}allow=never`,
);

function statusArguments(filters: ReadonlySet<string>): readonly string[] {
  const off = [...filters].flatMap((name) => [
    `filter.${name}.clean=`,
    `filter.${name}.process=`,
    `filter.${name}.required=false`,
  ]);
  const settings = [
    'core.fsmonitor=false',
    'core.hooksPath=/dev/null',
    'core.virtualFilesystem=',
    ...noProtocols,
    ...off,
  ];
  return [
    '--no-pager',
    '--no-optional-locks',
    ...settings.flatMap((setting) => ['-c', setting]),
    'status',
    '--porcelain=v2',
    '--branch',
    '--no-ahead-behind',
    '--no-renames',
    '--untracked-files=no',
    '--ignore-submodules=dirty',
  ];
}
