import type { ReadableFiles } from '../system/files';

/** Whether a process without a known parent was started by this program. */
export type OrphanOrigin = 'ours' | 'possible';

/** An environment counts as cleared if it has less than this share of our variables: a few, such as PATH, may remain. */
const mostKept = 0.5;

/** Descriptors of standard input, output and error. */
const standardStreams = [0, 1, 2] as const;

interface Own {
  readonly groups: string;
  readonly reapers: ReadonlySet<number>;
}

/**
 * Finds the origin of a new process whose parent has ended and whose environment was cleared: a daemon that has left its
 * process tree and session, and has lost the run's mark too. It usually still has its control group and its streams.
 * Streams of ours are proof; with the control group alone, it is only possible that the process is ours.
 */
export class Orphans {
  /** Facts that do not change while this program runs. */
  private own: Own | null = null;
  private environment: ReadonlySet<string> | null = null;

  constructor(
    private readonly files: ReadableFiles,
    private readonly root: string,
  ) {}

  /** Reads the facts about this program in advance, so that judging the first process takes no longer than later ones. */
  prepare(): Own {
    this.own ??= this.readOwn();
    return this.own;
  }

  /** Null for a process that has a parent or belongs to another user. */
  async judge(pid: number, parentPid: number): Promise<OrphanOrigin | null> {
    const { groups, reapers } = this.prepare();
    if (
      !reapers.has(parentPid) ||
      groups === '' ||
      this.read(`${pid}/cgroup`) !== groups ||
      !this.hasClearedEnvironment(pid)
    )
      return null;
    const ours = await this.streamsOf('self', this.descriptorsOf('self'));
    const theirs = await this.streamsOf(String(pid), standardStreams.map(String));
    return [...theirs].some((stream) => ours.has(stream)) ? 'ours' : 'possible';
  }

  /** Facts about this program. Reapers are init and those of our ancestors that adopt orphans in its place. */
  private readOwn(): Own {
    const reapers = new Set([1]);
    let pid = 'self';
    for (let level = 0; level < 100; level++) {
      const parent = this.fieldsOf(pid)[1];
      if (parent === undefined || parent === '0' || reapers.has(Number(parent))) break;
      // Other children of our own parent are not orphans.
      if (level > 0) reapers.add(Number(parent));
      pid = parent;
    }
    return { groups: this.read('self/cgroup'), reapers };
  }

  /**
   * Whether its environment was cleared. A process with our variables but without the run's mark never had the mark,
   * and processes of other users cannot be read.
   */
  private hasClearedEnvironment(pid: number): boolean {
    let variables: ReadonlySet<string>;
    try {
      variables = variablesIn(this.files.readTextNow(`${this.root}/${pid}/environ`));
    } catch {
      return false;
    }
    this.environment ??= variablesIn(this.read('self/environ'));
    const { environment } = this;
    const shared = [...variables].filter((each) => environment.has(each)).length;
    return environment.size > 0 && shared < environment.size * mostKept;
  }

  /** State and parent, which follow the name in `stat`. */
  private fieldsOf(pid: string): readonly string[] {
    const text = this.read(`${pid}/stat`);
    const close = text.lastIndexOf(')');
    return close < 0 ? [] : text.slice(close + 2).split(' ');
  }

  private descriptorsOf(pid: string): readonly string[] {
    try {
      return this.files.listNow(`${this.root}/${pid}/fd`);
    } catch {
      return [];
    }
  }

  /** Open pipes, sockets, terminals and files, without `/dev/null`, which every process may have. */
  private async streamsOf(pid: string, descriptors: readonly string[]): Promise<ReadonlySet<string>> {
    const links = await Promise.all(
      descriptors.map((each) => this.files.readLink(`${this.root}/${pid}/fd/${each}`).catch(() => '')),
    );
    return new Set(links.filter((link) => /^(pipe|socket):|^\/dev\/(pts|tty)|^\/(?!dev\/|proc\/|sys\/)/.test(link)));
  }

  private read(path: string): string {
    try {
      return this.files.readTextNow(`${this.root}/${path}`);
    } catch {
      return '';
    }
  }
}

/** `NAME=value` of each variable. */
function variablesIn(environ: string): ReadonlySet<string> {
  return new Set(environ.split('\0').filter((each) => each !== ''));
}
