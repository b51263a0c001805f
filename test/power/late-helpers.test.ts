import assert from 'node:assert/strict';
import { probeEnergyMeter } from '../../src/power/windows-energy-meter';
import { CpuModel } from '../../src/power/cpu-model';
import { probeMacmon } from '../../src/power/macmon';
import { MemoryModel } from '../../src/power/memory-model';
import { ProvenSources } from '../../src/power/proven-sources';
import { findCpuPower } from '../../src/power/tdp';
import type { PowerSource, ReadContext, SourceReading } from '../../src/power/source';
import { FakeClock, settle } from '../support/fake-clock';
import { unknownHardware } from '../../src/power/hardware-range';
import { FakePrograms } from '../support/fake-programs';

const timeout = { stdout: '', problem: 'timeout' };

/** A second of a run: what the source says, and what the models that stand for what it does not say. */
class Bench {
  readonly programs = new FakePrograms();
  readonly clock = new FakeClock();
  proven: ProvenSources | null = null;

  async prove(source: PowerSource | null): Promise<void> {
    assert.ok(source !== null);
    const power = await findCpuPower({ brand: 'Apple M2', signature: null, logicalCpus: 8, sockets: 1 }, false, 8);
    this.proven = new ProvenSources([source], {
      cpu: new CpuModel(power, null),
      memory: new MemoryModel(),
      hardware: unknownHardware,
    });
    await this.read(0);
  }

  async second(said: string | null = null): Promise<string[]> {
    await this.clock.advance(1);
    if (said !== null) this.programs.started.at(-1)!.line(said);
    const told = await this.read(1);
    await settle();
    return told;
  }

  /** "cpu model energy", for all that is said of the processor in this interval. */
  private async read(seconds: number): Promise<string[]> {
    const context: ReadContext = {
      seconds,
      late: false,
      load: { utilisation: 0.25, busyCpuSeconds: 2 * seconds, logicalCpus: 8, memoryTotalBytes: 8e9 },
    };
    const readings: SourceReading[] = [
      ...(await this.proven!.read(context)),
      ...(await this.proven!.readModelled(context)),
    ];
    return readings
      .filter(({ source }) => source.component === 'cpu' || source.component === 'system')
      .map(({ source, outcome }) => `${source.method === 'assumed' ? 'model' : source.method} ${outcome.kind}`);
  }
}

describe('power: helper programs that answer late', () => {
  const meters = '\\Energy Meter(RAPL_Package0_PKG)\\Energy\r\n\\Energy Meter(RAPL_Package0_PKG)\\Power\r\n';
  const heading =
    '"(PDH-CSV 4.0)","\\\\PC\\Energy Meter(RAPL_Package0_PKG)\\Energy","\\\\PC\\Energy Meter(RAPL_Package0_PKG)\\Power"';
  const line = (joules: number): string => `"11/21/2026 14:00:01.123","${(joules / 3.6e-9).toFixed(6)}","20000.000000"`;

  it('typeperf: a model until its list is there, then a gap, then the counter, and never two at once', async () => {
    const bench = new Bench();
    const { programs, clock } = bench;
    programs.installed.add('typeperf');
    programs.answers.set('typeperf', timeout);
    const result = await probeEnergyMeter({ programs, clock, patienceMilliseconds: 700 });
    // Its list comes three seconds into the run.
    let answer: (output: { stdout: string; problem: null }) => void = () => undefined;
    const asked: number[] = [];
    programs.run = async (_command, _args, ...[milliseconds]: number[]) => {
      asked.push(milliseconds!);
      return new Promise((resolve) => (answer = resolve));
    };
    assert.match(result.availability[0]?.reason ?? '', /has not answered yet/);
    await bench.prove(result.source);
    assert.deepEqual([await bench.second(), await bench.second()], [['model energy'], ['model energy']]);
    assert.deepEqual(asked, [60_000], 'it is asked once, with patience');
    answer({ stdout: meters, problem: null });
    await settle();
    assert.deepEqual(await bench.second(), ['counter gap']);
    programs.started.at(-1)!.line(heading);
    assert.deepEqual(await bench.second(line(1000)), ['counter energy']);
    assert.deepEqual(await bench.second(line(1020)), ['counter energy']);
    assert.deepEqual(
      result.availability.map(({ available, name }) => [available, name]),
      [[true, 'RAPL_Package0_PKG']],
    );
    bench.proven!.dispose();
    assert.ok(programs.started.every(({ stopped }) => stopped));
  });

  it('typeperf: the model stays where the late list names no counter, and it is asked no more', async () => {
    const bench = new Bench();
    const { programs, clock } = bench;
    programs.installed.add('typeperf');
    programs.answers.set('typeperf', timeout);
    const result = await probeEnergyMeter({ programs, clock, patienceMilliseconds: 700 });
    programs.answers.set('typeperf', { stdout: 'Error: No valid counters.\r\n', problem: 'exit 1' });
    await bench.prove(result.source);
    for (let second = 0; second < 4; second++) assert.deepEqual(await bench.second(), ['model energy']);
    assert.equal(programs.ran.filter((each) => each === 'typeperf -qx Energy Meter').length, 2);
    assert.deepEqual(
      [result.availability[0]?.available, result.availability[0]?.reason?.startsWith('Windows has no energy counter')],
      [false, true],
    );
    assert.equal(programs.started.length, 0);
  });

  it('macmon: gaps at first, the model while it says nothing, then its figures', async () => {
    const bench = new Bench();
    const { programs, clock } = bench;
    programs.installed.add('macmon');
    programs.answers.set('macmon', timeout);
    const result = await probeMacmon({ programs, clock, patienceMilliseconds: 700, brand: 'Apple M2' });
    assert.match(result.availability[0]?.reason ?? '', /has not answered yet/);
    await bench.prove(result.source);
    const before: string[][] = [];
    for (let second = 0; second < 20; second++) before.push(await bench.second());
    assert.deepEqual(before[0], ['sensor gap']);
    assert.deepEqual(before.at(-1), ['model energy']);
    assert.equal(programs.started.length, 1, 'it is not started again while it wakes up');
    assert.ok(
      before.every((each) => each.length === 1),
      JSON.stringify(before),
    );
    const said = JSON.stringify({ cpu_power: 10, gpu_power: 2, ane_power: 0, ram_power: 1, gpu_ram_power: 0 });
    await bench.second(said);
    assert.deepEqual(await bench.second(said), ['sensor energy']);
  });
});
