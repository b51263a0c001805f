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
});
