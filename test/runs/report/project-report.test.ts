import assert from 'node:assert/strict';
import { intensity, reportOf, runOf } from './support';

describe('runs/report/project-report', () => {
  it('groups the runs by day and by program, and names the largest first', () => {
    const report = reportOf([runOf({ day: 20 }), runOf({ name: 'search.py', wattHours: 5 }), runOf({ wattHours: 2 }), runOf({ name: 'lost.py', wattHours: null })]);
    assert.deepEqual(report.days.map(({ label, runs }) => `${label} ${runs}`), ['2026-11-20 1', '2026-11-21 3']);
    assert.deepEqual(report.programs.map(({ label, energy }) => [label, energy.total?.value ?? null]), [['search.py', 5], ['train.py', 3], ['lost.py', null]]);
    assert.deepEqual(report.largest.map(({ name }) => name), ['search.py', 'train.py', 'train.py']);
    assert.equal(report.power?.record.name, 'search.py');
  });

  it('scores by the functional unit of the person, with the share of making the hardware', () => {
    const runs = [runOf({ wattHours: 500 }), runOf({ day: 20, wattHours: 500 })];
    // 400 g in operation; 2 of 20 000 hours of a half of 1000 kg.
    const { sci, sciNotes } = reportOf(runs, { name: 'training', count: 9, hardware: { kilograms: 1000, lifespanHours: 20_000, share: 0.5 } });
    assert.deepEqual(sci, { score: { value: (400 + 50) / 9, unit: 'gCO2e/training' }, operationalGrams: 400, embodiedGrams: 50 });
    assert.deepEqual(sciNotes, []);
    assert.match(reportOf(runs, { name: 'training', count: 1, hardware: null }).sciNotes.join(), /lacks the emissions from making the hardware/);
  });

  it('gives no score over unknown emissions or different bases, and says why', () => {
    const unit = { name: 'training', count: 1, hardware: null };
    const unknown = reportOf([runOf({ wattHours: null })], unit);
    assert.equal(unknown.sci, null);
    assert.match(unknown.sciNotes.join(), /emissions of these runs are not known/);
    const mixed = reportOf([runOf({}), runOf({ day: 20, header: { intensity: { ...intensity, basis: 'operational' } } })], unit);
    assert.equal(mixed.sci, null);
    assert.match(mixed.sciNotes.join(), /different bases/);
    assert.match(reportOf([runOf({}), runOf({ day: 20, wattHours: null })], unit).sciNotes.join(), /lacks 1 of 2 runs/);
  });
});
