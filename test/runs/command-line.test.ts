import assert from 'node:assert/strict';
import fc from 'fast-check';
import { defaultCommandPatterns, findMeasuredCommand, runName } from '../../src/runs/command-line';

const found = (line: string): string | null => findMeasuredCommand(line, defaultCommandPatterns)?.name ?? null;

describe('runs/command-line', () => {
  it('finds what people type to train', () => {
    const lines: readonly (readonly [string, string | null])[] = [
      ['python train.py', 'train.py'],
      ['python3.11 -u -W ignore src/train.py --epochs 3', 'train.py'],
      ['python -m package.train --x y.py', 'package.train'],
      ['CUDA_VISIBLE_DEVICES=0,1 OMP_NUM_THREADS=4 python train.py', 'train.py'],
      ['cd src && python train.py', 'train.py'],
      ['source .venv/bin/activate; ./.venv/bin/python3 train.py', 'train.py'],
      ['nohup python train.py > log.txt 2>&1 &', 'train.py'],
      ['time sudo -u ml python train.py', 'train.py'],
      ['uv run train.py', 'train.py'],
      ['uv run --with torch python train.py', 'train.py'],
      ['conda run -n env python train.py', 'train.py'],
      ['torchrun --nproc_per_node 2 train.py', 'train.py'],
      ['accelerate launch --config_file c.yaml train.py', 'train.py'],
      ['papermill in.ipynb out.ipynb', 'in.ipynb'],
      ['"C:\\Program Files\\Python\\python.exe" "my train.py"', 'my train.py'],
      ['& C:/venv/python.exe train.py', 'train.py'],
      ['cat data.csv | python -c "import sys"', 'python'],
      ['./train.py', 'train.py'],
      ['ls -la', null],
      ['git commit -m "python train.py"', null],
      ['echo python; vim train.py', null],
      ['code train.py', null],
      ['green-ml run -- python train.py', null],
      ['uv sync', null],
      ['/usr/bin/env /usr/bin/python3 /x/debugpy/launcher 4711 -- /a/train.py', null],
      ['python -m debugpy --listen 5678 train.py', null],
      ['', null],
    ];
    for (const [line, expected] of lines) assert.equal(found(line), expected, line);
  });

  it('takes the patterns as they are written', () => {
    assert.equal(findMeasuredCommand('my.tool x', ['my.tool'])?.name, 'my.tool');
    assert.equal(findMeasuredCommand('myxtool x', ['my.tool']), null);
    assert.equal(findMeasuredCommand('python train.py', []), null);
  });

  it('is not held up by a pattern of stars', () => {
    const line = `${'a'.repeat(2000)} train`;
    assert.equal(findMeasuredCommand(line, [`${'*a'.repeat(6)}*b`]), null);
    assert.equal(findMeasuredCommand(line, [`${'a*'.repeat(100)}c`]), null);
    assert.ok(findMeasuredCommand(line, [`${'*a'.repeat(100)}*`]));
  });

  it('names a run by its script or module', () => {
    assert.equal(runName(['python3', '-c', 'pass']), 'python3');
    assert.equal(runName(['/usr/bin/torchrun', '--nproc', '2']), 'torchrun');
    assert.equal(runName(['node', 'x.js', 'y.py']), 'x.js');
  });

  it('survives any line', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (line) => void found(line)));
  });
});
