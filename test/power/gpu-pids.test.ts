import assert from 'node:assert/strict';
import { DriverPids } from '../../src/power/gpu-pids';
import { FakeFiles, type FakeFile } from '../support/fake-files';

const stat = (pid: number): string => `${pid} (python3) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0 0\n`;
const process_ = (pid: number, name: string, file: string): Record<string, FakeFile> => ({
  [`/proc/${pid}/stat`]: stat(pid),
  [`/proc/${pid}/comm`]: `${name}\n`,
  [`/proc/${pid}/fd/7`]: { link: file },
});

describe('power/gpu-pids', () => {
  it('takes the driver\'s numbers on the host itself, where one that is not there has ended', () => {
    const pids = new DriverPids(new FakeFiles({ '/proc/self/ns/pid': { link: 'pid:[4026531836]' }, ...process_(4711, 'python3', '/dev/null') }), '/proc');
    assert.deepEqual(pids.resolve(4711, 'python3'), { kind: 'here', pid: 4711 });
    assert.deepEqual(pids.resolve(4712, 'python3'), { kind: 'elsewhere' });
  });

  it('takes none in a container unless the process here has the driver\'s name and holds a GPU', () => {
    const container = { '/proc/self/ns/pid': { link: 'pid:[4026532999]' } };
    const resolve = (files: Record<string, FakeFile>, command: string | null = 'python3') => new DriverPids(new FakeFiles({ ...container, ...files }), '/proc').resolve(17, command);
    assert.deepEqual(resolve({}), { kind: 'unknown' });
    assert.deepEqual(resolve(process_(17, 'python3', '/dev/null')), { kind: 'unknown' });
    assert.deepEqual(resolve(process_(17, 'bash', '/dev/nvidia0')), { kind: 'unknown' });
    assert.deepEqual(resolve(process_(17, 'python3', '/dev/nvidia0')), { kind: 'here', pid: 17 });
    assert.deepEqual(resolve(process_(17, 'a-very-long-nam', '/dev/nvidiactl'), 'a-very-long-name-of-a-program'), { kind: 'here', pid: 17 });
    assert.deepEqual(resolve(process_(17, 'python3', '/dev/nvidia-uvm'), null), { kind: 'here', pid: 17 });
  });

  it('takes none where the system does not say in which namespace we are', () => {
    assert.deepEqual(new DriverPids(new FakeFiles(process_(17, 'python3', '/dev/null')), '/proc').resolve(17, 'python3'), { kind: 'unknown' });
  });

  it('knows by the host\'s list what is elsewhere and what nobody knows', () => {
    const files = new FakeFiles({
      '/host/proc/self/status': 'NSpid:\t70000\t9\n',
      '/host/proc/71000/status': 'NSpid:\t71000\t17\n',
      '/host/proc/71000/stat': stat(71000),
      '/proc/17/stat': stat(17),
      '/host/proc/300/status': 'NSpid:\t300\n',
      '/host/proc/300/stat': stat(300),
    });
    const pids = new DriverPids(files, '/host/proc');
    assert.deepEqual(pids.resolve(71000, null), { kind: 'here', pid: 17 });
    assert.deepEqual(pids.resolve(300, null), { kind: 'elsewhere' });
    assert.deepEqual(pids.resolve(99999, null), { kind: 'unknown' });
  });
});
