import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { lastEnergies } from '../../src/runs/last-energy';
import { runOf } from '../practices/support';

describe('what the last run of a file used', () => {
  const folder = resolve('/project');
  const of = (wattHours: number | null, name: string, command: readonly string[] | null) =>
    runOf(wattHours, { name, folder, command: command === null ? null : [...command] });

  it('is known by the path of its script or notebook, whatever starts it', () => {
    const found = lastEnergies([
      of(1, 'train.py', ['python3', 'train.py', '--epochs', '3']),
      of(3.2, 'train.py', ['python3', 'train.py']),
      of(5, 'cli', ['python3', '-m', 'package.cli']),
      of(7, 'explore.ipynb', null),
      of(9, 'edited.py', null),
    ]);
    assert.deepEqual(
      [...found],
      [
        [join(folder, 'train.py'), '3.2 Wh'],
        [join(folder, 'package', 'cli.py'), '5 Wh'],
        [join(folder, 'explore.ipynb'), '7 Wh'],
        [join(folder, 'edited.py'), '9 Wh'],
      ],
    );
  });

  it('keeps the last figure if a later run has none', () => {
    const found = lastEnergies([
      of(1, 'train.py', ['python', 'train.py']),
      of(null, 'train.py', ['python', 'train.py']),
    ]);
    assert.deepEqual([...found.values()], ['1 Wh']);
  });

  it('has a "~" and two digits if it is modelled', () => {
    const run = of(3.1415, 'train.py', ['python', 'train.py']);
    const source = { component: 'cpu', method: 'model', name: 'm', label: 'm', band: { low: 0.5, high: 2 } } as const;
    assert.deepEqual([...lastEnergies([{ ...run, sources: [source] }]).values()], ['~3.1 Wh']);
  });
});
