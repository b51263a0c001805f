import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Outcome, ProbeResult } from '../../src/power/source';
import { probeEnergyMeter } from '../../src/power/windows-energy-meter';
import { FakeClock } from '../support/fake-clock';
import { FakePrograms } from '../support/fake-programs';

interface Language {
  readonly set: string;
  readonly energy: string;
  readonly power: string;
  readonly decimal: string;
}

const english: Language = { set: 'Energy Meter', energy: 'Energy', power: 'Power', decimal: '.' };
const german: Language = { set: 'Energiemessung', energy: 'Energie', power: 'Leistung', decimal: ',' };

const instances = ['RAPL_Package0_PKG', 'RAPL_Package0_DRAM', 'RAPL_Package0_PP0', '_Total'] as const;

/** `typeperf` of a machine whose processor draws what a test says, and its memory a tenth of that. */
class FakeTypeperf {
  readonly programs = new FakePrograms();
  readonly clock = new FakeClock();
  result: ProbeResult | null = null;
  private joules = 5_000_000;
  private watts = 0;

  constructor(private readonly language: Language = english) {
    this.programs.installed.add('typeperf');
    const all = instances.flatMap((instance) =>
      [language.energy, language.power, 'Time'].map((counter) => `\\${language.set}(${instance})\\${counter}`),
    );
    const list = ['\\Processor(_Total)\\% Idle Time', ...all].join('\r\n');
    this.programs.answers.set(
      'typeperf -qx Energy Meter',
      language === english
        ? { stdout: `${all.join('\r\n')}\r\n`, problem: null }
        : { stdout: 'Error: No valid counters.\r\n', problem: 'exit 1' },
    );
    this.programs.answers.set('typeperf -qx', { stdout: list, problem: null });
  }

  async open(): Promise<this> {
    this.result = await probeEnergyMeter({ programs: this.programs, clock: this.clock, patienceMilliseconds: 700 });
    await this.result.source?.read({ seconds: 0, late: false, load: null });
    this.heading();
    return this;
  }

  get helper(): FakePrograms['started'][number] {
    return this.programs.started.at(-1)!;
  }

  private get paths(): readonly string[] {
    return this.helper.args.filter((argument) => argument.startsWith('\\'));
  }

  heading(): void {
    this.helper.line('');
    this.helper.line(
      ['(PDH-CSV 4.0)', ...this.paths.map((path) => `\\\\PC-OF-ADA${path}`)].map((cell) => `"${cell}"`).join(','),
    );
  }

  /** Energy flows for a second. */
  flow(watts: number): void {
    this.watts = watts;
    this.joules += watts;
  }

  /** The line that `typeperf` writes now. */
  line(): string {
    const cells = this.paths.map((path) => {
      const part = path.includes('_DRAM)') ? 0.1 : 1;
      const value = path.endsWith(this.language.energy) ? (this.joules / 3.6e-9) * part : this.watts * 1000 * part;
      return value.toFixed(6).replace('.', this.language.decimal);
    });
    return ['11/21/2026 14:00:01.123', ...cells].map((cell) => `"${cell}"`).join(',');
  }

  resetCounter(): void {
    this.joules = 3;
  }

  /** One second at so many watts, after which `typeperf` says something, if not silenced. */
  async second(watts: number, said: string | null = 'its line'): Promise<Record<string, Outcome>> {
    this.flow(watts);
    await this.clock.advance(1);
    if (said !== null) this.helper.line(said === 'its line' ? this.line() : said);
    return this.read(1);
  }

  async read(seconds: number, late = false): Promise<Record<string, Outcome>> {
    const readings = (await this.result?.source?.read({ seconds, late, load: null })) ?? [];
    return Object.fromEntries(readings.map(({ source: { name }, outcome }) => [name, outcome]));
  }
}

const pkg = 'RAPL_Package0_PKG';
const joules = (outcome: Outcome | undefined): number => (outcome?.kind === 'energy' ? outcome.joules : NaN);
const near = (told: number, truth: number): void => assert.ok(Math.abs(told / truth - 1) < 1e-6, `${told} of ${truth}`);

