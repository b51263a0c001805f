import assert from 'node:assert/strict';
import { loadCpus } from '../../src/data/cpus';
import { powerRange, unknownHardware, type KnownHardware } from '../../src/power/hardware-range';
import type { Component, SourceDescription } from '../../src/power/source';

const source = (component: Component, method: SourceDescription['method'] = 'counter'): SourceDescription => ({
  component,
  method,
  name: component,
  label: component,
  band: { low: 1, high: 1 },
});

function range(component: Component, hardware: Partial<KnownHardware>, alike = 1) {
  const { resting, working, most } = powerRange(source(component), alike, { ...unknownHardware, ...hardware });
  return { resting, working, most: most ?? Infinity };
}

describe('power/hardware-range', () => {
  it('holds every processor of the table, from deep rest to its most, and none in a unit that is a thousand off', async () => {
    const { cpus } = await loadCpus();
    for (const [name, row = []] of Object.entries(cpus)) {
      const [base = 0, second = 0] = row;
      for (const sockets of [1, 2, 8]) {
        const full = Math.max(base, second);
        const { resting, working, most } = range('cpu', { cpuWatts: sockets * full }, sockets);
        // Package sleep of laptops is some 50 mW; desktops and servers never get below a hundredth of their power.
        const rest = full < 50 ? 0.05 : 0.01 * full;
        assert.ok(resting < rest && resting <= working, `${name}: ${resting} W at rest`);
        assert.ok(full < most, `${name}: ${most} W at most`);
        assert.ok(full / 1000 < working, `${name}: ${full / 1000} W at full load`);
      }
    }
  });

  it('knows memory by its size, and a whole machine by what is in it', () => {
    const gigabytes = (count: number) => ({ memoryBytes: count * 1e9 });
    for (const [size, rest, busy] of [
      [16, 0.3, 6],
      [64, 1, 20],
      [1024, 30, 300],
    ] as const) {
      const { resting, most } = range('memory', gigabytes(size));
      assert.ok(resting < rest && busy < most, `${size} GB`);
      assert.ok(busy / 1000 < resting && rest * 1000 > most, `${size} GB in another unit: ${resting} to ${most} W`);
    }
    const laptop = range('system', { cpuWatts: 28, gpus: 0 });
    assert.ok(laptop.most > 120 && laptop.most < 3000, `${laptop.most} W`);
    const eightGpus = range('system', { cpuWatts: 700, gpus: 8 });
    assert.ok(eightGpus.most > 10_200, `${eightGpus.most} W`);
    assert.equal(range('system', { cpuWatts: 28 }).most, Infinity, 'nobody knows how many GPUs there are');
  });

  it('asks nothing of sensors of single parts, nor where the hardware is not known', () => {
    const apple = powerRange(source('cpu', 'sensor'), 1, { cpuWatts: 200, memoryBytes: 64e9, gpus: 0 });
    assert.deepEqual([apple.resting, apple.working], [0.02, 0.2]);
    assert.equal(powerRange(source('memory', 'sensor'), 1, { ...unknownHardware, memoryBytes: 64e9 }).resting, 0.005);
    assert.equal(range('cpu', {}).most, Infinity);
  });
});
