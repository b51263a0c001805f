import assert from 'node:assert/strict';
import { energyChange } from '../../../src/runs/compare/energy-change';
import { runOf } from '../../present/report/support';

const sources = [
  { component: 'cpu', method: 'counter', name: 'rapl', label: 'a CPU', band: { low: 1, high: 1 } },
] as const;
const run = (day: number, wattHours: number | null, header = {}) =>
  runOf({ day, wattHours, header: { id: `20261${100 + day}T120000Z-000000`, sources, ...header } });

describe('the change of energy against the run before', () => {
  it('is told where the two can be told apart', () => {
    const history = [run(1, 3), run(2, 1)];
    const [, last] = history;
    assert.ok(last);
    assert.equal(Math.round(energyChange(last, history) ?? 0), -67);
  });

  it('is not told where they cannot, or where there is nothing to compare with', () => {
    const [first, again, other] = [run(1, 1), run(2, 1.01), run(3, 5, { name: 'other.py' })];
    assert.equal(energyChange(again, [first, again]), null);
    assert.equal(energyChange(first, [first, again]), null);
    assert.equal(energyChange(other, [first, again, other]), null);
    assert.equal(energyChange({ ...again, status: 'running' }, [first, again]), null);
    assert.equal(energyChange(run(4, null), [first]), null);
    const trial = run(5, 0.01, { command: ['python3', 'train.py', '--lr', '1'] });
    const long = run(6, 9, { command: ['python3', 'train.py', '--lr', '2'] });
    assert.equal(energyChange(long, [trial, long]), null, 'one did hardly any work');
  });
});
