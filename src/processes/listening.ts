import type { ReadableFiles } from '../system/files';

/** State of a socket that waits for connections, in `/proc/net/tcp` (proc(5), `TCP_LISTEN`). */
const listening = '0A';

/**
 * The TCP ports on which these processes wait for connections, in ascending order; null if the platform does not show
 * them. Uses the tables of the processes' own network, which in a container is not ours.
 */
export async function listeningPorts(
  files: Pick<ReadableFiles, 'readText' | 'list' | 'readLink'>,
  pids: readonly number[],
  root = '/proc',
): Promise<readonly number[] | null> {
  const ports = new Set<number>();
  let known = false;
  for (const pid of pids) {
    const sockets = await socketsOf(files, `${root}/${pid}/fd`);
    if (sockets === null) continue;
    const tables = await Promise.all(
      ['tcp', 'tcp6'].map((name) => files.readText(`${root}/${pid}/net/${name}`).catch(() => null)),
    );
    if (tables.every((table) => table === null)) continue;
    known = true;
    for (const table of tables)
      for (const { inode, port } of parseListening(table ?? '')) if (sockets.has(inode)) ports.add(port);
  }
  return known ? [...ports].sort((a, b) => a - b) : null;
}

/** The listening sockets in a table such as `/proc/net/tcp`. */
export function parseListening(table: string): readonly { readonly inode: string; readonly port: number }[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      const port = parseInt(local.split(':')[1] ?? '', 16);
      return state === listening && inode !== undefined && port > 0 ? [{ inode, port }] : [];
    });
}

/** The inodes of a process's sockets; null if they may not be read or it has ended. */
async function socketsOf(
  files: Pick<ReadableFiles, 'list' | 'readLink'>,
  folder: string,
): Promise<ReadonlySet<string> | null> {
  try {
    const targets = await Promise.all(
      (await files.list(folder)).map((name) => files.readLink(`${folder}/${name}`).catch(() => '')),
    );
    return new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
  } catch {
    return null;
  }
}
