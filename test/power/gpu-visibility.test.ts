import assert from 'node:assert/strict';
import fc from 'fast-check';
import { GpuVisibility, visibleDevices, type NamedGpu } from '../../src/power/gpu-visibility';
import type { TreeUsage } from '../../src/processes/tree';
import { FakeFiles } from '../support/fake-files';

const gpu = (index: number, model = 'NVIDIA A100'): NamedGpu => ({ name: `GPU-${index}a-0000`, index, model, maker: 'NVIDIA' });
const four = [0, 1, 2, 3].map((index) => gpu(index));
const mixed = [gpu(0, 'NVIDIA T400'), gpu(1)];
const usage = (...pids: readonly number[]): TreeUsage => ({ cpuSeconds: 1, residentBytes: 1, processes: pids.length, pids });
const indices = (visible: ReadonlySet<string> | null): readonly number[] | null => (visible === null ? null : four.flatMap(({ name }, index) => (visible.has(name) ? [index] : [])));

describe('power/gpu-visibility', () => {
  it('reads the forms that CUDA takes', () => {
    const seen = (value: string): readonly number[] | null => indices(visibleDevices(value, null, four));
    assert.deepEqual(seen('1'), [1]);
    assert.deepEqual(seen(' 2, 0 '), [0, 2]);
    assert.deepEqual(seen(''), []);
    assert.deepEqual(seen('-1'), []);
    assert.deepEqual(seen('NoDevFiles'), []);
    assert.deepEqual(seen('0,-1,2'), [0], 'what stands behind the first that is none is not seen');
    assert.deepEqual(seen('0,9,2'), [0]);
    assert.deepEqual(seen('GPU-3a'), [3]);
    assert.deepEqual(seen('gpu-1a-0000,GPU-2a'), [1, 2]);
    assert.deepEqual(seen('GPU-'), [], 'more than one fits');
    assert.equal(seen('MIG-1234'), null);
  });

  it('does not guess by which speed CUDA counts different cards', () => {
    assert.equal(visibleDevices('0', null, mixed), null);
    assert.deepEqual(visibleDevices('0', 'PCI_BUS_ID', mixed), new Set(['GPU-0a-0000']));
    assert.deepEqual(visibleDevices('GPU-1a', null, mixed), new Set(['GPU-1a-0000']));
  });

  it('never names a device that is not there, whatever stands in the variable', () => {
    const word = fc.oneof(fc.integer({ min: -2, max: 9 }).map(String), fc.constantFrom('GPU-', 'GPU-1a', 'MIG-1', '', 'x', 'all', 'none'), fc.string({ maxLength: 5 }));
    fc.assert(fc.property(fc.array(word, { maxLength: 6 }), (words) => {
      for (const name of visibleDevices(words.join(','), null, four) ?? []) assert.ok(four.some((each) => each.name === name));
    }));
  });

  it('goes by what the processes of a run were started with, and reads each once', async () => {
    const files = new FakeFiles({
      '/proc/10/environ': 'HOME=/root\0PATH=/bin\0',
      '/proc/11/environ': 'HOME=/root\0CUDA_VISIBLE_DEVICES=1\0',
      '/proc/20/environ': 'X=1\0',
      '/proc/30/environ': 'CUDA_VISIBLE_DEVICES=\0',
    });
    const visibility = new GpuVisibility(files);
    const [launched, plain, none, gone] = [usage(10, 11), usage(20), usage(30), usage(99)];
    for (let turn = 0; turn < 3; turn++) await visibility.look([launched, plain, none, gone]);
    const may = (each: TreeUsage): boolean[] => four.map((device) => visibility.mayUse(each, device, four));
    assert.deepEqual(may(launched), [false, true, false, false], 'the launcher has no such variable, its worker has');
    assert.deepEqual(may(plain), [true, true, true, true]);
    assert.deepEqual(may(none), [false, false, false, false]);
    assert.deepEqual(may(gone), [true, true, true, true]);
    assert.equal(files.reads.get('/proc/11/environ'), 1);
  });
});
