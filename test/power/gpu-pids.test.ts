import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { DriverPids } from '../../src/power/gpu-pids';
import { systemFiles } from '../../src/system/files';
import { FakeFiles, type FakeFile } from '../support/fake-files';
import { skip } from '../support/skip';

const stat = (pid: number, start = 5): string =>
  `${pid} (python3) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 ${start} 0 0 0\n`;
const process_ = (pid: number, file: string, start = 5): Record<string, FakeFile> => ({
  [`/proc/${pid}/stat`]: stat(pid, start),
  [`/proc/${pid}/fd/7`]: { link: file },
});
const host: Record<string, FakeFile> = { '/proc/self/ns/pid': { link: 'pid:[4026531836]' } };
const container: Record<string, FakeFile> = { '/proc/self/ns/pid': { link: 'pid:[4026532999]' } };

describe('power/gpu-pids', () => {
  it("takes the driver's numbers on the host itself, and knows nothing of one that is not there", () => {
    const pids = new DriverPids(
      new FakeFiles({ ...host, ...process_(4711, '/dev/null') }),
      '/proc',
      '/proc',
      () => false,
    );
    assert.deepEqual(pids.resolve(4711), { kind: 'here', pid: 4711 });
    assert.deepEqual(pids.resolve(4712), { kind: 'unknown' });
  });

  it('remembers one that has ended while the driver still names it', () => {
    const files = new FakeFiles({ ...host, ...process_(4711, '/dev/null') });
    const pids = new DriverPids(files, '/proc', '/proc', () => false);
    pids.resolve(4711);
    files.remove('/proc/4711');
    assert.deepEqual(pids.resolve(4711), { kind: 'here', pid: 4711 });
  });

  it("asks whether a process exists where /proc hides other people's, and only there", () => {
    const hidden = { '/proc/mounts': 'sysfs /sys sysfs rw 0 0\nproc /proc proc rw,nosuid,hidepid=invisible 0 0\n' };
    const resolve = (files: Record<string, FakeFile>, pid: number) =>
      new DriverPids(new FakeFiles({ ...host, ...files }), '/proc', '/proc', (each) => each === 17).resolve(pid).kind;
    assert.equal(resolve(hidden, 17), 'here');
    assert.equal(resolve(hidden, 18), 'unknown');
    assert.equal(resolve({ '/proc/mounts': 'proc /proc proc rw,nosuid 0 0\n' }, 17), 'unknown');
  });

  it('takes none in a container unless the process of that number has a GPU open', () => {
    const resolve = (files: Record<string, FakeFile>) =>
      new DriverPids(new FakeFiles({ ...container, ...files }), '/proc').resolve(17);
    assert.deepEqual(resolve({}), { kind: 'unknown' });
    assert.deepEqual(
      resolve(process_(17, '/dev/null')),
      { kind: 'unknown' },
      'another process that has the number by chance',
    );
    for (const file of ['/dev/nvidia0', '/dev/nvidiactl', '/dev/nvidia-uvm', '/dev/dxg'])
      assert.deepEqual(resolve(process_(17, file)), { kind: 'here', pid: 17 }, file);
  });

  it('looks again at a process that has no GPU yet, and at another with the same number', () => {
    const files = new FakeFiles({ ...container, ...process_(17, '/dev/null') });
    const pids = new DriverPids(files, '/proc');
    assert.equal(pids.resolve(17).kind, 'unknown');
    files.set('/proc/17/fd/8', { link: '/dev/nvidia0' });
    const kinds = Array.from({ length: 8 }, () => pids.resolve(17).kind);
    assert.equal(kinds.at(-1), 'here');
    files.remove('/proc/17');
    assert.equal(pids.resolve(17).kind, 'unknown');
    files.setAll(process_(17, '/dev/null', 99));
    assert.equal(pids.resolve(17).kind, 'unknown');
  });

  it('takes none where the system does not say in which namespace we are', () => {
    assert.deepEqual(new DriverPids(new FakeFiles(process_(17, '/dev/null')), '/proc').resolve(17), {
      kind: 'unknown',
    });
  });

  it("knows by the host's list what is elsewhere and what nobody knows", () => {
    const files = new FakeFiles({
      '/host/proc/self/status': 'NSpid:\t70000\t9\n',
      '/host/proc/71000/status': 'NSpid:\t71000\t17\n',
      '/host/proc/71000/stat': stat(71000),
      '/proc/17/stat': stat(17),
      '/host/proc/300/status': 'NSpid:\t300\n',
      '/host/proc/300/stat': stat(300),
      '/host/proc/301/stat': stat(301),
    });
    const pids = new DriverPids(files, '/host/proc');
    assert.deepEqual(pids.resolve(71000), { kind: 'here', pid: 17 });
    assert.deepEqual(pids.resolve(300), { kind: 'elsewhere' });
    assert.deepEqual(pids.resolve(301), { kind: 'unknown' }, 'without its numbers nothing is proven');
    assert.deepEqual(pids.resolve(99999), { kind: 'unknown' });
  });
});

describe('power/gpu-pids on this machine', function () {
  before(function () {
    if (process.platform !== 'linux') skip(this, 'process namespaces are there on Linux alone');
    try {
      execFileSync('unshare', ['--pid', '--fork', '--mount-proc', 'true'], { stdio: 'ignore' });
    } catch {
      skip(this, 'this user may not make a process namespace (unshare)');
    }
  });

  it('takes no number inside a real namespace of its own, where pid 2 is not the pid 2 of the driver', () => {
    const inside = spawn(
      'unshare',
      ['--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', 'sleep 100 & echo $!; wait'],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    return new Promise<void>((resolve, reject) => {
      inside.once('error', reject);
      inside.stdout.once('data', (text: Buffer) => {
        try {
          const number = Number(text.toString().trim());
          // The shell is process 1 of its namespace, wherever that is in ours.
          const shell = Number(
            execFileSync('pgrep', ['-P', String(inside.pid)], { encoding: 'utf8' })
              .trim()
              .split('\n')[0],
          );
          const root = `/proc/${shell}/root/proc`;
          assert.ok(systemFiles.readTextNow(`${root}/${number}/stat`).includes('(sleep)'));
          assert.deepEqual(new DriverPids(systemFiles, root, root).resolve(number), { kind: 'unknown' });
          resolve();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        } finally {
          inside.kill('SIGKILL');
        }
      });
    });
  });
});
