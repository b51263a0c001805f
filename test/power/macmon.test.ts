import assert from 'node:assert/strict';
import { parseMacmonLine, probeMacmon } from '../../src/power/macmon';
import type { Outcome, ProbeResult } from '../../src/power/source';
import { FakeClock } from '../support/fake-clock';
import { FakePrograms } from '../support/fake-programs';

interface Watts {
  readonly cpu: number;
  readonly gpu?: number;
  readonly ram?: number;
  readonly ane?: number;
}

/** A line as macmon 0.8 writes it. */
function line({ cpu, gpu = 0, ram = 0, ane = 0 }: Watts): string {
  return JSON.stringify({
    timestamp: '2026-02-24T20:38:15.427569+00:00',
    temp: { cpu_temp_avg: 43.7, gpu_temp_avg: 36.9 },
    memory: { ram_total: 25769803776, ram_usage: 20985479168, swap_total: 0, swap_usage: 0 },
    cpu_active_ratio: 0.09,
    cpu_power: cpu,
    gpu_power: gpu,
    ane_power: ane,
    all_power: cpu + gpu + ane,
    sys_power: 30,
    ram_power: ram,
    gpu_ram_power: 0,
  });
}

async function probe(
  answer: { stdout: string; problem: string | null } | null,
  brand: string | null = 'Apple M2',
): Promise<{ result: ProbeResult; programs: FakePrograms; clock: FakeClock }> {
  const programs = new FakePrograms();
  const clock = new FakeClock();
  programs.installed.add('macmon');
  if (answer !== null) programs.answers.set('macmon', answer);
  const result = await probeMacmon({ programs, clock, patienceMilliseconds: 700, brand });
  return { result, programs, clock };
}

/** An open source with its baseline, which is read once a second after one line. */
async function open(): Promise<{
  programs: FakePrograms;
  second: (said: string | null) => Promise<Record<string, Outcome>>;
}> {
  const { result, programs, clock } = await probe({ stdout: `${line({ cpu: 1 })}\n`, problem: null });
  const source = result.source!;
  await source.read({ seconds: 0, late: false, load: null });
  return {
    programs,
    second: async (said) => {
      await clock.advance(1);
      if (said !== null) programs.started.at(-1)!.line(said);
      const readings = await source.read({ seconds: 1, late: false, load: null });
      return Object.fromEntries(readings.map(({ source: { name }, outcome }) => [name, outcome]));
    },
  };
}

const joules = (outcome: Outcome | undefined): number | null => (outcome?.kind === 'energy' ? outcome.joules : null);

describe('power/macmon', () => {
  it('finds the parts of the chip, each with its own figure', async () => {
    const { result } = await probe({ stdout: `${line({ cpu: 2 })}\n`, problem: null });
    assert.deepEqual(
      result.source?.descriptions.map(({ component, method, name }) => `${component} ${method} ${name}`),
      ['cpu sensor macmon-cpu', 'gpu sensor macmon-gpu', 'gpu sensor macmon-ane', 'memory sensor macmon-ram'],
    );
    assert.match(result.availability[0]?.reason ?? '', /Apple M2, processor cores of the chip \(macmon\)/);
  });

  it('tells the energy of any trace of means exactly', async () => {
    const { second } = await open();
    const trace = [3, 25, 0.5, 8, 8, 40, 1];
    const sums = { cpu: 0, gpu: 0, ram: 0 };
    for (const watts of trace) {
      const told = await second(line({ cpu: watts, gpu: watts * 2, ram: 0.25 }));
      sums.cpu += joules(told['macmon-cpu'])!;
      sums.gpu += joules(told['macmon-gpu'])!;
      sums.ram += joules(told['macmon-ram'])!;
    }
    const truth = trace.reduce((sum, watts) => sum + watts, 0);
    assert.ok(Math.abs(sums.cpu / truth - 1) < 0.02, `${sums.cpu} of ${truth}`);
    assert.ok(Math.abs(sums.gpu / (2 * truth) - 1) < 0.02);
    assert.ok(Math.abs(sums.ram / (0.25 * trace.length) - 1) < 0.02);
  });

  it('makes a gap of what was cut short, fell silent or ended, and goes on with a new helper', async () => {
    const { programs, second } = await open();
    assert.equal(joules((await second(line({ cpu: 10 })))['macmon-cpu']), 10);
    await second(line({ cpu: 10 }).slice(0, 200));
    await second('thread main panicked');
    const silent = (await second(null))['macmon-cpu'];
    assert.equal(silent?.kind === 'gap' ? silent.reason : null, 'the sensor stopped responding');
    programs.started.at(-1)!.end('exit 1');
    const ended = (await second(null))['macmon-cpu'];
    assert.equal(ended?.kind === 'gap' ? ended.reason : null, 'macmon failed (exit 1)');
    assert.equal(programs.started.length, 2);
    assert.equal(joules((await second(line({ cpu: 7 })))['macmon-cpu']), 7);
  });

  it('passes a missing or absurd figure for none, never for 0', () => {
    const figures = parseMacmonLine('{"cpu_power":null,"gpu_power":-1,"ane_power":1e9}');
    assert.deepEqual(
      [...(figures ?? [])],
      [
        ['macmon-cpu', null],
        ['macmon-gpu', null],
        ['macmon-ane', null],
      ],
    );
    assert.equal(parseMacmonLine('[1]'), null);
    assert.equal(parseMacmonLine('null'), null);
    assert.equal(parseMacmonLine(''), null);
  });

  it('says why there is none, and how to have it', async () => {
    const { result: absent } = await probe(null);
    assert.deepEqual(
      absent.availability.map(({ component, available }) => `${component} ${available}`),
      ['cpu false', 'gpu false'],
    );
    assert.match(absent.availability[0]?.enable ?? '', /brew install macmon/);
    const { result: broken } = await probe({ stdout: '', problem: 'exit 101' });
    assert.match(broken.availability[0]?.reason ?? '', /reports no power \(exit 101\)/);
    const { result: intel, programs } = await probe(null, 'Intel(R) Core(TM) i7-9750H CPU @ 2.60GHz');
    assert.match(intel.availability[0]?.reason ?? '', /only root/);
    assert.deepEqual(programs.ran, []);
  });
});
