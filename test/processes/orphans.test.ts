import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Orphans } from '../../src/processes/orphans';
import { TreeTracker } from '../../src/processes/tree-tracker';
import type { ProcessEntry } from '../../src/processes/table';
import type { RunRecord } from '../../src/runs/record';
import { greenMl } from '../cli/support';
import { FakeFiles, type FakeFile } from '../support/fake-files';
import { skip } from '../support/skip';

const stat = (pid: number, parent: number, session: number): string =>
  `${pid} (python3) S ${parent} ${pid} ${session} 0 -1 0 0 0\n`;

/** We are 500, below the shell 400, its terminal 300 and the user's service manager 200. 900 is new. */
function judge(process: {
  parent: number;
  group?: string;
  stream?: string;
  environ?: FakeFile;
}): Promise<string | null> {
  const { parent, group = '0::/tab-1\n', stream = '/dev/null', environ = 'PATH=/bin\0' } = process;
  const files = new FakeFiles({
    '/proc/self/stat': stat(500, 400, 400),
    '/proc/400/stat': stat(400, 300, 400),
    '/proc/300/stat': stat(300, 200, 300),
    '/proc/200/stat': stat(200, 1, 200),
    '/proc/self/cgroup': '0::/tab-1\n',
    '/proc/self/environ': 'PATH=/bin\0HOME=/home/me\0TERM=xterm\0',
    '/proc/self/fd/0': { link: '/dev/null' },
    '/proc/self/fd/1': { link: 'pipe:[77]' },
    '/proc/self/fd/19': { link: '/dev/pts/4' },
    '/proc/900/stat': stat(900, parent, 900),
    '/proc/900/cgroup': group,
    '/proc/900/environ': environ,
    '/proc/900/fd/0': { link: '/dev/null' },
    '/proc/900/fd/1': { link: stream },
  });
  return new Orphans(files, '/proc').judge(900, parent);
}

describe('processes/orphans', () => {
  it('recognises a daemon by the streams that we gave it', async () => {
    for (const parent of [1, 200]) {
      assert.equal(await judge({ parent, stream: 'pipe:[77]' }), 'ours');
      assert.equal(await judge({ parent, stream: '/dev/pts/4' }), 'ours');
    }
  });

  it('finds a daemon possible if it kept only its control group', async () => {
    assert.equal(await judge({ parent: 1 }), 'possible');
    assert.equal(await judge({ parent: 1, stream: 'pipe:[78]' }), 'possible');
  });

  it('does not mistake a stranger for one of ours', async () => {
    assert.equal(await judge({ parent: 1, group: '0::/cron\n' }), null, 'another control group');
    assert.equal(await judge({ parent: 400, stream: 'pipe:[77]' }), null, "another program of our shell's");
    assert.equal(await judge({ parent: 777, stream: 'pipe:[77]' }), null, 'it has a parent');
    assert.equal(await judge({ parent: 1, environ: { fails: 'EACCES' } }), null, "another person's");
    assert.equal(
      await judge({ parent: 1, stream: '/dev/pts/4', environ: 'PATH=/bin\0HOME=/home/me\0TERM=xterm\0X=1\0' }),
      null,
      'from our terminal, but it never had the mark of the run',
    );
  });

  it('counts ours, and keeps the time of possible ones separate', () => {
    const entry = (pid: number, cpuSeconds: number, origin?: 'ours' | 'possible'): ProcessEntry => ({
      pid,
      parentPid: 1,
      startTime: pid,
      cpuSeconds,
      reapedCpuSeconds: 0,
      residentBytes: 0,
      zombie: false,
      group: pid,
      name: 'python3',
      ...(origin === undefined ? {} : { origin }),
    });
    const tree = new TreeTracker({ reaper: 5 });
    const update = (...entries: ProcessEntry[]) => {
      tree.watched();
      return tree.update({ processes: new Map([entry(5, 0), ...entries].map((each) => [each.pid, each])) });
    };
    update();
    tree.addRoot(50);
    update(entry(50, 0));
    const usage = update(entry(50, 0), entry(60, 1, 'ours'), entry(70, 2, 'possible'));
    assert.deepEqual(
      [usage.cpuSeconds, usage.possible?.cpuSeconds, usage.possible?.processes],
      [1, 2, [{ pid: 70, name: 'python3' }]],
    );
    assert.ok(tree.watched().includes(70));
    const next = update(entry(60, 1.5), entry(70, 2.25));
    assert.deepEqual([next.cpuSeconds, next.possible?.cpuSeconds], [0.5, 0.25]);
    assert.equal(update(entry(60, 1.5)).possible, undefined);
  });

  it('finds real daemons that have cleared their environment', async function () {
    this.timeout(60_000);
    if (process.platform !== 'linux' || spawnSync('setsid', ['--version']).error !== undefined)
      skip(this, 'this needs setsid of util-linux');
    const folder = await mkdtemp(join(tmpdir(), 'green-ml-daemon-'));
    try {
      // The command ends some time after the daemon's work, so that snapshots show it. The daemon ends a little later.
      const work =
        'import sys, time\nwhile time.process_time() < 1: pass\nopen(sys.argv[1], "w").close()\ntime.sleep(3)';
      const measure = async (name: string, redirect: string): Promise<RunRecord> => {
        const script = `setsid -f env -i "$(command -v python3)" -c '${work}' "$1" ${redirect}; while [ ! -e "$1" ]; do sleep 0.2; done; sleep 1.5`;
        const result = await greenMl([
          'run',
          '--no-record',
          '--json',
          join(folder, 'run.json'),
          '--',
          'sh',
          '-c',
          script,
          'sh',
          join(folder, name),
        ]);
        assert.equal(result.code, 0, result.stderr);
        return JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as RunRecord;
      };
      const isDetached = ({ notes }: RunRecord): boolean =>
        notes.some((note) => /detached process may belong to this run: .*python3 \(\d+\)/.test(note));
      const streams = await measure('streams', '');
      assert.ok(streams.processes.peak >= 3, 'the shell, its sleep and the daemon are counted');
      assert.equal(isDetached(streams), false);
      const detached = await measure('detached', '>/dev/null 2>&1 </dev/null');
      assert.equal(detached.processes.peak, 2);
      assert.ok(isDetached(detached), detached.notes.join('\n'));
      assert.ok(detached.energyWh.high! > 2 * detached.energyWh.total!);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
