import assert from 'node:assert/strict';
import { findDevice } from '../../src/cli/device';
import { loadGpuInstances } from '../../src/data/advice';
import { gpuNames } from '../../src/advice/where/gpu';

describe('cli/device', () => {
  it('knows every GPU and accelerator that `regions --gpu` knows', async () => {
    for (const name of gpuNames((await loadGpuInstances()).instances)) {
      const found = await findDevice(name).then(
        ({ watts }) => watts,
        (error: unknown) => String(error),
      );
      // Where several models have the name, it lists them.
      assert.ok(typeof found === 'number' ? found > 0 : /can be .* W\)/.test(found), `${name}: ${found}`);
    }
  });

  it('knows accelerators of today', async () => {
    const cases: readonly (readonly [name: string, watts: number])[] = [
      ['MI325X', 1000],
      ['NVIDIA B300', 1400],
      ['GB200 Superchip', 2700],
      ['TPU v2', 280],
      ['TPU v3', 220],
      ['Trainium2', 500],
      ['inferentia2', 190],
      ['V100', 300],
      ['RTX 5090', 575],
      ['H20', 400],
      ['Arc A770', 225],
      ['RX 6800', 250],
      ['DGX Spark', 140],
    ];
    for (const [name, watts] of cases) assert.equal((await findDevice(name)).watts, watts, name);
    for (const name of ['TPU v5e', 'TPU v6e', 'AWS Inferentia2'])
      assert.match((await findDevice(name)).note ?? '', /assumed: .* publishes no power/);
  });

  it('takes no model for another whose number goes on', async () => {
    for (const name of ['H2', 'V10', 'B20', 'RTX 308'])
      await assert.rejects(
        findDevice(name),
        (error: Error) => /not in the hardware table/.test(error.message) && !error.message.includes('can be'),
        name,
      );
    await assert.rejects(findDevice('H800'), /can be NVIDIA H800 SXM \(700 W\) or NVIDIA H800 PCIe \(350 W\)/);
  });

  it('knows the processors that ship, with or without their makers', async () => {
    const cases: readonly (readonly [name: string, found: string, watts: number])[] = [
      ['EPYC 9654', 'AMD EPYC 9654', 360],
      ['amd epyc 9654', 'AMD EPYC 9654', 360],
      ['Intel(R) Xeon(R) Platinum 8480+', 'Intel Xeon Platinum 8480+', 350],
      ['i7-12700K', 'Intel Core i7-12700K', 190],
      ['12700K', 'Intel Core i7-12700K', 190],
      ['AMD Ryzen Threadripper PRO 5975WX 32-Cores', 'AMD Ryzen Threadripper PRO 5975WX', 280],
      ['Ultra 7 155H', 'Intel Core Ultra 7 155H', 56.7],
      ['w9-3495X', 'Intel Xeon w9-3495X', 383.4],
      ['Apple M4 Max', 'Apple M4 Max', 54.6],
      ['E5-2690 v4', 'Intel Xeon E5-2690 v4', 135],
    ];
    for (const [name, found, watts] of cases) {
      const device = await findDevice(name);
      assert.deepEqual([device.name, device.watts], [found, watts]);
      assert.match(device.note ?? '', /^one processor, /);
    }
    assert.match(
      (await findDevice('12700K')).note ?? '',
      /125 W base, 190 W maximum turbo; 190 W is used for sustained load on all threads$/,
    );
    await assert.rejects(findDevice('EPYC 9654Q'), /did you mean AMD EPYC 9654/);
    await assert.rejects(findDevice('xeon'), /not in the hardware table/);
  });
});
