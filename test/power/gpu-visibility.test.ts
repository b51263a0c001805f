import assert from 'node:assert/strict';
import fc from 'fast-check';
import { GpuVisibility } from '../../src/power/gpu-visibility';
import { parseParts } from '../../src/power/nvidia-smi';
import { visibleDevices, type ProcessVariables, type NamedGpu } from '../../src/power/visible-devices';
import type { TreeUsage } from '../../src/processes/tree';
import { FakeFiles } from '../support/fake-files';

const gpu = (index: number, model = 'NVIDIA A100', maker: NamedGpu['maker'] = 'NVIDIA'): NamedGpu => ({
  name: `GPU-${index}a-0000`,
  index,
  model,
  maker,
});
const four = [0, 1, 2, 3].map((index) => gpu(index));
const mixed = [gpu(0, 'NVIDIA T400'), gpu(1)];
const usage = (...pids: readonly number[]): TreeUsage => ({
  cpuSeconds: 1,
  residentBytes: 1,
  processes: pids.length,
  pids,
});
const indices = (environment: ProcessVariables, gpus = four, isElsewhere = false): readonly (number | null)[] | null =>
  visibleDevices(environment, gpus, isElsewhere)?.map(({ index }) => index) ?? null;

describe('power/visible-devices', () => {
  it('reads the forms that CUDA takes', () => {
    const seen = (value: string): readonly (number | null)[] | null => indices({ CUDA_VISIBLE_DEVICES: value });
    assert.deepEqual(indices({}), [0, 1, 2, 3]);
    assert.deepEqual(seen('1'), [1]);
    assert.deepEqual(seen(' 2, 0 '), [2, 0]);
    assert.deepEqual(seen(''), []);
    assert.deepEqual(seen('-1'), []);
    assert.deepEqual(seen('NoDevFiles'), []);
    assert.deepEqual(seen('0,-1,2'), [0], 'what stands behind the first that is none is not seen');
    assert.deepEqual(seen('0,9,2'), [0]);
    assert.deepEqual(seen('GPU-3a'), [3]);
    assert.deepEqual(seen('gpu-1a-0000,GPU-2a'), [1, 2]);
    assert.deepEqual(seen('GPU-'), [], 'more than one fits');
    assert.deepEqual(seen('MIG-GPU-2a-0000/1/0'), [2], 'a part of a card in the older form');
    assert.equal(seen('MIG-1234'), null);
  });

  it('knows the card of a part by the name that the part has of its own', () => {
    const list = [
      'GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-0a-0000)',
      '  MIG 1g.5gb      Device  0: (UUID: MIG-7089d0f3-293f-58c9-8f8c-5ea666eedbde)',
      '  MIG 1g.5gb      Device  1: (UUID: MIG-56c30729-347f-5dd6-8da0-c3cc59e969e0)',
      'GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-1a-0000)',
      'GPU 2: NVIDIA A100-SXM4-40GB (UUID: GPU-2a-0000)',
      '  MIG 3g.20gb     Device  0: (UUID: MIG-9d1f0a2b-0000-5111-8222-333344445555)',
    ].join('\n');
    const parts = parseParts(list);
    const cards = four.map((card) => ({ ...card, parts: parts.get(card.name) ?? [] }));
    const seen = (value: string): readonly (number | null)[] | null => indices({ CUDA_VISIBLE_DEVICES: value }, cards);
    assert.deepEqual(seen('MIG-56c30729-347f-5dd6-8da0-c3cc59e969e0'), [0]);
    assert.deepEqual(seen('MIG-9d1f,MIG-7089d0f3'), [2, 0], 'by the beginning, in the order of the list');
    assert.deepEqual(seen('MIG-56c30729-347f-5dd6-8da0-c3cc59e969e0,MIG-7089d0f3'), [0], 'two parts of one card');
    assert.equal(seen('MIG-'), null, 'more than one card fits');
    assert.equal(seen('MIG-ffff'), null, 'a part that was made since');
    assert.deepEqual([...parseParts('No devices found.')], []);
  });

  it('does not guess by which speed CUDA counts different cards', () => {
    assert.equal(indices({ CUDA_VISIBLE_DEVICES: '0' }, mixed), null);
    assert.deepEqual(indices({ CUDA_VISIBLE_DEVICES: '0', CUDA_DEVICE_ORDER: 'PCI_BUS_ID' }, mixed), [0]);
    assert.deepEqual(indices({ CUDA_VISIBLE_DEVICES: 'GPU-1a' }, mixed), [1]);
    assert.deepEqual(indices({ CUDA_VISIBLE_DEVICES: '' }, mixed), []);
  });

  it('counts within what the container of a process was given, and nowhere else', () => {
    const environment = { NVIDIA_VISIBLE_DEVICES: '1,3', CUDA_VISIBLE_DEVICES: '1' };
    assert.deepEqual(indices(environment, four, true), [3]);
    assert.deepEqual(indices(environment, four, false), [1], 'outside a container the variable does nothing');
    assert.deepEqual(indices({ NVIDIA_VISIBLE_DEVICES: 'GPU-2a-0000' }, four, true), [2]);
    assert.deepEqual(indices({ NVIDIA_VISIBLE_DEVICES: 'all' }, four, true), [0, 1, 2, 3]);
    for (const none of ['void', 'none', ''])
      assert.deepEqual(indices({ NVIDIA_VISIBLE_DEVICES: none }, four, true), []);
  });

  it("reads AMD's variables, one within the other, and numbers only where their order is known", () => {
    const cards = [0, 1, 2].map(
      (index): NamedGpu => ({ ...gpu(index, '0x740f', 'AMD'), alias: `GPU-beef000${index}` }),
    );
    assert.deepEqual(indices({ ROCR_VISIBLE_DEVICES: '2,0', HIP_VISIBLE_DEVICES: '0' }, cards), [2]);
    assert.deepEqual(indices({ HIP_VISIBLE_DEVICES: '1', CUDA_VISIBLE_DEVICES: '2' }, cards), [1]);
    assert.deepEqual(indices({ CUDA_VISIBLE_DEVICES: '2' }, cards), [2]);
    assert.deepEqual(indices({ ROCR_VISIBLE_DEVICES: 'GPU-beef0001' }, cards), [1]);
    assert.equal(
      indices(
        { HIP_VISIBLE_DEVICES: '1' },
        cards.map((card) => ({ ...card, index: null })),
      ),
      null,
    );
  });

  it('never names a device that is not there, nor one twice as often as it is listed', () => {
    const word = fc.oneof(
      fc.integer({ min: -2, max: 9 }).map(String),
      fc.constantFrom('GPU-', 'GPU-1a', 'MIG-1', 'MIG-GPU-0a', '', 'x', 'all', 'none'),
      fc.string({ maxLength: 5 }),
    );
    const list = fc.array(word, { maxLength: 6 }).map((words) => words.join(','));
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('CUDA_VISIBLE_DEVICES', 'NVIDIA_VISIBLE_DEVICES', 'CUDA_DEVICE_ORDER'), list),
        fc.boolean(),
        (environment, isElsewhere) => {
          for (const each of visibleDevices(environment, four, isElsewhere) ?? []) assert.ok(four.includes(each));
        },
      ),
    );
  });
});

