import type { ReadableFiles } from '../system/files';

/** Whether a process without a parent that is known belongs to what this program has started. */
export type OrphanOrigin = 'ours' | 'possible';

/** Who empties an environment may pass on a few variables of it, such as PATH and HOME. */
const mostKept = 0.5;

/** Descriptors of standard input, output and error. */
const standardStreams = [0, 1, 2] as const;

interface Own {
  readonly groups: string;
  readonly reapers: ReadonlySet<number>;
}

/**
 * Where a new process comes from whose parent has ended, if its environment was emptied: a daemon leaves its process tree
 * and its session, and so the run's mark too. What it keeps for longest are its control group and the streams that it was
 * given. Streams of ours are proof; the control group alone leaves it possible.
 */
export class Orphans {
  /** What does not change while this program runs. */
  private own: Own | null = null;
  private environment: ReadonlySet<string> | null = null;

  constructor(
    private readonly files: ReadableFiles,
    private readonly root: string,
  ) {}

  /** Reads what is known of this program, so that the first look at another costs no more than later ones. */
  prepare(): Own {
    this.own ??= this.readOwn();
    return this.own;
  }

  /** Null for one that has a parent, or that is somebody else's. */
  async judge(pid: number, parentPid: number): Promise<OrphanOrigin | null> {
    const { groups, reapers } = this.prepare();
    if (!reapers.has(parentPid) || groups === '' || this.read(`${pid}/cgroup`) !== groups || !this.wasEmptied(pid))
      return null;
    const ours = await this.streamsOf('self', this.descriptorsOf('self'));
    const theirs = await this.streamsOf(String(pid), standardStreams.map(String));
    return [...theirs].some((stream) => ours.has(stream)) ? 'ours' : 'possible';
  }

  /** Init, and those of our ancestors that have taken its place for their descendants may take in an orphan. */
  private readOwn(): Own {
    const reapers = new Set([1]);
    let pid = 'self';
    for (let level = 0; level < 100; level++) {
      const parent = this.fieldsOf(pid)[1];
      if (parent === undefined || parent === '0' || reapers.has(Number(parent))) break;
      // Our own parent starts programs of its own, and these are not orphans.
      if (level > 0) reapers.add(Number(parent));
      pid = parent;
    }
    return { groups: this.read('self/cgroup'), reapers };
  }

  /**
   * Whether its environment was made anew. One that has our variables and not the run's mark was never given the mark,
   * and another person's does not let us look.
   */
  private wasEmptied(pid: number): boolean {
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

  /** State and parent, as they follow the name in `stat`. */
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

  /** Pipes, sockets, terminals and files that are open; `/dev/null` is everybody's. */
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
