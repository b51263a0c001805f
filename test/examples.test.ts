import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { skip } from './support/skip';

const folder = resolve('examples');
const python = process.platform === 'win32' ? 'py' : 'python3';

interface Finished {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs Python in the examples' folder; `interruptAfter` sends SIGINT once the output holds that text. */
function runPython(args: readonly string[], input = '', interruptAfter?: string): Promise<Finished> {
  return new Promise((done, fail) => {
    const child = spawn(python, args, { cwd: folder, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } });
    let output = '';
    let errors = '';
    let interrupted = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (!interrupted && interruptAfter !== undefined && output.includes(interruptAfter)) {
        interrupted = true;
        child.kill('SIGINT');
      }
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.on('error', fail);
    child.on('close', (code) => done({ code, output, errors }));
    child.stdin.end(input);
  });
}

/** The lines that do not depend on how fast the machine is. */
function withoutTimes(output: string): string {
  return output.replace(/\d+s \d+(s|ms|us)\/step/g, '');
}

const kerasEpoch =
  /^Epoch 2\/2\n {0,2}\d+\/\d+ ━{20} \d+s \d+(s|ms|us)\/step - accuracy: \d\.\d{4} - loss: \d+\.\d{4} - val_accuracy: \d\.\d{4} - val_loss: \d+\.\d{4}$/m;

describe('examples', function () {
  this.timeout(60_000);

  let checkpoints: string;
  beforeEach(async () => {
    checkpoints = await mkdtemp(join(tmpdir(), 'green-ml-examples-'));
  });
  afterEach(() => rm(checkpoints, { recursive: true, force: true }));

  const trainingArguments = (...more: string[]): string[] => [
    'train.py',
    '--checkpoint',
    join(checkpoints, 'digits.json'),
    '--samples',
    '300',
    ...more,
  ];

  it('hold Python that 3.9 can read', async () => {
    const files = (await readdir(folder)).filter((name) => name.endsWith('.py'));
    assert.ok(files.includes('train.py') && files.includes('search.py'), files.join());
    const checked = await runPython([
      '-c',
      'import ast, sys\nfor name in sys.argv[1:]: ast.parse(open(name, encoding="utf-8").read(), name, feature_version=(3, 9))',
      ...files,
    ]);
    assert.equal(checked.errors, '');
    assert.equal(checked.code, 0);
  });

  it('train.py prints epochs and losses as Keras does, the same ones each time', async () => {
    const first = await runPython(trainingArguments('--epochs', '2'));
    assert.equal(first.errors, '');
    assert.equal(first.code, 0);
    assert.match(first.output, kerasEpoch);
    const second = await runPython(trainingArguments('--epochs', '2'));
    assert.equal(withoutTimes(second.output), withoutTimes(first.output));
  });

  it('train.py learns', async () => {
    const { output } = await runPython(trainingArguments('--samples', '1500', '--epochs', '6'));
    const losses = [...output.matchAll(/val_loss: (\d+\.\d+)/g)].map((match) => Number(match[1]));
    assert.equal(losses.length, 6);
    assert.ok(losses.at(-1)! < losses[0]! / 1.5, losses.join());
  });

  it('train.py saves a checkpoint on Ctrl+C and goes on from it', async function () {
    if (process.platform === 'win32') {
      skip(this, 'Node cannot send Ctrl+C on Windows');
    }
    const interrupted = await runPython(trainingArguments('--epochs', '500'), '', 'Epoch 3/500');
    assert.equal(interrupted.code, 130, interrupted.errors);
    const saved = JSON.parse(await readFile(join(checkpoints, 'digits.json'), 'utf8')) as { epochs: number };
    assert.ok(saved.epochs >= 2, String(saved.epochs));
    const goal = saved.epochs + 1;
    const resumed = await runPython(trainingArguments('--resume', '--epochs', String(goal)));
    assert.equal(resumed.code, 0, resumed.errors);
    assert.deepEqual(resumed.output.match(/^Epoch .*$/gm), [`Epoch ${goal}/${goal}`]);
  });

  it('train.py stops when it no longer improves, or when its time is over', async () => {
    const patient = await runPython(trainingArguments('--epochs', '200', '--patience', '1'));
    assert.match(patient.output, /early stopping, no better val_loss for 1 epochs\.\n$/);
    const capped = await runPython(trainingArguments('--epochs', '200', '--seconds', '0'));
    assert.deepEqual(capped.output.match(/^Epoch \d+\/200$/gm), ['Epoch 1/200']);
  });

  it('train.py says what is wrong with its arguments', async () => {
    const wrong = await runPython(trainingArguments('--resume'));
    assert.equal(wrong.code, 2);
    assert.match(wrong.errors, /there is no checkpoint at .*digits\.json yet; run once without --resume\.\n$/);
  });

  it('search.py holds a grid of 72 candidates', async () => {
    const counted = await runPython(
      ['-'],
      [
        'import ast, math',
        'tree = ast.parse(open("search.py", encoding="utf-8").read())',
        'grid = next(node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "param_grid")',
        'print(math.prod(len(values) for values in ast.literal_eval(grid).values()))',
      ].join('\n'),
    );
    assert.equal(counted.output.trim(), '72', counted.errors);
  });

  it('explore.ipynb is a notebook of format 4.5 whose cells are Python', async () => {
    const notebook = JSON.parse(await readFile(join(folder, 'explore.ipynb'), 'utf8')) as {
      nbformat: number;
      nbformat_minor: number;
      cells: { id: string; cell_type: string; source: string[]; outputs?: unknown[] }[];
    };
    assert.deepEqual([notebook.nbformat, notebook.nbformat_minor], [4, 5]);
    const ids = notebook.cells.map((cell) => cell.id);
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.every((id) => /^[\w-]{1,64}$/.test(id)));
    const code = notebook.cells.filter((cell) => cell.cell_type === 'code');
    assert.ok(code.length >= 4);
    assert.ok(
      code.every((cell) => cell.outputs?.length === 0),
      'no outputs are kept in the repository',
    );
    const source = code.map((cell) => cell.source.filter((line) => !line.startsWith('%')).join('')).join('\n');
    const parsed = await runPython(['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], source);
    assert.equal(parsed.code, 0, parsed.errors);
  });

  it('launch.json and tasks.json name files that exist', async () => {
    for (const name of ['launch.json', 'tasks.json']) {
      const text = await readFile(join(folder, '.vscode', name), 'utf8');
      JSON.parse(text);
      const scripts = [...text.matchAll(/([\w-]+\.py)"/g)].map((match) => match[1]!);
      assert.ok(scripts.length > 0);
      for (const script of scripts) await readFile(join(folder, script));
    }
  });
});