describe('power/gpu-visibility', () => {
  const may = (visibility: GpuVisibility, each: TreeUsage): boolean[] =>
    four.map((device) => visibility.mayUse(each, device, four));

  it('goes by what the processes of a run were started with', async () => {
    const files = new FakeFiles({
      '/proc/20/environ': 'X=1\0',
      '/proc/21/environ': 'HOME=/root\0CUDA_VISIBLE_DEVICES=1\0XCUDA_VISIBLE_DEVICES=2\0',
      '/proc/30/environ': 'CUDA_VISIBLE_DEVICES=\0',
      '/proc/40/environ': { fails: 'EACCES' },
    });
    const visibility = new GpuVisibility(files);
    await visibility.update([usage(20), usage(21), usage(30), usage(40), usage(99)]);
    assert.deepEqual(may(visibility, usage(20)), [true, true, true, true]);
    assert.deepEqual(may(visibility, usage(21)), [false, true, false, false]);
    assert.deepEqual(may(visibility, usage(30)), [false, false, false, false]);
    assert.deepEqual(may(visibility, usage(40)), [true, true, true, true], 'what may not be read may use any');
    assert.deepEqual(may(visibility, usage(99)), [true, true, true, true]);
    assert.deepEqual(may(visibility, usage()), [true, true, true, true]);
  });

  it('leaves out a launcher that computes on no GPU, but not a program that does', async () => {
    const files = new FakeFiles({
      '/proc/10/environ': 'PATH=/bin\0',
      '/proc/10/maps': '7f00-7f01 r-xp 00000000 08:01 1 /usr/bin/bash\n',
      '/proc/11/environ': 'CUDA_VISIBLE_DEVICES=1\0',
      // A training that keeps its helper off the GPU: the training itself may use any.
      '/proc/20/environ': 'PATH=/bin\0',
      '/proc/20/maps': '7f00-7f01 r-xp 00000000 08:01 1 /usr/lib/x86_64-linux-gnu/libcuda.so.550.54\n',
      '/proc/21/environ': 'CUDA_VISIBLE_DEVICES=\0',
      '/proc/30/environ': 'PATH=/bin\0',
      '/proc/30/maps': { fails: 'EACCES' },
    });
    const visibility = new GpuVisibility(files);
    const [launched, training, hidden] = [usage(10, 11), usage(20, 21), usage(30, 11)];
    await visibility.update([launched, training, hidden]);
    assert.deepEqual(may(visibility, launched), [false, true, false, false]);
    assert.deepEqual(may(visibility, training), [true, true, true, true]);
    assert.deepEqual(may(visibility, hidden), [true, true, true, true]);
    files.set('/proc/10/maps', '/usr/lib/libcuda.so.1\n');
    for (let turn = 0; turn < 10; turn++) await visibility.update([launched, training, hidden]);
    assert.deepEqual(may(visibility, launched), [true, true, true, true], 'it has come to use one');
  });

  it('sees a program that takes the place of its shell, and reads ever more seldom', async () => {
    const files = new FakeFiles({ '/proc/10/environ': 'PATH=/bin\0' });
    const visibility = new GpuVisibility(files);
    await visibility.update([usage(10)]);
    files.set('/proc/10/environ', 'PATH=/bin\0CUDA_VISIBLE_DEVICES=3\0');
    await visibility.update([usage(10)]);
    assert.deepEqual(may(visibility, usage(10)), [false, false, false, true]);
    for (let turn = 0; turn < 1000; turn++) await visibility.update([usage(10)]);
    assert.ok((files.reads.get('/proc/10/environ') ?? 0) < 40, String(files.reads.get('/proc/10/environ')));
    await visibility.update([]);
    await visibility.update([usage(10)]);
    assert.deepEqual(
      may(visibility, usage(10)),
      [false, false, false, true],
      'another process with the same number is read anew',
    );
  });
});
