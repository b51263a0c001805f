import assert from 'node:assert/strict';
import type { RunRecord } from '../../../src/runs/record';
import { basisSentences } from '../../../src/present/report/words';
import { intensity, reportOf, runOf } from './support';

describe('present/report/project-report', () => {
  it('groups the runs by day and by program, and lists the largest first', () => {
    const report = reportOf([
      runOf({ day: 20 }),
      runOf({ name: 'search.py', wattHours: 5 }),
      runOf({ wattHours: 2 }),
      runOf({ name: 'lost.py', wattHours: null }),
    ]);
    assert.deepEqual(
      report.days.map(({ label, runs }) => `${label} ${runs}`),
      ['2026-11-20 1', '2026-11-21 3'],
    );
    assert.deepEqual(
      report.programs.map(({ label, energy }) => [label, energy.total?.value ?? null]),
      [
        ['search.py', 5],
        ['train.py', 3],
        ['lost.py', null],
      ],
    );
    assert.deepEqual(
      report.largest.map(({ name }) => name),
      ['search.py', 'train.py', 'train.py'],
    );
    assert.equal(report.power?.record.name, 'search.py');
  });

  it("scores by the user's functional unit, with the share of embodied emissions", () => {
    const runs = [runOf({ wattHours: 500 }), runOf({ day: 20, wattHours: 500 })];
    // Half of the machine is reserved: 400 g in operation for half of 2 kWh, and 50 g for 2 of the 20 000 h of 1000 kg.
    const { sci, sciNotes } = reportOf(runs, {
      name: 'training',
      count: 9,
      hardware: { kilograms: 1000, lifespanHours: 20_000, share: 0.5 },
    });
    assert.deepEqual(sci, {
      score: { value: (400 + 50) / 9, unit: 'gCO2e/training' },
      operationalGrams: 400,
      embodiedGrams: 50,
      reservedHours: 2,
      share: 0.5,
    });
    assert.match(
      sciNotes[0]!,
      /^SCI, the Software Carbon Intensity of ISO\/IEC 21031, is the emissions of the machines divided by what they did: here [\d,]+ × /,
    );
    assert.match(
      sciNotes[1]!,
      /^The SCI score counts 50 % of the machine, the share that is reserved, during the runs, idle power included/,
    );
    assert.match(
      reportOf(runs, { name: 'training', count: 1, hardware: null }).sciNotes.join(),
      /lacks the emissions from making the hardware/,
    );
  });

  it('scores an idle server by the energy of its machine, idle power included', () => {
    // The run used almost nothing of the 20 Wh of its machine.
    const asleep = (day: number): RunRecord => {
      const run = runOf({ day, wattHours: 10, seconds: 3600 });
      return {
        ...run,
        energyWh: { ...run.energyWh, total: 0.01 },
        emissionsGrams: { value: 0.004, low: 0, high: 0.1 },
      };
    };
    const { sci } = reportOf([asleep(20)], { name: 'Inferences', count: 5, hardware: null });
    assert.equal(sci?.operationalGrams, 8);
    assert.deepEqual(sci.score, { value: 8 / 5, unit: 'gCO2e/inference' });
    // A quarter of the machine is reserved, and two simultaneous runs reserve it once.
    const both = reportOf([asleep(20), { ...asleep(20), id: 'second' }], {
      name: 'tokens',
      count: 100,
      share: 0.25,
      hardware: { kilograms: 100, lifespanHours: 1000 },
    });
    assert.equal(both.sci?.operationalGrams, 2);
    assert.deepEqual([both.sci.reservedHours, both.sci.embodiedGrams, both.sci.score.unit], [1, 25, 'gCO2e/token']);
  });

  it('gives no score if there are no figures for a part of the machine', () => {
    const run = runOf({ header: { missing: [{ component: 'gpu', reason: 'no driver' }] } });
    const { sci, sciNotes } = reportOf([{ ...run, machineWh: { ...run.machineWh, gpu: null } }], {
      name: 'image',
      count: 1,
      hardware: null,
    });
    assert.equal(sci, null);
    assert.match(sciNotes.join(), /there are no figures for the GPU/);
  });

  it('says for units of training which runs are counted', () => {
    const { sciNotes } = reportOf(
      [runOf({}), { ...runOf({ day: 20 }), exitCode: 1 }, { ...runOf({ day: 19 }), status: 'interrupted' }],
      { name: 'parameters', count: 1e6, hardware: null },
    );
    assert.match(
      sciNotes.join(' '),
      /counts all runs that led to the model: here are 3, 2 of them failed or interrupted\./,
    );
    assert.doesNotMatch(
      reportOf([runOf({})], { name: 'image', count: 1, hardware: null }).sciNotes.join(),
      /led to the model/,
    );
  });

  it('counts runs inside others once in every sum, and says so', () => {
    const outer = runOf({ name: 'make', wattHours: 3 });
    const inner = { ...runOf({ name: 'train.py', wattHours: 2 }), parent: outer.id, ancestors: [outer.id] };
    const report = reportOf([outer, inner]);
    assert.equal(report.summary.energy.total?.value, 3);
    assert.deepEqual(
      [report.programs.map(({ label }) => label), report.largest.map(({ name }) => name)],
      [['make'], ['make']],
    );
    assert.equal(report.summary.seconds, 3600);
    assert.match(
      basisSentences(report).join(' '),
      /One run overlaps with others that include the same energy \(train\.py\)/,
    );
  });

  it('gives no score for unknown emissions or different bases, and says why', () => {
    const unit = { name: 'training', count: 1, hardware: null };
    const unknown = reportOf([runOf({ wattHours: null })], unit);
    assert.equal(unknown.sci, null);
    assert.match(unknown.sciNotes.join(), /emissions of these runs are not known/);
    const mixed = reportOf(
      [runOf({}), runOf({ day: 20, header: { intensity: { ...intensity, basis: 'operational' } } })],
      unit,
    );
    assert.equal(mixed.sci, null);
    assert.match(mixed.sciNotes.join(), /different bases/);
    assert.match(reportOf([runOf({}), runOf({ day: 20, wattHours: null })], unit).sciNotes.join(), /lacks 1 of 2 runs/);
  });
});
