import { systemFiles } from '../system/files';
import type { Clock } from '../system/clock';
import { LinuxProcessTable } from '../processes/linux';
import { PsProcessTable } from '../processes/ps';
import { treeOf } from '../processes/tree-cpu';
import { systemPrograms, type ChildProcess } from '../system/spawn';

/** A meter that is asked to end still writes its record. */
const graceMilliseconds = 3000;
const helperMilliseconds = 5000;

/** Ends a process that has a group of its own, with all that it started: first kindly, then for certain. */
export async function endTree(child: ChildProcess, clock: Clock): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (process.platform === 'win32') {
    await systemPrograms.run('taskkill', ['/pid', String(pid), '/t', '/f'], helperMilliseconds);
    return;
  }
  // What has left the group is still below it now, and no longer when it has ended.
  const below = await treeBelow(pid, clock);
  const ended = new Promise<void>((done) => void child.once('exit', () => done()));
  send(-pid, 'SIGTERM');
  for (const each of below) send(each, 'SIGTERM');
  let cancel = (): void => undefined;
  await Promise.race([
    ended,
    new Promise<void>((done) => {
      cancel = clock.after(graceMilliseconds, done);
    }),
  ]);
  cancel();
  send(-pid, 'SIGKILL');
  for (const each of below) send(each, 'SIGKILL');
  // Nobody may hold them open now.
  child.stdout?.destroy();
  child.stderr?.destroy();
}

async function treeBelow(pid: number, clock: Clock): Promise<readonly number[]> {
  const table =
    process.platform === 'linux' ? new LinuxProcessTable(systemFiles) : new PsProcessTable(systemPrograms, clock);
  try {
    return [...treeOf(pid, await table.snapshot(new Set()))].filter((each) => each !== pid);
  } catch {
    // Its group is ended all the same.
    return [];
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}
