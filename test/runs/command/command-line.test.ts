import assert from 'node:assert/strict';
import fc from 'fast-check';
import { defaultCommandPatterns, findMeasuredCommand, runName } from '../../../src/runs/command/command-line';

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

  it('finds it in loops, conditions and groups, and behind locks and containers without a daemon', () => {
    const lines = [
      'for seed in 1 2 3; do python train.py --seed $seed; done',
      'while true; do python train.py; done',
      'if test -f x; then python train.py; else echo no; fi',
      '{ python train.py; }',
      '! python train.py',
      'flock -w 10 /tmp/gpu.lock python train.py',
      'watch -n 60 python train.py',
      'xargs -n 1 -P 2 python train.py',
      'apptainer exec --nv -B /data image.sif python train.py',
      'singularity exec image.sif python train.py',
    ];
    for (const line of lines) assert.equal(found(line), 'train.py', line);
    assert.equal(found('parallel -j 2 python -m train ::: 1 2'), 'train');
  });

  it('counts no command that only asks, or manages', () => {
    const lines = [
      'python train.py --help',
      'python train.py -h',
      'python -u train.py --version',
      'py --list',
      'py -0',
      'yolo checks',
      'yolo settings reset',
      'python -m torch.utils.collect_env',
      'python -m nltk.downloader punkt',
      'python -m coverage report',
      'coverage html',
      'python -m django startproject x',
      'watch -n 1 nvidia-smi',
      'apptainer pull image.sif',
    ];
    for (const line of lines) assert.equal(found(line), null, line);
    assert.equal(found('python -m coverage run train.py'), 'train.py');
    assert.equal(found('python train.py --host --help-me'), 'train.py');
  });

  it('finds the program behind whatever starts it', () => {
    const lines: readonly (readonly [string, string])[] = [
      ['timeout 3600 python train.py', 'train.py'],
      ['timeout -s INT --kill-after=5 2h python train.py', 'train.py'],
      ['py -3.11 -m train', 'train'],
      ['setsid python train.py', 'train.py'],
      ['nsys profile -o report -t cuda,nvtx python train.py', 'train.py'],
      ['ncu --set full python3 train.py', 'train.py'],
      ['perf stat -e cycles python train.py', 'train.py'],
      ['taskset 0x3 python train.py', 'train.py'],
      ['chrt 50 nice -n 5 ionice -c 3 python train.py', 'train.py'],
      ['mpirun -np 4 --hostfile hosts python train.py', 'train.py'],
      ['mpiexec -n 2 python -m package.train', 'package.train'],
      ['memray run -o x.bin train.py', 'train.py'],
      ['py-spy record -o x.svg -- python train.py', 'train.py'],
      ['kernprof -l train.py', 'train.py'],
      ['strace -f -o log python train.py', 'train.py'],
      ['bash -c "cd src && python train.py"', 'train.py'],
      ["sudo sh -c 'CUDA_VISIBLE_DEVICES=0 python train.py'", 'train.py'],
      ['bash -lc "sh -c \\"python train.py\\""', 'train.py'],
      ['cmd /c python train.py', 'train.py'],
      ['powershell -Command python train.py', 'train.py'],
      ['python -m torch.distributed.run --nproc_per_node 2 train.py', 'train.py'],
      ['python -m cProfile -o out.prof train.py', 'train.py'],
      ['python -mtrain', 'python'],
      ['jupyter execute notebook.ipynb', 'notebook.ipynb'],
      ['jupyter nbconvert --to notebook --execute notebook.ipynb', 'notebook.ipynb'],
      ['wandb agent me/project/abc', 'wandb agent'],
      ['yolo train model=yolo11n.pt data=coco8.yaml', 'yolo train'],
      ['vllm serve Qwen/Qwen3-0.6B', 'vllm serve'],
      ['trl sft --config sft.yaml', 'trl sft'],
      ['lm_eval --model hf --tasks hellaswag', 'lm_eval'],
      ['mlflow run . -P alpha=0.5', 'mlflow run'],
      ['dvc repro train', 'dvc repro'],
      ['dvc exp run -S train.lr=0.1', 'dvc exp'],
      ['kedro run --pipeline train', 'kedro run'],
      ['swift sft --model Qwen/Qwen3-8B', 'swift sft'],
      ['nnUNetv2_train 1 3d_fullres 0', 'nnUNetv2_train'],
      ['fairseq-train data-bin --arch transformer', 'fairseq-train'],
      ['llama-bench -m model.gguf', 'llama-bench'],
      ['whisper audio.mp3 --model turbo', 'whisper'],
      ['marimo run notebook.py', 'notebook.py'],
      ['ls; python train.py | tee log', 'train.py'],
    ];
    for (const [line, expected] of lines) assert.equal(found(line), expected, line);
  });

  it('leaves out what does not compute', () => {
    for (const line of [
      'python --version',
      'python3 -V',
      'python -h',
      'python -m pip install torch',
      'python3.11 -m pip --version',
      'pip list',
      'python -m venv .venv',
      'py -m pip install x',
      'python -W ignore -m ensurepip',
      'python -m json.tool x.json',
      'python -m http.server',
      'python -m black .',
      'python setup.py develop',
      'python get-pip.py',
      'uv run python --version',
      'timeout 5 python -V',
      'bash -c "python -m pip list"',
      'sudo python -m pip install x',
      'torchrun --help',
      'accelerate config',
      'accelerate env',
      'jupyter lab',
      'jupyter notebook --no-browser',
      'jupyter nbconvert --to html x.ipynb',
      'wandb login',
      'mlflow ui --port 5000',
      'marimo edit notebook.py',
      'dvc push',
      'dvc exp show',
      'dvc exp list origin',
      'kedro new',
      'swift build -c release',
      'swift run',
      'vllm --version',
      'yolo help',
      'yolo version',
      'tune ls',
      'nice',
      'env',
      'python -m jupyter lab',
      'timeout 10',
      'nsys status',
      'green-ml run -- python train.py',
    ])
      assert.equal(found(line), null, line);
  });

  it('takes time that grows with the pattern and the line, not with their powers', () => {
    const long = `${'a'.repeat(20_000)} train.py`;
    const began = process.hrtime.bigint();
    assert.equal(findMeasuredCommand(long, ['*a*a*a*a*a*a*b']), null);
    // Step back at each star, and this takes longer than anybody waits.
    assert.ok(Number(process.hrtime.bigint() - began) / 1e9 < 5);
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