describe('power/windows-energy-meter', () => {
  it('takes the package and its memory, and nothing that they contain', async () => {
    const { result, helper } = await new FakeTypeperf().open();
    assert.deepEqual(
      result?.source?.descriptions.map(({ component, method, name }) => `${component} ${method} ${name}`),
      ['cpu counter RAPL_Package0_PKG', 'memory counter RAPL_Package0_DRAM'],
    );
    assert.deepEqual(helper.args.slice(-2), ['-si', '1']);
    assert.equal(
      helper.args.some((argument) => argument.includes('_Total') || argument.includes('PP0')),
      false,
    );
  });

  it('sums any trace exactly, in every language, with a decimal point or comma', async () => {
    for (const language of [english, german]) {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 30 }), async (trace) => {
          const typeperf = await new FakeTypeperf(language).open();
          let [cpu, memory] = [0, 0];
          for (const watts of trace) {
            const told = await typeperf.second(watts);
            cpu += joules(told[pkg]);
            memory += joules(told['RAPL_Package0_DRAM']);
          }
          const truth = trace.reduce((sum, watts) => sum + watts, 0);
          near(cpu, truth);
          near(memory, truth / 10);
        }),
        { numRuns: 15 },
      );
    }
  });

  it('loses nothing with a late, a cut-off or a foreign line: the counter goes on', async () => {
    const typeperf = await new FakeTypeperf().open();
    let told = joules((await typeperf.second(20))[pkg]);
    told += joules((await typeperf.second(20, null))[pkg]);
    typeperf.helper.line('The command completed successfully.');
    told += joules((await typeperf.second(30, typeperf.line().slice(0, 60)))[pkg]);
    // What was not known then was taken to go on at 20 W; the next line tells better.
    told += joules((await typeperf.second(20))[pkg]);
    near(told, 90);
    typeperf.helper.line(typeperf.line());
    told += joules((await typeperf.second(20))[pkg]);
    near(told, 110);
  });

  it('makes a gap of a missing figure, a reset, an end, and of silence', async () => {
    const typeperf = await new FakeTypeperf().open();
    await typeperf.second(20);
    const blank = typeperf.line().replace(/"[\d.]+"/g, '" "');
    assert.equal((await typeperf.second(20, blank))[pkg]?.kind, 'gap');
    near(joules((await typeperf.second(20))[pkg]), 20);
    typeperf.helper.end('exit 1');
    const ended = (await typeperf.second(20, null))[pkg];
    assert.equal(ended?.kind === 'gap' ? ended.reason : null, 'typeperf failed (exit 1)');
    await typeperf.clock.advance(1);
    await typeperf.read(1);
    assert.equal(typeperf.programs.started.length, 2);
    typeperf.heading();
    near(joules((await typeperf.second(25))[pkg]), 25);
    for (let second = 0; second < 4; second++) await typeperf.second(20, null);
    const silent = (await typeperf.second(20, null))[pkg];
    assert.equal(silent?.kind === 'gap' ? silent.reason : null, 'the sensor stopped responding');
  });

  it('never takes a reset of the counter for energy', async () => {
    const typeperf = await new FakeTypeperf().open();
    await typeperf.second(20);
    typeperf.resetCounter();
    const told = joules((await typeperf.second(20))[pkg]);
    assert.ok(told <= 21, `the power that is told besides stands in: ${told} J`);
    near(joules((await typeperf.second(20))[pkg]), 20);
  });

  it('takes the power where the energy is of another unit', async () => {
    const typeperf = await new FakeTypeperf().open();
    await typeperf.second(20);
    const [stamp = '', ...cells] = typeperf.line().split(',');
    const wrong = [
      stamp,
      ...cells.map((cell, index) => (index === 0 ? `"${Number(cell.replaceAll('"', '')) + 200 / 3.6e-9}"` : cell)),
    ].join(',');
    near(joules((await typeperf.second(20, wrong))[pkg]), 20);
  });

  it('adds nothing over a time that cannot be trusted', async () => {
    const typeperf = await new FakeTypeperf().open();
    await typeperf.second(20);
    typeperf.flow(5000);
    await typeperf.clock.advance(10);
    typeperf.helper.line(typeperf.line());
    assert.equal((await typeperf.read(10, true))[pkg]?.kind, 'gap');
    near(joules((await typeperf.second(20))[pkg]), 20);
  });

  it('says why there is none', async () => {
    const nothing = new FakeTypeperf();
    nothing.programs.answers.set('typeperf -qx Energy Meter', {
      stdout: '\\Energy Meter(*)\\Power\r\n',
      problem: null,
    });
    const { source, availability } = await probeEnergyMeter({
      programs: nothing.programs,
      clock: nothing.clock,
      patienceMilliseconds: 700,
    });
    assert.equal(source, null);
    assert.match(availability[0]?.reason ?? '', /no energy counter/);
    assert.deepEqual(nothing.programs.ran, ['typeperf -qx Energy Meter']);
    const none = await probeEnergyMeter({
      programs: new FakePrograms(),
      clock: new FakeClock(),
      patienceMilliseconds: 700,
    });
    assert.match(none.availability[0]?.reason ?? '', /typeperf.* was not found/);
  });
});
