import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

describe('examples/optuna_energy.py', () => {
  const env = (more: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
    const { GREEN_ML_RUN_FILE: _, ...rest } = process.env;
    return { ...rest, ...more };
  };
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'green-ml-optuna-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('says in one sentence how to start it', () => {
    const { status, stderr } = spawnSync('python3', ['examples/optuna_energy.py'], { env: env({}), encoding: 'utf8' });
    assert.equal(status, 1);
    assert.equal(
      stderr.trim(),
      'This program is not measured. Start it with: green-ml run -- python3 optuna_energy.py',
    );
  });

  it('says in one sentence that Optuna is missing', () => {
    // A module of that name that cannot be imported stands for a machine without it.
    writeFileSync(join(folder, 'optuna.py'), 'raise ImportError("no such module")\n');
    const { status, stderr } = spawnSync('python3', ['examples/optuna_energy.py'], {
      env: env({ GREEN_ML_RUN_FILE: join(folder, 'x'), PYTHONPATH: folder }),
      encoding: 'utf8',
    });
    assert.equal(status, 1);
    assert.equal(stderr.trim(), 'Optuna is not installed. Install it with: pip install optuna');
  });
});
