import assert from 'node:assert/strict';
import { limitHours, scriptHours } from '../../../src/runs/slurm/script-limit';

describe('runs/slurm/script-limit', () => {
  it('reads all forms of a time limit', () => {
    assert.deepEqual(
      ['90', '30:00', '1:30:00', '2-12', '1-00:30', '1-0:0:36', '0', 'UNLIMITED', '1:2:3:4', ''].map(limitHours),
      [1.5, 0.5, 1.5, 60, 24.5, 24.01, null, null, null, null],
    );
  });

  it('reads the limit of a script as sbatch does: before the first command', () => {
    assert.equal(scriptHours('#!/bin/bash\n#SBATCH --job-name=a --time=2:00:00\n# text\n\npython3 a.py\n'), 2);
    assert.equal(scriptHours('#!/bin/bash\n#SBATCH -t 1-0\nx'), 24);
    assert.equal(scriptHours('#!/bin/bash\n#SBATCH --time "0:30:00"'), 0.5);
    assert.equal(scriptHours('#!/bin/bash\npython3 a.py\n#SBATCH --time=2:00:00\n'), null);
    assert.equal(scriptHours('#!/bin/bash\n##SBATCH --time=2:00:00\n#SBATCH --timeout=5\n'), null);
  });

  it('reads several limits, quotes and comments as sbatch does', () => {
    // What Slurm 22.05 made of these lines, in minutes.
    for (const [lines, minutes] of [
      ['#SBATCH --time 90\n#SBATCH --time=10', 10],
      ['#SBATCH --time=10 -t 20', 20],
      ['#SBATCH --time=10 # -t 20', 10],
      ['#SBATCH --time=10#20', 10],
      ["#SBATCH --time='40'", 40],
      ['#SBATCH --time=4\\5', 45],
      ['#SBATCH --time=45 --job-name="a -t 5"', 45],
      ['#SBATCH --comment="it\'s" --time=45', 45],
      ['#SBATCH\t--time=40', 40],
      ['#SBATCH -Jx -t40 ', 40],
      ['#SBATCH --time-min=5 --time=30', 30],
      ['#SBATCH --time=50\n#SBATCH --time=UNLIMITED', null],
      ['#SBATCH\n#SBATCH--time=3', 3],
      // It refuses these two.
      ['#SBATCH --time', null],
      ['#SBATCH --job-name="a --time=5', null],
    ] as const) {
      const hours = scriptHours(`#!/bin/bash\n${lines}\nsleep 1\n`);
      assert.equal(hours === null ? null : Math.round(hours * 60), minutes, lines);
    }
  });
});
